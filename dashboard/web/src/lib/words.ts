/**
 * Every text of the page comes through here, from the one file of messages/ that is spoken.
 * Whatever imports this waits for that file; the build has filled its gaps from en.json.
 */

import type en from "../../messages/en.json";
import { prefs } from "./prefs.svelte";
import { chosen, localeOf, speech, type Messages, type Params } from "./speech";

export type Key = keyof typeof en;
export type { Params } from "./speech";

const FALLBACK = "en";
const FILES = import.meta.glob<Messages>("../../messages/*.json", { import: "default" });
const wanted = [prefs.language, ...(globalThis.navigator?.languages ?? [])].filter((tag) => tag !== "");

const fileOf = (tag: string) => `../../messages/${tag}.json`;

/** Every language that there are words for (BCP 47). */
export const languages: readonly string[] = Object.keys(FILES).map((path) => path.replace(/^.*\/|\.json$/g, "")).sort();
export const language = chosen(languages, wanted, FALLBACK);
/** How dates and numbers are said. */
export const locale = localeOf(language, wanted);

const messages = (await FILES[fileOf(language)]?.()) ?? {};
const spoken = speech(messages, locale, import.meta.env.MODE === "test");

/** Which way it is read; a file says so where it is not from left to right. */
export const direction = messages["language.dir"] === "rtl" ? "rtl" : "ltr";

/** A language's name in itself: who looks for it can read it. */
export function nameOf(tag: string): string {
  return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
}

export function has(key: string): key is Key {
  return spoken.has(key);
}

export function t(key: Key, params: Params = {}): string {
  return spoken.t(key, params);
}

/** The words for a code from the server; a code without words is shown as it is. */
export function word(area: string, code: string, otherwise: string = code): string {
  const key = `${area}.${code}`;
  return has(key) ? t(key) : otherwise;
}

/** `key.one`, `key.other` …: what this language says for so many. */
export const counted = (key: string, n: number): string => spoken.counted(key, n);

/** A number as this language writes it; `digits` after the comma where their count is fixed. */
export const number = (value: number, digits?: number): string => spoken.number(value, digits);
