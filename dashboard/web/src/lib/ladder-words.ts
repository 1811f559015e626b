/** What the record says of a ladder, in plain words. */

import { counted, has, locale as spoken, t, word, type Params } from "./words";
import type { Milestone, PractisedRow, Proposal, Sign, StepWords } from "./wire";

/** A local date such as 2026-03-01; "" is not known. */
export function dayWords(day: string, locale: string = spoken): string {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return t("format.unknown");
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(new Date(year, month - 1, date));
}

export function lengthWords(seconds: number): string {
  const whole = Math.round(seconds / 60);
  if (whole < 120) return counted("format.whole_minutes", Math.max(1, whole));
  return t("ladder.hours", { n: Math.round(whole / 30) / 2 });
}

/** One line about a step: what it is, and how it is helped. A child under 13 is offered nothing, and has no numbers. */
export function factsOf(step: StepWords, child = false): string {
  const more = child ? [] : [t("ladder.expects", { n: step.expected_suds }), word("support", step.support)];
  return [word("ladder.kind", step.kind), lengthWords(step.planned_s), ...more].join(t("format.between"));
}

export function proposalTitle(proposal: Proposal): string {
  const to = proposal.to_title;
  if (proposal.way === "shorter") return t("ladder.way.shorter", { length: lengthWords(proposal.planned_s ?? 60) });
  if (proposal.way === "fade") return t("ladder.way.fade", { support: word("support", proposal.support ?? "") });
  if (proposal.way === "more_support") return t("ladder.way.more_support", { support: word("support", proposal.more_support ?? "") });
  return to !== "" ? t(proposal.way === "advance" ? "ladder.way.advance" : "ladder.way.step_back", { to }) : word("ladder.way", proposal.way);
}

/** Another way that may be taken instead. */
export function otherWords(way: string, proposal: Proposal): string {
  if (way === "shorter") return t("ladder.other.shorter", { length: lengthWords(proposal.planned_s ?? 60) });
  return word("ladder.other", way);
}

/** The rule that speaks, with its figures. */
export function ruleWords(proposal: Proposal): string {
  const { by, reason, until, figures } = proposal;
  if (proposal.rule === "therapist") return t("ladder.by_therapist", { by, reason, until: dayWords(until) });
  const some = { done: 0, contexts: 0, first_pct: "–", latest_pct: "–", times: 0, to: proposal.to_title, ...figures };
  return asText(`ladder.rule.${proposal.rule}`, some);
}

/** A code from the server with its figures; one without words is shown as it is. */
function asText(key: string, params: Params): string {
  return has(key) ? t(key, params) : key;
}

/** What one session was: planned and stayed, feared and found, helped. */
export function rowLines(row: PractisedRow): string[] {
  const lines = [stayedWords(row), ...fearWords(row)];
  if (row.context) lines.push(row.context);
  lines.push(row.bare ? t("ladder.row.bare") : word("support", row.support));
  if (row.too_much) lines.push(t("ladder.row.too_much"));
  if (row.away) lines.push(t("ladder.row.away"));
  if (row.earlier) lines.push(t("ladder.row.earlier"));
  return lines;
}

function stayedWords(row: PractisedRow): string {
  const planned = row.planned_s === null ? t("format.unknown") : lengthWords(row.planned_s);
  const stayed = row.stayed_s === null ? t("format.unknown") : lengthWords(row.stayed_s);
  return t("ladder.row.stayed", { planned, stayed });
}

function fearWords(row: PractisedRow): string[] {
  const said = (n: number | null) => (n === null ? t("ladder.row.unsaid") : t("format.percent", { n }));
  const lines: string[] = [];
  if (row.before_pct !== null || row.after_pct !== null) {
    lines.push(t("ladder.row.feared", { before: said(row.before_pct), after: said(row.after_pct) }));
  }
  if (row.came !== null) lines.push(word("ladder.row.came", row.came));
  if (row.came !== null && row.came !== "no" && row.coped !== null) lines.push(t(row.coped ? "ladder.row.coped" : "ladder.row.not_coped"));
  return lines;
}

/** In a word; what is not known is never "no". */
export function doneWords(row: PractisedRow): string {
  if (row.done) return t("ladder.row.done");
  return t(row.stayed === false || row.beyond_plan === true ? "ladder.row.tried" : "ladder.row.done_unknown");
}

export function milestoneWords(found: Milestone): string {
  return asText(`ladder.milestone.${found.id}`, { title: found.title, n: found.n });
}

/** In one line what one session reached, the earliest first; "" where there is nothing. `found`: the newest first. */
export function reachedWords(found: Milestone[], session: string): string {
  return found.filter((one) => one.session === session).reverse().map(milestoneWords).join(" ");
}

/** A step that stands on no ladder any more has no title here. */
export function setbackWords(found: Milestone): string {
  const untitled = found.title === "" && found.id !== "gap";
  return asText(`ladder.setback.${found.id}${untitled ? "_untitled" : ""}`, { title: found.title, n: found.n });
}

export function signWords(sign: Sign): string {
  if (sign.shows === null) return t("ladder.sign.unknown");
  return sign.shows ? asText(`ladder.sign_shows.${sign.id}`, sign.figures) : asText(`ladder.sign_quiet.${sign.id}`, sign.figures);
}
