/** Ranges of a chart's time axis: zooming and moving never leave the recording. */

export interface Range {
  min: number;
  max: number;
}

export const NARROWEST_S = 20;

export function zoomed(range: Range, full: Range, factor: number, at: number): Range {
  const wide = range.max - range.min;
  const next = Math.min(Math.max(wide * factor, NARROWEST_S), full.max - full.min);
  const share = wide > 0 ? (at - range.min) / wide : 0.5;
  return inside({ min: at - share * next, max: at + (1 - share) * next }, full);
}

export function moved(range: Range, full: Range, share: number): Range {
  const by = (range.max - range.min) * share;
  return inside({ min: range.min + by, max: range.max + by }, full);
}

function inside(range: Range, full: Range): Range {
  const wide = Math.min(range.max - range.min, full.max - full.min);
  const min = Math.min(Math.max(range.min, full.min), full.max - wide);
  return { min, max: min + wide };
}
