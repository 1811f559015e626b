/** Numbers, lengths and times as words. Nothing invented: null is "unknown". */

import { counted, locale as spoken, number, t } from "./words";

export function length(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 90) return t("format.seconds", { n: whole });
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  return rest === 0 ? t("format.minutes", { n: minutes }) : t("format.minutes_seconds", { n: minutes, s: rest });
}

export function minutes(seconds: number): string {
  return counted("format.whole_minutes", Math.max(1, Math.round(seconds / 60)));
}

/** Breaths a minute, with a half where there is one. */
export function perMinute(pace: number): string {
  return t("format.per_minute", { n: Math.round(10 * pace) / 10 });
}

/** Session time as m:ss, or h:mm:ss. */
export function clock(seconds: number): string {
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.abs(Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const s = whole % 60;
  return h > 0 ? `${sign}${h}:${two(m)}:${two(s)}` : `${sign}${m}:${two(s)}`;
}

export function percent(share: number | null): string {
  return share === null ? t("format.unknown") : t("format.percent", { n: Math.round(share * 100) });
}

export function whole(value: number | null): string {
  return value === null ? t("format.unknown") : number(Math.round(value));
}

/** The same with its year: a recording may be from any. */
export function fullDay(utc: string, locale: string = spoken, timeZone?: string): string {
  return day(utc, locale, timeZone, { year: "numeric" });
}

export function day(utc: string, locale: string = spoken, timeZone?: string, more: Intl.DateTimeFormatOptions = {}): string {
  const date = new Date(utc);
  if (Number.isNaN(date.getTime())) return t("format.unknown");
  const zone = timeZone === undefined ? {} : { timeZone };
  return new Intl.DateTimeFormat(locale, {
    weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", ...zone, ...more,
  }).format(date);
}

/** The same in few letters, for the cells of a table. */
export function moment(utc: string, locale: string = spoken, timeZone?: string): string {
  return day(utc, locale, timeZone, { weekday: undefined, month: "short", year: "numeric" });
}

/** The time of day alone. */
export function timeOfDay(utc: string, locale: string = spoken, timeZone?: string): string {
  const date = new Date(utc);
  if (Number.isNaN(date.getTime())) return t("format.unknown");
  const zone = timeZone === undefined ? {} : { timeZone };
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...zone }).format(date);
}
