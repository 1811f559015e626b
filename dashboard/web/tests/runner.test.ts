import { describe, expect, it } from "vitest";
import { ASLEEP_MS, advance, begin, scoreOf, whereIs, type Event, type Run } from "../src/lib/runner";
import { BREATH, EVERY_KIND, SEEDS, SIGH, draws, practice, step } from "./some";

const score = scoreOf(EVERY_KIND, { phrases: 3, kit: 0 });
const COUNT = EVERY_KIND.steps.length;
const tick = (now_ms: number): Event => ({ kind: "tick", now_ms });
const all = (run: Run, ...events: Event[]): Run => events.reduce((at, event) => advance(score, at, event), run);
const at = (step: number, in_ms = 0): Run => advance(score, begin(0), { kind: "goTo", step, in_ms });

/** Any sequence of events; the clock only goes on. */
function some(seed: number, most = 80): Event[] {
  const draw = draws(seed);
  let now_ms = 0;
  return Array.from({ length: most }, (): Event => {
    const kind = draw();
    if (kind < 0.5) return tick((now_ms += Math.floor(draw() * 15_000)));
    if (kind < 0.65) return { kind: "next" };
    if (kind < 0.75) return { kind: "back" };
    if (kind < 0.8) return { kind: "skip" };
    if (kind < 0.88) return { kind: "pause" };
    if (kind < 0.96) return { kind: "resume" };
    return { kind: "goTo", step: Math.floor(draw() * 30) - 10, in_ms: Math.floor(draw() * 200_000) - 1000 };
  });
}

describe.each(SEEDS)("any events at all (seed %i)", (seed) => {
  const events = some(seed);
  const runs = events.reduce<Run[]>((before, event) => [...before, advance(score, before.at(-1) ?? begin(0), event)], [begin(0)]);

  it("stay within the practice", () => {
    for (const run of runs) {
      const where = whereIs(score, run);
      expect(run.step).toBeGreaterThanOrEqual(0);
      expect(run.step).toBeLessThan(COUNT);
      expect(where.part).toBeLessThan(where.parts);
      expect(run.part).toBeGreaterThanOrEqual(0);
      expect(where.share).toBeGreaterThanOrEqual(0);
      expect(where.share).toBeLessThanOrEqual(1);
      expect(run.in_ms).toBeGreaterThanOrEqual(0);
      if (where.left_s !== null) expect(where.left_s).toBeGreaterThanOrEqual(0);
      if (run.paused) expect(where.timed).toBe(true);
    }
  });

  it("leave a way out of every state", () => {
    for (const run of runs.filter((one) => one.done === "")) {
      expect(advance(score, run, { kind: "stop" }).done).toBe("stopped");
      const onward = Array.from({ length: COUNT }, (): Event => ({ kind: "skip" }));
      expect(all(run, ...onward).done).toBe("finished");
    }
  });

  it("bring the same states again, and leave the ones before as they were", () => {
    const copy = structuredClone(runs);
    const again = events.reduce<Run[]>((before, event) => [...before, advance(score, before.at(-1) ?? begin(0), event)], [begin(0)]);
    expect(again).toEqual(runs);
    expect(runs).toEqual(copy);
  });
});

