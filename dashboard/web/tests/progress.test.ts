import { describe, expect, it } from "vitest";
import {
  across, askedFor, daysOf, dayPlus, dayShort, filterOf, groupOf, isGone, KINDS, leftOutWords, markWords, mondayOf, queryOf, shownWords, sideBySide, stairsOf, START,
  stepWords, SUPPORTS, ticks, TIMES, topOf, treadFrom, weeksIn, type Filter,
} from "../src/lib/progress";
import { parseHash } from "../src/lib/route.svelte";
import type { StepRecovery, Week } from "../src/lib/wire";
import { draws, SEEDS } from "./some";
import { progress } from "./wire";

const found = progress();
const TODAY = "2026-06-30";

describe("what is shown", () => {
  it.each(SEEDS.slice(0, 30))("stands in the address and comes back from it (seed %i)", (seed) => {
    const draw = draws(seed);
    const pick = <T,>(of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T;
    const time = pick(TIMES);
    const own = time === "own" ? { from: pick(["", "2026-01-05"]), to: pick(["", "2026-02-05"]) } : { from: "", to: "" };
    const ladder = pick(["", "l/1 &=?#"]);
    const filter: Filter = { time, ...own, ladder, step: ladder === "" ? "" : pick(["", "s+1"]), support: pick(["", ...SUPPORTS]), kind: pick(KINDS) };
    expect(filterOf(queryOf(filter))).toEqual(filter);
    expect(filterOf(parseHash(`#/progress?${queryOf(filter)}`).query)).toEqual(filter);
  });

  it("is as at the start where the address says nothing, or nonsense", () => {
    expect(filterOf("")).toEqual(START);
    expect(filterOf("time=week&from=yesterday&to=2026-13-45&support=calm&kind=all")).toEqual(START);
    expect(queryOf(START)).toBe("");
    expect(filterOf("from=2026-02-30&to=0000-01-01")).toEqual(START);
    expect(filterOf("step=s1")).toEqual(START); // of which ladder?
    expect(filterOf(`ladder=${"l".repeat(201)}&step=s1`)).toEqual(START);
  });

  it("begins on a Monday, whatever day it is", () => {
    expect(daysOf({ ...START, time: "4w" }, TODAY)).toEqual({ from: "2026-06-08", to: "" });
    expect(daysOf(START, TODAY).from).toBe("2026-04-06");
    expect(["2026-06-29", "2026-07-05", "2026-07-06"].map(mondayOf)).toEqual(["2026-06-29", "2026-06-29", "2026-07-06"]);
    expect(dayPlus("2026-02-27", 2)).toBe("2026-03-01");
    expect(askedFor({ ...START, time: "own", to: "2026-02-05", support: "ask" }, TODAY)).toBe("to=2026-02-05&support=ask");
  });

  it("is said in words", () => {
    const ladder = found.ladders[0]!;
    const words = shownWords({ ...START, ladder: ladder.id, step: ladder.steps[0]!.id, support: "ask" }, found, TODAY);
    expect(words).toContain(`${dayShort("2026-04-06")} to ${dayShort(TODAY)}`);
    expect(words).toContain(`the step “${ladder.steps[0]!.title}”`);
    expect(words).toContain("Only when I ask");
  });

  it("is never said to be all where the address names a step that is not there", () => {
    const ladder = found.ladders[0]!;
    for (const filter of [{ ...START, ladder: "gone" }, { ...START, ladder: "gone", step: "s" }, { ...START, ladder: ladder.id, step: "gone" }]) {
      expect(isGone(filter, found)).toBe(true);
      const words = shownWords(filter, found, TODAY);
      expect(words).toContain("a step that is not there any more");
      expect(words).not.toContain("All steps");
    }
    expect([START, { ...START, ladder: ladder.id, step: ladder.steps[0]!.id }].map((filter) => isGone(filter, found))).toEqual([false, false]);
  });

  it("takes the weeks of urges along, whole", () => {
    const weeks = ["2026-05-25", "2026-06-01", "2026-06-08", "2026-06-15"].map((week) => ({ week }) as Week);
    expect(weeksIn(weeks, { from: "2026-06-03", to: "2026-06-08" }).map((one) => one.week)).toEqual(["2026-06-01", "2026-06-08"]);
    expect(weeksIn(weeks, { from: "", to: "" })).toHaveLength(4);
  });
});

describe("the way back, step by step", () => {
  const step = (change: Partial<StepRecovery>): StepRecovery => ({
    ladder: "l", step: "s", title: "S", n: 6, not_by_end: 0, median_s: 60, low_s: 30, high_s: 80, why: "", ways: [], weeks: [], ...change,
  });

  it("has four kinds, and the server’s own answer has each of them once", () => {
    expect(KINDS.map((kind) => groupOf(found, kind)).filter((group) => group === null)).toEqual([]);
    expect(found.groups).toHaveLength(KINDS.length);
  });

  it("says too few, and never a middle of a few", () => {
    expect(stepWords(step({ n: 2, median_s: null, low_s: null, high_s: null, why: "too_few" }), 6)).toBe("too few yet: 2, and it takes 6");
    expect(stepWords(step({ median_s: null, not_by_end: 5, why: "not_reached" }), 6)).toContain("unknown: too many were not half-way back by the end");
    expect(stepWords(step({ not_by_end: 1 }), 6)).toBe("middle 60 s, likely between 30 s and 80 s · 6 rises · 1 not half-way back by the end");
    expect(stepWords(step({ high_s: null }), 6)).toContain("30 s or more");
  });

  it("has room for the longest, cut short ones too", () => {
    expect(topOf([step({ ways: [{ session: "a", day: TODAY, half_s: null, seen_s: 250 }] })])).toBe(300);
    expect(topOf([])).toBe(30);
    expect(topOf([step({ high_s: 4000 })])).toBe(7200);
  });

  it("tells what is left out, each with its reason", () => {
    expect(leftOutWords({ ...found, left_out: { away: 0, not_told: 0, not_said: 0, earlier: 0, undated: 0 }, unread: 0 })).toEqual([]);
    expect(leftOutWords({ ...found, left_out: { away: 1, not_told: 1, not_said: 1, earlier: 2, undated: 1 }, unread: 3 })).toHaveLength(5);
  });
});

describe("the staircase", () => {
  const weeks = ["2026-06-01", "2026-06-08", "2026-06-15", "2026-06-22"];
  const box = { left: 10, right: 290 };

  it("has the hardest step on top, and begins where it was reached", () => {
    const ladder = found.ladders[0]!;
    const stairs = stairsOf(ladder);
    expect(stairs.map((stair) => stair.id)).toEqual(ladder.steps.map((one) => one.id).reverse());
    expect(stairs.flatMap((stair) => stair.marks)).toHaveLength(ladder.marks.length);
    const stair = { ...stairs[0]!, first_day: "2026-06-08" };
    expect(treadFrom(stair, weeks, box)).toBeCloseTo(10 + (7.5 / 28) * 280);
    expect(treadFrom({ ...stair, first_day: "2025-01-01" }, weeks, box)).toBe(10);
    expect(treadFrom({ ...stair, first_day: "2026-06-29" }, weeks, box)).toBeNull();
    expect(treadFrom({ ...stair, first_day: null }, weeks, box)).toBeNull();
  });

  it("says of each mark what is known, and “too much” without blame", () => {
    const mark = { session: "a", day: TODAY, week: TODAY, step: "s", support: "ask" as const, how: "unknown" as const, too_much: true, bare: false, first: true, earlier: false };
    expect(markWords(mark)).toBe("not known if done · Too much · first time on this stair");
  });

  it("days stand within the picture, and in their order", () => {
    const x = across(weeks, box);
    const days = Array.from({ length: 28 }, (_, n) => x(dayPlus("2026-06-01", n)));
    expect(days.every((at, n) => at > 10 && at < 290 && (n === 0 || at > (days[n - 1] ?? 0)))).toBe(true);
    expect(across([], box)(TODAY)).not.toBeNaN();
  });

  it.each(SEEDS.slice(0, 20))("signs keep their order and stay inside (seed %i)", (seed) => {
    const draw = draws(seed);
    const places = Array.from({ length: 1 + Math.floor(draw() * 40) }, () => 10 + draw() * 280).sort((a, b) => a - b);
    const put = sideBySide(places, 12, box);
    expect(put.every((at, n) => at >= 10 - 1e-6 && at <= 290 + 1e-6 && (n === 0 || at >= (put[n - 1] ?? 0)))).toBe(true);
    if (places.length <= 20) for (let n = 1; n < put.length; n += 1) expect((put[n] ?? 0) - (put[n - 1] ?? 0)).toBeGreaterThanOrEqual(12 - 1e-6);
  });

  it.each(SEEDS.slice(0, 20))("words under the picture never touch (seed %i)", (seed) => {
    const draw = draws(seed);
    const many = Array.from({ length: 1 + Math.floor(draw() * 120) }, (_, n) => dayPlus("2026-01-05", 7 * n));
    const some = ticks(many, { left: 40, right: 200 + draw() * 900 });
    for (let n = 1; n < some.length; n += 1) expect((some[n]?.x ?? 0) - (some[n - 1]?.x ?? 0)).toBeGreaterThanOrEqual(58);
  });
});
