import { describe, expect, it } from "vitest";
import { FREE_S, TURN_S, angleOf, eased, riseOf, runsOf, spanOf, tipAt } from "../src/lib/heart-ring";
import type { TraceRow } from "../src/lib/wire";

const row = (at_s: number, bpm: number | null): TraceRow => [at_s, bpm, null, null, null];
const minute = (bpm: (at_s: number) => number | null, from = 100, count = 90) =>
  Array.from({ length: count }, (_, i) => row(from + i, bpm(from + i)));

describe("the heart of the last minute", () => {
  it("glides to the last row, and stays there when no other comes", () => {
    const trace = minute(() => 70);
    expect([0, 0.5, 1, 9].map((since) => tipAt(trace, since))).toEqual([188, 188.5, 189, 189]);
    expect(tipAt([], 0)).toBeNull();
  });

  it("is one line where every second has a reading, and never bites its tail", () => {
    const [run = [], ...more] = runsOf(minute((at) => 70 + Math.sin(at)), 188.4);
    expect(more).toEqual([]);
    expect(run.at(-1)?.at_s).toBe(188.4);
    expect(188.4 - (run[0]?.at_s ?? 0)).toBeLessThanOrEqual(TURN_S - FREE_S);
  });

  it("a gap stays a gap: seconds without a reading, and seconds that never came", () => {
    const unread = runsOf(minute((at) => (at > 150 && at < 160 ? null : 70)), 189);
    expect(unread.map((run) => [run[0]?.at_s, run.at(-1)?.at_s])).toEqual([[134, 150], [160, 189]]);
    const missing = runsOf([...minute(() => 70, 100, 60), ...minute(() => 70, 170, 10)], 179);
    expect(missing.map((run) => [run[0]?.at_s, run.at(-1)?.at_s])).toEqual([[124, 159], [170, 179]]);
    expect(runsOf(minute(() => null), 189)).toEqual([]);
  });

  it("nothing is drawn across a gap towards a row that has not come yet", () => {
    const runs = runsOf([row(1, 70), row(2, null), row(3, 80)], 2.5);
    expect(runs).toEqual([[{ at_s: 1, bpm: 70 }]]);
  });

  it("small swings are not blown up, and large ones fit", () => {
    const quiet = spanOf(runsOf(minute((at) => 70 + (at % 2)), 189));
    expect(quiet?.half_bpm).toBe(5);
    const wide = spanOf(runsOf(minute((at) => 60 + (at % 40)), 189));
    expect(wide && [riseOf(60, wide), riseOf(99, wide), riseOf(200, wide)]).toEqual([-1, 1, 1]);
    expect(spanOf([])).toBeNull();
  });

  it("a full turn is a minute, from the top on", () => {
    expect(angleOf(0)).toBeCloseTo(-Math.PI / 2);
    expect(angleOf(15)).toBeCloseTo(0);
    expect(angleOf(75)).toBeCloseTo(0);
  });

  it("nothing jumps", () => {
    expect(eased(0, 1, 0, 2)).toBe(0);
    expect(eased(0, 1, 2, 2)).toBeCloseTo(0.632, 3);
    expect(eased(0, 1, 60, 2)).toBeCloseTo(1);
  });
});
