/** What was measured, in words. Never what is felt; missing is unknown. */

import type { NowSlice, StrapSlice } from "./wire";
import { t, word } from "./words";

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

/** What a connected strap can do; what it has not said is not known. */
export function strapFacts(strap: StrapSlice): string {
  return [
    strap.battery_pct === null ? t("strap.battery_unknown") : t("strap.battery", { n: strap.battery_pct }),
    t(`strap.contact.${strap.contact}`),
    strap.sends.length === 0 ? t("strap.motion_unknown") : t(strap.sends.includes("acc") ? "strap.motion" : "strap.no_motion"),
  ].join(" ");
}
