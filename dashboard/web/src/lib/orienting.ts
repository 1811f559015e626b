/** The eyes-open orienting card that always works, even before the practices have come. */

import type { Practice } from "./wire";
import { t } from "./words";

export const ORIENTING = "orienting";

export const FALLBACK: Practice = {
  id: ORIENTING,
  title: t("orienting.title"),
  summary: t("orienting.summary"),
  kind: "steps",
  paced: false,
  eyes: "open",
  breath: null,
  steps: [
    { say: t("orienting.1") },
    { say: t("orienting.2") },
    { say: t("orienting.3") },
    { say: t("orienting.4") },
  ],
  stop: t("stop.body"),
};

export function orienting(practices: Practice[]): Practice {
  return practices.find((p) => p.id === ORIENTING && p.steps.length > 0) ?? FALLBACK;
}
