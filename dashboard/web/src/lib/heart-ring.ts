/** The heart of the last minute as a ring around the breath: pure geometry. A full turn is a minute,
 *  so that what has been drawn stands still and only its tip goes on. */

import type { TraceRow } from "./wire";

export const TURN_S = 60;
/** The tip never bites its own tail. */
export const FREE_S = 5;
/** Rows come once a second; more between two of them is a gap, and stays one. */
const GAP_S = 1.5;
/** Smaller swings than this, to either side, are not blown up to fill the ring. */
const HALF_MIN_BPM = 5;

export interface RingPoint {
  at_s: number;
  bpm: number;
}

/** Where the ring’s middle line is, and how far from it its edges are, in beats a minute. */
export interface Span {
  middle_bpm: number;
  half_bpm: number;
}

/** How far the tip has come: a second behind the last row, so that it glides to it. */
export function tipAt(trace: TraceRow[], since_s: number): number | null {
  const last = trace.at(-1);
  return last === undefined ? null : last[0] - 1 + Math.min(1, Math.max(0, since_s));
}

/** What can be drawn up to the tip, in runs without a gap. */
export function runsOf(trace: TraceRow[], tip_s: number): RingPoint[][] {
  const runs: RingPoint[][] = [];
  let before: RingPoint | null = null;
  for (const row of trace.slice(-TURN_S - 2)) {
    const [at_s, bpm] = row;
    const here: RingPoint | null = bpm === null ? null : { at_s, bpm };
    if (here !== null && at_s >= tip_s - (TURN_S - FREE_S)) {
      const joined: boolean = before !== null && at_s - before.at_s <= GAP_S && runs.length > 0;
      const shown = at_s <= tip_s ? here : joined && before !== null ? between(before, here, tip_s) : null;
      if (shown !== null && joined) runs.at(-1)?.push(shown);
      else if (shown !== null) runs.push([shown]);
    }
    before = here;
  }
  return runs;
}

function between(a: RingPoint, b: RingPoint, at_s: number): RingPoint | null {
  if (at_s <= a.at_s) return null;
  return { at_s, bpm: a.bpm + ((b.bpm - a.bpm) * (at_s - a.at_s)) / (b.at_s - a.at_s) };
}

export function spanOf(runs: RingPoint[][]): Span | null {
  const all = runs.flat().map((point) => point.bpm);
  if (all.length === 0) return null;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return { middle_bpm: (low + high) / 2, half_bpm: Math.max(HALF_MIN_BPM, (high - low) / 2) };
}

/** Clockwise from the top, in radians. */
export function angleOf(at_s: number): number {
  return ((at_s % TURN_S) / TURN_S) * 2 * Math.PI - Math.PI / 2;
}

/** −1 at the inner edge, 1 at the outer one. */
export function riseOf(bpm: number, span: Span): number {
  return Math.min(1, Math.max(-1, (bpm - span.middle_bpm) / span.half_bpm));
}

/** A value on its way to another, so that nothing jumps: after `slow_s` two thirds of it are done. */
export function eased(from: number, to: number, gone_s: number, slow_s: number): number {
  return to + (from - to) * Math.exp(-Math.max(0, gone_s) / slow_s);
}
