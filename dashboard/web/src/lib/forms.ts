/** Worksheets, pure: which fields show, what is missing, what two windows wrote, and how an answer is read. */

import { fullDay } from "./format";
import type { Answers, Field, Form, Row, SheetLink, Value } from "./wire";
import { locale as spoken, number, t } from "./words";

/** Kinds in which somebody writes; they stand beside who reads it. */
const WRITTEN = new Set(["line", "lines"]);

export function isEmpty(value: Value | undefined | null): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.every((one) => (typeof one === "string" ? one.trim() === "" : isEmptyRow(one)));
  return false;
}

export function isEmptyRow(row: Row): boolean {
  return Object.values(row).every((value) => isEmpty(value));
}

/** The fields of a group that show for these answers. A field of a hidden one stays hidden too. */
export function shownFields(fields: Field[], answers: Answers): Field[] {
  const shown = new Set<string>();
  for (const field of fields) if (holds(field, answers, shown)) shown.add(field.id);
  return fields.filter((field) => shown.has(field.id));
}

function holds({ only_if }: Field, answers: Answers, shown: Set<string>): boolean {
  if (!only_if) return true;
  const said = answers[only_if.field];
  if (!shown.has(only_if.field) || said === undefined) return false;
  return Array.isArray(said)
    ? said.some((one) => typeof one === "string" && only_if.is.includes(one))
    : typeof said !== "object" && only_if.is.includes(said);
}

export function mayStayEmpty(field: Field): boolean {
  return field.optional === true || field.kind === "said";
}

/** What stands in a new sheet, to be changed. */
export function starts(fields: Field[]): Answers {
  return Object.fromEntries(fields.filter((field) => field.start).map((field) => [field.id, field.start ?? ""]));
}

/** A question, and that it wants an answer. */
export function labelOf(field: Field): string {
  return mayStayEmpty(field) ? field.label : t("form.needed_of", { label: field.label });
}

/** The places of what must be answered and is not, in order; in rows `rows.2.field`. */
export function missing(fields: Field[], answers: Answers, before = ""): string[] {
  return shownFields(fields, answers).flatMap((field) => {
    const [place, value] = [before + field.id, answers[field.id]];
    if (field.kind === "rows" && !isEmpty(value)) {
      return rowsOf(value).flatMap((row, n) => (isEmptyRow(row) ? [] : missing(field.fields ?? [], row, `${place}.${n}.`)));
    }
    if (value === undefined || isEmpty(value)) return mayStayEmpty(field) ? [] : [place];
    return fits(field, value) ? [] : [place];
  });
}

export function rowsOf(value: Value | undefined): Row[] {
  return Array.isArray(value) ? value.filter((one): one is Row => typeof one === "object") : [];
}

/** Whether it can be kept as it stands: a number half typed, or a year with one digit, waits. */
export function fits(field: Field, value: Value): boolean {
  if (typeof value === "number" && field.kind === "number") {
    return Number.isFinite(value) && value >= (field.least ?? -Infinity) && value <= (field.most ?? Infinity);
  }
  if (typeof value !== "string" || (field.kind !== "date" && field.kind !== "moment")) return true;
  return /^(19|20|21)\d\d-\d\d-\d\d/.test(value);
}

/** What is sent of a draft: without what is empty or does not fit yet, and without empty rows. */
export function cleaned(fields: Field[], answers: Answers): Answers {
  const found: Answers = {};
  for (const field of fields) {
    const value = answers[field.id];
    if (value === undefined || isEmpty(value) || !fits(field, value)) continue;
    const rows = field.kind === "rows" ? rowsOf(value).filter((row) => !isEmptyRow(row)) : null;
    found[field.id] = rows === null ? value : rows.map((row) => cleaned(field.fields ?? [], row) as Row);
  }
  return found;
}

/** What is kept for good: nothing of a field that does not show any more. */
export function shownAnswers(fields: Field[], answers: Answers): Answers {
  const shown = shownFields(fields, answers);
  const found = cleaned(shown, answers);
  for (const field of shown) {
    const rows = rowsOf(found[field.id]);
    if (rows.length > 0) found[field.id] = rows.map((row) => shownAnswers(field.fields ?? [], row) as Row);
  }
  return found;
}

export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Two windows changed what was `base`. What only one has changed stands; texts that both wrote stand one
 *  after the other, so that nothing typed is lost. `both`: the fields in which that was so. */
export function merged(fields: Field[], base: Answers, mine: Answers, theirs: Answers): { answers: Answers; both: string[] } {
  const answers: Answers = {};
  const both: string[] = [];
  for (const id of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [was, here, there] = [base[id], mine[id], theirs[id]];
    const untouched = same(here ?? null, was ?? null);
    let value = untouched ? there : here;
    if (!untouched && !same(there ?? null, was ?? null) && !same(here ?? null, there ?? null)) {
      const field = fields.find((one) => one.id === id);
      value = joined(field, was, here, there);
      both.push(id);
    }
    if (value !== undefined) answers[id] = value;
  }
  return { answers, both };
}

