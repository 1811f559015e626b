/** Where a breath is at a moment: pure, so that circle, bar and words agree. */

import type { Breath } from "./wire";

export type Part = "in" | "hold" | "out" | "rest";

export interface Moment {
  part: Part;
  /** 0 empty, 1 full. */
  fill: number;
  /** Whole seconds left of this part. */
  left_s: number;
  /** Breaths begun so far, from 1. */
  breath: number;
}

const ORDER: Part[] = ["in", "hold", "out", "rest"];

export function lengthOf(breath: Breath): number {
  return breath.in_s + breath.hold_s + breath.out_s + breath.rest_s;
}

export function momentAt(breath: Breath, seconds: number): Moment {
  const total = lengthOf(breath);
  const lengths: Record<Part, number> = {
    in: breath.in_s, hold: breath.hold_s, out: breath.out_s, rest: breath.rest_s,
  };
  let left = ((seconds % total) + total) % total;
  const count = Math.floor(seconds / total) + 1;
  for (const part of ORDER) {
    const long = lengths[part];
    if (left < long) {
      return { part, fill: fillOf(part, left / long), left_s: Math.ceil(long - left), breath: count };
    }
    left -= long;
  }
  return { part: "rest", fill: 0, left_s: 0, breath: count };
}

function fillOf(part: Part, share: number): number {
  const eased = 0.5 - Math.cos(Math.PI * share) / 2;
  switch (part) {
    case "in":
      return eased;
    case "hold":
      return 1;
    case "out":
      return 1 - eased;
    case "rest":
      return 0;
  }
}
