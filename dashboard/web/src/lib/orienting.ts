/** The eyes-open orienting card that always works, even before the practices have come. */

import type { Practice, PracticeStep } from "./wire";
import { t } from "./words";

export const ORIENTING = "orienting";

function say(text: string): PracticeStep {
  return {
    do: "say", say: text, wait_s: null, minutes: null, breath: null, pace: "fixed", tap_s: null, count: null,
    hold_s: null, release_s: null, field: "", options: [], own: null, compose: "",
  };
}

export const FALLBACK: Practice = {
  id: ORIENTING,
  title: t("orienting.title"),
  summary: t("orienting.summary"),
  about: "",
  area: "grounding",
  voice: "any",
  eyes: "open",
  good_for: ["activation", "far_away", "after"],
  opt_in: false,
  therapist: false,
  finder: false,
  ask_first: [],
  fits: { rank: 0, phases: ["apart"], states: ["activated"], good_signal: false },
  steps: [say(t("orienting.1")), say(t("orienting.2")), say(t("orienting.3")), say(t("orienting.4"))],
  stop: [t("stop.body")],
  sources: [],
  mine: false,
  closed: "",
  offered: false,
  may_be_offered: false,
};

export function orienting(practices: Practice[]): Practice {
  return practices.find((p) => p.id === ORIENTING && p.steps.length > 0) ?? FALLBACK;
}
