/** What happened, drawn into a session's chart: told apart by shape and filling, never by colour alone. */

import type uPlot from "uplot";
import { isAway } from "./aftercare";
import { FONT, watermark } from "./colours";
import type { ReviewLook } from "./review-chart";
import type { Review, ReviewOffer } from "./wire";

export type Shape = "disc" | "triangle" | "diamond" | "pierced" | "cross" | "barred";

export interface Sign {
  at_s: number;
  shape: Shape;
  filled: boolean;
}

const SIZE = 6;
/** Signs nearer than this, in px, stand one over the other. */
const APART = 15;
const MOST_LEVELS = 4;
const BAR = 4;

/** Taken is filled, not taken is hollow; an urge that was acted on is filled, one that was not is hollow,
 *  and one of which it was not said has a line through it. A rating is a ring, with a bar through it where the person was far away or numb. */
export function signsOf(review: Review): Sign[] {
  return [
    ...review.offers.map((o) => ({ at_s: o.at_s, shape: "triangle" as const, filled: taken(o) })),
    ...review.ratings.map((r) => ({ at_s: r.at_s, shape: isAway(r.presence) ? ("barred" as const) : ("disc" as const), filled: false })),
    ...review.urges.map((g) => ({ at_s: g.at_s, shape: g.acted === null ? ("pierced" as const) : ("diamond" as const), filled: g.acted === true })),
    ...review.marks.filter((m) => m.kind === "too_much").map((m) => ({ at_s: m.at_s, shape: "cross" as const, filled: true })),
  ].sort((a, b) => a.at_s - b.at_s);
}

/** What the person reached for themselves was taken by that. */
export function taken(offer: ReviewOffer): boolean {
  return offer.reply === "take" || (offer.asked && offer.reply === null);
}

/** On which level each stands, from 0, so that neighbours never cover each other; the places come in order. */
export function levels(places: number[], apart: number, most = MOST_LEVELS): number[] {
  const ends: number[] = [];
  return places.map((place) => {
    const free = ends.findIndex((end) => place - end >= apart);
    const level = free >= 0 ? free : ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
    ends[level] = place;
    return level;
  });
}

export function drawEvents(u: uPlot, review: Review, look: ReviewLook): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  const { colours } = look;
  const right = bbox.left + bbox.width;
  const at = (s: number) => u.valToPos(s, "x", true);
  const seen = (s: number) => at(s) >= bbox.left - 1 && at(s) <= right + 1;
  ctx.save();

  for (const a of review.activations) {
    const from = Math.max(at(a.onset_s), bbox.left);
    const to = Math.min(a.end_s === null ? right : at(a.end_s), right);
    if (to < bbox.left || from > right) continue;
    ctx.fillStyle = colours.rust;
    ctx.globalAlpha = 0.14;
    ctx.fillRect(from, bbox.top, Math.max(to - from, 2 * px), bbox.height);
    ctx.globalAlpha = 1;
    if (seen(a.onset_s)) shape(ctx, "disc", true, at(a.onset_s), bbox.top + 8 * px, SIZE * px, colours.rust);
  }

  drawMarks(u, review, look, seen);

  for (const p of review.practices) {
    const from = Math.max(at(p.start_s), bbox.left);
    const to = Math.min(p.end_s === null ? right : at(p.end_s), right);
    ctx.fillStyle = colours.green;
    if (to > bbox.left && from < right) ctx.fillRect(from, bbox.top + bbox.height - BAR * px, Math.max(to - from, 3 * px), BAR * px);
  }

  const signs = signsOf(review).filter((sign) => seen(sign.at_s));
  const level = levels(signs.map((sign) => at(sign.at_s)), APART * px);
  const lane = bbox.top + bbox.height - (BAR + SIZE + 5) * px;
  signs.forEach((sign, n) => shape(ctx, sign.shape, sign.filled, at(sign.at_s), lane - (level[n] ?? 0) * APART * px, SIZE * px, inkOf(sign, look)));

  drawPins(u, look, seen);
  ctx.restore();
  if (look.simulated) watermark(ctx, look.simulated, bbox, colours.quiet);
}

