/** The strap’s errand in words: where it stands, what came of it, why something did not work. */

import { day, length } from "./format";
import type { Brought, ErrandSlice, StrapSlice } from "./wire";
import { counted, t, word } from "./words";

/** Something of an errand is on the strap, as far as is known. */
export function unfetched(errand: ErrandSlice): boolean {
  return errand.stage === "away" || errand.stage === "stopped" || errand.stage === "kept";
}

/** Only a strap with a memory is offered an errand; what is on one is always told. */
export function offered(errand: ErrandSlice | null, strap: StrapSlice | null): boolean {
  if (errand === null) return false;
  return errand.can || strap?.sends.includes("memory") === true || active(errand);
}

/** There is something to look at, so that the card stands first, and open. */
export function active(errand: ErrandSlice): boolean {
  return unfetched(errand) || errand.doing !== "" || errand.brought.length > 0 || errand.why !== "" || errand.trial !== null;
}

export function titleWords(errand: ErrandSlice): string {
  if (unfetched(errand)) return t("errand.away_title");
  return t(errand.brought.length > 0 ? "errand.back_title" : "errand.title");
}

export function stageWords(errand: ErrandSlice): string {
  const values = { strap: errand.strap, time: day(errand.started_utc ?? "") };
  if (errand.stage === "away") return t("errand.away", values);
  if (errand.stage === "stopped") return t("errand.stopped", values);
  if (errand.stage === "kept") return t("errand.kept");
  return errand.stage === "gone" ? t("errand.gone", values) : "";
}

export function broughtWords(found: Brought): string {
  const values = { beats: counted("errand.beats", found.values), length: length(found.span_s) };
  if (found.holds === "nothing") return t("errand.nothing");
  if (found.holds === "rates") return t("errand.rates", values);
  return t(found.new ? "errand.brought" : "errand.known", values);
}

/** What must be known beside it, so that nobody takes it for more than it is. */
export function notes(found: Brought): string[] {
  const said: string[] = [];
  if (found.missing_s !== null && found.missing_s > 0) said.push(t("errand.note.missing", { length: length(found.missing_s) }));
  if (found.too_long) said.push(t("errand.note.too_long"));
  if (found.odd > 0) said.push(counted("errand.note.odd", found.odd));
  if (found.cut_off) said.push(t("errand.note.cut_off"));
  if (found.left !== "") said.push(t("errand.note.left"));
  return said;
}

export function trialWords(trial: NonNullable<ErrandSlice["trial"]>): string {
  if (trial.keeps_beats) return t("errand.trial.beats", { n: trial.values });
  if (trial.holds === "rates") return t("errand.trial.rates");
  return t("errand.trial.few", { n: trial.values });
}

export function whyWords(code: string): string {
  return word("errand.why", code, t("errand.why.other"));
}

/** Another app’s recording is in the way; with the person’s yes it is kept and taken off. */
export function mayReplace(errand: ErrandSlice): boolean {
  return errand.why === "occupied" || errand.why === "not_ours";
}
