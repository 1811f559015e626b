/** The ladders: what is practised, how far each step is, and what the record suggests next. */

import type { Support } from "./basics";
import type { MayPractise } from "./person";
import type { StepKind } from "./session";

export type Checks = "none" | "half" | "five";
export type StepState = "new" | "practising" | "done" | "mastered";
/** What may be suggested. `hold` and `rest` ask for no answer. */
export type Way =
  | "advance" | "hold" | "shorter" | "nearer" | "more_support" | "step_back" | "fade" | "bare_repeat" | "rest";
export type LessWay = "hold" | "shorter" | "nearer" | "more_support" | "step_back";

/** What a person writes of a step. */
export interface StepWords {
  id: string;
  title: string;
  kind: StepKind;
  who: string;
  where: string;
  planned_s: number;
  expected_suds: number;
  contexts: string[];
  contact: string;
  support: Support;
  /** Under `delay`; null: as usual. */
  delay_s: number | null;
  delay_suds: number | null;
  checks: Checks;
  sits_still: boolean;
  put_away: boolean;
}

/** One session of a step, as `biocoach/exposure/practised.py` tells it; null is not known. */
export interface PractisedRow {
  session: string;
  day: string;
  ladder: string;
  step: string;
  support: Support;
  planned_s: number | null;
  stayed_s: number | null;
  stayed: boolean | null;
  beyond_plan: boolean | null;
  context: string;
  before_pct: number | null;
  after_pct: number | null;
  came: "no" | "partly" | "yes" | null;
  coped: boolean | null;
  suds_before: number | null;
  suds_after: number | null;
  too_much: boolean;
  away: boolean;
  hard: boolean;
  bare: boolean;
  expected_suds: number | null;
  contact: string;
  /** It is not over yet. */
  open: boolean;
  done: boolean;
  /** From before the step was made harder: kept, and not counted any more. */
  earlier: boolean;
}

export interface Proposal {
  id: string;
  /** What is suggested first; `others` may be taken in its place. */
  way: Way;
  others: Way[];
  /** Which rule speaks, as a code. */
  rule: string;
  /** The sessions that made it, and what was read of them. */
  sessions: string[];
  figures: Record<string, number>;
  /** Where it leads, in the same ladder; "" where it stays. */
  to: string;
  to_title: string;
  /** For `shorter`, and for `more_support` and `fade`. */
  planned_s: number | null;
  support: Support | null;
  more_support: Support | null;
  /** A therapist's: who and why, until which day. */
  by: string;
  reason: string;
  until: string;
  /** It waits for a yes or a no. */
  asks: boolean;
}

export interface LadderStep extends StepWords {
  state: StepState;
  /** The newest first. */
  history: PractisedRow[];
  proposal: Proposal | null;
  overrule: Overruled | null;
}

export interface Overruled {
  way: LessWay;
  by: string;
  reason: string;
  day: string;
  until: string;
}

export interface Ladder {
  id: string;
  title: string;
  put_away: boolean;
  rev: string;
  steps: LadderStep[];
}

export interface LadderTemplate {
  id: string;
  title: string;
  about: string;
  age: "adult" | "child";
  steps: StepWords[];
}

export type ArcPhase = "assessment" | "stabilising" | "processing" | "integration" | "maintenance";
export type SignKind = "gap" | "urges_acted" | "cut_short" | "too_much";

export interface Milestone {
  id: string;
  at_day: string;
  session: string | null;
  /** Of which step; "" where it is of none. */
  title: string;
  n: number;
}

export interface Sign {
  id: SignKind;
  watched: boolean;
  /** It shows now; null where too little is known to say. */
  shows: boolean | null;
  figures: Record<string, number>;
}

export interface Arc {
  phase: ArcPhase | null;
  since: string;
  by: string;
  phases: ArcPhase[];
  suggested: { phase: ArcPhase; reason: string; figures: Record<string, number> } | null;
  /** The newest first. */
  milestones: Milestone[];
  setbacks: Milestone[];
  signs: Sign[];
}

export interface LadderAnswer {
  ladders: Ladder[];
  templates: LadderTemplate[];
  /** Without a therapist. */
  limits: { suds_max: number; length_max_s: number } | null;
  waits: MayPractise;
  simulated: boolean;
  arc: Arc;
}