function inkOf(sign: Sign, look: ReviewLook): string {
  if (sign.shape === "triangle") return look.colours.green;
  return sign.shape === "cross" ? look.colours.rust : look.colours.ink;
}

function drawMarks(u: uPlot, review: Review, look: ReviewLook, seen: (s: number) => boolean): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  const right = bbox.left + bbox.width;
  let free = -Infinity;
  for (const m of review.marks) {
    if (!seen(m.at_s) || m.kind === "baseline") continue;
    const x = u.valToPos(m.at_s, "x", true);
    line(ctx, x, bbox, look.colours.edge);
    if (m.kind === "note") continue;
    const words = look.phaseWords(m.kind);
    ctx.font = font();
    const half = ctx.measureText(words).width / 2;
    const middle = Math.min(Math.max(x, bbox.left + half), right - half);
    if (middle - half < free) continue;
    free = middle + half + 10 * px;
    text(ctx, words, middle, bbox.top - 14 * px, look.colours.quiet);
  }
}

/** Numbered, under the activations: what was written later, and not in the session. */
function drawPins(u: uPlot, look: ReviewLook, seen: (s: number) => boolean): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  const pins = look.notes().map((note, n) => ({ at_s: note.at_s, number: n + 1 })).filter((pin) => seen(pin.at_s));
  const level = levels(pins.map((pin) => u.valToPos(pin.at_s, "x", true)), 20 * px);
  pins.forEach((pin, n) => {
    const x = u.valToPos(pin.at_s, "x", true);
    const y = bbox.top + (28 + (level[n] ?? 0) * 20) * px;
    ctx.fillStyle = look.colours.card;
    ctx.strokeStyle = look.colours.ink;
    ctx.lineWidth = 1.5 * px;
    ctx.beginPath();
    ctx.rect(x - 9 * px, y - 9 * px, 18 * px, 18 * px);
    ctx.fill();
    ctx.stroke();
    text(ctx, String(pin.number), x, y, look.colours.ink);
  });
}

function shape(ctx: CanvasRenderingContext2D, kind: Shape, filled: boolean, x: number, y: number, r: number, colour: string): void {
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  if (kind === "disc" || kind === "barred") ctx.arc(x, y, filled ? r : 0.85 * r, 0, 2 * Math.PI);
  else if (kind === "triangle") poly(ctx, [[x, y - r], [x + r, y + r], [x - r, y + r]]);
  else if (kind === "diamond" || kind === "pierced") poly(ctx, [[x, y - r], [x + r, y], [x, y + r], [x - r, y]]);
  if (kind === "barred" || kind === "pierced") strokes(ctx, [[x - 1.5 * r, y], [x + 1.5 * r, y]]);
  if (kind === "cross") strokes(ctx, [[x - r, y - r], [x + r, y + r]], [[x - r, y + r], [x + r, y - r]]);
  if (filled && kind !== "cross") ctx.fill();
  else ctx.stroke();
}

function strokes(ctx: CanvasRenderingContext2D, ...pairs: [[number, number], [number, number]][]): void {
  for (const [[x, y], [toX, toY]] of pairs) {
    ctx.moveTo(x, y);
    ctx.lineTo(toX, toY);
  }
}

function poly(ctx: CanvasRenderingContext2D, points: [number, number][]): void {
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.closePath();
}

function line(ctx: CanvasRenderingContext2D, x: number, bbox: uPlot.BBox, colour: string): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top - 4 * devicePixelRatio);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
}

function font(): string {
  return FONT.replace("12px", `${12 * devicePixelRatio}px`);
}

export function text(ctx: CanvasRenderingContext2D, words: string, x: number, y: number, colour: string): void {
  ctx.fillStyle = colour;
  ctx.font = font();
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(words, x, y);
}