describe("time", () => {
  it.each(SEEDS.slice(0, 20))("is the same in small and in large ticks (seed %i)", (seed) => {
    const draw = draws(seed);
    const [from, to] = [Math.floor(draw() * COUNT), 20_000 + Math.floor(draw() * 90_000)];
    let small = at(from);
    for (let now = 0; now < to; now += 1 + Math.floor(draw() * 400)) small = all(small, tick(now));
    expect(all(small, tick(to))).toEqual(all(at(from), tick(to)));
  });

  it("a timed step goes on by itself, and what waits for the person waits", () => {
    expect(all(at(1), tick(19_999)).step).toBe(1);
    expect(all(at(1), tick(20_000))).toMatchObject({ step: 2, in_ms: 0 });
    expect(all(at(0), tick(100_000)).step).toBe(0);
    expect(all(at(6), tick(100_000)).step).toBe(6);
  });

  it("the person may go on, back or stay at any time", () => {
    expect(all(at(1), tick(3000), { kind: "next" })).toMatchObject({ step: 2, in_ms: 0 });
    expect(all(at(1), tick(3000), { kind: "back" })).toMatchObject({ step: 0, in_ms: 0 });
    expect(all(at(1), tick(3000), { kind: "pause" }, tick(90_000))).toMatchObject({ step: 1, in_ms: 3000, paused: true });
    expect(all(at(1), tick(3000), { kind: "pause" }, tick(90_000), { kind: "resume" }, tick(91_000)).in_ms).toBe(4000);
    expect(all(at(1), { kind: "pause" }, { kind: "next" }).paused).toBe(false);
    expect(all(at(0), { kind: "pause" }).paused).toBe(false);
  });

  it("a breath that was paused begins again with breathing in", () => {
    const resumed = all(at(2), tick(17_000), { kind: "pause" }, tick(80_000), { kind: "resume" });
    expect(resumed.in_ms).toBe(10_000);
    expect(whereIs(score, resumed).breath).toMatchObject({ part: "in", fill: 0, breath: 2 });
  });

  it("in which the computer slept does not count", () => {
    expect(all(at(1), tick(1000), tick(1000 + ASLEEP_MS + 1))).toMatchObject({ step: 1, in_ms: 1000 });
  });

  it("the last step ends it, by itself or by hand", () => {
    const short = scoreOf(practice([step("wait", { wait_s: 5 })]));
    expect(advance(short, begin(0), tick(5000)).done).toBe("finished");
    expect(advance(short, begin(0), { kind: "next" }).done).toBe("finished");
    const over = advance(short, begin(0), { kind: "stop" });
    expect(advance(short, over, { kind: "next" })).toBe(over);
  });
});

describe("where it is", () => {
  it("at the end of the planned minutes the breath under way is let out first", () => {
    const long = (minutes: number, breath = BREATH) => scoreOf(practice([step("breathe", { breath, minutes })])).steps[0]?.long_ms;
    expect(long(1)).toBe(60_000);
    expect(long(1.1)).toBe(70_000);
    expect(long(0.5, SIGH)).toBe(36_000);
    expect(long(0.5, { ...BREATH, in_s: 4.6, out_s: 4.6 })).toBe(36_800);
  });

  it("says the moment of a breath, the side of a tap, and when to let go", () => {
    expect(whereIs(score, all(at(2), tick(14_500))).breath).toMatchObject({ part: "out", breath: 2 });
    expect([0, 1499, 1500, 2999, 3000].map((ms) => whereIs(score, all(at(3), tick(ms))).side)).toEqual(["left", "left", "right", "right", "left"]);
    expect([0, 4999, 5000, 14_999].map((ms) => whereIs(score, all(at(5), tick(ms))).grip)).toEqual(["tense", "tense", "release", "release"]);
    expect(whereIs(score, all(at(5), tick(3000)))).toMatchObject({ left_s: 12, share: 0.2, timed: true, breath: null, side: "" });
  });

  it("things to name and one’s own phrases come one by one, and can be passed over", () => {
    const found = all(at(4), { kind: "next" }, { kind: "next" });
    expect(whereIs(score, found)).toMatchObject({ step: 4, part: 2, parts: 3 });
    expect(all(found, { kind: "back" })).toMatchObject({ step: 4, part: 1 });
    expect(all(found, { kind: "next" }).step).toBe(5);
    expect(all(at(4), { kind: "skip" }).step).toBe(5);
    expect(whereIs(score, all(at(8), { kind: "next" }))).toMatchObject({ step: 8, part: 1, parts: 3 });
    expect(scoreOf(practice([step("own", { own: "kit" })])).steps[0]?.parts).toBe(1);
  });

  it("knows its first and its last moment", () => {
    expect(whereIs(score, at(0))).toMatchObject({ first: true, last: false });
    expect(whereIs(score, at(COUNT - 1))).toMatchObject({ first: false, last: true });
  });

  it("a breath at one’s own pace that is not known yet waits for the person", () => {
    expect(scoreOf(practice([step("breathe", { pace: "own", minutes: 3 })])).steps[0]?.long_ms).toBeNull();
  });

  it("resumes where another page was, and not beyond the step’s end", () => {
    expect(at(2, 12_000)).toMatchObject({ step: 2, in_ms: 12_000 });
    const late = at(1, 500_000);
    expect(late).toMatchObject({ step: 1, in_ms: 20_000 });
    expect(all(late, tick(1))).toMatchObject({ step: 2, in_ms: 1 });
    expect(at(99).step).toBe(COUNT - 1);
  });
});
