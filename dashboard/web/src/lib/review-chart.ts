/** One session as a picture: heart, band, activations, what was done, gaps; movement in a strip below. */

import uPlot from "uplot";
import { withBreaks } from "./breaks";
import { FONT, type Colours } from "./colours";
import { clock } from "./format";
import { heartRange } from "./live-chart";
import { drawEvents, text } from "./review-marks";
import type { Range } from "./zoom";
import type { Review, SessionNote } from "./wire";

export interface ReviewLook {
  width: number;
  height: number;
  colours: Colours;
  simulated: string | null;
  phaseWords(kind: string): string;
  noData: string;
  noReading: string;
  /** What was written later, numbered by their order here. */
  notes(): SessionNote[];
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

/** `read`: the time under the cursor as it moves; null where it has left. */
export function heartChart(
  target: HTMLElement, review: Review, look: ReviewLook, zoomed: (r: Range) => void, read: (s: number | null) => void,
): uPlot {
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
      setCursor: [(u) => read((u.cursor.left ?? -1) < 0 ? null : u.posToVal(u.cursor.left ?? 0, "x"))],
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
  text(ctx, words, (left + right) / 2, bbox.top + 0.3 * bbox.height, look.colours.quiet);
}

