/** One's data, taken out for other programs: what is asked for, and how one comes to it. */

import { hashOf } from "./route.svelte";
import type { ExportFormat, ExportWish } from "./wire";
import { number, t } from "./words";

export const FORMATS: readonly ExportFormat[] = ["csv", "kubios", "edf", "json", "fhir"];
export type HowMuch = "all" | "days" | "one";

const ASKED = "take";
const KB = 1000;

/** The address of the card, for everything or for one session. */
export function takeOutHash(session = ""): string {
  return `${hashOf("settings")}?${new URLSearchParams({ [ASKED]: session })}`;
}

/** Which session the address asks for, "" for all of them; null where it asks for nothing. */
export function askedFor(query: string): string | null {
  return new URLSearchParams(query).get(ASKED);
}

/** Only what belongs to the choice: days that were typed before and given up don't count. */
export function wishOf(format: ExportFormat, much: HowMuch, session: string, since: string, until: string): ExportWish {
  const days = much === "days" ? { since, until } : { since: "", until: "" };
  return { format, session: much === "one" ? session : "", ...days };
}

export function sizeWords(bytes: number): string {
  const kb = Math.max(1, Math.round(bytes / KB));
  return kb < KB ? t("take_out.kb", { n: number(kb) }) : t("take_out.mb", { n: number(kb / KB, 1) });
}
