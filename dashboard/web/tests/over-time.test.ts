import { describe, expect, it } from "vitest";
import { groupWords, medianWords, noteWords, rangeWords, shownGroups } from "../src/lib/over-time";
import type { OverTime, RecoveryGroup } from "../src/lib/wire";

const group: RecoveryGroup = {
  where: "apart", used: false, n: 8, not_by_end: 1, asked: 0, offered: 2,
  median_s: 42, low_s: 30, high_s: 95, why: "",
};
const asked: RecoveryGroup = { ...group, used: true, asked: 1, offered: 3 };
const found: OverTime = { simulated: false, groups: [group, asked], away: 1, not_told: 0, needed: 6, unread: 0, heart_slowing: { of: 8, with: 0 } };

describe("half-way back over all practices", () => {
  it("tells the middle and its interval", () => {
    expect(medianWords(group, 6)).toBe("42 s");
    expect(rangeWords(group)).toBe("30 s and 1 min 35 s");
    expect(rangeWords({ ...group, high_s: null })).toBe("30 s or more");
    expect(rangeWords({ ...group, low_s: null, high_s: null })).toBe("unknown");
  });

  it("claims none from few, nor where most were still on their way", () => {
    expect(medianWords({ ...group, n: 3, median_s: null, why: "too_few" }, 6)).toBe("too few yet: 3, and it takes 6");
    expect(medianWords({ ...group, median_s: null, why: "not_reached" }, 6)).toContain("unknown");
  });

  it("has words for all four kinds, and shows those that there are", () => {
    const words = (["apart", "after_reunion"] as const).flatMap((where) => [false, true].map((used) => groupWords({ ...group, where, used })));
    expect(new Set(words).size).toBe(4);
    expect(words.join(" ")).not.toContain("_");
    expect(shownGroups({ ...found, groups: [group, { ...group, n: 0 }] })).toEqual([group]);
  });

  it("tells apart what was asked for, offered, and left out", () => {
    expect(noteWords(found)).toEqual([
      "In 1 of those with a practice you reached for it yourself.",
      "In 2 of those without, a practice was offered.",
      "1 more is left out, because you were far away or numb.",
    ]);
  });
});
