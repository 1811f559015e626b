/** What may be begun now, and what fits now. The server has the last word; this keeps what it would
 *  refuse out of sight. */

import { ORIENTING } from "./orienting";
import type { GoodFor, Phase, Practice } from "./wire";

/** Where someone is in a session, and what one would look for then. */
const LOOKS_FOR: Record<Phase, GoodFor[]> = {
  plan: ["before", "every_day"],
  baseline: ["before"],
  apart: ["activation", "urge", "anger"],
  back: ["after", "talking", "anger"],
  debrief: ["after"],
  closed: ["every_day"],
};

/** A practice runs: from the quiet minutes until the debrief. */
export function isUnderWay(phase: Phase | null): boolean {
  return phase === "baseline" || phase === "apart" || phase === "back";
}

export interface Situation {
  phase: Phase;
  /** Far away or numb was the last word. */
  away: boolean;
  /** An activation lasts, or distress was rated high a short while ago. */
  panic: boolean;
  /** The still screen of `observe`. */
  still: boolean;
}

/** What may be done when someone feels far away or numb: no breathing, no closed eyes. */
export function isEyesOpen(practice: Practice): boolean {
  return practice.eyes === "open" && practice.steps.every((step) => step.do !== "breathe");
}

/** A held or sighed breath. */
export function strains(practice: Practice): boolean {
  return practice.steps.some(({ breath }) => breath !== null && breath.hold_s + breath.rest_s + breath.sip_s > 0);
}

/** Orienting with open eyes always may; on a still screen nothing else. */
export function mayBegin(practice: Practice, now: Situation): boolean {
  if (practice.id === ORIENTING) return true;
  if (practice.closed !== "" || now.still) return false;
  if (now.away && !isEyesOpen(practice)) return false;
  return !(now.panic && strains(practice));
}

export function fitsNow(practice: Practice, now: Situation): boolean {
  if (practice.area === "learn" || !mayBegin(practice, now)) return false;
  if (now.away) return practice.good_for.includes("far_away");
  return practice.good_for.some((good) => LOOKS_FOR[now.phase].includes(good));
}

/** What may be begun, what fits first; in the coach’s own turn, then as they came. */
export function inOrder(practices: Practice[], now: Situation): { fitting: Practice[]; others: Practice[] } {
  const open = practices.filter((practice) => mayBegin(practice, now));
  const turn = (practice: Practice) => practice.fits.rank || Infinity;
  const fitting = open.filter((practice) => fitsNow(practice, now));
  fitting.sort((a, b) => (turn(a) === turn(b) ? 0 : turn(a) - turn(b)));
  return { fitting, others: open.filter((practice) => !fitting.includes(practice)) };
}

/** About how long it takes, in whole minutes: what waits for the person is guessed. */
export function aboutMinutes(practice: Practice): number {
  const guess_s = { say: 12, name: 8, write: 60, choose: 15, own: 40, draft: 60 };
  const seconds = practice.steps.map((step) => {
    switch (step.do) {
      case "wait":
      case "tap":
        return step.wait_s ?? 0;
      case "breathe":
        return 60 * (step.minutes ?? 0);
      case "hold":
        return (step.hold_s ?? 0) + (step.release_s ?? 0);
      case "name":
        return guess_s.name * (step.count ?? 1);
      default:
        return guess_s[step.do];
    }
  });
  return Math.max(1, Math.round(seconds.reduce((sum, s) => sum + s, 0) / 60));
}
