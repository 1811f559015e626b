/** Half-recovery over all practices, in words. Four kinds, never pooled; no middle from a few. */

import { length } from "./format";
import type { OverTime, RecoveryGroup } from "./wire";
import { counted, t, word } from "./words";

export function shownGroups(found: OverTime): RecoveryGroup[] {
  return found.groups.filter((group) => group.n > 0);
}

export function groupWords(group: RecoveryGroup): string {
  return word("over_time.group", `${group.where}.${group.used ? "used" : "alone"}`);
}

export function medianWords(group: RecoveryGroup, needed: number): string {
  if (group.median_s !== null) return length(group.median_s);
  return group.why === "too_few" ? t("over_time.too_few", { n: group.n, needed }) : t("over_time.not_reached");
}

export function rangeWords(group: RecoveryGroup): string {
  if (group.low_s === null) return t("format.unknown");
  if (group.high_s === null) return t("over_time.at_least", { low: length(group.low_s) });
  return t("over_time.between", { low: length(group.low_s), high: length(group.high_s) });
}

export function noteWords(found: OverTime): string[] {
  const sum = (used: boolean, what: "asked" | "offered") =>
    found.groups.filter((group) => group.used === used).reduce((n, group) => n + group[what], 0);
  const asked = sum(true, "asked");
  const offered = sum(false, "offered");
  return [
    ...(asked ? [counted("over_time.asked", asked)] : []),
    ...(offered ? [counted("over_time.offered", offered)] : []),
    ...(found.away ? [counted("over_time.away", found.away)] : []),
    ...(found.not_told ? [counted("over_time.not_told", found.not_told)] : []),
    ...(found.unread ? [counted("over_time.unread", found.unread)] : []),
  ];
}
