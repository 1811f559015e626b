/** The one engine for guided practices: (state, event) → state. It has no clock of its own. */

import { lengthOf, momentAt, type Moment } from "./breath";
import type { Breath, Do, Practice, PracticeStep } from "./wire";

/** What of a practice the engine needs. */
export interface Score {
  steps: ScoreStep[];
}

export interface ScoreStep {
  do: Do;
  /** It goes on by itself after so long; null: it waits for the person. */
  long_ms: number | null;
  /** Things in it that the person goes through one by one, at least one. */
  parts: number;
  breath: Breath | null;
  /** One side of a tap. */
  tap_ms: number;
  /** How much of a hold is tense; the rest of it lets go. */
  tense_ms: number;
}

export interface Run {
  step: number;
  part: number;
  /** Time in this step, pauses left out. */
  in_ms: number;
  /** The clock at the last tick. */
  at_ms: number;
  paused: boolean;
  done: "" | "finished" | "stopped";
}

export type Event =
  | { kind: "tick"; now_ms: number }
  | { kind: "next" | "back" | "skip" | "pause" | "resume" | "stop" }
  | { kind: "goTo"; step: number; in_ms: number };

/** How many of one’s own things there are to show. */
export interface OwnCounts {
  phrases: number;
  kit: number;
}

export interface Where {
  step: number;
  of: number;
  part: number;
  parts: number;
  paused: boolean;
  timed: boolean;
  left_s: number | null;
  /** How much of its time has passed, 0 to 1; 0 where it waits for the person. */
  share: number;
  breath: Moment | null;
  side: "" | "left" | "right";
  grip: "" | "tense" | "release";
  /** Nothing comes before it, nothing after it. */
  first: boolean;
  last: boolean;
}

/** A silence of the clock longer than this was sleep, of the computer or of the page. */
export const ASLEEP_MS = 120_000;

export function scoreOf(practice: Practice, own: OwnCounts = { phrases: 0, kit: 0 }): Score {
  return { steps: practice.steps.map((step) => stepOf(step, own)) };
}

function stepOf(step: PracticeStep, own: OwnCounts): ScoreStep {
  return {
    do: step.do,
    long_ms: longOf(step),
    parts: Math.max(1, partCount(step, own)),
    breath: step.breath,
    tap_ms: 1000 * (step.tap_s ?? 1),
    tense_ms: 1000 * (step.hold_s ?? 0),
  };
}

function partCount(step: PracticeStep, own: OwnCounts): number {
  if (step.do === "name") return step.count ?? 1;
  if (step.do !== "own") return 1;
  return step.own === "phrases" ? own.phrases : step.own === "kit" ? own.kit : 1;
}

function longOf(step: PracticeStep): number | null {
  switch (step.do) {
    case "wait":
    case "tap":
      return 1000 * (step.wait_s ?? 0);
    case "hold":
      return 1000 * ((step.hold_s ?? 0) + (step.release_s ?? 0));
    case "breathe":
      return step.breath === null ? null : wholeBreaths(step.breath, step.minutes ?? 0);
    default:
      return null;
  }
}

/** The breath under way at the end of the planned minutes is let out first. */
function wholeBreaths(breath: Breath, minutes: number): number {
  const one_s = lengthOf(breath);
  const breaths = Math.max(1, Math.ceil((60 * minutes) / one_s - 1e-9));
  return Math.round(1000 * one_s * breaths);
}

export function begin(now_ms: number): Run {
  return { step: 0, part: 0, in_ms: 0, at_ms: now_ms, paused: false, done: "" };
}

export function advance(score: Score, run: Run, event: Event): Run {
  if (run.done !== "") return run;
  switch (event.kind) {
    case "tick":
      return ticked(score, run, event.now_ms);
    case "next":
      return hasPart(score, run) ? { ...run, part: run.part + 1 } : moved(score, run, run.step + 1);
    case "skip":
      return moved(score, run, run.step + 1);
    case "back":
      return run.part > 0 ? { ...run, part: run.part - 1 } : moved(score, run, Math.max(0, run.step - 1));
    case "goTo":
      return wentTo(score, run, event.step, event.in_ms);
    case "pause":
      return timed(score, run) ? { ...run, paused: true } : run;
    case "resume":
      return run.paused ? { ...run, paused: false, in_ms: resumed(score, run) } : run;
    case "stop":
      return { ...run, paused: false, done: "stopped" };
  }
}

function ticked(score: Score, run: Run, now_ms: number): Run {
  const gone = now_ms - run.at_ms;
  let now: Run = { ...run, at_ms: now_ms };
  let left = run.paused || gone < 0 || gone > ASLEEP_MS ? 0 : gone;
  while (left > 0 && now.done === "") {
    const long = score.steps[now.step]?.long_ms ?? null;
    if (long === null || now.in_ms + left < long) return { ...now, in_ms: now.in_ms + left };
    left -= long - now.in_ms;
    now = moved(score, now, now.step + 1);
  }
  return now;
}

function moved(score: Score, run: Run, step: number): Run {
  if (step >= score.steps.length) return { ...run, paused: false, done: "finished" };
  return { ...run, step, part: 0, in_ms: 0, paused: false };
}

/** A breath that was broken off begins again with breathing in. */
function resumed(score: Score, run: Run): number {
  const breath = score.steps[run.step]?.breath ?? null;
  if (breath === null) return run.in_ms;
  const one_ms = 1000 * lengthOf(breath);
  return Math.floor(run.in_ms / one_ms) * one_ms;
}

/** Another page, or an earlier life of this one, was there already. */
function wentTo(score: Score, run: Run, step: number, in_ms: number): Run {
  const within = Math.min(Math.max(0, Math.trunc(step)), score.steps.length - 1);
  const long = score.steps[within]?.long_ms ?? Infinity;
  return { ...run, step: within, part: 0, in_ms: Math.min(Math.max(0, in_ms), long), paused: false };
}

function hasPart(score: Score, run: Run): boolean {
  return run.part < (score.steps[run.step]?.parts ?? 1) - 1;
}

function timed(score: Score, run: Run): boolean {
  return (score.steps[run.step]?.long_ms ?? null) !== null;
}

export function whereIs(score: Score, run: Run): Where {
  const step = score.steps[run.step];
  const long = step?.long_ms ?? null;
  const sided = step?.do === "tap" && Math.floor(run.in_ms / step.tap_ms) % 2 === 0;
  return {
    step: run.step,
    of: score.steps.length,
    part: run.part,
    parts: step?.parts ?? 1,
    paused: run.paused,
    timed: long !== null,
    left_s: long === null ? null : Math.ceil(Math.max(0, long - run.in_ms) / 1000),
    share: long === null || long === 0 ? 0 : Math.min(1, run.in_ms / long),
    breath: step?.breath ? momentAt(step.breath, run.in_ms / 1000) : null,
    side: step?.do !== "tap" ? "" : sided ? "left" : "right",
    grip: step?.do !== "hold" ? "" : run.in_ms < step.tense_ms ? "tense" : "release",
    first: run.step === 0 && run.part === 0,
    last: run.step === score.steps.length - 1 && !hasPart(score, run),
  };
}
