/** Planned separations, in words. */

import { fullDay } from "./format";
import { dayWords } from "./forms";
import type { Separation, SeparationState, SeparationWord } from "./wire";
import { t } from "./words";

export function whenWords({ whole_days, begins, ends }: Separation): string {
  if (!whole_days) return t("separations.from_to", { from: fullDay(begins), to: fullDay(ends) });
  return begins === ends ? dayWords(begins) : t("separations.from_to", { from: dayWords(begins), to: dayWords(ends) });
}

/** The one word that somebody may say of it now; its dates do the rest. */
export function nextWord(state: SeparationState): SeparationWord | null {
  if (state === "announced") return "call_off";
  if (state === "under_way") return "back";
  return state === "called_off" ? "on_again" : null;
}
