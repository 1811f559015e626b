import { describe, expect, it } from "vitest";
import { alarmWords } from "../src/lib/alarm";
import type { ReviewActivation } from "../src/lib/wire";
import { review } from "./wire";

const { activations } = review();
const quick: ReviewActivation = {
  ...activations[0]!, onset_s: 432, alarm_s: 446, hr_bpm: 80.4, level_bpm: 66, kind: "quick",
  movement: "still", threshold: 2.75, would_not_below_bpm: 75.6, rmssd_term: 0.9,
};

describe("why an activation was noted", () => {
  it("a quick rise, its terms and what would have changed it", () => {
    expect(alarmWords(quick)).toBe(
      "Your heart was 14 beats a minute above where it had been (66), within 14 s, while you were still. " +
      "Your heartbeats varied less than at rest; that is told beside it and decided nothing. " +
      "Below 76 it would not have been noted then (threshold 2.75).",
    );
  });

  it("a slow climb is told from the baseline", () => {
    const words = alarmWords({ ...quick, kind: "slow_climb", onset_s: 0, alarm_s: 600, rmssd_term: 0 });
    expect(words).toContain("climbed slowly");
    expect(words).toContain("10 min");
    expect(words).not.toContain("varied");
  });

  it("what is not known is not told", () => {
    const words = alarmWords({ ...quick, movement: "unverified", would_not_below_bpm: null, rmssd_term: null });
    expect(words).toContain("movement was not checked");
    expect(words).not.toContain("would not");
  });
});
