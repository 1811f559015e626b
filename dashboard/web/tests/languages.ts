/** What is wrong with a language's file, held against the English one. */

import type { Messages } from "../src/lib/speech";

/** What a file says of itself and not to the person. */
const ABOUT = ["language.dir"];
const placeholders = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? ""));

export interface Judged {
  /** Neither in English nor a plural form of this language. */
  unknown: string[];
  /** Placeholders that are not those of the English text, as `key: names`. */
  placeholders: string[];
  missing: string[];
}

export function judged(en: Messages, other: Messages, tag: string): Judged {
  const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
  const english = (key: string) => en[key] ?? formOf(en, key, forms);
  const unknown = Object.keys(other).filter((key) => english(key) === undefined && !ABOUT.includes(key));
  return {
    unknown,
    placeholders: Object.entries(other).flatMap(([key, text]) => unlike(key, english(key), text, isPlural(en, key))),
    missing: Object.keys(en).filter((key) => !Object.hasOwn(other, key)),
  };
}

/** `key.few` has the English `key.other`, where English counts by that key. */
function formOf(en: Messages, key: string, forms: readonly string[]): string | undefined {
  const [, base = "", form = ""] = /^(.*)\.(\w+)$/.exec(key) ?? [];
  return forms.includes(form) && isPlural(en, `${base}.other`) ? en[`${base}.other`] : undefined;
}

/** A counted text may say its number as a word: `once`. */
function isPlural(en: Messages, key: string): boolean {
  const base = key.replace(/\.\w+$/, "");
  return en[`${base}.one`] !== undefined && (en[`${base}.other`] ?? "").includes("{n}");
}

function unlike(key: string, english: string | undefined, text: string, plural: boolean): string[] {
  if (english === undefined) return [];
  const [wanted, found] = [placeholders(english), placeholders(text)];
  if (plural) wanted.add("n");
  const odd = [...wanted, ...found].filter((name) => wanted.has(name) !== found.has(name)).filter((name) => !(plural && name === "n"));
  return odd.length > 0 ? [`${key}: ${odd.join(", ")}`] : [];
}
