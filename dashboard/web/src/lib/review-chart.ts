/** One session as a picture: heart, band, activations, what was done, gaps; movement in a strip below. */

import uPlot from "uplot";
import { withBreaks } from "./breaks";
import { FONT, watermark, type Colours } from "./colours";
import { clock } from "./format";
import { heartRange } from "./live-chart";
import type { Range } from "./zoom";
import type { Review } from "./wire";

export interface ReviewLook {
  width: number;
  height: number;
  colours: Colours;
  simulated: string | null;
  phaseWords(kind: string): string;
  noData: string;
  noReading: string;
}

export const AXIS_WIDTH = 46;
/** Below this the chart is a phone's. */
export const PHONE_PX = 600;
const RIGHT = 14;
const STRIPE = 3;

export function reviewColumns(review: Review): uPlot.AlignedData {
  const s = review.series;
  return withBreaks(s.t_s, [s.hi_bpm, s.lo_bpm, s.hr_bpm]);
}

export function fullRange(review: Review): Range {
  const times = review.series.t_s;
  return { min: times[0] ?? 0, max: Math.max(times.at(-1) ?? 1, (times[0] ?? 0) + 1) };
}

export function heartChart(target: HTMLElement, review: Review, look: ReviewLook, zoomed: (r: Range) => void): uPlot {
  const { colours } = look;
  const options: uPlot.Options = {
    width: look.width,
    height: look.height,
    legend: { show: false },
    padding: [34, RIGHT, 0, 0],
    cursor: { drag: { x: true, y: false, dist: 8 }, points: { show: false }, y: false },
    scales: { x: { time: false }, y: { range: (_u, min, max) => heartRange(min, max) } },
    axes: [timeAxis(look, true), heartAxis(colours)],
    series: [
      {},
      { points: { show: false } },
      { points: { show: false } },
      { stroke: colours.green, width: 1.75, points: { show: false }, spanGaps: false },
    ],
    bands: [{ series: [1, 2], fill: colours.band }],
    hooks: {
      draw: [(u) => shadeUnknown(u, review, look), (u) => drawEvents(u, review, look)],
      setScale: [(u, key) => key === "x" && zoomed({ min: u.scales["x"]?.min ?? 0, max: u.scales["x"]?.max ?? 1 })],
    },
  };
  return new uPlot(options, reviewColumns(review), target);
}

export function movementChart(target: HTMLElement, review: Review, look: ReviewLook): uPlot {
  const { colours } = look;
  const options: uPlot.Options = {
    width: look.width,
    height: 64,
    legend: { show: false },
    cursor: { show: false },
    padding: [4, RIGHT, 0, 0],
    scales: { x: { time: false }, y: { range: (_u, _min, max) => [0, Math.max(max ?? 0, 100)] } },
    axes: [timeAxis(look, false), { show: true, size: AXIS_WIDTH, values: () => [], grid: { show: false }, ticks: { show: false } }],
    series: [{}, { stroke: colours.edge, fill: colours.line, width: 1, points: { show: false }, spanGaps: false }],
    hooks: { draw: [(u) => shadeGaps(u, review, look)] },
  };
  return new uPlot(options, withBreaks(review.series.t_s, [review.series.movement_mg]), target);
}

function timeAxis(look: ReviewLook, words: boolean): uPlot.Axis {
  return {
    show: words,
    stroke: look.colours.quiet,
    font: FONT,
    size: 34,
    space: look.width < PHONE_PX ? 60 : 90,
    incrs: [10, 30, 60, 120, 300, 600, 900, 1800, 3600],
    values: (_u, splits) => splits.map((s) => clock(s)),
    grid: { show: false },
    ticks: { show: false },
  };
}

