/** A session's chart in words: any moment of it, and minute by minute. Nothing invented: null is unknown. */

import { clock, percent, whole } from "./format";
import { recoveryWords } from "./recovery";
import { timeline } from "./timeline";
import type { Review, SessionNote } from "./wire";
import { locale as spoken, t, word } from "./words";

/** What happened, with its end where it lasted. */
export interface Happening {
  at_s: number;
  end_s: number | null;
  text: string;
  /** Its number, where it is an activation. */
  activation?: number;
  /** Its place among the notes, where it was written later. */
  note?: number;
}

export interface Minute {
  from_s: number;
  to_s: number;
  heart_bpm: number | null;
  /** Why the heart is not known, where it is not. */
  why: string;
  low_bpm: number | null;
  high_bpm: number | null;
  movement_mg: number | null;
  /** Share of its seconds with a reading, 0 to 1. */
  known: number;
}

const NEAR_S = 15;
const MINUTE_S = 60;

export function happenings(review: Review, titleOf: (practice: string) => string, notes: SessionNote[]): Happening[] {
  const rows: Happening[] = [
    ...timeline(review, titleOf).map((line) => ({ ...line, end_s: null })),
    ...review.activations.map((a) => ({
      at_s: a.onset_s, end_s: a.end_s, activation: a.number,
      text: t("reading.activation", { from: whole(a.baseline_bpm), to: whole(a.peak_bpm), until: a.end_s === null ? t("format.unknown") : clock(a.end_s), back: recoveryWords(a.recovery) }),
    })),
    ...notes.map((note, n) => ({ at_s: note.at_s, end_s: null, note: n, text: noteWords(note, n + 1) })),
  ];
  return rows.sort((a, b) => a.at_s - b.at_s);
}

/** Never to be taken for what was said in the session: it has the day on which it was written. */
export function noteWords(note: SessionNote, number: number): string {
  return t("notes.told", { n: number, day: writtenOn(note.written_utc), text: note.text });
}

export function writtenOn(utc: string, locale: string = spoken): string {
  const date = new Date(utc);
  if (Number.isNaN(date.getTime())) return t("format.unknown");
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(date);
}

/** The second of the series that is at this time, or -1: nothing is known where none is. */
export function secondAt(times: number[], at_s: number): number {
  let [low, high] = [0, times.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at_s - 0.5) low = middle + 1;
    else high = middle - 1;
  }
  return Math.abs((times[low] ?? Infinity) - at_s) <= 1 ? low : -1;
}

/** Time, part of the session, heart, baseline, movement: one sentence each. */
export function momentWords(review: Review, at_s: number): string[] {
  const { t_s, hr_bpm, lo_bpm, hi_bpm, movement_mg } = review.series;
  const n = secondAt(t_s, at_s);
  const part = review.phases.find((phase) => at_s >= phase.start_s && (phase.end_s === null || at_s < phase.end_s));
  return [
    t("reading.at", { at: clock(at_s) }),
    ...(part ? [word("reading.phase", part.phase)] : []),
    heartWords(hr_bpm[n] ?? null, whyUnknown(review, at_s, at_s)),
    bandWords(lo_bpm[n] ?? null, hi_bpm[n] ?? null),
    movementWords(movement_mg[n] ?? null),
  ];
}

export function heartWords(bpm: number | null, why: string): string {
  if (bpm !== null) return t("reading.heart", { bpm: whole(bpm) });
  return why === "" ? t("reading.heart_unknown") : t("reading.heart_unknown_why", { why });
}

export function bandWords(low: number | null, high: number | null): string {
  return low === null || high === null ? t("reading.no_band") : t("reading.band", { low: whole(low), high: whole(high) });
}

export function movementWords(mg: number | null): string {
  return mg === null ? t("reading.movement_unknown") : t("reading.movement", { mg: whole(mg) });
}

/** What happened then: within some seconds, or lasting at that time. */
export function near(all: Happening[], at_s: number, within_s = NEAR_S): Happening[] {
  return all.filter((one) => at_s >= one.at_s - within_s && at_s <= Math.max(one.at_s + within_s, one.end_s ?? one.at_s));
}

/** The activation that was going on at this time. */
export function activationAt(review: Review, at_s: number): number | null {
  const found = review.activations.find((a) => at_s >= a.onset_s - 1 && at_s <= (a.end_s ?? review.length_s));
  return found?.number ?? null;
}

/** The next thing that happened after this time, or the last before it. */
export function hop(all: Happening[], at_s: number, forward: boolean): number | null {
  const times = all.map((one) => one.at_s);
  const found = forward ? times.find((time) => time > at_s + 0.5) : times.filter((time) => time < at_s - 0.5).at(-1);
  return found ?? null;
}

export function minutesOf(review: Review): Minute[] {
  const { t_s, hr_bpm, lo_bpm, hi_bpm, movement_mg } = review.series;
  const count = Math.max(1, Math.ceil(review.length_s / MINUTE_S - 1e-6));
  const rows: number[][] = Array.from({ length: count }, () => []);
  // A second is named by its end: the one that ends a minute belongs to it.
  t_s.forEach((at, n) => rows[Math.min(count - 1, Math.max(0, Math.ceil(at / MINUTE_S) - 1))]?.push(n));
  return rows.map((seconds, m) => {
    const [from_s, to_s] = [m * MINUTE_S, Math.min(review.length_s, (m + 1) * MINUTE_S)];
    const of = (column: (number | null)[]) => mean(seconds.map((n) => column[n] ?? null));
    const heart = of(hr_bpm);
    const read = seconds.filter((n) => (hr_bpm[n] ?? null) !== null).length;
    return {
      from_s, to_s, heart_bpm: heart, why: heart === null ? whyUnknown(review, from_s, to_s) : "", low_bpm: of(lo_bpm), high_bpm: of(hi_bpm),
      movement_mg: of(movement_mg), known: Math.min(1, read / Math.max(1, Math.round(to_s - from_s))),
    };
  });
}

/** Heart, baseline, movement, share known: a row of the table. */
export function cellsOf(minute: Minute): string[] {
  const { heart_bpm, why, low_bpm, high_bpm, movement_mg, known } = minute;
  const unknown = why === "" ? t("format.unknown") : t("table.unknown_why", { why });
  return [
    heart_bpm === null ? unknown : whole(heart_bpm),
    low_bpm === null || high_bpm === null ? t("format.unknown") : t("table.from_to", { low: whole(low_bpm), high: whole(high_bpm) }),
    movement_mg === null ? t("format.unknown") : t("table.mg", { mg: whole(movement_mg) }),
    percent(known),
  ];
}

function whyUnknown(review: Review, from_s: number, to_s: number): string {
  const meets = (part: { start_s: number; end_s: number }) => part.start_s <= to_s && part.end_s >= from_s;
  const gap = review.gaps.find(meets);
  if (gap) return word("gap", gap.reason, word("reason", gap.reason));
  const unread = review.no_reading.find(meets);
  return unread ? word("no_reading", unread.why) : "";
}

function mean(values: (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0) / known.length;
}

/** Nothing of the heart was read in it: kept by ratings alone, or the strap never spoke. */
export function withoutHeart(review: Review): boolean {
  return review.series.hr_bpm.every((bpm) => bpm === null);
}
