/** The table of heart-rate variability: a row a measure, a column a phase. */

import { MEASURES, type Measure, type Phase, type Variability } from "./wire";
import { t, word } from "./words";

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
    Object.values(p.why).map((why) => t("hrv.missing", { phase: word("hrv.phase", p.phase), why: word("hrv.why", why) })),
  );
  return [...new Set([...said, ...(found.left_out === null ? [] : [t("hrv.left_out")])])];
}

function figure(value: number | null, digits: number): string {
  return value === null ? t("hrv.none") : value.toFixed(digits);
}
