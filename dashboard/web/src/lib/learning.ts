/** What else moved a heart on the day of a session, as far as it was said. */

import type { Plan } from "./wire";
import { number, t } from "./words";

export function thatDay(plan: Plan | null): { title: string; text: string }[] {
  const slept = plan?.slept_h ?? null;
  const caffeine = plan?.caffeine ?? null;
  return [
    { title: t("learning.slept"), text: slept === null ? "" : t("learning.slept_h", { h: number(slept) }) },
    { title: t("learning.caffeine"), text: caffeine === null ? "" : t(caffeine ? "yes_no.yes" : "yes_no.no") },
    { title: t("learning.medicine"), text: plan?.medicine?.trim() ?? "" },
  ].filter((fact) => fact.text !== "");
}
