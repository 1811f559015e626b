/** A clinic’s copy, as the page tells of it. */

import { getContext, setContext } from "svelte";
import { timeOfDay } from "./format";
import type { ClinicItem, ClinicSlice } from "./wire";
import { counted, t, word } from "./words";

const WRITTEN = "clinic-item";
/** More than a live session writes between two rounds. */
const FAR_BEHIND = 300;

/** The clinic that can read what is of this item; null: nobody. */
export function readBy(slice: ClinicSlice | undefined, item: ClinicItem | null): string | null {
  if (!slice?.joined || item === null || !slice.items.includes(item)) return null;
  return slice.clinic || t("clinic.yours");
}

/** What a form’s fields are of, said by whoever shows the form. */
export function fieldsAreOf(item: () => ClinicItem): void {
  setContext(WRITTEN, item);
}

export function itemHere(): ClinicItem {
  return getContext<(() => ClinicItem) | undefined>(WRITTEN)?.() ?? "worksheets";
}

/** A sheet is a moment by what it makes. */
export const itemOfSheet = (makes: string | null): ClinicItem => (["moment", "behaviour"].includes(makes ?? "") ? "moments" : "worksheets");

/** How the copy stands, in a line; null: nothing is to be said. */
export function standing(slice: ClinicSlice | undefined): string | null {
  if (!slice?.joined) return null;
  const clinic = slice.clinic || t("clinic.yours");
  const { state, why } = slice;
  if (state !== "trouble" && state !== "stopped") return t("clinic.line", { clinic, how: how(slice) });
  return t("clinic.line_waits", { clinic, how: word("clinic.trouble", why, t("clinic.trouble.other")) });
}

function how({ at_utc, behind }: ClinicSlice): string {
  if (behind > FAR_BEHIND || (at_utc === "" && behind > 0)) return counted("clinic.behind", behind);
  return at_utc === "" ? t("clinic.waiting") : t("clinic.up_to_date", { time: timeOfDay(at_utc) });
}
