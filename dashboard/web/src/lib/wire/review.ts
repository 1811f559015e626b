/** Recorded sessions, and what was brought in. */

import type { Support, Phase, Movement, Answer, Reply } from "./basics";
import type { Plan, MarkEvent, RatingEvent, UrgeEvent, GapEvent, Debrief } from "./session";

/** What a session is that was brought in whole. `dated` false: when it began is not known. */
export interface Elsewhere {
  where: "file" | "memory" | "word";
  format: string;
  dated: boolean;
  device: string;
}

export type AddedKind = "baseline" | "apart" | "back" | "note" | "suds" | "plan" | "debrief";

/** Said of a recording afterwards; its number takes it back. */
export interface Added {
  number: number;
  at_s: number;
  kind: AddedKind;
  text: string;
  suds: number | null;
}

export interface NewAdded {
  at_s: number;
  mark?: Exclude<AddedKind, "suds" | "plan" | "debrief">;
  text?: string;
  suds?: number;
  plan?: Plan;
  debrief?: Debrief;
}

/** What became of a file that was brought in. */
export interface BroughtIn {
  ok: true;
  session: string;
  new: boolean;
  started_utc: string | null;
  zone_assumed: boolean;
  length_s: number;
  cut_off: boolean;
  problem_count: number;
  overlaps: { session: string; started_utc: string }[];
}

export interface SessionRow {
  id: string;
  elsewhere?: Elsewhere | null;
  started_utc: string;
  length_s: number;
  phase: Phase;
  step_title: string;
  support: Support;
  simulated: boolean;
  activations: number;
  coverage: number;
  suds_before: number | null;
  suds_after: number | null;
  end_reason: string | null;
}

/** One kind of ways back over all practices; lengths in s, null where `why` says so. */
export interface RecoveryGroup {
  where: "apart" | "after_reunion";
  used: boolean;
  n: number;
  not_by_end: number;
  asked: number;
  offered: number;
  median_s: number | null;
  low_s: number | null;
  high_s: number | null;
  why: "" | "too_few" | "not_reached";
}

/** In how many of the sessions that are counted medicine that slows the heart was told of, as they began. */
export interface HeartSlowing {
  of: number;
  with: number;
}

export interface OverTime {
  simulated: boolean;
  groups: RecoveryGroup[];
  away: number;
  not_told: number;
  needed: number;
  heart_slowing: HeartSlowing;
  unread: number;
}

export interface ReviewRecovery {
  where: "apart" | "after_reunion" | "not_said";
  reference_s: number | null;
  half_s: number | null;
  full_s: number | null;
  censored: boolean;
  why: string | null;
}

/** Lengths in s from the way back's reference; `left_bpm` belongs to `after_s`. Null is unknown. */
export interface WayBackMore {
  tau_s: number | null;
  middle_s: number | null;
  steep_s: number | null;
  left_bpm: (number | null)[];
  after_s: number[];
  extra_ground: number | null;
  extra_baseline: number | null;
  full_s: number | null;
  full_window_s: number;
  why: "" | "not_known" | "disturbed";
}

export interface ReviewActivation {
  number: number;
  onset_s: number;
  alarm_s: number;
  peak_s: number | null;
  end_s: number | null;
  peak_bpm: number | null;
  baseline_bpm: number | null;
  movement: Movement;
  why: string;
  /** Over where the heart was lately, or slowly over the baseline: from `level_bpm` to `hr_bpm`. */
  kind: "quick" | "slow_climb";
  hr_bpm: number | null;
  level_bpm: number | null;
  threshold: number;
  would_not_below_bpm: number | null;
  rmssd_term: number | null;
  label: Answer | null;
  recovery: ReviewRecovery | null;
  /** Null where half-way was not reached. */
  more: WayBackMore | null;
}

export interface ReviewOffer {
  at_s: number;
  practice: string;
  because: string;
  reply: Reply | null;
  /** Why it no longer held before it was answered. */
  withdrawn: string | null;
  asked: boolean;
}

export interface ReviewPractice {
  practice: string;
  start_s: number;
  end_s: number | null;
  asked: boolean;
  finished: boolean;
}

export interface Series {
  t_s: number[];
  hr_bpm: (number | null)[];
  lo_bpm: (number | null)[];
  hi_bpm: (number | null)[];
  movement_mg: (number | null)[];
  rmssd_ms: (number | null)[];
}

/** Seconds in which heartbeats came, or might have, and none could be read. */
export interface NoReading {
  start_s: number;
  end_s: number;
  why: string;
}

export interface Review {
  id: string;
  elsewhere?: Elsewhere | null;
  afterwards?: Added[];
  /** No quiet minutes were marked, so that the first ones were taken for them. */
  baseline_assumed?: boolean;
  started_utc: string;
  length_s: number;
  simulated: boolean;
  plan: Plan | null;
  debrief: Debrief | null;
  end_reason: string | null;
  /** Share of the seconds with a reading. */
  coverage: number;
  movement: "verified" | "unverified";
  heart_slowing: boolean;
  settings_hash: string;
  phases: { phase: Phase; start_s: number; end_s: number | null }[];
  series: Series;
  activations: ReviewActivation[];
  offers: ReviewOffer[];
  silences: { at_s: number; because: string }[];
  practices: ReviewPractice[];
  ratings: RatingEvent[];
  urges: UrgeEvent[];
  marks: MarkEvent[];
  gaps: GapEvent[];
  no_reading: NoReading[];
  numbers_shown: { at_s: number; shown: boolean }[];
  distress: { before: number | null; after: number | null };
}

export const MEASURES = [
  "mean_nn_ms", "sdnn_ms", "rmssd_ms", "pnn50_pct", "lf_ms2", "hf_ms2", "sd1_ms", "sd2_ms", "sampen", "dfa_alpha1",
] as const;
export type Measure = (typeof MEASURES)[number];

/** A phase’s figures; `why` has a reason for each that is null. */
export type PhaseVariability = { phase: Phase; windows: number; why: Partial<Record<Measure, string>> } & Record<Measure, number | null>;

export interface Variability {
  simulated: boolean;
  method: { tool: string };
  phases: PhaseVariability[];
  left_out: string | null;
}

/** An activation as it was decided, on the day or by today's rules. */
export interface DecidedActivation {
  onset_s: number;
  peak_s: number | null;
  peak_bpm: number | null;
  half_s: number | null;
  censored: boolean | null;
}

export interface ThenAndNow {
  decided: boolean;
  same: boolean;
  activations: { then: DecidedActivation | null; now: DecidedActivation | null }[];
  baseline: { then: number | null; now: number | null };
  gaps_s: { then: number; now: number };
  coverage_now: number;
  settings: { then: string | null; now: string };
  program: { then: string | null };
  changed: { name: string; then: unknown; now: unknown }[] | null;
}