function heartAxis(colours: Colours): uPlot.Axis {
  return {
    stroke: colours.quiet,
    font: FONT,
    size: AXIS_WIDTH,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
}

/** Where nothing is known: no data is a full band; data that could not be read, stripes. */
function shadeUnknown(u: uPlot, review: Review, look: ReviewLook): void {
  shadeGaps(u, review, look);
  for (const part of review.no_reading) shade(u, part, look, look.noReading, true);
}

function shadeGaps(u: uPlot, review: Review, look: ReviewLook): void {
  for (const gap of review.gaps) shade(u, gap, look, look.noData, false);
}

function shade(u: uPlot, part: { start_s: number; end_s: number }, look: ReviewLook, words: string, striped: boolean): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  const left = Math.max(u.valToPos(part.start_s, "x", true), bbox.left);
  const right = Math.min(u.valToPos(part.end_s, "x", true), bbox.left + bbox.width);
  if (right <= left) return;
  ctx.fillStyle = look.colours.gap;
  const wide = striped ? STRIPE * px : right - left;
  for (let x = left; x < right; x += 2 * wide) ctx.fillRect(x, bbox.top, Math.min(wide, right - x), bbox.height);
  if (right - left < 60 * px || bbox.height < 80 * px) return;
  text(ctx, words, (left + right) / 2, bbox.top + bbox.height - 28 * px, look.colours.quiet);
}

function drawEvents(u: uPlot, review: Review, look: ReviewLook): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  const { colours } = look;
  const right = bbox.left + bbox.width;
  const seen = (x: number) => x >= bbox.left - 1 && x <= right + 1;
  const at = (s: number) => u.valToPos(s, "x", true);
  ctx.save();

  for (const a of review.activations) {
    const from = Math.max(at(a.onset_s), bbox.left);
    const to = Math.min(a.end_s === null ? right : at(a.end_s), right);
    if (to < bbox.left || from > right) continue;
    ctx.fillStyle = colours.rust;
    ctx.globalAlpha = 0.14;
    ctx.fillRect(from, bbox.top, Math.max(to - from, 2 * px), bbox.height);
    ctx.globalAlpha = 1;
    if (seen(at(a.onset_s))) shape(ctx, "disc", at(a.onset_s), bbox.top + 8 * px, 6 * px, colours.rust);
  }

  let lastLabel = -Infinity;
  for (const m of review.marks) {
    if (!seen(at(m.at_s)) || m.kind === "baseline") continue;
    line(ctx, at(m.at_s), bbox, colours.edge);
    if (m.kind === "note" || at(m.at_s) - lastLabel < 110 * px) continue;
    lastLabel = at(m.at_s);
    text(ctx, look.phaseWords(m.kind), Math.min(Math.max(at(m.at_s), bbox.left + 30 * px), right - 40 * px), bbox.top - 14 * px, colours.quiet);
  }

  const lane = bbox.top + bbox.height - 10 * px;
  for (const o of review.offers) if (seen(at(o.at_s))) shape(ctx, "triangle", at(o.at_s), lane, 6 * px, colours.green);
  for (const r of review.ratings) if (seen(at(r.at_s))) shape(ctx, "ring", at(r.at_s), lane, 5 * px, colours.ink);
  for (const g of review.urges) if (seen(at(g.at_s))) shape(ctx, "diamond", at(g.at_s), lane, 6 * px, colours.quiet);
  ctx.restore();
  if (look.simulated) watermark(ctx, look.simulated, bbox, colours.quiet);
}

export type Shape = "disc" | "ring" | "triangle" | "diamond";

function shape(ctx: CanvasRenderingContext2D, kind: Shape, x: number, y: number, r: number, colour: string): void {
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  if (kind === "disc" || kind === "ring") ctx.arc(x, y, r, 0, 2 * Math.PI);
  else if (kind === "triangle") poly(ctx, [[x, y - r], [x + r, y + r], [x - r, y + r]]);
  else poly(ctx, [[x, y - r], [x + r, y], [x, y + r], [x - r, y]]);
  if (kind === "ring") ctx.stroke();
  else ctx.fill();
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

function text(ctx: CanvasRenderingContext2D, words: string, x: number, y: number, colour: string): void {
  ctx.fillStyle = colour;
  ctx.font = FONT.replace("12px", `${12 * devicePixelRatio}px`);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(words, x, y);
}
