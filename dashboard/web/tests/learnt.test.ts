import { describe, expect, it } from "vitest";
import { answersWords, nowWords, precisionWords } from "../src/lib/learnt";
import type { Learnt, Precision } from "../src/lib/wire";

const few: Precision = { distress: 2, answered: 3, unanswered: 1, needed: 10, share: null, low: null, high: null, why: "too_few" };
const enough: Precision = { ...few, distress: 9, answered: 14, unanswered: 0, share: 9 / 14, low: 0.388, high: 0.837, why: "" };
const found: Learnt = {
  simulated: false, threshold: 2.75, start: 2.5, most: 3, step: 0.25, rise_bpm: 9.6,
  distress: 1, other: 3, again_utc: null, unread: 0, precision: few,
};

describe("what was learnt", () => {
  it("tells the threshold, where it started, and in beats", () => {
    expect(nowWords(found)).toContain("Threshold: 2.75 (everybody starts at 2.5)");
    expect(nowWords(found)).toContain("9.6 beats");
    expect(nowWords({ ...found, threshold: 2.5 })).not.toContain("everybody starts at");
  });

  it("tells from how many answers", () => {
    expect(answersWords(found)).toBe("This comes from 4 answers: “something else” 3, “distress” 1.");
    expect(answersWords({ ...found, distress: 0, other: 0 })).toContain("nothing was learnt");
  });

  it("claims no share from few answers", () => {
    const lines = precisionWords(few);
    expect(lines.join(" ")).not.toContain("%");
    expect(lines).toEqual(["Too few answers yet to say: 3 answers, and it takes 10.", "1 rise has no answer. It counts for neither."]);
  });

  it("tells the share with its interval", () => {
    expect(precisionWords(enough)).toEqual([
      "Of 14 rises that you answered, 9 were distress: 64 %. From that alone, anything from 39 % to 84 % would fit.",
    ]);
  });
});
