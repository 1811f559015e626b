import { describe, expect, it } from "vitest";
import en from "../messages/en.json";
import { WINDOW_S, coverageWords, qualityWords, slowingWords } from "../src/lib/seen";
import type { TraceRow } from "../src/lib/wire";
import { live } from "./wire";

describe("how much could be read", () => {
  const rows = (known: number, unknown: number): TraceRow[] => [
    ...Array.from({ length: unknown }, (_, i): TraceRow => [i, null, null, null, null]),
    ...Array.from({ length: known }, (_, i): TraceRow => [unknown + i, 70, 60, 75, null]),
  ];

  it("is said in words, and as a number only where numbers are shown", () => {
    expect(coverageWords(rows(300, 0), false)).toBe(en["coverage.all"]);
    expect(coverageWords(rows(200, 100), false)).toBe(en["coverage.most"]);
    expect(coverageWords(rows(60, 240), false)).toBe(en["coverage.little"]);
    expect(coverageWords(rows(0, 300), false)).toBe(en["coverage.none"]);
    expect(coverageWords(rows(60, 240), true)).toContain("20");
    for (const words of [rows(300, 0), rows(200, 100), rows(1, 299)].map((r) => coverageWords(r, false))) expect(words).not.toMatch(/\d/);
  });

  it("is of what the trace shows, and of nothing there is nothing to say", () => {
    expect(coverageWords(rows(WINDOW_S, 500), false)).toBe(en["coverage.all"]);
    expect(coverageWords([], false)).toBe("");
  });
});

describe("the quality of the signal", () => {
  const now = live().state.now!;

  it("says why it is fair where something else than the beats makes it so", () => {
    expect(qualityWords({ ...now, quality: "fair", quality_why: "second_opinion" })).toBe(en["quality.fair.second_opinion"]);
    expect(qualityWords({ ...now, quality: "fair", quality_why: "" })).toBe(en["quality.fair"]);
    expect(qualityWords({ ...now, quality: "fair" })).toBe(en["quality.fair"]);
  });

  it("says nothing of it where the signal is good, or poor", () => {
    expect(qualityWords({ ...now, quality: "good", quality_why: "second_opinion" })).toBe(en["quality.good"]);
    expect(qualityWords({ ...now, quality: "poor", quality_why: "second_opinion" })).toBe(en["quality.poor"]);
    expect(qualityWords(null)).toBe(en["quality.none"]);
  });
});

describe("medicine that slows the heart", () => {
  it("is said of as many sessions as told of it, and of none nothing", () => {
    expect(slowingWords({ of: 9, with: 2 })).toMatch(/^In 2 of the 9 sessions counted here, medicine that slows the heart /);
    expect(slowingWords({ of: 9, with: 9 })).toBe(en["slowing.all"]);
    expect(slowingWords({ of: 1, with: 1 })).toBe(en["slowing.all"]);
    expect(slowingWords({ of: 9, with: 0 })).toBe("");
    expect(slowingWords({ of: 0, with: 0 })).toBe("");
    expect(slowingWords(undefined)).toBe("");
  });
});
