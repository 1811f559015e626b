/** What is done to the steps of a ladder on the page, and the plan that a step fills in. */

import type { Draft } from "./steps";
import type { Ladder, LadderStep, LadderTemplate, StepKind, StepWords } from "./wire";

export const KINDS: StepKind[] = ["apart", "alone", "waiting", "not_asking", "saying_a_need"];
export const MOST = { steps: 40, ladders: 20, contexts: 12, letters: 200, minutes: 720 };

/** What the plan takes from a step of a ladder. What one fears is said anew each time. */
export interface FromLadder extends Pick<Draft, "known" | "title" | "minutes" | "sits" | "expected" | "support" | "delayMinutes" | "delaySuds" | "checks"> {
  ladder: string;
  kind: StepKind;
  who: string;
  where: string;
  contact: string;
  /** The contexts to choose from; the person may write another. */
  contexts: string[];
  /** A repeat without strap or screen. */
  strapless: boolean;
}

export function planFrom(step: StepWords, ladder: Pick<Ladder, "id">, bare = false): FromLadder {
  return {
    known: { id: step.id, title: step.title },
    title: step.title,
    minutes: Math.max(1, Math.round(step.planned_s / 60)),
    sits: step.sits_still ? "sit" : "move",
    expected: step.expected_suds,
    support: step.support,
    delayMinutes: step.delay_s === null ? null : step.delay_s / 60,
    delaySuds: step.delay_suds,
    checks: step.checks,
    ladder: ladder.id,
    kind: step.kind,
    who: step.who,
    where: step.where,
    contact: step.contact,
    contexts: step.contexts,
    strapless: bare,
  };
}

export function newStep(id: string): StepWords {
  return {
    id, title: "", kind: "apart", who: "", where: "", planned_s: 300, expected_suds: 20, contexts: [], contact: "",
    support: "regulate", delay_s: null, delay_suds: null, checks: "half", sits_still: true, put_away: false,
  };
}

/** Only what a person writes: nothing that the server worked out goes back to it. */
export function wordsOf(step: LadderStep | StepWords): StepWords {
  const { id, title, kind, who, where, planned_s, expected_suds, contexts, contact } = step;
  const { support, delay_s, delay_suds, checks, sits_still, put_away } = step;
  return {
    id, title, kind, who, where, planned_s, expected_suds, contexts: [...contexts], contact, support, delay_s,
    delay_suds, checks, sits_still, put_away,
  };
}

/** With `step` changed, or added at the end of those in use. */
export function withStep(steps: StepWords[], step: StepWords): StepWords[] {
  const known = steps.some((one) => one.id === step.id);
  return known ? steps.map((one) => (one.id === step.id ? step : one)) : [...steps, step];
}

/** A step of those in use goes to another place among them; put away ones keep theirs behind. */
export function movedTo(steps: StepWords[], id: string, place: number): StepWords[] {
  const used = steps.filter((step) => !step.put_away);
  const from = used.findIndex((step) => step.id === id);
  if (from < 0) return steps;
  const [step] = used.splice(from, 1);
  if (step) used.splice(Math.max(0, Math.min(used.length, place)), 0, step);
  return [...used, ...steps.filter((one) => one.put_away)];
}

export function putAway(steps: StepWords[], id: string, away: boolean): StepWords[] {
  const changed = steps.map((step) => (step.id === id ? { ...step, put_away: away } : step));
  return [...changed.filter((step) => !step.put_away), ...changed.filter((step) => step.put_away)];
}

/** Without a step that was never practised; the server keeps one that was. */
export function without(steps: StepWords[], id: string): StepWords[] {
  return steps.filter((step) => step.id !== id);
}

/** Contexts as they are typed: one a line. */
export function contextsOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim().slice(0, MOST.letters)).filter((line) => line !== "");
  return [...new Set(lines)].slice(0, MOST.contexts);
}

/** Why this step is beyond what goes without a therapist; "" where it is not. */
export function beyond(step: Pick<StepWords, "expected_suds" | "planned_s">, limits: { suds_max: number; length_max_s: number } | null): "" | "too_hard" | "too_long" {
  if (limits === null) return "";
  if (step.expected_suds > limits.suds_max) return "too_hard";
  return step.planned_s > limits.length_max_s ? "too_long" : "";
}

/** Templates for this age first; the others stay within reach. */
export function templatesFor(templates: LadderTemplate[], child: boolean): LadderTemplate[] {
  const fits = (one: LadderTemplate) => (one.age === "child") === child;
  return [...templates.filter(fits), ...templates.filter((one) => !fits(one))];
}
