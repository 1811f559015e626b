/** The ECG strip: where its samples stand on a canvas. Pure scaling, no drawing. */

import type { EcgSlice } from "./wire";

export const WINDOW_S = 6;
/** Session seconds without a new sample after which a strip is old, and not shown. */
export const STALE_S = 5;
const STEP_UV = 500;
const MOST_UV = 4000;

export interface Scale {
  /** The quiet line between the beats, in microvolts. */
  middle: number;
  /** Half the height. In steps, so that a strip does not breathe; never so small that noise looks like beats. */
  half: number;
}

export function scaleOf(samples: number[]): Scale {
  if (samples.length === 0) return { middle: 0, half: STEP_UV };
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const far = Math.max((sorted.at(-1) ?? 0) - middle, middle - (sorted[0] ?? 0));
  return { middle, half: Math.min(Math.max(Math.ceil(far / STEP_UV) * STEP_UV, STEP_UV), MOST_UV) };
}

/** Pairs of x and y. The newest sample is at the right edge, and what is too high is cut. */
export function points(ecg: EcgSlice, width: number, height: number): [number, number][] {
  const shown = ecg.samples.slice(-WINDOW_S * ecg.hz);
  const { middle, half } = scaleOf(shown);
  const apart = width / (WINDOW_S * ecg.hz);
  return shown.map((uv, i) => {
    const share = Math.min(Math.max((uv - middle) / half, -1), 1);
    return [width - (shown.length - 1 - i) * apart, (height / 2) * (1 - share)];
  });
}

/** A faint line each second, from the right edge. */
export function seconds(width: number): number[] {
  return Array.from({ length: WINDOW_S - 1 }, (_, i) => width - ((i + 1) * width) / WINDOW_S);
}

export function isStale(now_s: number, heard_s: number): boolean {
  return now_s - heard_s > STALE_S;
}
