/** The live trace: five minutes that move by, its baseline band, activations in rust, gaps as gaps,
 * and movement along its foot, where it is known. */

import uPlot from "uplot";
import { withBreaks } from "./breaks";
import { FONT, watermark, type Colours } from "./colours";
import { WINDOW_S } from "./seen";
import type { EventsSlice, TraceRow } from "./wire";

const NARROWEST_BPM = 40;
/** The share of the height that belongs to movement. */
const FOOT = 0.2;
/** Sitting still is near zero; less than this does not fill the foot (milli-g). */
const STILL_MG = 100;

export interface LiveChart {
  plot: uPlot;
  show(trace: TraceRow[], events: EventsSlice): void;
}

export interface Look {
  width: number;
  height: number;
  numbers: boolean;
  simulated: string | null;
  movement: string;
  colours: Colours;
}

export function columns(trace: TraceRow[]): uPlot.AlignedData {
  const times = trace.map((row) => row[0]);
  return withBreaks(times, [trace.map((r) => r[3]), trace.map((r) => r[2]), trace.map((r) => r[1]), trace.map((r) => r[4])]);
}

/** The visible range of heart rates: never so narrow that a breath looks like an alarm. */
export function heartRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [50, 50 + NARROWEST_BPM];
  const wide = Math.max(high - low + 12, NARROWEST_BPM);
  const middle = (low + high) / 2;
  return [Math.floor(middle - wide / 2), Math.ceil(middle + wide / 2)];
}

/** The heart keeps off the foot while movement stands there. */
export function aboveFoot([low, high]: [number, number], moves: boolean): [number, number] {
  return moves ? [low - ((high - low) * FOOT) / (1 - FOOT), high] : [low, high];
}

export function liveChart(target: HTMLElement, look: Look): LiveChart {
  let events: EventsSlice = { activations: [], marks: [], ratings: [], urges: [], gaps: [] };
  let moves = false;
  const options: uPlot.Options = {
    width: look.width,
    height: look.height,
    legend: { show: false },
    cursor: { show: false },
    padding: [10, 0, 10, 0],
    scales: {
      x: { time: false, range: (_u, _min, max) => [(max ?? 0) - WINDOW_S, max ?? 0] },
      y: { range: (_u, min, max) => aboveFoot(heartRange(min, max), moves) },
      mg: { range: (_u, _min, max) => [0, Math.max(max ?? 0, STILL_MG) / FOOT] },
    },
    axes: [{ show: false }, heartAxis(look)],
    series: [
      {},
      { points: { show: false } },
      { points: { show: false } },
      { stroke: look.colours.green, width: 2, points: { show: false }, spanGaps: false },
      { scale: "mg", stroke: look.colours.edge, fill: look.colours.line, width: 1, points: { show: false }, spanGaps: false },
    ],
    bands: [{ series: [1, 2], fill: look.colours.band }],
    hooks: {
      draw: [
        (u) => shadeGaps(u, events, look.colours),
        (u) => drawActivations(u, events, look.colours),
        (u) => moves && footWord(u, look),
        (u) => look.simulated && watermark(u.ctx, look.simulated, u.bbox, look.colours.quiet),
      ],
    },
  };
  const plot = new uPlot(options, columns([]), target);
  return {
    plot,
    show(trace, latest) {
      events = latest;
      const seen = trace.slice(-WINDOW_S - 1);
      moves = seen.some((row) => row[4] !== null);
      plot.setData(columns(seen));
    },
  };
}

function heartAxis(look: Look): uPlot.Axis {
  return {
    show: look.numbers,
    stroke: look.colours.quiet,
    font: FONT,
    size: 44,
    grid: { stroke: look.colours.line, width: 1 },
    ticks: { show: false },
  };
}

/** What the line at the foot is, at its beginning. */
function footWord(u: uPlot, look: Look): void {
  const { ctx, bbox } = u;
  ctx.fillStyle = look.colours.quiet;
  ctx.font = FONT.replace("12px", `${12 * devicePixelRatio}px`);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.fillText(look.movement, bbox.left + 4 * devicePixelRatio, bbox.top + bbox.height - 2 * devicePixelRatio);
}

function shadeGaps(u: uPlot, events: EventsSlice, colours: Colours): void {
  u.ctx.fillStyle = colours.gap;
  for (const gap of events.gaps) {
    const left = Math.max(u.valToPos(gap.start_s, "x", true), u.bbox.left);
    const right = Math.min(u.valToPos(gap.end_s, "x", true), u.bbox.left + u.bbox.width);
    if (right > left) u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
  }
}

function drawActivations(u: uPlot, events: EventsSlice, colours: Colours): void {
  const { ctx, bbox } = u;
  ctx.strokeStyle = ctx.fillStyle = colours.rust;
  ctx.lineWidth = devicePixelRatio;
  for (const activation of events.activations) {
    const x = u.valToPos(activation.onset_s, "x", true);
    if (!(x >= bbox.left && x <= bbox.left + bbox.width)) continue;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.arc(x, bbox.top + 5 * devicePixelRatio, 5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
}
