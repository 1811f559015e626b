import { describe, expect, it } from "vitest";
import { lengthOf, momentAt, partsOf, swingOf } from "../src/lib/breath";
import { BREATH, SIGH, SQUARE } from "./some";

describe("a breath", () => {
  it("fills, empties and begins again", () => {
    expect(momentAt(BREATH, 0)).toMatchObject({ part: "in", fill: 0, left_s: 4, breath: 1 });
    expect(momentAt(BREATH, 2).fill).toBeCloseTo(0.5);
    expect(momentAt(BREATH, 4)).toMatchObject({ part: "out", fill: 1, left_s: 6 });
    expect(momentAt(BREATH, 10)).toMatchObject({ part: "in", fill: 0, breath: 2 });
  });

  it("has the parts that its file gives it", () => {
    expect([1, 5, 9, 13].map((s) => momentAt(SQUARE, s).part)).toEqual(["in", "hold", "out", "rest"]);
    expect([1, 2.5, 4].map((s) => momentAt(SIGH, s).part)).toEqual(["in", "sip", "out"]);
    expect(partsOf(BREATH).map((one) => one.part)).toEqual(["in", "out"]);
  });

  it("a sip comes on top of a breath that is not yet full", () => {
    const top = momentAt(SIGH, 1.999).fill;
    expect(top).toBeCloseTo(0.8, 2);
    expect(momentAt(SIGH, 2.5).fill).toBeGreaterThan(top);
    expect(momentAt(SIGH, 3).fill).toBe(1);
  });

  it.each([["soft", BREATH], ["square", SQUARE], ["sigh", SIGH]])("a %s one never jumps", (_, breath) => {
    const fills = Array.from({ length: 60 * 60 }, (_, i) => momentAt(breath, i / 60).fill);
    for (const [i, fill] of fills.entries()) {
      expect(fill).toBeGreaterThanOrEqual(0);
      expect(fill).toBeLessThanOrEqual(1);
      if (i > 0) expect(Math.abs(fill - (fills[i - 1] ?? 0))).toBeLessThan(0.05);
    }
    expect(momentAt(breath, 12.25)).toEqual({ ...momentAt(breath, 12.25 + 3 * lengthOf(breath)), breath: momentAt(breath, 12.25).breath });
  });
});

describe("how the heart swings with it", () => {
  it("is not known, little, some or even, and never a number", () => {
    expect([null, 0.11, 0.27, 0.5, 0.7].map(swingOf)).toEqual(["unknown", "little", "little", "some", "even"]);
  });
});
