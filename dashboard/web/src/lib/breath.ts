/** Where a breath is at a moment: pure, so that circle, bar, words and sound agree. */

import type { Breath } from "./wire";

export type Part = "in" | "sip" | "hold" | "out" | "rest";

export interface Moment {
  part: Part;
  /** 0 empty, 1 full. */
  fill: number;
  /** Whole seconds left of this part. */
  left_s: number;
  /** Breaths begun so far, from 1. */
  breath: number;
}

export interface PartSpan {
  part: Part;
  long_s: number;
}

/** So full is the first in-breath where a sip comes on top of it. */
const BEFORE_SIP = 0.8;

/** The parts that this breath has, in their order. */
export function partsOf(breath: Breath): PartSpan[] {
  const all: PartSpan[] = [
    { part: "in", long_s: breath.in_s },
    { part: "sip", long_s: breath.sip_s },
    { part: "hold", long_s: breath.hold_s },
    { part: "out", long_s: breath.out_s },
    { part: "rest", long_s: breath.rest_s },
  ];
  return all.filter((span) => span.long_s > 0);
}

export function lengthOf(breath: Breath): number {
  return partsOf(breath).reduce((sum, span) => sum + span.long_s, 0);
}

export function momentAt(breath: Breath, seconds: number): Moment {
  const total = lengthOf(breath);
  const count = Math.floor(seconds / total) + 1;
  let left = ((seconds % total) + total) % total;
  for (const { part, long_s } of partsOf(breath)) {
    if (left < long_s) {
      const fill = fillOf(part, left / long_s, breath.sip_s > 0);
      return { part, fill, left_s: Math.ceil(long_s - left), breath: count };
    }
    left -= long_s;
  }
  return { part: "out", fill: 0, left_s: 0, breath: count }; // rounding, at the very end of a breath
}

/** Slow at both ends, as a breath is. */
function fillOf(part: Part, share: number, sips: boolean): number {
  const eased = 0.5 - Math.cos(Math.PI * share) / 2;
  const first = sips ? BEFORE_SIP : 1;
  switch (part) {
    case "in":
      return first * eased;
    case "sip":
      return BEFORE_SIP + (1 - BEFORE_SIP) * eased;
    case "hold":
      return 1;
    case "out":
      return 1 - eased;
    case "rest":
      return 0;
  }
}

/** How the heart swings with a paced breath, in three steps for words. Noise holds 0.11 of its
 *  sway in one wave, a quiet heart 0.27, one that follows a pacer 0.7 (docs/signal.md); the
 *  steps lie between these. */
export type Swing = "unknown" | "little" | "some" | "even";

export function swingOf(evenness: number | null): Swing {
  if (evenness === null) return "unknown";
  if (evenness < 0.35) return "little";
  return evenness < 0.6 ? "some" : "even";
}
