/** Did a session end in a hard place? Then the page orients first and asks for nothing more.
 *  The record has the same rule for the rest of the day (`biocoach/review/aftercare.py`). */

import type { EventsSlice, Presence } from "./wire";

export const AFTERCARE_SUDS = 70;

interface Ending {
  suds: number | null;
  presence: Presence | null;
}

/** Nobody knows how it is then: no heart can show it. */
export function isAway(presence: Presence | null | undefined): boolean {
  return presence === "far_away" || presence === "numb";
}

export function isHard(ending: Ending, events: EventsSlice | null): boolean {
  const distress = ending.suds ?? events?.ratings.filter((rating) => rating.suds !== null).at(-1)?.suds;
  if ((distress ?? 0) >= AFTERCARE_SUDS) return true;
  const rated = events?.ratings.filter((rating) => rating.presence !== null).at(-1)?.presence;
  if (isAway(ending.presence ?? rated)) return true;
  return events?.marks.some((mark) => mark.kind === "too_much") ?? false;
}
