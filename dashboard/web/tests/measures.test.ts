import { describe, expect, it } from "vitest";
import { bandOf, bars, chance, changeWords, dots, fitsScale, higherWords, kindsIn, notedWords, sessionWords, top, totalsOf, weekWords } from "../src/lib/measures";
import { nextWord, whenWords } from "../src/lib/separations";
import type { MeasureScale, MeasureTotal, Noted, Separation, Week } from "../src/lib/wire";

const source = { author: "Somebody", year: 2000, where: "Somewhere" };
const scale = (more: Partial<MeasureScale> = {}): MeasureScale => ({
  id: "one", title: "One", about: "", least: 0, most: 20, step: 1, higher: "more trouble", licence: "", ages: ["adult"], open: true, source, form: null,
  bands: [{ least: 0, words: "low" }, { least: 10, words: "high" }], bands_source: source, reliable: { points: 4, source }, ...more,
});
const total = (day: string, value: number): MeasureTotal => ({ id: day, scale: "one", day, total: value, note: "", sheet: null, rev: "r" });
const noted = (more: Partial<Noted> = {}): Noted => ({ n: 0, intensity: null, rated: 0, lasted_min: null, timed: 0, acted: 0, told: 0, act_share: null, ...more });
const week = (monday: string, more: Partial<Week> = {}): Week => ({
  week: monday, noted: 0, sessions: 0, unknown: 0, urges: null, acted: null, act_share: null, moments: null,
  protest: null, avoidance: null, safety_seeking: null, appeasing: null, rumination: null, checking: null, ...more,
});

describe("totals", () => {
  const totals = [total("2026-03-01", 12), total("2026-01-01", 16), total("2026-01-31", 15)];

  it("stand by their day, a long pause looks long", () => {
    const found = dots(scale(), totalsOf(scale(), [...totals, { ...total("2026-01-02", 3), scale: "other" }]));
    expect(found.map((dot) => [Math.round(100 * dot.x), dot.y])).toEqual([[0, 0.8], [51, 0.75], [100, 0.6]]);
    expect(dots(scale(), [total("2026-01-01", 5)])[0]?.x).toBe(0.5);
  });

  it("what may be chance is drawn around the first, only where it is given, and from the second on", () => {
    const sorted = totalsOf(scale(), totals);
    expect(chance(scale(), sorted)).toEqual({ low: 0.6, high: 1 });
    expect([chance(scale({ reliable: null }), sorted), chance(scale(), sorted.slice(0, 1))]).toEqual([null, null]);
  });

  it("a change is told without praise or blame", () => {
    const sorted = totalsOf(scale(), totals);
    const said = (change: "better" | "worse" | "within_chance" | "unknown", one = scale()) => changeWords(one, { from: "", to: "", points: 0, change }, sorted);
    expect(said("better")).toBe(said("worse"));
    expect(said("better")).toContain("From 16 to 12 since");
    expect(said("within_chance")).toContain("can be chance");
    expect(said("better", scale({ reliable: null }))).toContain("is not known");
    expect(changeWords(scale(), undefined, [])).toContain("One total so far");
    expect([higherWords(scale()), higherWords(scale({ higher: "better" }))].join(" ")).not.toMatch(/good|bad|worse/);
  });

  it("are of the scale's steps, and have its authors' word", () => {
    expect([fitsScale(scale(), 20), fitsScale(scale(), 20.5), fitsScale(scale(), 21), fitsScale(scale(), null), fitsScale(scale({ step: 0.01 }), 3.14)]).toEqual([true, false, false, false, true]);
    expect([bandOf(scale(), 9), bandOf(scale(), 10), bandOf(scale({ bands: [] }), 10)]).toEqual(["low", "high", ""]);
  });
});

describe("weeks", () => {
  it("without an answer are unknown, never none", () => {
    const found = bars([week("2026-01-05"), week("2026-01-12", { urges: 3, acted: 1 }), week("2026-01-19", { noted: 2, moments: noted({ n: 2 }) })]);
    expect(found.map((one) => one.urges)).toEqual([null, 3, null]);
  });

  it("add up sessions, moments and behaviours that told", () => {
    const [one] = bars([week("2026-01-05", { urges: 2, acted: 0, moments: noted({ n: 3, told: 2, acted: 1 }), protest: noted({ n: 1, told: 1, acted: 1 }) })]);
    expect([one?.urges, one?.acted]).toEqual([5, 2]);
    expect([top([]), top(bars([week("x", { urges: 7, acted: 0 })])), top(bars([week("x", { urges: 13, acted: 0 })]))]).toEqual([4, 8, 15]);
  });

  it("in words", () => {
    expect([notedWords(null), notedWords(noted())]).toEqual(["unknown", "none noted"]);
    expect(notedWords(noted({ n: 2, told: 2, acted: 1, intensity: 65, lasted_min: 20 }))).toBe("2 times · acted on 1 of 2 · strength 65 · 20 min");
    expect(sessionWords(week("x"))).toBe("unknown");
    expect(sessionWords(week("x", { sessions: 1, unknown: 1 }))).toContain("don’t tell");
    const share = { share: 0.25, low: 0, high: 0.6, enough: true };
    expect(sessionWords(week("x", { sessions: 2, unknown: 1, urges: 4, acted: 1, act_share: share }))).toBe("urges 4, acted on 1 · 25 % acted on · one separation doesn’t tell");
    expect(sessionWords(week("x", { sessions: 1, urges: 4, acted: 1, act_share: { ...share, enough: false } }))).toBe("urges 4, acted on 1");
    expect(kindsIn([week("x", { protest: noted({ n: 1 }), moments: noted() })])).toEqual(["protest"]);
    expect(weekWords("2026-01-05", "en-GB")).toBe("5 Jan");
  });
});

describe("separations", () => {
  const one = (more: Partial<Separation>): Separation => ({ id: "a", rev: "r", kind: "apart", who: "R", whole_days: true, begins: "2026-01-05", ends: "2026-01-07", state: "announced", helps: "", goodbye: "", contact: "", ...more });

  it("say when, and the one word that fits", () => {
    expect(whenWords(one({}))).toMatch(/ to /);
    expect(whenWords(one({ ends: "2026-01-05" }))).not.toMatch(/ to /);
    expect(whenWords(one({ whole_days: false, begins: "2026-01-05T09:00Z", ends: "2026-01-05T12:00Z" }))).toMatch(/ to /);
    expect((["announced", "under_way", "over", "called_off"] as const).map(nextWord)).toEqual(["call_off", "back", null, "on_again"]);
  });
});
