import { describe, expect, it } from "vitest";
import { InTurn, PATIENCE_MS } from "../src/lib/in-turn";

function desk() {
  const waiting: (() => void)[] = [];
  let timers = new Map<number, () => void>();
  let count = 0;
  const turn = new InTurn({
    after: (_, run) => (timers.set((count += 1), run), count),
    cancel: (timer) => void timers.delete(timer),
  });
  const did: string[] = [];
  const ask = (name: string) =>
    turn.run(() => {
      did.push(name);
      return new Promise<string>((done) => waiting.push(() => done(name)));
    });
  const late = () => {
    const due = [...timers.values()];
    timers = new Map();
    for (const run of due) run();
  };
  return { ask, did, answer: () => waiting.shift()?.(), late, turn };
}

const settled = () => new Promise((done) => setImmediate(done));

describe("in turn", () => {
  it("one begins when the one before has ended", async () => {
    const { ask, did, answer } = desk();
    const [first, second] = [ask("left"), ask("urge")];
    await settled();
    expect(did).toEqual(["left"]);
    answer();
    expect(await first).toBe("left");
    await settled();
    expect(did).toEqual(["left", "urge"]);
    answer();
    expect(await second).toBe("urge");
  });

  it("nobody waits longer than some seconds, and *too much* is no exception", () => {
    const waits: number[] = [];
    const turn = new InTurn({ after: (ms) => waits.push(ms), cancel: () => undefined });
    for (let n = 0; n < 3; n += 1) void turn.run(() => new Promise(() => undefined));
    expect(waits).toEqual([PATIENCE_MS, PATIENCE_MS, PATIENCE_MS]);
    expect(PATIENCE_MS).toBeLessThanOrEqual(5000);
  });

  it("nobody waits for ever for an answer that does not come", async () => {
    const { ask, did, answer, late } = desk();
    const first = ask("urge");
    const second = ask("too_much");
    await settled();
    late();
    await settled();
    expect(did).toEqual(["urge", "too_much"]);
    answer();
    answer();
    expect(await Promise.all([first, second])).toEqual(["urge", "too_much"]);
  });

  it("one that fails does not hold up the next", async () => {
    const { turn } = desk();
    const broken = turn.run(() => Promise.reject(new Error("no")));
    const next = turn.run(() => Promise.resolve("yes"));
    await expect(broken).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });
});