function joined(field: Field | undefined, was: Value | undefined, here: Value | undefined, there: Value | undefined): Value | undefined {
  if (here === undefined || there === undefined) return here ?? there;
  if (typeof here === "string" && typeof there === "string" && WRITTEN.has(field?.kind ?? "")) {
    if (here.includes(there)) return here;
    if (there.includes(here)) return there;
    return there + (field?.kind === "line" ? " / " : "\n\n") + here;
  }
  if (Array.isArray(here) && Array.isArray(there)) {
    const [known, inTheirs] = [textsOf(was), textsOf(there)];
    const fresh = (here as (string | Row)[]).filter((one) => !inTheirs.has(JSON.stringify(one)) && !known.has(JSON.stringify(one)));
    return [...(there as (string | Row)[]), ...fresh] as Value;
  }
  return here;
}

function textsOf(value: Value | undefined): Set<string> {
  return new Set(Array.isArray(value) ? value.map((one) => JSON.stringify(one)) : []);
}

/** An answer as somebody reads it; "" where there is none. */
export function said(field: Field, value: Value | undefined): string {
  if (value === undefined || isEmpty(value)) return "";
  const option = (one: string) => field.options?.find((known) => known.value === one)?.label ?? one;
  if (Array.isArray(value)) return value.map((one) => (typeof one === "string" ? option(one) : "")).filter(Boolean).join(", ");
  if (typeof value === "boolean") return t(value ? "form.yes" : "form.no");
  if (typeof value === "number") return numberSaid(field, value);
  if (typeof value === "object") return "";
  if (field.kind === "choice") return option(value);
  if (field.kind === "date") return dayWords(value);
  return field.kind === "moment" ? fullDay(value) : value;
}

function numberSaid(field: Field, value: number): string {
  const shown = number(Math.round(100 * value) / 100);
  if (field.kind === "percent") return t("format.percent", { n: shown });
  return field.unit ? `${shown} ${field.unit}` : shown;
}

/** A day without a time, as it is said here. */
export function dayWords(day: string, locale: string = spoken, more: Intl.DateTimeFormatOptions = { weekday: "short" }): string {
  const [year = NaN, month = NaN, date = NaN] = day.slice(0, 10).split("-").map(Number);
  const noon = new Date(year, month - 1, date, 12);
  if (Number.isNaN(noon.getTime())) return t("format.unknown");
  return new Intl.DateTimeFormat(locale, { ...more, day: "numeric", month: "short", year: "numeric" }).format(noon);
}

export function shortDay(day: string, locale: string = spoken): string {
  return dayWords(day, locale, {});
}

/** This computer's day. */
export function today(now: Date = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** A moment as its field shows it, in this computer's time; "" where there is none. */
export function localMoment(utc: string): string {
  const at = new Date(utc);
  if (utc === "" || Number.isNaN(at.getTime())) return "";
  const two = (n: number) => String(n).padStart(2, "0");
  return `${today(at)}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function utcOf(local: string): string {
  const at = new Date(local);
  return local === "" || Number.isNaN(at.getTime()) ? "" : at.toISOString().replace(/:\d\d\.\d+Z$/, "Z");
}

/** The form's fields that a person fills in, rows among them, for `how many questions`. */
export function asked(form: Form): Field[] {
  return form.fields.filter((field) => field.kind !== "said");
}

/** Where a sheet not begun yet stands in the address. */
export function freshId(form: string, link: SheetLink | null = null): string {
  const more = link === null ? [] : [link.session, ...(link.activation == null ? [] : [String(link.activation)])];
  return ["new", form, ...more].join("/");
}

export function parseFresh(id: string): { form: string; link: SheetLink | null } | null {
  const [head, form, session, activation] = id.split("/");
  if (head !== "new" || !form) return null;
  if (!session) return { form, link: null };
  return { form, link: activation === undefined ? { session } : { session, activation: Number(activation) } };
}

/** For whom a form is: without an age it is not known, and nothing is left out. */
export function fitsAge(form: Form, age: string | undefined): boolean {
  return age === undefined || form.ages.length === 0 || form.ages.includes(age);
}

const QUICK: Partial<Record<Field["kind"], number>> = { scale: 0, choice: 1, yes_no: 2, number: 3, line: 4 };

/** For 20 seconds: what is said by one key first, what is written last. */
export function quickOrder(fields: Field[]): Field[] {
  return [...fields].sort((a, b) => (QUICK[a.kind] ?? 9) - (QUICK[b.kind] ?? 9));
}

const ALIKE: Partial<Record<Field["kind"], string>> = { line: "text", lines: "text", scale: "share", percent: "share" };

/** What a longer form can take over: fields of the same name that ask for the same kind of answer. */
export function carried(answers: Answers, from: Field[], to: Field[]): Answers {
  const kind = (field: Field | undefined) => (field ? (ALIKE[field.kind] ?? field.kind) : "");
  const taken = to.filter((field) => {
    const value = answers[field.id];
    return value !== undefined && kind(field) === kind(from.find((one) => one.id === field.id)) && (field.kind !== "choice" || field.options?.some((one) => one.value === value));
  });
  return Object.fromEntries(taken.map((field) => [field.id, answers[field.id]!]));
}
