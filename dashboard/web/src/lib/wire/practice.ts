/** Practices as the server lists them, and what belongs to one's own; `biocoach/coach/practice.py` has the same. */

import type { HeartState, Phase } from "./basics";

export const AREAS = ["breathing", "grounding", "distress", "kindness", "relating", "inner", "learn"] as const;
export type Area = (typeof AREAS)[number];

export const GOOD_FOR = [
  "before", "activation", "urge", "anger", "far_away", "after", "sleep", "talking", "every_day",
] as const;
export type GoodFor = (typeof GOOD_FOR)[number];

export type Ask =
  | "heart_disease" | "heart_slowing" | "cold_allergy" | "eating_disorder"
  | "pregnancy" | "lung_disease" | "seizures" | "injury";

export type Do = "say" | "wait" | "breathe" | "tap" | "name" | "hold" | "write" | "choose" | "own" | "draft";
export type OwnKind = "phrases" | "kit" | "imagery";

/** Why a practice can’t be begun; "" where it can. */
export type Closed = "" | "opt_in" | "ask_first" | "not_for_me" | "therapist" | "no_pace";

/** One breath, in s. `sip_s`: a second, short in-breath on top of the first. */
export interface Breath {
  in_s: number;
  sip_s: number;
  hold_s: number;
  out_s: number;
  rest_s: number;
}

/** What belongs to other kinds of steps is null or empty. */
export interface PracticeStep {
  do: Do;
  say: string;
  wait_s: number | null;
  minutes: number | null;
  /** Filled in by the server where the pace is one’s own. */
  breath: Breath | null;
  pace: "fixed" | "own";
  tap_s: number | null;
  count: number | null;
  hold_s: number | null;
  release_s: number | null;
  field: string;
  options: string[];
  own: OwnKind | null;
  compose: string;
}

/** When the coach may offer it by itself; rank 0: never. */
export interface Fits {
  rank: number;
  phases: Phase[];
  states: HeartState[];
  good_signal: boolean;
}

export interface Source {
  author: string;
  year: number;
  where: string;
}

export interface Practice {
  id: string;
  title: string;
  summary: string;
  about: string;
  area: Area;
  voice: "adult" | "child" | "any";
  eyes: "open" | "any";
  good_for: GoodFor[];
  opt_in: boolean;
  therapist: boolean;
  /** It looks for one’s own pace. */
  finder: boolean;
  ask_first: Ask[];
  fits: Fits;
  steps: PracticeStep[];
  stop: string[];
  sources: Source[];
  /** A file of one’s own. */
  mine: boolean;
  closed: Closed;
  /** The coach may offer it, and whether the person may say so. */
  offered: boolean;
  may_be_offered: boolean;
}

/** A file that could not be read. */
export interface FileProblem {
  file: string;
  line: number;
  why: string;
}

export interface OwnPace {
  per_min: number;
  found_utc: string;
}

/** The end of the search for one’s own pace. `tied`: those that may be best; `edge`: one beyond
 *  those that were tried may be better still. */
export interface PaceFound {
  at_s: number;
  per_min: number | null;
  tied: number[];
  because: string;
  why: string;
  edge: boolean;
  tried: { per_min: number; wave_bpm: number | null; why: string }[];
}

export interface ShelfAnswer {
  practices: Practice[];
  problems: FileProblem[];
  folder: string;
  sampling: boolean;
  pace: OwnPace | null;
}

export type PracticeChoice =
  | { opted_in: boolean }
  | { asked: "clear" | "not_for_me" | "again" }
  | { enabled_by: string }
  | { offered: boolean };

export type PracticeMoment = "started" | "moved" | "finished" | "stopped";

/** One thing of the comfort kit; `media` is the id of its picture or recorded voice, or "". */
export interface OwnThing {
  id: string;
  kind: "word" | "object" | "scent" | "picture" | "voice";
  text: string;
  media: string;
}

export interface OwnImagery {
  text: string;
  by: string;
}

export interface OwnAnswer {
  phrases: string[];
  kit: OwnThing[];
  imagery: OwnImagery;
}
