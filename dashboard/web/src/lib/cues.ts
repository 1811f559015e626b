/** What of a step can be heard, and when: pure, so that sound can be put in ahead of time. */

import { partsOf } from "./breath";
import type { ScoreStep } from "./runner";
import type { Breath } from "./wire";

export type Cue = "in" | "sip" | "hold" | "out" | "rest" | "left" | "right" | "tense" | "release" | "bell";

export interface TimedCue {
  cue: Cue;
  /** When in the step. */
  in_ms: number;
  /** How long what it announces lasts. */
  long_ms: number;
}

/** The cues of a step from `from_ms` up to, not including, `to_ms`; a bell at its end. */
export function cuesBetween(step: ScoreStep, from_ms: number, to_ms: number): TimedCue[] {
  const end = step.long_ms;
  if (end === null) return [];
  const bell: TimedCue = { cue: "bell", in_ms: end, long_ms: 0 };
  const round = roundOf(step, end);
  const within = step.do === "hold" ? round : repeated(round, from_ms, to_ms).filter((cue) => cue.in_ms < end);
  return [...within, bell].filter((cue) => cue.in_ms >= from_ms && cue.in_ms < to_ms);
}

function roundOf(step: ScoreStep, end: number): TimedCue[] {
  if (step.breath !== null) return breathRound(step.breath);
  if (step.do === "tap") return inARow([["left", step.tap_ms], ["right", step.tap_ms]]);
  if (step.do === "hold") return inARow([["tense", step.tense_ms], ["release", end - step.tense_ms]]);
  return [];
}

function breathRound(breath: Breath): TimedCue[] {
  return inARow(partsOf(breath).map(({ part, long_s }) => [part, 1000 * long_s]));
}

function inARow(cues: [Cue, number][]): TimedCue[] {
  let in_ms = 0;
  return cues.map(([cue, long_ms]) => {
    const found = { cue, in_ms, long_ms };
    in_ms += long_ms;
    return found;
  });
}

/** The rounds that touch this span. */
function repeated(round: TimedCue[], from_ms: number, to_ms: number): TimedCue[] {
  const long = round.reduce((sum, cue) => sum + cue.long_ms, 0);
  if (long <= 0) return [];
  const found: TimedCue[] = [];
  for (let nth = Math.max(0, Math.floor(from_ms / long)); nth * long < to_ms; nth += 1) {
    for (const cue of round) found.push({ ...cue, in_ms: nth * long + cue.in_ms });
  }
  return found;
}
