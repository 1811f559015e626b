/** How long it took to come half-way back, in words. The ways are never pooled; where nobody said that they
 * were apart, nothing is said of it. */

import { length } from "./format";
import type { ReviewActivation, ReviewRecovery } from "./wire";
import { t, word } from "./words";

export type Way = "apart" | "after_reunion" | "not_said" | "not_by_end" | "unknown";

export function wayOf(recovery: ReviewRecovery | null): Way {
  if (recovery === null) return "unknown";
  if (recovery.half_s !== null) return recovery.where;
  return recovery.censored ? "not_by_end" : "unknown";
}

export function recoveryWords(recovery: ReviewRecovery | null): string {
  const way = wayOf(recovery);
  if (way === "not_by_end") return t("recovery.not_by_end");
  if (way === "unknown" || recovery === null || recovery.half_s === null) {
    return t("recovery.unknown", { why: word("recovery.why", recovery?.why ?? "none", t("recovery.why.none")) });
  }
  return t(`recovery.${way}`, { length: length(recovery.half_s) });
}

export function byWay(activations: ReviewActivation[]): Record<Way, ReviewActivation[]> {
  const groups: Record<Way, ReviewActivation[]> = { apart: [], after_reunion: [], not_said: [], not_by_end: [], unknown: [] };
  for (const activation of activations) groups[wayOf(activation.recovery)].push(activation);
  return groups;
}
