import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import en from "../messages/en.json";
import { AREAS, GOOD_FOR } from "../src/lib/wire";
import { counted, has, t, word, type Key } from "../src/lib/words";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));
const SPOKEN = new Set(["aria-label", "aria-description", "aria-valuetext", "placeholder", "title", "alt", "label", "hint", "legend", "text", "words", "low", "high", "save"]);
/** Inside an expression: words with a capital or a space; keys and codes have neither. */
const SENTENCE = /^\p{Lu}|\p{Letter} \p{Letter}/u;
const LETTER = /\p{Letter}|\p{Number}/u;
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" });
const components = files.filter((name) => name.endsWith(".svelte"));
const sources = files.filter((name) => /\.(svelte|ts)$/.test(name)).map((name) => readFileSync(SRC + name, "utf8")).join("\n");

type Node = { type?: string; name?: string; data?: string; value?: unknown; [key: string]: unknown };

/** Every text that a component says by itself. */
function literals(source: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (node === null || typeof node !== "object") return;
    const { type, name = "", data = "" } = node as Node;
    if (type === "Attribute" && !SPOKEN.has(name)) return;
    if (type === "Text" && LETTER.test(data)) found.push(data.trim());
    if (type === "Literal" && typeof (node as Node).value === "string" && SENTENCE.test(String((node as Node).value))) {
      found.push(String((node as Node).value));
    }
    Object.values(node).forEach(walk);
  };
  walk(parse(source, { modern: true }).fragment);
  return found;
}

describe("texts", () => {
  it("the scan finds words, in text and in attributes", () => {
    expect(literals('<p>Hello</p><input placeholder="Name" class="wide" /><b>{t("x.y")}{a ? "Not now" : "b"}</b>')).toEqual(["Hello", "Name", "Not now"]);
  });

  it.each(components)("%s says nothing of its own", (name) => {
    expect(literals(readFileSync(SRC + name, "utf8"))).toEqual([]);
  });

  it("every message is used", () => {
    const areas = [...sources.matchAll(/\b(?:word|counted)\("([\w.]+)"/g)].map((m) => `${m[1]}.`);
    const made = [...sources.matchAll(/t\(`([\w.]+)\$\{/g)].map((m) => m[1] ?? "");
    const prefixes = [...areas, ...made];
    const unused = Object.keys(en).filter((key) => !sources.includes(`"${key}"`) && !prefixes.some((p) => key.startsWith(p)));
    expect(unused).toEqual([]);
  });

  it("a missing key and a missing value throw here", () => {
    expect(() => t("no.such" as Key)).toThrow("no.such");
    expect(() => t("format.percent")).toThrow("{n}");
    expect(() => counted("no.such", 2)).toThrow("no.such");
  });

  it("a code without words is shown as it is", () => {
    expect(word("why", "ok_then")).toBe("ok_then");
    expect(word("why", "gap")).toBe("Some heartbeats are missing.");
  });

  it.each(["ok", "settling", "no_beats", "silent", "link_down", "gap", "too_few", "flagged", "irregular", "moving", "quarantine", "flat", "contact", "no_baseline", "rhythm_off", "no_motion"])(
    "why.%s has words", (code) => expect(code === "ok" || has(`why.${code}`)).toBe(true),
  );

  it.each(["no_beats", "silent", "link_down", "contact", "too_few", "flagged"])("no_reading.%s has words", (code) => {
    expect(has(`no_reading.${code}`)).toBe(true);
  });

  it.each(["fit_first", "ladder_waits", "rest_today", "enough_today", "no_check_in", "too_hard_alone", "too_long_alone", "wrong_phase", "no_plan", "no_offer", "unknown_practice", "eyes_open_only", "still_screen", "not_in_panic", "closed", "empty_rating", "kept_until_written", "not_recording", "locked", "wrong_passphrase", "too_short"])(
    "refusal.%s has words", (code) => expect(has(`refusal.${code}`)).toBe(true),
  );

  it.each(["fit_first", "ladder_waits", "rest_today", "enough_today"])("may_not.%s has words", (code) => {
    expect(has(`may_not.${code}`) && has(`may_not_text.${code}`)).toBe(true);
  });

  it.each(["activation", "after_minutes", "rated_high", "asked", "too_much", "far_away", "numb"])(
    "because.%s has words", (code) => expect(has(`because.${code}`)).toBe(true),
  );

  it.each(["opt_in", "ask_first", "not_for_me", "therapist", "no_pace"])("closed.%s has words", (code) => {
    expect(["short", "title", "text"].every((kind) => has(`closed.${kind}.${code}`))).toBe(true);
  });

  it.each(["heart_disease", "heart_slowing", "cold_allergy", "eating_disorder", "pregnancy", "lung_disease", "seizures", "injury"])(
    "ask.%s has words", (code) => expect(has(`ask.${code}`)).toBe(true),
  );

  it.each([...AREAS])("area.%s has words", (code) => expect(has(`area.${code}`) && has(`area_text.${code}`)).toBe(true));

  it.each([...GOOD_FOR])("good_for.%s has words", (code) => expect(has(`good_for.${code}`)).toBe(true));

  it.each(["away", "panic", "phase", "elsewhere"])("practice.ended.%s has words", (code) => {
    expect(has(`practice.ended.${code}`)).toBe(true);
  });

  it("a held breath that was stopped for the person’s word is not put down to the heart", () => {
    expect(en["practice.ended.panic"]).toMatch(/heart is up, or your distress is high/);
  });

  it("nothing diagnoses, promises or soothes", () => {
    const list = JSON.parse(readFileSync(fileURLToPath(new URL("../../../tests/care/words.json", import.meta.url)), "utf8"));
    // "Not a diagnosis" may be said: tests/care/test_words.py reads whole sentences.
    const never = Object.entries(list.never).filter(([name]) => !list.negatable.includes(name));
    const found = new RegExp([...never.map(([, words]) => words), ...list.screen].join("|"), "i");
    expect(Object.values(en).filter((text) => found.test(text))).toEqual([]);
    for (const planted of ["Anxiety detected.", "You’re safe now.", "It is a cure."]) expect(planted).toMatch(found);
  });
});
