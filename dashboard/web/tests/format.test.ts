import { describe, expect, it } from "vitest";
import { clock, day, length, minutes, percent, whole } from "../src/lib/format";
import { moved, zoomed } from "../src/lib/zoom";
import { byWay, recoveryWords } from "../src/lib/recovery";
import { checkpoints, draftOf, planOf, stepId, suggestionsFor } from "../src/lib/steps";
import { aboveFoot, columns, heartRange } from "../src/lib/live-chart";
import { withBreaks } from "../src/lib/breaks";
import { timeline } from "../src/lib/timeline";
import { live, review } from "./wire";

describe("numbers in words", () => {
  it("lengths", () => {
    expect(length(42)).toBe("42 s");
    expect(length(120)).toBe("2 min");
    expect(length(125.4)).toBe("2 min 5 s");
    expect(minutes(20)).toBe("1 minute");
    expect(minutes(900)).toBe("15 minutes");
    expect(clock(62)).toBe("1:02");
    expect(clock(3725)).toBe("1:02:05");
  });

  it("what is missing is unknown, never nought", () => {
    expect(percent(null)).toBe("unknown");
    expect(whole(null)).toBe("unknown");
    expect(day("no date")).toBe("unknown");
    expect(percent(0)).toBe("0 %");
  });

  it("days", () => {
    expect(day("2026-11-22T09:00:00Z", "en-GB", "UTC")).toContain("Sunday");
  });
});

describe("a chart's range", () => {
  const full = { min: 0, max: 1000 };

  it("zooms around a time and stays inside", () => {
    expect(zoomed(full, full, 0.5, 250)).toEqual({ min: 125, max: 625 });
    expect(zoomed({ min: 0, max: 100 }, full, 2, 0)).toEqual({ min: 0, max: 200 });
    expect(zoomed(full, full, 4, 500)).toEqual(full);
    expect(zoomed(full, full, 0, 500)).toEqual({ min: 490, max: 510 });
  });

  it("moves and stops at the ends", () => {
    expect(moved({ min: 100, max: 300 }, full, 0.25)).toEqual({ min: 150, max: 350 });
    expect(moved({ min: 800, max: 1000 }, full, 1)).toEqual({ min: 800, max: 1000 });
  });

  it("is never so narrow that a breath looks like an alarm", () => {
    const [low, high] = heartRange(64, 68);
    expect(high - low).toBeGreaterThanOrEqual(40);
    expect(heartRange(null, null)).toEqual([50, 90]);
  });

  it("keeps gaps as gaps, of the heart and of movement", () => {
    const [, , , hr, mg] = columns([[1, 60, 55, 70, null], [2, null, 55, 70, 12]]);
    expect(hr).toEqual([60, null]);
    expect(mg).toEqual([null, 12]);
  });

  it("keeps the heart off the foot while movement stands there", () => {
    const [low, high] = aboveFoot([50, 90], true);
    expect(high).toBe(90);
    expect((50 - low) / (high - low)).toBeCloseTo(0.2);
    expect(aboveFoot([50, 90], false)).toEqual([50, 90]);
  });
});

it("a jump in the times of a review is a gap", () => {
  expect(withBreaks([1, 2, 9, 10], [[60, 61, 62, 63]])).toEqual([[1, 2, 3, 9, 10], [60, 61, null, 62, 63]]);
  expect(withBreaks([5, 10, 15], [[60, 61, 62]])).toEqual([[5, 10, 15], [60, 61, 62]]);
  expect(withBreaks([], [[]])).toEqual([[], []]);
});

describe("the way back", () => {
  it("has words for each way, and the ways are never pooled", () => {
    const [first, second] = review().activations;
    expect(recoveryWords(first?.recovery ?? null)).toBe("took 42 s to come half-way back, while apart");
    expect(recoveryWords(second?.recovery ?? null)).toBe("not by the end");
    expect(recoveryWords(null)).toBe("unknown: not measured");
    const groups = byWay(review().activations);
    expect(groups.apart.map((a) => a.number)).toEqual([1]);
    expect(groups.not_by_end.map((a) => a.number)).toEqual([2]);
  });

  it("after the reunion is said as such", () => {
    const base = { reference_s: 1, full_s: null, censored: false, why: null };
    expect(recoveryWords({ ...base, where: "after_reunion", half_s: 60 })).toContain("after the reunion");
    expect(recoveryWords({ ...base, where: "not_said", half_s: 42 })).toBe("took 42 s to come half-way back");
    expect(recoveryWords({ ...base, where: "apart", half_s: null, why: "small_rise" })).toBe("unknown: the rise was too small");
  });
});

describe("a plan", () => {
  it("goes into the form and out again the same", () => {
    const plan = live().state.session?.plan;
    expect(plan && planOf(draftOf(plan))).toEqual(plan);
  });

  it("with another title is another step", () => {
    const plan = live().state.session?.plan ?? null;
    expect(planOf({ ...draftOf(plan), title: "Tea alone" }).step.id).toBe("tea-alone");
  });

  it("asks when it was told to", () => {
    expect(checkpoints("half", 900)).toEqual([450]);
    expect(checkpoints("five", 900)).toEqual([300, 600]);
    expect(checkpoints("five", 300)).toEqual([]);
    expect(checkpoints("none", 900)).toEqual([]);
  });

  it("names a step of one's own", () => {
    expect(stepId("  Alone at the shop! ")).toBe("alone-at-the-shop");
    expect(stepId("…")).toBe("own-step");
  });
});

it("the timeline is in order and says who asked", () => {
  const lines = timeline(review(), () => "Slow breathing");
  expect(lines.map((l) => l.at_s)).toEqual([...lines.map((l) => l.at_s)].sort((a, b) => a - b));
  expect(lines.some((l) => l.text.startsWith("Practised after an offer"))).toBe(true);
  expect(lines.map((l) => l.text)).toContain("No reading for 12 s: too few clear heartbeats had come");
});

describe("what is suggested", () => {
  it("to a child under 13 is near and short", () => {
    expect(suggestionsFor(true).every((step) => step.minutes <= 15)).toBe(true);
    expect(suggestionsFor(false).some((step) => step.minutes > 15)).toBe(true);
  });
});
