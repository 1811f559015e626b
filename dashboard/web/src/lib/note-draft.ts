/** A progress note as the rules draft it: as text to change, and what each sentence is made of. */

import { number, t } from "./words";
import type { NoteDraft, NoteFigure } from "./wire";

/** One paragraph a section, the place for one's own words last. */
export function noteText(draft: NoteDraft): string {
  const parts = draft.sections.map((section) => [section.title, ...section.sentences.map((one) => one.text), section.yours].filter((line) => line !== "").join("\n"));
  return [...parts, draft.foot].join("\n\n");
}

export function figureWords(figure: NoteFigure): string {
  const value = figure.value === null ? t("format.unknown") : typeof figure.value === "number" ? number(rounded(figure.value)) : figure.value;
  const { what, n } = figure;
  return n === null || n === figure.value ? t("drafted.alone", { what, value }) : t("drafted.of", { what, value, n: number(n) });
}

function rounded(value: number): number {
  return Math.abs(value) <= 1 ? Math.round(value * 1000) / 1000 : Math.round(value * 10) / 10;
}
