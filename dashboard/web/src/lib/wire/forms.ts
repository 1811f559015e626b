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
  /** Shown as five faces. */
  faces?: boolean;
  least?: number | null;
  most?: number | null;
  unit?: string;
  options?: FieldOption[];
  fields?: Field[];
}

/** What a kept sheet is, besides words. */
export type Makes = "moment" | "behaviour" | "separation" | "letter" | "signs";

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
}

export interface WorksheetsAnswer {
  forms: Form[];
  sheets: SheetRow[];
  problems: FileProblem[];
  folder?: string;
}

export interface MeasureScale {
  id: string;
  title: string;
  about: string;
  least: number;
  most: number;
  higher: "more trouble" | "better";
  form: string | null;
  reliable: { points: number; source: string } | null;
  bands: ScaleBand[];
  source?: string;
}

export interface MeasureTotal {
  id: string;
  scale: string;
  day: string;
  total: number;
  note: string;
  sheet: string | null;
}

export interface MeasuresAnswer {
  scales: MeasureScale[];
  totals: MeasureTotal[];
}
