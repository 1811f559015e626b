import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import en from "../messages/en.json";
import { chosen, localeOf, speech, type Messages } from "../src/lib/speech";
import { direction, language, languages, nameOf, number } from "../src/lib/words";
import { judged } from "./languages";

const FOLDER = fileURLToPath(new URL("../messages/", import.meta.url));
const files = readdirSync(FOLDER);
const read = (file: string) => JSON.parse(readFileSync(FOLDER + file, "utf8")) as Messages;

describe.each(files)("messages/%s", (file) => {
  const tag = file.replace(/\.json$/, "");
  const text = readFileSync(FOLDER + file, "utf8");

  it("is named by a language, and is offered", () => {
    expect(Intl.getCanonicalLocales(tag)).toEqual([tag]);
    expect(languages).toContain(tag);
  });

  it("says the English keys with the English placeholders", () => {
    const { missing, ...faults } = judged(en, read(file), tag);
    if (missing.length > 0) console.info(`${file} has no words yet for ${missing.length}: ${missing.join(", ")}`);
    expect(faults).toEqual({ unknown: [], placeholders: [] });
  });

  it("says nothing twice", () => {
    const keys = [...text.matchAll(/^ *"([^"]+)":/gm)].map((found) => found[1]);
    expect(keys.filter((key, n) => keys.indexOf(key) !== n)).toEqual([]);
  });
});

describe("the judge of a language’s file", () => {
  const english = { "a.n.one": "1 bird", "a.n.other": "{n} birds", "b": "{who} and {n}", "c": "Yes" };

  it("names what is unknown, what lost a placeholder, and what is missing", () => {
    const found = judged(english, { "b": "{who}", "d": "?", "a.n.two": "two" }, "de");
    expect(found).toEqual({ unknown: ["d", "a.n.two"], placeholders: ["b: n"], missing: ["a.n.one", "a.n.other", "c"] });
  });

  it("knows the plurals of each language, and its direction", () => {
    const arabic = { "a.n.two": "طائران", "a.n.few": "{n} طيور", "a.n.other": "{n} {odd}", "language.dir": "rtl" };
    expect(judged(english, arabic, "ar")).toMatchObject({ unknown: [], placeholders: ["a.n.other: odd"] });
  });
});

describe("a language", () => {
  const polish = speech({ "a.one": "{n} krok", "a.few": "{n} kroki", "a.many": "{n} kroków", "b.one": "jeden", "b.other": "{n}" }, "pl", true);

  it("counts by its own rules", () => {
    expect([1, 3, 5, 22].map((n) => polish.counted("a", n))).toEqual(["1 krok", "3 kroki", "5 kroków", "22 kroki"]);
  });

  it("says the form for every count where it has no other", () => {
    expect([1, 3].map((n) => polish.counted("b", n))).toEqual(["jeden", "3"]);
  });

  it("writes numbers its own way, and years as they are", () => {
    const german = speech({ x: "{n} Jahre" }, "de", true);
    expect([german.t("x", { n: 1.5 }), german.number(2026), german.number(12345), german.number(2, 1)]).toEqual(["1,5 Jahre", "2026", "12.345", "2,0"]);
  });

  it("shows the key where a word is missing, and says so in tests", () => {
    expect(speech({}, "de", false).t("x.y")).toBe("x.y");
    expect(() => speech({}, "de", true).t("x.y")).toThrow("x.y");
  });

  it("is chosen by what is wanted first, as near as there is one", () => {
    const there = ["de", "en", "pt-BR"];
    expect(chosen(there, ["fr", "de-AT", "en"], "en")).toBe("de");
    expect(chosen(there, ["pt-br"], "en")).toBe("pt-BR");
    expect(chosen(there, ["pt", "fr"], "en")).toBe("en");
    expect(chosen(there, [], "en")).toBe("en");
  });

  it("takes dates and numbers from the browser’s own variety of it", () => {
    expect(localeOf("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
    expect(localeOf("de", ["en-GB"])).toBe("de");
    expect(localeOf("de", ["den-CA"])).toBe("de");
  });
});

it("the page speaks one of them, by its name in itself", () => {
  expect([language, direction, nameOf("de"), number(0)]).toEqual(["en", "ltr", "Deutsch", "0"]);
});
