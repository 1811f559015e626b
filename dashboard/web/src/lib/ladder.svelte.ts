/** The ladders as the page has them: loaded, changed one thing at a time, and what was chosen to practise. */

import { api, type Result } from "./api";
import { planFrom, wordsOf, type FromLadder } from "./ladder";
import { router } from "./route.svelte";
import type { Arc, ArcPhase, Ladder, LadderAnswer, LadderStep, LadderTemplate, LessWay, SignKind, StepWords, Way } from "./wire";
import { t, word } from "./words";

const TRIES = 3;

class Ladders {
  ladders = $state.raw<Ladder[]>([]);
  templates = $state.raw<LadderTemplate[]>([]);
  limits = $state.raw<LadderAnswer["limits"]>(null);
  arc = $state.raw<Arc | null>(null);
  waits = $state("");
  /** Which steps were half typed when the page was left; their forms open again. */
  halfTyped = $state.raw<string[]>([]);
  simulated = $state(false);
  /** It has come at least once. */
  loaded = $state(false);
  /** It was asked for at least once, and came or did not. */
  tried = $state(false);
  /** What the plan takes over; it stays until another is chosen, or the plan lets it go. */
  chosen = $state.raw<FromLadder | null>(null);

  /** The form of this step was closed by its person: it does not open again by itself. */
  formLeft(about: string): void {
    this.halfTyped = this.halfTyped.filter((one) => one !== about);
  }

  find(ladder: string, step: string): LadderStep | null {
    return this.ladders.find((one) => one.id === ladder)?.steps.find((one) => one.id === step) ?? null;
  }

  /** Those that are in use, for a choice in the plan. */
  get inUse(): Ladder[] {
    return this.ladders.filter((one) => !one.put_away);
  }

  async load(): Promise<boolean> {
    const result = await api.ladder();
    this.tried = true;
    if (!result.ok) return false;
    const { ladders, templates, limits, waits, arc, simulated } = result.data;
    Object.assign(this, { ladders, templates, limits, waits, arc, simulated, loaded: true });
    return true;
  }

  /** To the plan, with this step filled in. `bare`: without strap and screen. */
  practise(step: StepWords, ladder: Pick<Ladder, "id">, bare = false): void {
    this.chosen = planFrom(step, ladder, bare);
    router.go("live");
  }

  /** The id of the new ladder; or the words of a refusal. */
  async add(template: string | null, title: string): Promise<{ id: string } | string> {
    const result = await api.newLadder(template, title);
    if (!result.ok) return refusalOf(result);
    await this.load();
    return { id: result.data.id };
  }

  /** What another window did meanwhile stays: the change is made again upon it. */
  async change(id: string, change: (now: { title: string; put_away: boolean; steps: StepWords[] }) => { title: string; put_away: boolean; steps: StepWords[] }): Promise<string | null> {
    for (let round = 0; round < TRIES; round += 1) {
      const now = this.ladders.find((one) => one.id === id);
      if (now === undefined) return t("ladder.gone");
      const next = change({ title: now.title, put_away: now.put_away, steps: now.steps.map(wordsOf) });
      const result = await api.keepLadder(id, { ...next, rev: now.rev });
      if (!result.ok && result.why !== "changed") return refusalOf(result);
      if (!(await this.load())) return result.ok ? null : t("refusal.offline");
      if (result.ok) return null;
    }
    return t("ladder.changed");
  }

  answer(id: string, proposal: string, answer: "yes" | "no", way: Way | null = null): Promise<string | null> {
    return this.done(api.answerProposal(id, { proposal, answer, way }));
  }

  overrule(id: string, step: string, way: LessWay, by: string, reason: string): Promise<string | null> {
    return this.done(api.overrule(id, { step, way, by, reason }));
  }

  lift(id: string, step: string): Promise<string | null> {
    return this.done(api.liftOverrule(id, { step }));
  }

  setPhase(phase: ArcPhase, by: string): Promise<string | null> {
    return this.done(api.setArc({ phase, by }));
  }

  watch(signs: SignKind[]): Promise<string | null> {
    return this.done(api.watchSigns({ signs }));
  }

  private async done(asking: Promise<Result<unknown>>): Promise<string | null> {
    const result = await asking;
    await this.load();
    return result.ok ? null : refusalOf(result);
  }
}

function refusalOf(result: Result<unknown> & { ok: false }): string {
  return word("ladder.refusal", result.why, word("refusal", result.why, t("refusal.other")));
}

export const ladder = new Ladders();
