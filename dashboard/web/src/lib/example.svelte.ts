/** To see how it goes: the virtual strap, and a small plan that is ready. Its record is kept apart and marked as simulated. */

import { api } from "./api";
import { live } from "./live.svelte";
import { draftOf, planOf } from "./steps";
import type { Plan } from "./wire";
import { t, word } from "./words";

const EXAMPLE = "example";
const EXPECTED = 30;

export const isExample = (plan: Plan): boolean => plan.step.id === EXAMPLE;

class Example {
  /** Asked for; its plan is said once the virtual strap is there. */
  wanted = $state(false);
  refusal = $state<string | null>(null);

  async begin(): Promise<void> {
    const result = await api.choose("virtual");
    this.refusal = result.ok ? null : word("refusal", result.why, result.detail || t("refusal.other"));
    this.wanted = result.ok;
  }

  async say(): Promise<void> {
    this.wanted = false;
    const title = t("step.another_room");
    const plan = planOf({ ...draftOf(null), title, known: { id: EXAMPLE, title }, expected: EXPECTED });
    await live.send({ kind: "plan", ...plan });
  }
}

export const example = new Example();
