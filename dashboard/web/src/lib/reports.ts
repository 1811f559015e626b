/** The packet for a therapist: which days. */

export const PERIOD_DAYS = 28;
const DAY_MS = 86_400_000;

/** `day` as 2026-01-31; a day has 24 hours in UTC. */
export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
