/** Made-up practices for the tests, and a seeded way to draw from lists. */

import { FALLBACK } from "../src/lib/orienting";
import type { Breath, Do, Practice, PracticeStep } from "../src/lib/wire";

export const BREATH: Breath = { in_s: 4, sip_s: 0, hold_s: 0, out_s: 6, rest_s: 0 };
export const SQUARE: Breath = { in_s: 4, sip_s: 0, hold_s: 4, out_s: 4, rest_s: 4 };
export const SIGH: Breath = { in_s: 2, sip_s: 1, hold_s: 0, out_s: 6, rest_s: 0 };

const FIRST = FALLBACK.steps[0] as PracticeStep;

export function step(kind: Do, change: Partial<PracticeStep> = {}): PracticeStep {
  return { ...FIRST, do: kind, say: `to ${kind}`, ...change };
}

export function practice(steps: PracticeStep[], change: Partial<Practice> = {}): Practice {
  return { ...FALLBACK, id: "made-up", eyes: "any", steps, ...change };
}

/** One step of every kind. */
export const EVERY_KIND = practice([
  step("say"),
  step("wait", { wait_s: 20 }),
  step("breathe", { breath: BREATH, minutes: 1 }),
  step("tap", { wait_s: 12, tap_s: 1.5 }),
  step("name", { count: 3 }),
  step("hold", { hold_s: 5, release_s: 10 }),
  step("write", { field: "fear" }),
  step("choose", { field: "tone", options: ["soft", "clear"] }),
  step("own", { own: "phrases" }),
  step("draft", { compose: "I feel {fear}, said {tone}." }),
]);

/** mulberry32 (Tommy Ettinger, public domain): the same draws for the same seed. */
export function draws(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
