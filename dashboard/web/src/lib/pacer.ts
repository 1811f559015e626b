/** The breathing circle on its own canvas, and around it the heart of the last minute. */

import type { Colours } from "./colours";
import { FREE_S, TURN_S, angleOf, riseOf, type RingPoint, type Span } from "./heart-ring";

const SMALLEST = 0.42;
/** Shares of the half width: the full circle, and the middle of the ring with its swing. */
const FULL = 0.72;
const RING = 0.88;
const SWING = 0.085;

export interface Heart {
  runs: RingPoint[][];
  span: Span;
  tip_s: number;
  /** Nothing has come for some seconds. */
  old: boolean;
}

export interface Frame {
  /** 0 empty, 1 full. */
  fill: number;
  heart: Heart | null;
  /** How much of the heart’s swing is one even wave, 0 to 1; 0 where it is not known. */
  even: number;
}

export function drawBreath(canvas: HTMLCanvasElement, frame: Frame, colours: Colours): void {
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  const size = Math.round(canvas.clientWidth * devicePixelRatio);
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const middle = size / 2;
  ctx.clearRect(0, 0, size, size);
  ctx.save();
  ctx.translate(middle, middle);
  breath(ctx, middle, frame, colours);
  if (frame.heart !== null) {
    track(ctx, middle, colours);
    ring(ctx, middle, frame.heart, colours);
  }
  ctx.restore();
}

/** Its outline is the wider, and its glow the stronger, the more evenly the heart swings with it. */
function breath(ctx: CanvasRenderingContext2D, middle: number, { fill, even }: Frame, colours: Colours): void {
  const radius = middle * FULL * (SMALLEST + (1 - SMALLEST) * fill);
  disc(ctx, middle * FULL, alpha(colours.band, 0.5));
  if (even > 0.02) {
    const glow = ctx.createRadialGradient(0, 0, radius * 0.7, 0, 0, radius * 1.2);
    glow.addColorStop(0, alpha(colours.green, 0.3 * even));
    glow.addColorStop(1, alpha(colours.green, 0));
    disc(ctx, radius * 1.2, glow);
  }
  disc(ctx, radius, colours.band);
  ctx.strokeStyle = colours.green;
  ctx.lineWidth = (1.75 + 2.5 * even) * devicePixelRatio;
  ctx.stroke();
}

/** Where the heart goes round, so that a gap is seen as one. */
function track(ctx: CanvasRenderingContext2D, middle: number, colours: Colours): void {
  ctx.beginPath();
  ctx.arc(0, 0, middle * RING, 0, 2 * Math.PI);
  ctx.strokeStyle = alpha(colours.gap, 0.8);
  ctx.lineWidth = devicePixelRatio;
  ctx.stroke();
}

function ring(ctx: CanvasRenderingContext2D, middle: number, heart: Heart, colours: Colours): void {
  const colour = heart.old ? colours.edge : colours.green;
  const at = (point: RingPoint): [number, number] => {
    const radius = middle * (RING + SWING * riseOf(point.bpm, heart.span));
    const angle = angleOf(point.at_s);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  };
  ctx.strokeStyle = fading(ctx, angleOf(heart.tip_s), colour);
  ctx.lineWidth = 2.25 * devicePixelRatio;
  ctx.lineJoin = ctx.lineCap = "round";
  for (const run of heart.runs) line(ctx, run.map(at));
  const tip = heart.runs.at(-1)?.at(-1);
  if (tip === undefined || tip.at_s < heart.tip_s - 0.01) return;
  ctx.beginPath();
  ctx.arc(...at(tip), 4 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.fillStyle = colour;
  ctx.fill();
}

/** Old is pale; the newest is the colour itself. */
function fading(ctx: CanvasRenderingContext2D, tip: number, colour: string): CanvasGradient {
  const gradient = ctx.createConicGradient(tip, 0, 0);
  gradient.addColorStop(0, colour); // the round end of the line reaches over the tip
  gradient.addColorStop(FREE_S / TURN_S / 2, colour);
  gradient.addColorStop(FREE_S / TURN_S, alpha(colour, 0.12));
  gradient.addColorStop(0.7, alpha(colour, 0.6));
  gradient.addColorStop(1, colour);
  return gradient;
}

/** Through the middles between the points, so that it has no corners. */
function line(ctx: CanvasRenderingContext2D, points: [number, number][]): void {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return;
  ctx.beginPath();
  ctx.moveTo(...first);
  for (let i = 1; i < points.length - 1; i += 1) {
    const [a, b] = [points[i] ?? last, points[i + 1] ?? last];
    ctx.quadraticCurveTo(a[0], a[1], (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
  }
  ctx.lineTo(...last);
  ctx.stroke();
}

function disc(ctx: CanvasRenderingContext2D, radius: number, fill: string | CanvasGradient): void {
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
}

/** A token, "#rrggbb", with some of it let through. */
function alpha(colour: string, share: number): string {
  return colour + Math.round(255 * Math.min(1, Math.max(0, share))).toString(16).padStart(2, "0");
}
