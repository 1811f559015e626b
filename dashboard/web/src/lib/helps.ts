/** What helps me, in words. Nothing from a few, no ranking, and never more than the range says. */

import { api, type Api, type Result } from "./api";
import type { HeartSlowing } from "./wire";
import { counted, number, t } from "./words";

export interface HelpsRow {
  practice: string;
  n: number;
  used: number;
  without: number;
  says: "not_enough" | "cant_tell" | "quicker" | "slower";
  factor: number | null;
  low: number | null;
  high: number | null;
}

export interface HelpsGroup {
  where: "apart" | "after_reunion";
  without: number;
  practices: HelpsRow[];
}

export interface Helps {
  simulated: boolean;
  needed: { used: number; without: number };
  groups: HelpsGroup[];
  heart_slowing: HeartSlowing;
  unread: number;
  titles: Record<string, string>;
  sampling: boolean;
}

/** Empty while the record is locked. */
export function readHelps(from: Api = api): Promise<Result<Partial<Helps>>> {
  return from.helps();
}

export function setSampling(sampling: boolean, to: Api = api): Promise<Result<{ ok: true }>> {
  return to.samplePractices(sampling);
}

export function isTold(found: Partial<Helps>): found is Helps {
  return found.groups !== undefined;
}

export function shownGroups(found: Helps): HelpsGroup[] {
  return found.groups.filter((group) => group.practices.length > 0);
}

/** A practice whose file is gone keeps the name that it had there. */
export function titleOf(found: Helps, row: HelpsRow): string {
  return found.titles[row.practice] ?? row.practice;
}

export function saysWords(row: HelpsRow, needed: Helps["needed"]): string {
  const range = rangeOf(row);
  if (range === null) {
    const { used, without } = row;
    return t("helps.not_enough", { need_used: needed.used, need_without: needed.without, used, without });
  }
  if (row.says === "quicker") return t("helps.quicker", range);
  if (row.says === "slower") return t("helps.slower", range);
  return range.factor === "1.0" ? t("helps.cant_tell_same", range) : t("helps.cant_tell", range);
}

/** The same for those who don't see the picture. */
export function pictureWords(row: HelpsRow): string {
  const range = rangeOf(row);
  return range === null ? "" : t("helps.picture", range);
}

function rangeOf(row: HelpsRow): { factor: string; low: string; high: string } | null {
  const { factor, low, high } = row;
  if (factor === null || low === null || high === null) return null;
  return { factor: times(factor), low: end(low), high: end(high) };
}

function times(value: number): string {
  return number(value, 1);
}

/** An end that is near 1, and is not 1, decides what may be said: it is shown to two places. */
function end(value: number): string {
  const nearOne = value !== 1 && value.toFixed(1) === "1.0";
  return number(value, nearOne ? 2 : 1);
}

export function countWords(row: HelpsRow): string {
  return counted("helps.n", row.n);
}

const WIDEST = 3; // times as long, and as short

/** Where a factor is on the axis, 0-1; half and twice are as far from 1. */
export function placeOf(factor: number): number {
  const place = 0.5 + Math.log(factor) / Math.log(WIDEST) / 2;
  return Math.min(1, Math.max(0, place));
}

export interface Picture {
  low: number;
  middle: number;
  high: number;
}

export function pictureOf(row: HelpsRow): Picture | null {
  const { factor, low, high } = row;
  if (factor === null || low === null || high === null) return null;
  return { low: placeOf(low), middle: placeOf(factor), high: placeOf(high) };
}
