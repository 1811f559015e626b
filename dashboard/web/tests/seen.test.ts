import { describe, expect, it } from "vitest";
import en from "../messages/en.json";
import { qualityWords } from "../src/lib/seen";
import { live } from "./wire";

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
