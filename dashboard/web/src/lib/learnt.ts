/** What was learnt from the person’s answers, in words; no share from too few of them. */

import { percent } from "./format";
import type { Learnt, Precision } from "./wire";
import { counted, t } from "./words";

export function nowWords(found: Learnt): string {
  const values = { threshold: found.threshold, bpm: found.rise_bpm };
  return t(found.threshold > found.start ? "learnt.raised" : "learnt.first", { ...values, start: found.start });
}

export function answersWords(found: Learnt): string {
  const n = found.distress + found.other;
  if (n === 0) return t("learnt.no_answers");
  return t("learnt.answers", { n: counted("learnt.n", n), other: found.other, distress: found.distress });
}

export function precisionWords(found: Precision): string[] {
  const unanswered = found.unanswered > 0 ? [counted("precision.unanswered", found.unanswered)] : [];
  const { distress, answered, needed, share, low, high } = found;
  if (share === null || low === null || high === null) {
    return [t("precision.too_few", { n: counted("learnt.n", answered), needed }), ...unanswered];
  }
  const words = { distress, answered, share: percent(share), low: percent(low), high: percent(high) };
  return [t("precision.share", words), ...unanswered];
}
