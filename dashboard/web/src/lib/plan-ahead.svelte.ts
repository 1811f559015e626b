/** A plan that no live session follows: for a step without strap or screen, or for the strap's own memory. */

import { api } from "./api";
import type { Plan } from "./wire";
import { t, word } from "./words";

export type AheadWay = "bare" | "errand";

export interface PlanAhead {
  way: AheadWay;
  plan: Plan;
  planned_utc: string;
}

class Ahead {
  now = $state.raw<PlanAhead | null>(null);
  refusal = $state<string | null>(null);

  async load(): Promise<void> {
    const result = await api.planAhead();
    if (result.ok) this.now = result.data.ahead;
  }

  async set(way: AheadWay, plan: Plan): Promise<boolean> {
    const ahead = { way, plan, planned_utc: new Date().toISOString() };
    const result = await api.setPlanAhead(ahead);
    this.refusal = result.ok ? null : word("refusal", result.why, result.detail || t("refusal.other"));
    if (result.ok) this.now = ahead;
    return result.ok;
  }

  async drop(): Promise<void> {
    const result = await api.dropPlanAhead();
    this.refusal = result.ok ? null : word("refusal", result.why, result.detail || t("refusal.other"));
    if (result.ok) this.now = null;
  }
}

export const ahead = new Ahead();
