/** Progress over weeks: what is asked for, and where it stands in a picture. Pure; the numbers are the server's. */

import { length } from "./format";
import { medianWords, rangeWords } from "./over-time";
import type { Middle, ProgressAnswer, ProgressGroup, RecoveryGroup, StairMark, Stairs, StepRecovery, Support, Week } from "./wire";
import { counted, locale as spoken, t, word } from "./words";

export const TIMES = ["4w", "3m", "all", "own"] as const;
export type Time = (typeof TIMES)[number];
export const SUPPORTS: Support[] = ["regulate", "delay", "ask", "observe"];
export const KINDS = ["apart.alone", "apart.used", "after_reunion.alone", "after_reunion.used"] as const;
export type Kind = (typeof KINDS)[number];

/** What is shown, as it stands in the address. */
export interface Filter {
  time: Time;
  from: string;
  to: string;
  ladder: string;
  step: string;
  support: "" | Support;
  kind: Kind;
}

export const START: Filter = { time: "3m", from: "", to: "", ladder: "", step: "", support: "", kind: "apart.alone" };

/** As long as the server takes a name. */
const LONGEST = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
const WEEKS = { "4w": 4, "3m": 13 };

function one<T extends string>(of: readonly T[], said: string | null, otherwise: T): T {
  return of.find((known) => known === said) ?? otherwise;
}

/** A day that is in the calendar, as the server reads it: no 30 February, no year 0. */
function isDay(text: string): boolean {
  if (!DAY.test(text) || text < "0001") return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** What can't be read of an address is as at the start. */
export function filterOf(query: string): Filter {
  const said = new URLSearchParams(query);
  const day = (name: string) => {
    const text = said.get(name) ?? "";
    return isDay(text) ? text : "";
  };
  const name = (of: string) => {
    const text = said.get(of) ?? "";
    return text.length <= LONGEST ? text : "";
  };
  const ladder = name("ladder");
  return {
    time: one(TIMES, said.get("time"), START.time),
    from: day("from"),
    to: day("to"),
    ladder,
    step: ladder === "" ? "" : name("step"),
    support: one(["", ...SUPPORTS], said.get("support"), ""),
    kind: one(KINDS, said.get("kind"), START.kind),
  };
}

/** Only what is not as at the start. */
export function queryOf(filter: Filter): string {
  const rows = Object.entries(filter).filter(([key, value]) => value !== START[key as keyof Filter]);
  return new URLSearchParams(rows.filter(([key]) => filter.time === "own" || (key !== "from" && key !== "to"))).toString();
}

/** The local days, both included; "" is open. Weeks are whole: the first begins on a Monday. */
export function daysOf(filter: Filter, today: string): { from: string; to: string } {
  if (filter.time === "own") return { from: filter.from, to: filter.to };
  if (filter.time === "all") return { from: "", to: "" };
  return { from: dayPlus(mondayOf(today), -7 * (WEEKS[filter.time] - 1)), to: "" };
}

/** What is asked of the server. */
export function askedFor(filter: Filter, today: string): string {
  const { from, to } = daysOf(filter, today);
  const { ladder, step, support } = filter;
  const rows = Object.entries({ from, to, ladder, step, support }).filter(([, value]) => value !== "");
  return new URLSearchParams(rows).toString();
}

export function mondayOf(day: string): string {
  const at = Date.parse(day);
  const weekday = (new Date(at).getUTCDay() + 6) % 7;
  return new Date(at - weekday * DAY_MS).toISOString().slice(0, 10);
}

export function dayPlus(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The weeks that touch these days. */
export function weeksIn(weeks: Week[], days: { from: string; to: string }): Week[] {
  return weeks.filter(({ week }) => (days.from === "" || dayPlus(week, 6) >= days.from) && (days.to === "" || week <= days.to));
}

// ---- said in words

export function dayShort(day: string, locale: string = spoken): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }).format(new Date(year, month - 1, date, 12));
}

/** A ladder or a step is asked for that is not there, by an address from another time. */
export function isGone(filter: Filter, found: ProgressAnswer): boolean {
  const ladder = found.ladders.find((one) => one.id === filter.ladder);
  const step = ladder?.steps.some((one) => one.id === filter.step);
  return (filter.ladder !== "" && !ladder) || (filter.step !== "" && !step);
}

/** What is shown: from when to when, which step, which support. */
export function shownWords(filter: Filter, found: ProgressAnswer, today: string): string {
  const days = daysOf(filter, today);
  const from = days.from || found.first_day;
  const when = from === null ? t("progress.all_time") : t("progress.from_to", { from: dayShort(from), to: dayShort(days.to || today) });
  const ladder = found.ladders.find((one) => one.id === filter.ladder);
  const step = ladder?.steps.find((one) => one.id === filter.step);
  const what = isGone(filter, found) ? t("progress.gone") : step ? t("progress.one_step", { step: step.title }) : ladder ? t("progress.one_ladder", { ladder: ladder.title }) : t("progress.all_steps");
  const how = filter.support === "" ? t("progress.any_support") : word("support", filter.support);
  return [when, what, how].join(t("format.between"));
}

