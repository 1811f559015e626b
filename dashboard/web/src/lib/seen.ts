/** What was measured, in words. Never what is felt; missing is unknown. */

import { percent } from "./format";
import type { HeartSlowing, NowSlice, StrapSlice, TraceRow } from "./wire";
import { t, word, type Key } from "./words";

/** As far back as the live trace goes. */
export const WINDOW_S = 300;

export function stateWords(now: NowSlice | null): string {
  if (now === null) return t("state.unknown");
  if (now.state === "activated") {
    return now.movement === "still" ? t("state.activated.still") : t("state.activated.unverified");
  }
  return word("state", now.state);
}

/** A second line under the state; empty when there is nothing to add. */
export function whyWords(now: NowSlice | null, lost = false): string {
  if (lost) return t("why.lost");
  if (now === null) return t("why.no_beats");
  return now.why === "ok" || now.why === "" ? "" : word("why", now.why);
}

export function qualityWords(now: NowSlice | null): string {
  if (now === null) return t("quality.none");
  if (now.quality === "fair" && now.quality_why) return word("quality.fair", now.quality_why, t("quality.fair"));
  return word("quality", now.quality);
}

/** How much of the trace could be read; as a number only where numbers are shown. */
export function coverageWords(trace: TraceRow[], numbers: boolean): string {
  const rows = trace.slice(-WINDOW_S);
  if (rows.length === 0) return "";
  const share = rows.filter((row) => row[1] !== null).length / rows.length;
  if (numbers) return t("coverage.share", { share: percent(share) });
  if (share === 0) return t("coverage.none");
  return t(share >= 0.95 ? "coverage.all" : share >= 0.5 ? "coverage.most" : "coverage.little");
}

export function movementWords(now: NowSlice | null): string {
  return now === null ? t("movement.unknown") : word("movement", now.movement);
}

export function strapWords(strap: StrapSlice | null, lost = false): string {
  if (lost) return t("strap.lost");
  if (strap === null) return t("strap.none");
  if (strap.adapter !== "ok" && strap.link !== "up") return t(`strap.adapter_${strap.adapter}`);
  if (strap.link === "up") return strap.name === "" ? t("strap.up_unnamed") : t("strap.up", { name: strap.name });
  if (strap.link === "searching") return t("strap.searching");
  if (strap.link === "none") return t("strap.none");
  return word("reason", strap.reason, strap.reason || t("strap.down"));
}

/** What to know of this kind of strap, as far as it matters now. */
export function strapHints(strap: StrapSlice): string {
  const wanted = strap.link === "up" ? ["hrv_at_rest"] : [strap.reason === "silent" ? "silent_firmware" : "one_link"];
  return strap.hints.filter((hint) => wanted.includes(hint)).map((hint) => word("strap.hint", hint)).join(" ");
}

/** A bond with the computer may mend these. */
const BOND = new Set(["needs_pairing", "not_answering"]);

/** What a connected strap can do; what it has not said is not known. */
export function strapFacts(strap: StrapSlice, system = ""): string {
  return [
    strap.battery_pct === null ? t("strap.battery_unknown") : t("strap.battery", { n: strap.battery_pct }),
    t(`strap.contact.${strap.contact}`),
    known(strap, "rr", "strap.rr", "strap.no_rr", ""),
    known(strap, "acc", "strap.motion", "strap.no_motion", "strap.motion_unknown"),
    strap.trouble === "" ? "" : word("strap.trouble", strap.trouble, t("strap.trouble.refused")),
    BOND.has(strap.trouble) ? word("strap.pair", system, t("strap.pair.linux")) : "",
  ]
    .filter((words) => words !== "")
    .join(" ");
}

/** Words for what it sends, for what it is known not to send, and for what is not known yet. */
function known(strap: StrapSlice, what: string, yes: Key, no: Key, unknown: Key | ""): string {
  if (strap.sends.includes(what)) return t(yes);
  if (strap.lacks.includes(what)) return t(no);
  return unknown === "" ? "" : t(unknown);
}

/** No movement comes from it. In the first moments of a link that is not known yet. */
export function motionUnchecked(strap: StrapSlice): boolean {
  if (strap.sends.includes("acc") && strap.trouble === "") return false;
  return strap.trouble !== "" || strap.lacks.includes("acc") || strap.sends.includes("rr");
}

/** How near a strap is, from the strength of its signal (in dBm, always below 0). */
export function nearness(rssi_dbm: number | null): string {
  if (rssi_dbm === null) return t("strap.near.held");
  if (rssi_dbm >= -65) return t("strap.near.very");
  return t(rssi_dbm >= -80 ? "strap.near.near" : "strap.near.far");
}

/** Of a heart that medicine slows, rises are smaller: it is said beside results over many sessions. */
export function slowingWords(counts: HeartSlowing | undefined): string {
  if (counts === undefined || counts.with === 0) return "";
  return t(counts.with === counts.of ? "slowing.all" : "slowing.some", { with: counts.with, of: counts.of });
}
