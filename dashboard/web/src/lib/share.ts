/** Sharing: what is chosen, and how what leaves and what comes back is said. */

import type { Result } from "./api";
import { lengthWords } from "./ladder-words";
import type { Ladder, ProposedChange, ShareChoice, ShareItem, ShareKind, ShownChange } from "./wire";
import { number, t, word } from "./words";

export const SHARE_KINDS: readonly ShareKind[] = ["sessions", "ladder", "measures", "notes", "moments", "worksheets"];
const VALUES = ["support", "planned_s", "expected_suds", "place"] as const;

/** As the gate bounds it: settings.SHARING.reply_max_bytes. */
export const ANSWER_MAX = 4_000_000;

export function refusalOf(result: Result<unknown>): string | null {
  return result.ok ? null : word("share.refusal", result.why, word("refusal", result.why, t("refusal.other")));
}

/** Local days, both included; "" is open. */
export function inPeriod(items: ShareChoice[], kind: ShareKind, since: string, until: string): ShareChoice[] {
  return items.filter((one) => one.kind === kind && (since === "" || one.day >= since) && (until === "" || one.day <= until));
}

export function sizeWords(bytes: number): string {
  return bytes >= 100_000 ? t("share.mb", { n: number(bytes / 1e6, 1) }) : t("share.kb", { n: number(Math.max(1, Math.round(bytes / 1000))) });
}

export function titleOf(item: ShareItem | ShareChoice): string {
  if (item.kind === "ladder") return word("share.item", item.id, item.title);
  if (item.kind === "notes") return t("share.item.note");
  return item.title === "" ? t("share.item.untitled") : item.title;
}

/** The names to take out, with one more; what was there already stays where it stood. */
export function withName(names: string[], more: string): string[] {
  const name = more.trim().replace(/\s+/g, " ");
  const known = names.some((one) => one.toLowerCase() === name.toLowerCase());
  return name === "" || known ? names : [...names, name];
}

/** What a change would do, with its values. */
export function changeWords(change: ShownChange): string {
  const step = change.title === "" ? t("share.step_gone") : change.title;
  if (!("to" in change)) return t("share.change.way", { what: word("reply.kind", change.what), step });
  const said = (value: string | number | null) => (value === null ? t("format.unknown") : valueWords(change.what, value));
  return t(`share.change.${change.what}`, { step, was: said(change.was), to: said(change.to) });
}

function valueWords(what: string, value: string | number): string {
  if (what === "support") return word("support", String(value));
  return what === "planned_s" ? lengthWords(Number(value)) : number(Number(value));
}

/** A therapist's proposal beside what the ladder says now. */
export function shownChange(change: ProposedChange, ladders: Pick<Ladder, "id" | "steps">[]): ShownChange {
  const steps = ladders.find((one) => one.id === change.ladder)?.steps ?? [];
  const step = steps.find((one) => one.id === change.step);
  const title = step?.title ?? "";
  if (change.support !== undefined) return { title, what: "support", was: step?.support ?? null, to: change.support };
  if (change.planned_s !== undefined) return { title, what: "planned_s", was: step?.planned_s ?? null, to: change.planned_s };
  if (change.expected_suds !== undefined) return { title, what: "expected_suds", was: step?.expected_suds ?? null, to: change.expected_suds };
  if (change.place === undefined) return { title, what: change.way ?? "hold" };
  const order = steps.filter((one) => !one.put_away).map((one) => one.id);
  const at = order.indexOf(change.step);
  return { title, what: "place", was: at < 0 ? null : at + 1, to: Math.min(change.place + 1, Math.max(1, order.length)) };
}

/** One proposal of a kind for a step: a new one takes the place of the one before. */
export function withProposal(changes: ProposedChange[], wish: ProposedChange): ProposedChange[] {
  const other = (one: ProposedChange) => one.ladder !== wish.ladder || one.step !== wish.step || kindOf(one) !== kindOf(wish);
  return [...changes.filter(other), wish];
}

function kindOf(change: ProposedChange): string {
  return VALUES.find((key) => change[key] !== undefined) ?? "way";
}
