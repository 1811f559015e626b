/** Times of day, as somebody remembers them, and moments of a recording. */

import { locale as spoken } from "./words";

/** The recording's seconds at "18:05" or "18:05:30" on this computer's clock; null where that is not in it.
 *
 * Minutes are told without their seconds: the minute in which it began or ended belongs to it. */
export function secondsAt(time: string, startedUtc: string, lengthS: number): number | null {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(time.trim());
  const start = new Date(startedUtc);
  if (!found || Number.isNaN(start.getTime())) return null;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const slackS = found[3] === undefined ? 59 : 0;
  for (const days of [0, 1, 2]) {
    const at = new Date(start);
    at.setDate(at.getDate() + days);
    at.setHours(hours, minutes, seconds, 0);
    const atS = (at.getTime() - start.getTime()) / 1000;
    if (atS >= -slackS && atS <= lengthS) return Math.max(0, atS);
  }
  return null;
}

/** Minutes from the beginning, for a recording that does not tell when that was. */
export function secondsFrom(minutes: string, lengthS: number): number | null {
  const value = Number(minutes.replace(",", "."));
  const atS = value * 60;
  return minutes.trim() !== "" && Number.isFinite(atS) && atS >= 0 && atS <= lengthS ? atS : null;
}

/** The time of day of a moment in a recording, or how far into it. */
export function timeOf(startedUtc: string, atS: number, locale: string = spoken, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...zone });
  return format.format(new Date(new Date(startedUtc).getTime() + atS * 1000));
}
