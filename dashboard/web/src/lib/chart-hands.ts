/** Where a click on a session's chart goes: an activation's sign, a pin, or a moment of it. */

import { levels } from "./review-marks";

export interface Place {
  x: number;
  y: number;
}

export interface Sights {
  /** Each onset with its number, each note with its place in the list; x in px. */
  activations: { number: number; x: number }[];
  notes: { x: number }[];
}

export type Touched = { activation: number } | { note: number } | null;

const SIGN_HIGH = 19;
const REACH = 14;
const PIN_REACH = 11;

export function touched(at: Place, sights: Sights): Touched {
  const near = sights.activations
    .map((one) => ({ ...one, far: Math.abs(one.x - at.x) }))
    .filter((one) => one.far <= REACH && at.y <= SIGN_HIGH)
    .sort((a, b) => a.far - b.far)[0];
  if (near) return { activation: near.number };
  const level = levels(sights.notes.map((note) => note.x), 20);
  const note = sights.notes.findIndex((one, n) => Math.abs(one.x - at.x) <= PIN_REACH && Math.abs(28 + (level[n] ?? 0) * 20 - at.y) <= PIN_REACH);
  return note < 0 ? null : { note };
}

/** How far one press moves the reading: a hundredth of what is seen, whole seconds. */
export function stride(seen_s: number): number {
  return Math.max(1, Math.round(seen_s / 100));
}
