/** Totals of a scale over time, and weeks of urges and acts, as pictures and words. Pure. */

import { dayWords } from "./forms";
import { percent } from "./format";
import { BEHAVIOURS, type Behaviour, type MeasureChange, type MeasureScale, type MeasureTotal, type Noted, type Week } from "./wire";
import { counted, locale as spoken, number, t, word } from "./words";

const DAY_MS = 86_400_000;

/** 0 to 1 in both directions, up is more. */
export interface Dot {
  x: number;
  y: number;
  total: MeasureTotal;
}

export function totalsOf(scale: MeasureScale, totals: MeasureTotal[]): MeasureTotal[] {
  return totals.filter((total) => total.scale === scale.id).sort((a, b) => a.day.localeCompare(b.day));
}

/** By its day, so that a long pause looks long. One alone stands in the middle. */
export function dots(scale: MeasureScale, totals: MeasureTotal[]): Dot[] {
  const days = totals.map((total) => Date.parse(total.day) / DAY_MS);
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  return totals.map((total, n) => ({
    x: last > first ? ((days[n] ?? first) - first) / (last - first) : 0.5,
    y: share(scale, total.total),
    total,
  }));
}

export function share(scale: MeasureScale, total: number): number {
  return Math.min(1, Math.max(0, (total - scale.least) / (scale.most - scale.least)));
}

/** Around the first total: what lies inside is not more than the scale's own error. */
export function chance(scale: MeasureScale, totals: MeasureTotal[]): { low: number; high: number } | null {
  const first = totals[0];
  if (scale.reliable === null || first === undefined || totals.length < 2) return null;
  return { low: share(scale, first.total - scale.reliable.points), high: share(scale, first.total + scale.reliable.points) };
}

/** What changed, without a word of praise or blame. */
export function changeWords(scale: MeasureScale, change: MeasureChange | undefined, totals: MeasureTotal[]): string {
  const [first, last] = [totals[0], totals.at(-1)];
  if (first === undefined || last === undefined || totals.length < 2) return t("measure.one");
  const span = { from: shown(first.total), to: shown(last.total), since: dayWords(first.day) };
  const [said, kind] = [t("measure.from_to", span), change?.change ?? "unknown"];
  if (scale.reliable === null || kind === "unknown") return `${said} ${t("measure.change.unknown")}`;
  const points = shown(scale.reliable.points);
  return `${said} ${t(kind === "within_chance" ? "measure.change.within_chance" : "measure.change.more", { points })}`;
}

export function higherWords(scale: MeasureScale): string {
  return t(scale.higher === "better" ? "measure.higher.better" : "measure.higher.trouble");
}

export function bandOf(scale: MeasureScale, total: number): string {
  return [...scale.bands].reverse().find((band) => band.least <= total)?.words ?? "";
}

export function shown(total: number): string {
  return number(Math.round(total * 100) / 100);
}

/** Whether the scale has this total: in its range, on one of its steps. */
export function fitsScale(scale: MeasureScale, total: number | null): boolean {
  if (total === null || !(total >= scale.least && total <= scale.most)) return false;
  const steps = (total - scale.least) / scale.step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

// ---- weeks

/** Bars of one week; null where nothing was said of acting, which is unknown and not none. */
export interface Bars {
  week: Week;
  urges: number | null;
  acted: number | null;
}

/** Urges and acts of sessions, moments and behaviours together: each said whether it was acted on. */
export function bars(weeks: Week[]): Bars[] {
  return weeks.map((week) => {
    const groups = [week.moments, ...BEHAVIOURS.map((kind) => week[kind])].filter((one): one is Noted => one !== null);
    const known = week.urges !== null || groups.some((one) => one.told > 0);
    const sum = (of: (one: Noted) => number) => groups.reduce((all, one) => all + of(one), 0);
    return { week, urges: known ? (week.urges ?? 0) + sum((one) => one.told) : null, acted: known ? (week.acted ?? 0) + sum((one) => one.acted) : null };
  });
}

/** The top of the chart: round, and at least four. */
export function top(all: Bars[]): number {
  const most = Math.max(4, ...all.map((one) => one.urges ?? 0));
  return most <= 10 ? most + (most % 2) : Math.ceil(most / 5) * 5;
}

export function kindsIn(weeks: Week[]): (Behaviour | "moments")[] {
  return (["moments", ...BEHAVIOURS] as const).filter((kind) => weeks.some((week) => (week[kind]?.n ?? 0) > 0));
}

/** One kind in one week, in a few words. */
export function notedWords(noted: Noted | null): string {
  if (noted === null) return t("weeks.unknown");
  if (noted.n === 0) return t("weeks.none");
  return [
    counted("weeks.n", noted.n),
    ...(noted.told > 0 ? [t("weeks.acted_of", { acted: noted.acted, of: noted.told })] : []),
    ...(noted.intensity === null ? [] : [t("weeks.intensity", { n: Math.round(noted.intensity) })]),
    ...(noted.lasted_min === null ? [] : [t("weeks.lasted", { n: Math.round(noted.lasted_min) })]),
  ].join(t("format.between"));
}

export function sessionWords(week: Week): string {
  if (week.urges === null) return week.sessions > 0 ? t("weeks.sessions_unknown") : t("weeks.unknown");
  const said = t("weeks.urges_of", { urges: week.urges, acted: week.acted ?? 0 });
  const part = week.act_share?.enough ? t("weeks.share", { share: percent(week.act_share.share) }) : "";
  return [said, part, week.unknown > 0 ? counted("weeks.untold", week.unknown) : ""].filter(Boolean).join(t("format.between"));
}

export function kindWords(kind: Behaviour | "moments"): string {
  return word("weeks.kind", kind);
}

/** A week by its Monday. */
export function weekWords(monday: string, locale: string = spoken): string {
  const [year = 0, month = 1, date = 1] = monday.split("-").map(Number);
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }).format(new Date(year, month - 1, date, 12));
}
