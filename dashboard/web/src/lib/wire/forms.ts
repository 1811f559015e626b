/** Worksheets: forms as data files, the sheets that were filled in, measures, weeks and separations. */

import type { FileProblem } from "./practice";

export const SHELVES = ["moments", "thoughts", "self", "relating", "behaviours", "plan", "life", "separations", "measures"] as const;
export type FormShelf = (typeof SHELVES)[number];

export type FieldKind =
  | "said" | "line" | "lines" | "scale" | "percent" | "number" | "choice" | "many" | "yes_no" | "date" | "moment" | "rows" | "link";

/** A session, or an activation in it by its onset in s. */
export interface SheetLink {
  session: string;
  activation?: number | null;
}

export type Row = Record<string, Plain>;
export type Plain = string | number | boolean | string[] | SheetLink;
export type Value = Plain | Row[];
/** What is absent was not said. */
export type Answers = Record<string, Value>;

export interface FieldOption {
  value: string;
  label: string;
  hint?: string;
  points?: number | null;
}

export interface Field {
  id: string;
  kind: FieldKind;
  label: string;
  hint?: string;
  optional?: boolean;
  /** Shown only while another field of its group has one of these answers. */
  only_if?: { field: string; is: (string | number | boolean)[] } | null;
  low?: string;
  high?: string;
  /** Shown as five faces; the smiling one is the high end. */
  faces?: boolean;
  /** Words of a new sheet, to be changed. */
  start?: string;
  least?: number | null;
  most?: number | null;
  unit?: string;
  options?: FieldOption[];
  fields?: Field[];
}

/** What a kept sheet is, besides words. */
export type Makes = "moment" | "behaviour" | "separation" | "therapy_break" | "letter" | "signs";
export const PARTINGS: readonly (Makes | null)[] = ["separation", "therapy_break"];

export interface ScaleBand {
  least: number;
  words: string;
}

export interface FormSource {
  author: string;
  year: number;
  where: string;
}

export interface Form {
  id: string;
  title: string;
  shelf: FormShelf;
  about: string;
  minutes: number;
  ages: string[];
  fields: Field[];
  sources: FormSource[];
  /** Sentences to say yes to before it opens. */
  ask_first: string[];
  scoring: { scale: string; fields: string[]; least: number; most: number; bands: ScaleBand[] } | null;
  makes: Makes | null;
  behaviour: string | null;
  /** It fits into 20 seconds. */
  quick: boolean;
  /** From one’s own folder. */
  mine?: boolean;
}

export interface Score {
  total: number | null;
  band: string | null;
  complete: boolean;
}

export type SheetState = "draft" | "kept";

export interface SheetRow {
  id: string;
  form: string;
  /** Its form’s title as it was then. */
  title: string;
  state: SheetState;
  began_utc: string;
  kept_utc: string | null;
  day: string;
  /** Its first words. */
  line: string;
  link: SheetLink | null;
  score: Score | null;
}

export interface SheetAnswer {
  id: string;
  form: string;
  state: SheetState;
  answers: Answers;
  rev: string;
  began_utc: string;
  kept_utc: string | null;
  link: SheetLink | null;
  score: Score | null;
  /** The whole form, where it is a file of one’s own that may go. */
  form_was?: Form | null;
}

export interface WorksheetsAnswer {
  forms: Form[];
  sheets: SheetRow[];
  problems: FileProblem[];
  folder?: string;
  /** It is the virtual strap’s record. */
  simulated?: boolean;
}

export interface MeasureScale {
  id: string;
  title: string;
  about: string;
  least: number;
  most: number;
  /** Between two totals that there can be. */
  step: number;
  higher: "more trouble" | "better";
  licence: string;
  ages: string[];
  /** New totals may be added at this age. */
  open: boolean;
  source: FormSource;
  /** The form that makes its totals; null where they are typed in. */
  form: string | null;
  bands: ScaleBand[];
  bands_source: FormSource | null;
  reliable: { points: number; source: FormSource } | null;
}

export interface MeasureTotal {
  id: string;
  scale: string;
  day: string;
  total: number;
  note: string;
  /** The kept sheet that it comes from; null where it was typed in. */
  sheet: string | null;
  rev: string | null;
}

/** From the first total to the latest. */
export interface MeasureChange {
  from: string;
  to: string;
  points: number;
  change: "better" | "worse" | "within_chance" | "unknown";
}

export interface MeasuresAnswer {
  scales: MeasureScale[];
  totals: MeasureTotal[];
  changes?: Record<string, MeasureChange>;
}

/** Of how many the share is; `enough`: so many that it may be named. */
export interface Share {
  share: number;
  low: number;
  high: number;
  enough: boolean;
}

/** What was noted of one kind in a week. */
export interface Noted {
  n: number;
  intensity: number | null;
  rated: number;
  lasted_min: number | null;
  timed: number;
  acted: number;
  told: number;
  act_share: Share | null;
}

export const BEHAVIOURS = ["protest", "avoidance", "safety_seeking", "appeasing", "rumination", "checking"] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** A week, named by its Monday. `urges` of its sessions; null is unknown, never none. */
export interface Week extends Record<Behaviour, Noted | null> {
  week: string;
  noted: number;
  sessions: number;
  unknown: number;
  urges: number | null;
  acted: number | null;
  act_share: Share | null;
  moments: Noted | null;
}

export interface TrendsAnswer {
  weeks: Week[];
  enough: number;
}

export type SeparationState = "announced" | "under_way" | "over" | "called_off";
export type SeparationWord = "call_off" | "on_again" | "back";

/** `begins`, `ends`: days, the last one a part of it, or moments in UTC. */
export interface Separation {
  id: string;
  rev: string;
  kind: string;
  who: string;
  whole_days: boolean;
  begins: string;
  ends: string;
  state: SeparationState;
  helps: string;
  goodbye: string;
  contact: string;
}

export interface SeparationsAnswer {
  coming: Separation[];
  past: Separation[];
}
