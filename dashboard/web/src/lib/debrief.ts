/** An empty debrief, and whether it must be asked if one stayed as planned. */

import type { Debrief, EventsSlice, Plan } from "./wire";

const TO_THE_MINUTE_S = 60;

export function emptyDebrief(): Debrief {
  return {
    happened: "", probability_pct: null, suds: null, presence: null, body_words: "", learnt: "",
    came: null, coped: null, beyond_plan: null, stayed: null,
  };
}

/** Whether one coped is only a question where something came; an answer to it goes with it. */
export function keptDebrief(form: Debrief): Debrief {
  const came = form.came === "yes" || form.came === "partly";
  return { ...form, coped: came ? (form.coped ?? null) : null };
}

/** Back before the planned time: only the person knows whether that was the plan's end or theirs. */
export function cutShort(plan: Plan | null, events: EventsSlice | null): boolean {
  const at = (kinds: string[]) => events?.marks.filter((m) => kinds.includes(m.kind)).at(-1)?.at_s ?? null;
  const [left, back] = [at(["apart"]), at(["back", "time_over"])];
  return plan !== null && left !== null && back !== null && back - left < plan.planned_s - TO_THE_MINUTE_S;
}
