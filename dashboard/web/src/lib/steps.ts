/** A few gentle first steps, and the plan that a filled-in form makes. */

import type { Key } from "./words";
import type { FromLadder } from "./ladder";
import type { Plan, StepKind, Support } from "./wire";

export interface Suggestion {
  id: string;
  key: Key;
  minutes: number;
}

const SUGGESTIONS: Suggestion[] = [
  { id: "another-room", key: "step.another_room", minutes: 5 },
  { id: "short-walk", key: "step.short_walk", minutes: 10 },
  { id: "drive-to-shop", key: "step.shop", minutes: 15 },
  { id: "waiting-reply", key: "step.waiting", minutes: 20 },
  { id: "evening-out", key: "step.evening", minutes: 60 },
];

/** A child under 13 has a grown-up within reach, and is not sent out alone for an evening. */
export function suggestionsFor(child: boolean): Suggestion[] {
  return child ? SUGGESTIONS.slice(0, 3) : SUGGESTIONS;
}

export const SUPPORTS: Support[] = ["regulate", "delay", "ask", "observe"];

export type Checks = "half" | "five" | "none";

/** What keeps the record: the strap, ratings alone, the strap's own memory, or the person's word afterwards. */
export type Keeps = "strap" | "ratings" | "errand" | "bare";

export interface Draft {
  /** A known step and its title; another title makes it another step. */
  known: { id: string; title: string } | null;
  title: string;
  minutes: number;
  sits: "sit" | "move";
  feared: string;
  probability: number | null;
  suds: number | null;
  expected: number | null;
  support: Support;
  /** Under `delay`: after so many minutes, or from such a rating on; null: as usual. */
  delayMinutes: number | null;
  delaySuds: number | null;
  checks: Checks;
  /** Of which ladder the known step is; "" where it is of none. */
  ladder: string;
  kind: StepKind;
  who: string;
  where: string;
  context: string;
  contact: string;
  keeps: Keeps;
  sleptH: number | null;
  caffeine: boolean | null;
  medicine: string;
}

/** The step was taken over as it is: under another title it is another step, and of no ladder. */
export function isKnown(draft: Draft): boolean {
  return draft.known?.title === draft.title;
}

export function stepId(title: string): string {
  const slug = title.toLowerCase().normalize("NFKD").replace(/[^\p{Letter}\p{Number}]+/gu, "-").replace(/^-|-$/g, "");
  return slug === "" ? "own-step" : slug.slice(0, 60);
}

export function checkpoints(checks: Checks, planned_s: number): number[] {
  if (checks === "none") return [];
  if (checks === "half") return [Math.round(planned_s / 2)];
  const count = Math.ceil(planned_s / 300) - 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (i + 1) * 300);
}

export function planOf(draft: Draft): Plan {
  const planned_s = draft.minutes * 60;
  const delays = draft.support === "delay";
  const known = isKnown(draft);
  return {
    step: {
      id: known && draft.known ? draft.known.id : stepId(draft.title),
      title: draft.title.trim(),
      support: draft.support,
      expected_suds: draft.expected ?? 0,
      delay_s: delays && draft.delayMinutes ? draft.delayMinutes * 60 : null,
      delay_suds: delays ? (draft.delaySuds ?? null) : null,
      ladder: known ? draft.ladder : "",
      kind: known ? draft.kind : "apart",
      who: known ? draft.who : "",
      where: known ? draft.where : "",
    },
    planned_s,
    sits_still: draft.sits === "sit",
    feared: draft.feared.trim(),
    probability_pct: draft.probability,
    suds: draft.suds,
    checkpoints_s: checkpoints(draft.checks, planned_s),
    context: draft.context.trim(),
    contact: draft.contact.trim(),
    strapless: draft.keeps === "ratings" || draft.keeps === "bare",
    slept_h: draft.sleptH ?? null,
    caffeine: draft.caffeine,
    medicine: draft.medicine.trim(),
  };
}

export function draftOf(plan: Plan | null): Draft {
  const every = (plan?.checkpoints_s.length ?? 1) > 1;
  return {
    known: plan ? { id: plan.step.id, title: plan.step.title } : null,
    title: plan?.step.title ?? "",
    minutes: plan ? Math.round(plan.planned_s / 60) : 5,
    sits: plan?.sits_still === false ? "move" : "sit",
    feared: plan?.feared ?? "",
    probability: plan?.probability_pct ?? null,
    suds: plan?.suds ?? null,
    expected: plan?.step.expected_suds ?? null,
    support: plan?.step.support ?? "regulate",
    delayMinutes: (plan?.step.delay_s ?? null) === null ? null : (plan?.step.delay_s ?? 0) / 60,
    delaySuds: plan?.step.delay_suds ?? null,
    checks: every ? "five" : plan?.checkpoints_s.length === 0 ? "none" : "half",
    ladder: plan?.step.ladder ?? "",
    kind: plan?.step.kind ?? "apart",
    who: plan?.step.who ?? "",
    where: plan?.step.where ?? "",
    context: plan?.context ?? "",
    contact: plan?.contact ?? "",
    keeps: plan?.strapless ? "ratings" : "strap",
    sleptH: plan?.slept_h ?? null,
    caffeine: plan?.caffeine ?? null,
    medicine: plan?.medicine ?? "",
  };
}

/** A step of the ladder into the draft; what one fears and how one is stays as it was typed. */
export function takeOver(draft: Draft, from: FromLadder): Draft {
  const { contexts, strapless, ...rest } = from;
  const context = draft.context === "" && contexts.length === 1 ? (contexts[0] ?? "") : draft.context;
  return { ...draft, ...rest, context, keeps: strapless ? "bare" : draft.keeps };
}
