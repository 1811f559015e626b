/** The pointer and the keys on a session's chart: an activation's sign, a pin, or a moment of it. */

import type { View } from "./gestures";
import { levels } from "./review-marks";
import type { Range } from "./zoom";

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
const DRAWN = 6;

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

export interface Hand {
  /** A mouse came over the chart, or the pointer left it. */
  over(is: boolean): void;
  click(at: Place, clientX: number): void;
}

/** A press that was drawn aside is no click: it zooms. */
export function pointer(element: HTMLElement, hand: Hand): () => void {
  let from = 0;
  const click = (e: MouseEvent) => {
    if (Math.abs(e.clientX - from) > DRAWN) return;
    const box = element.getBoundingClientRect();
    hand.click({ x: e.clientX - box.left, y: e.clientY - box.top }, e.clientX);
  };
  const pairs: [string, (e: PointerEvent) => void][] = [
    ["pointerdown", (e) => (from = e.clientX)],
    ["pointerenter", (e) => hand.over(e.pointerType === "mouse")],
    ["pointerleave", () => hand.over(false)],
    ["click", click],
  ];
  for (const [name, run] of pairs) element.addEventListener(name, run as EventListener);
  return () => pairs.forEach(([name, run]) => element.removeEventListener(name, run as EventListener));
}

/** As wide as before, with this time in the middle. */
export function around(view: View, at_s: number): Range {
  const { min, max } = view.now();
  const half = (max - min) / 2;
  const middle = Math.min(Math.max(at_s, view.full.min + half), view.full.max - half);
  return { min: middle - half, max: middle + half };
}

/** How far one press moves the reading: a hundredth of what is seen, whole seconds. */
export function stride(seen_s: number): number {
  return Math.max(1, Math.round(seen_s / 100));
}
