/** Every text of the page comes from messages/en.json through here. */

import en from "../../messages/en.json";

export type Key = keyof typeof en;
export type Params = Record<string, string | number>;

const strict = import.meta.env.MODE === "test";
const messages: Record<string, string> = en;

export function has(key: string): key is Key {
  return Object.hasOwn(messages, key);
}

export function t(key: Key, params: Params = {}): string {
  const text = messages[key];
  if (text === undefined) return missing(key);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    return value === undefined ? missing(`${key} {${name}}`) : String(value);
  });
}

/** The words for a code from the server; a code without words is shown as it is. */
export function word(area: string, code: string, otherwise: string = code): string {
  const key = `${area}.${code}`;
  return has(key) ? t(key) : otherwise;
}

/** `key.one` for one, `key.other` for every other count. */
export function counted(key: string, n: number): string {
  const full = `${key}.${n === 1 ? "one" : "other"}`;
  return has(full) ? t(full, { n }) : missing(full);
}

function missing(key: string): string {
  if (strict) throw new Error(`no words for ${key}`);
  return key;
}
