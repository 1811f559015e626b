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
export function whyWords(now: NowSlice | null): string {
  if (now === null) return t("why.no_beats");
  return now.why === "ok" || now.why === "" ? "" : word("why", now.why);
}

export function qualityWords(now: NowSlice | null): string {
  return now === null ? t("quality.none") : word("quality", now.quality);
}

export function movementWords(now: NowSlice | null): string {
  return now === null ? t("movement.unknown") : word("movement", now.movement);
}

export function strapWords(strap: StrapSlice | null): string {
  if (strap === null) return t("strap.none");
  if (strap.adapter !== "ok" && strap.link !== "up") return t(`strap.adapter_${strap.adapter}`);
  if (strap.link === "up") return t("strap.up", { name: strap.name });
  if (strap.link === "searching") return t("strap.searching");
  if (strap.link === "none") return t("strap.none");
  return word("reason", strap.reason, strap.reason || t("strap.down"));
}
