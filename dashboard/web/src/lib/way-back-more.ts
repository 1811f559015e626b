/** What else can be said of a way back, one line each. What is not known is left out, or told as such. */

import { clock, length } from "./format";
import type { ReviewActivation, WayBackMore } from "./wire";
import { number, t, word } from "./words";

export function moreOfWayBack(a: ReviewActivation): string[] {
  const more = a.more;
  const since = a.recovery?.reference_s;
  if (more === null || since === null || since === undefined) return [];
  return [
    ...(more.full_s === null ? [t("more.full_not")] : [t("more.full", { from: length(more.full_s), to: length(more.full_s + more.full_window_s) })]),
    ...left(more),
    ...extra(more),
    ...(more.tau_s === null ? [] : [t("more.tau", { length: length(more.tau_s) })]),
    ...(more.middle_s === null ? [] : [t("more.middle", { length: length(more.middle_s) })]),
    t("more.since", { at: clock(since) }),
  ];
}

function left(more: WayBackMore): string[] {
  const known = more.left_bpm.flatMap((bpm, place) => {
    const after_s = more.after_s[place];
    return bpm === null || after_s === undefined ? [] : [t("more.left_one", { bpm: signed(bpm), length: length(after_s) })];
  });
  return known.length > 0 ? [t("more.left", { all: known.join(t("more.and")) })] : [];
}

function extra(more: WayBackMore): string[] {
  if (more.extra_ground === null) return more.why ? [word("more.why", more.why)] : [];
  const ground = number(Math.round(more.extra_ground));
  if (more.extra_baseline === null) return [t("more.extra", { ground })];
  return [t("more.extra_both", { ground, baseline: number(Math.round(more.extra_baseline)) })];
}

function signed(bpm: number): string {
  const whole = Math.round(bpm);
  return whole > 0 ? `+${number(whole)}` : whole < 0 ? `−${number(-whole)}` : number(0);
}
