/** A score in words that do not judge: what was added up, and what its authors call it. */

import type { Form, Score } from "./wire";
import { t } from "./words";

export function scoreWords(form: Form, score: Score | null): string[] {
  if (form.scoring === null || score === null) return [];
  if (!score.complete || score.total === null) return [t("score.incomplete")];
  const { most, bands } = form.scoring;
  const band = score.band ?? [...bands].reverse().find((one) => one.least <= (score.total ?? 0))?.words ?? "";
  return [
    t("score.total", { total: score.total, most }),
    ...(band === "" ? [] : [t("score.band", { band })]),
    t("score.means"),
  ];
}
