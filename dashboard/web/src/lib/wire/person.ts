/** What belongs to the person: fit, contacts, check-ins, and what their answers taught. */

import type { Presence, AgeBand } from "./basics";

export interface Fit {
  rhythm_unreliable: boolean;
  heart_slowing: boolean;
  pregnancy: boolean;
  ladder_waits: boolean;
  with_therapist: boolean;
  age: AgeBand;
}

export interface FitAnswers {
  pacemaker: boolean;
  atrial_fibrillation: boolean;
  heart_slowing: boolean;
  pregnancy: boolean;
  age: AgeBand;
  hard_times: boolean;
  with_therapist: boolean;
}

export type MayPractise = "" | "fit_first" | "ladder_waits" | "rest_today" | "enough_today";

export interface CheckIn {
  session: string;
  presence: Presence | null;
  suds: number | null;
  words: string;
}

/** Of the activations with an answer, how many were distress; no share from too few. */
export interface Precision {
  distress: number;
  answered: number;
  unanswered: number;
  needed: number;
  share: number | null;
  low: number | null;
  high: number | null;
  why: "" | "too_few";
}

export interface Learnt {
  simulated: boolean;
  threshold: number;
  start: number;
  most: number;
  step: number;
  rise_bpm: number;
  distress: number;
  other: number;
  again_utc: string | null;
  unread: number;
  precision: Precision;
}

export interface Contact {
  name: string;
  phone: string;
  parted_from: boolean;
}

export interface CrisisLine {
  country: string;
  name: string;
  phone: string;
  text: string;
  checked: string;
}

export interface Crisis {
  lines: CrisisLine[];
  contacts: Contact[];
}