export function groupOf(found: ProgressAnswer, kind: Kind): ProgressGroup | null {
  return found.groups.find((group) => `${group.where}.${group.used ? "used" : "alone"}` === kind) ?? null;
}

export function middleWords(middle: Middle, needed: number): string {
  return medianWords(middle as RecoveryGroup, needed);
}

export function likelyWords(middle: Middle): string {
  return rangeWords(middle as RecoveryGroup);
}

/** One line about a step's way back. */
export function stepWords(step: StepRecovery, needed: number): string {
  const n = counted("progress.rises", step.n);
  const cut = step.not_by_end > 0 ? [counted("progress.not_by_end", step.not_by_end)] : [];
  if (step.median_s === null) return [step.why === "too_few" ? t("over_time.too_few", { n: step.n, needed }) : t("over_time.not_reached"), ...(step.why === "too_few" ? [] : [n]), ...cut].join(t("format.between"));
  return [t("progress.middle", { middle: length(step.median_s), range: likelyWords(step) }), n, ...cut].join(t("format.between"));
}

export function leftOutWords(found: ProgressAnswer): string[] {
  const { away, not_told, not_said, earlier, undated } = found.left_out;
  return [
    ...(away > 0 ? [counted("over_time.away", away)] : []),
    ...(not_told + not_said > 0 ? [counted("over_time.not_told", not_told + not_said)] : []),
    ...(earlier > 0 ? [counted("progress.earlier", earlier)] : []),
    ...(undated > 0 ? [counted("progress.undated", undated)] : []),
    ...(found.unread > 0 ? [counted("over_time.unread", found.unread)] : []),
  ];
}

/** How a practice went, in a word; what is not known is never "no". */
export function markWords(mark: StairMark): string {
  return [
    word("progress.how", mark.how),
    ...(mark.too_much ? [t("mark.too_much")] : []),
    ...(mark.first ? [t("progress.first")] : []),
    ...(mark.bare ? [t("ladder.row.bare")] : []),
    ...(mark.earlier ? [t("ladder.row.earlier")] : []),
  ].join(t("format.between"));
}

// ---- where it stands

export interface Box {
  left: number;
  right: number;
}

/** Where a day stands between the first week's Monday and the last one's Sunday. */
export function across(weeks: string[], box: Box): (day: string) => number {
  const first = Date.parse(weeks[0] ?? "2000-01-03");
  const days = Math.max(7, 7 * weeks.length);
  return (day) => box.left + ((Date.parse(day) - first) / DAY_MS + 0.5) / days * (box.right - box.left);
}

/** The weeks that get a word under the picture, far enough apart not to touch; the words lie within it. */
export function ticks(weeks: string[], box: Box, wide = 58): { week: string; x: number }[] {
  const at = across(weeks, box);
  const found: { week: string; x: number }[] = [];
  for (const week of weeks) {
    const x = at(week);
    const last = found.at(-1);
    if ((last === undefined || x - last.x >= wide) && x + wide * 0.7 <= box.right + 8) found.push({ week, x });
  }
  return found;
}

/** The top of a picture of lengths: round, in s. */
export function topOf(steps: StepRecovery[]): number {
  const most = Math.max(30, ...steps.flatMap((step) => [...step.ways.map((way) => way.half_s ?? way.seen_s), step.high_s ?? 0]));
  const rounds = [30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600];
  return rounds.find((round) => round >= most) ?? Math.ceil(most / 3600) * 3600;
}

/** Side by side and in their order, as far as there is room: no mark covers another. */
export function sideBySide(places: number[], apart: number, box: Box): number[] {
  const room = places.length > 1 ? Math.min(apart, (box.right - box.left) / (places.length - 1)) : apart;
  const found: number[] = [];
  for (const place of places) found.push(Math.max(place, box.left, (found.at(-1) ?? -Infinity) + room));
  for (let n = found.length - 1, most = box.right; n >= 0; n -= 1, most = (found[n + 1] ?? most) - room) found[n] = Math.min(found[n] ?? most, most);
  return found;
}

export interface Stair {
  id: string;
  title: string;
  put_away: boolean;
  first_day: string | null;
  marks: StairMark[];
}

/** The hardest first, as they stand in the picture from the top down. */
export function stairsOf(ladder: Stairs): Stair[] {
  return ladder.steps.map((step) => ({ ...step, marks: ladder.marks.filter((mark) => mark.step === step.id) })).reverse();
}

/** From where a stair stands as reached: null where it was not, by the end of what is shown. */
export function treadFrom(stair: Stair, weeks: string[], box: Box): number | null {
  const last = weeks.at(-1);
  if (stair.first_day === null || last === undefined || stair.first_day > dayPlus(last, 6)) return null;
  return Math.max(box.left, across(weeks, box)(stair.first_day));
}

/** As many letters as have room; the whole of it stands in the table. */
export function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1)).trimEnd()}…`;
}
