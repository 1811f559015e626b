/** The session: what was planned, what is seen now, and what the page may say. */

import type { Support, Presence, Phase, HeartState, Movement, UrgeKind, Answer, Reply, MarkKind } from "./basics";
import type { PracticeMoment } from "./practice";

export interface Step {
  id: string;
  title: string;
  support: Support;
  expected_suds: number;
  /** Under `delay` an offer waits so long, or for such a rating; null: as usual. */
  delay_s: number | null;
  delay_suds: number | null;
  /** The id of its ladder; "" where it was only written into a plan. */
  ladder?: string;
  kind?: StepKind;
  who?: string;
  where?: string;
}

export type StepKind = "apart" | "alone" | "waiting" | "not_asking" | "saying_a_need";

export interface Plan {
  step: Step;
  planned_s: number;
  sits_still: boolean;
  feared: string;
  probability_pct: number | null;
  suds: number | null;
  checkpoints_s: number[];
  /** Where and when, so that two contexts can be told apart. */
  context?: string;
  /** What contact is planned; "" is none. */
  contact?: string;
  /** By ratings only. */
  strapless?: boolean;
  slept_h?: number | null;
  caffeine?: boolean | null;
  medicine?: string;
}

export interface SessionSlice {
  id: string;
  started_utc: string;
  phase: Phase;
  /** Session time at which the phase began. */
  phase_since_s: number;
  at_s: number;
  plan: Plan | null;
  still: boolean;
  /** Far away or numb was the last word, here or in the session before. */
  away?: boolean;
  /** An activation lasts, or high distress or *too much* was said lately. */
  panic?: boolean;
  baseline: { ready: boolean; have_s: number; need_s: number; can_finish: boolean };
  last_mark: { number: number; kind: MarkKind; at_s: number } | null;
  checkpoint_due: boolean;
  /** The planned time apart has passed. */
  time_over_due?: boolean;
  simulated: boolean;
}

export interface NowSlice {
  at_s: number;
  hr_bpm: number | null;
  rmssd_ms: number | null;
  score: number | null;
  state: HeartState;
  movement: Movement;
  movement_mg: number | null;
  quality: "good" | "fair" | "poor";
  coverage: number;
  baseline_bpm: number | null;
  spread_bpm: number | null;
  why: string;
  /** What else lowers the quality than the beats themselves; "" where nothing does. */
  quality_why?: string;
  breath?: BreathRead | null;
}

/** Breaths a minute, and where they were read; evenness only while breathing is paced. */
export interface BreathRead {
  per_min: number | null;
  source: "" | "heart" | "chest" | "both";
  why: string;
  evenness: number | null;
}

/** at_s, heart rate, lower edge, upper edge of the baseline band, movement. */
export type TraceRow = [number, number | null, number | null, number | null, number | null];

export interface LiveActivation {
  number: number;
  onset_s: number;
  alarm_s: number;
  end_s: number | null;
  movement: Movement;
  why: string;
  above_bpm: number | null;
  label: Answer | null;
}

export interface MarkEvent {
  number: number;
  at_s: number;
  kind: MarkKind;
  text: string;
  /** About a recording, afterwards. */
  added?: true;
}

export interface RatingEvent {
  at_s: number;
  suds: number | null;
  presence: Presence | null;
  added?: true;
}

export interface UrgeEvent {
  at_s: number;
  kind: UrgeKind;
  /** null: it was not said. */
  acted: boolean | null;
}

export interface GapEvent {
  start_s: number;
  end_s: number;
  reason: string;
}

export interface EventsSlice {
  activations: LiveActivation[];
  marks: MarkEvent[];
  ratings: RatingEvent[];
  urges: UrgeEvent[];
  gaps: GapEvent[];
}

export interface OfferSlice {
  at_s: number;
  practice: string;
  because: string;
  activation: number | null;
  asked: boolean;
  /** How it was chosen among others: in turn, by trying, or "" where only one fits. */
  chosen: "" | "turn" | "sampling";
}

/** The coach has ended a practice. */
export interface EndedSlice {
  at_s: number;
  practice: string;
  because: "far_away" | "numb" | "eyes_open_only" | "not_in_panic" | "still_screen" | "too_much" | "closed";
}

/** `step` and when it came, as of the last start or move. */
export interface PracticeSlice {
  id: string;
  since_s: number;
  asked: boolean;
  step: number | null;
  step_since_s: number;
}

export type QuestionKind = "settled" | "still_there" | "end_gently" | "too_much";

export interface QuestionSlice {
  at_s: number;
  kind: QuestionKind;
}

/** NeuroKit2’s second reading of the beats; null until there was one. */
export interface OpinionSlice {
  available: boolean;
}

export type Came = "no" | "partly" | "yes";

export interface Debrief {
  happened: string;
  probability_pct: number | null;
  suds: number | null;
  presence: Presence | null;
  body_words: string;
  learnt: string;
  /** Whether what was feared came true, and if it did, whether one coped. */
  came?: Came | null;
  coped?: boolean | null;
  /** Contact or checking beyond the plan. */
  beyond_plan?: boolean | null;
  stayed?: boolean | null;
}

/** A step that was practised without strap or screen. */
export interface Told {
  started_utc: string;
  plan: Plan;
  stayed_s: number;
  /** The time was over, or the other came back; otherwise it was ended before. */
  over: boolean;
  too_much: boolean;
  debrief: Debrief;
}

export type SessionInput =
  | ({ kind: "plan" } & Plan)
  | { kind: "mark"; mark: MarkKind; text: string }
  | { kind: "rating"; suds: number | null; presence: Presence | null }
  | { kind: "urge"; urge: UrgeKind; acted: boolean | null }
  | { kind: "label"; answer: Answer; activation: number | null }
  | { kind: "offer_reply"; reply: Reply }
  | { kind: "practice"; practice: string; moment: PracticeMoment; asked: boolean; step: number | null }
  | { kind: "numbers"; shown: boolean }
  | ({ kind: "debrief" } & Debrief)
  | { kind: "end"; reason: string }
  | { kind: "amend"; of_number: number };
