/** The table of heart-rate variability: a row a measure, a column a phase. */

import { MEASURES, type Measure, type Phase, type PhaseVariability, type Variability } from "./wire";
import { number, t, word } from "./words";

const DIGITS: Partial<Record<Measure, number>> = { sampen: 2, dfa_alpha1: 2 };

export interface Row {
  measure: Measure;
  label: string;
  cells: string[];
}

/** Phases in which somebody is measured; planning and debrief are short and not still. */
const SHOWN: Phase[] = ["baseline", "apart", "back"];

export function columns(found: Variability): Phase[] {
  return SHOWN.filter((phase) => found.phases.some((p) => p.phase === phase));
}

export function rows(found: Variability): Row[] {
  const shown = columns(found).map((phase) => found.phases.find((p) => p.phase === phase)!);
  return MEASURES.map((measure) => ({
    measure,
    label: word("hrv.measure", measure),
    cells: shown.map((p) => figure(p[measure], DIGITS[measure] ?? 0)),
  }));
}

/** Why figures are missing, each reason of a phase once. */
export function reasons(found: Variability): string[] {
  const shown = columns(found).flatMap((phase) => found.phases.filter((p) => p.phase === phase));
  const said = shown.flatMap((p) =>
    [...new Set(Object.values(p.why))].map((why) => missing(p, why)),
  );
  return found.left_out === null ? said : [...said, t("hrv.left_out")];
}

function missing(p: PhaseVariability, why: string): string {
  const figures = MEASURES.filter((m) => p.why[m] === why).map((m) => word("hrv.measure", m).split(",")[0]);
  return t("hrv.missing", { phase: word("hrv.phase", p.phase), figures: figures.join(", "), why: word("hrv.why", why) });
}

function figure(value: number | null, digits: number): string {
  return value === null ? t("hrv.none") : number(value, digits);
}
