/** Notes on a session that is over, and progress over weeks. */

import type { Support } from "./basics";
import type { HeartSlowing } from "./review";

export interface SessionNote {
  id: string;
  at_s: number;
  text: string;
  written_utc: string;
  changed_utc: string;
  rev: string;
  /** Whose note: a therapist’s that was accepted, by name; or, while reading, the client’s own. */
  by?: string;
  theirs?: boolean;
}

/** A middle of lengths in s, null where `why` says so. */
export interface Middle {
  n: number;
  not_by_end: number;
  median_s: number | null;
  low_s: number | null;
  high_s: number | null;
  why: "" | "too_few" | "not_reached";
}

export interface WayBackSeen {
  session: string;
  day: string;
  /** null: not half-way back by the end; it was looked for `seen_s`. */
  half_s: number | null;
  seen_s: number;
}

export interface StepRecovery extends Middle {
  ladder: string;
  step: string;
  title: string;
  ways: WayBackSeen[];
  weeks: ({ week: string } & Middle)[];
}

/** One of the four kinds, which are never pooled. */
export interface ProgressGroup {
  where: "apart" | "after_reunion";
  used: boolean;
  n: number;
  steps: StepRecovery[];
}

export interface StairMark {
  session: string;
  day: string;
  week: string;
  step: string;
  support: Support;
  how: "done" | "not_done" | "unknown";
  too_much: boolean;
  bare: boolean;
  /** The first time that this step was practised at all. */
  first: boolean;
  /** Before the step was made harder. */
  earlier: boolean;
}

export interface Stairs {
  id: string;
  title: string;
  put_away: boolean;
  /** `first_day`: on which it was practised first, of all days. */
  steps: { id: string; title: string; put_away: boolean; first_day: string | null }[];
  marks: StairMark[];
}

export interface ProgressAnswer {
  asked: { since: string; until: string; ladder: string; step: string; support: "" | Support };
  first_day: string | null;
  /** Their Mondays, without a hole. */
  weeks: string[];
  needed: number;
  ladders: Stairs[];
  groups: ProgressGroup[];
  left_out: { away: number; not_told: number; not_said: number; earlier: number; undated: number };
  heart_slowing: HeartSlowing;
  /** Practised without a step of a ladder. */
  loose: number;
  unread: number;
  simulated: boolean;
}
