/** Why an activation was noted, and what would have changed it, in words. */

import { length, whole } from "./format";
import type { ReviewActivation } from "./wire";
import { t, word } from "./words";

/** In spreads of ln RMSSD; less than this is not worth a word. */
const TOLD = 0.5;

export function alarmWords(a: ReviewActivation): string {
  const rise = a.hr_bpm === null || a.level_bpm === null ? null : a.hr_bpm - a.level_bpm;
  const values = {
    rise: whole(rise), level: whole(a.level_bpm), length: length(a.alarm_s - a.onset_s), how: word("alarm.how", a.movement),
  };
  return [
    t(a.kind === "quick" ? "alarm.quick" : "alarm.slow_climb", values),
    ...variation(a.rmssd_term),
    ...(a.would_not_below_bpm === null ? [] : [t("alarm.otherwise", { bpm: whole(a.would_not_below_bpm), threshold: a.threshold })]),
  ].join(" ");
}

function variation(term: number | null): string[] {
  if (term === null || Math.abs(term) < TOLD) return [];
  return [t(term > 0 ? "alarm.less" : "alarm.more")];
}
