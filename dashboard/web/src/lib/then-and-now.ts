/** What was decided on the day beside what today's rules say, as rows of a table. */

import { clock } from "./format";
import type { DecidedActivation, ThenAndNow } from "./wire";
import { number, t } from "./words";

export interface Row {
  what: string;
  then: string;
  now: string;
}

export function rows(found: ThenAndNow): Row[] {
  const whole = (value: number | null) => (value === null ? t("then.unknown") : number(value, 0));
  return [
    { what: t("then.baseline"), then: whole(found.baseline.then), now: whole(found.baseline.now) },
    { what: t("then.gaps"), then: whole(found.gaps_s.then), now: whole(found.gaps_s.now) },
    ...found.activations.flatMap((pair, i) => {
      const both = (say: (one: DecidedActivation) => string) => ({
        then: pair.then ? say(pair.then) : t("then.not_noted"),
        now: pair.now ? say(pair.now) : t("then.not_noted"),
      });
      const n = String(i + 1);
      return [
        { what: t("then.onset", { n }), ...both((one) => clock(one.onset_s)) },
        { what: t("then.peak", { n }), ...both((one) => (one.peak_s === null ? t("then.unknown") : clock(one.peak_s))) },
        { what: t("then.half", { n }), ...both(half) },
      ];
    }),
  ];
}

function half(one: DecidedActivation): string {
  if (one.half_s !== null) return number(one.half_s, 0);
  return t(one.censored ? "then.cut_short" : "then.unknown");
}

/** The rules that differ, each in a line. */
export function rules(found: ThenAndNow): string[] {
  const said = (value: unknown) => (value === null ? t("then.unknown") : JSON.stringify(value));
  return (found.changed ?? []).map((one) => t("then.rule", { name: one.name, then: said(one.then), now: said(one.now) }));
}
