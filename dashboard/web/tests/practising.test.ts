import { describe, expect, it } from "vitest";
import { Outbox, type Outcome, type Told } from "../src/lib/outbox";
import { Practising, TICK_MS, type EndedWhy } from "../src/lib/practising.svelte";
import type { Heard } from "../src/lib/sound";
import type { Practice, PracticeSlice } from "../src/lib/wire";
import { BREATH, EVERY_KIND, practice, step } from "./some";

const settled = () => new Promise<void>((done) => setImmediate(done));
const told = (moment: Told["moment"], at: number, id = "a"): Told => ({ practice: id, moment, asked: true, step: at });

describe("what the server is told", () => {
  function box(answers: (told: Told) => Outcome) {
    const sent: string[] = [];
    const refused: string[] = [];
    let release: (() => void)[] = [];
    const outbox = new Outbox({
      send: async (one) => {
        sent.push(`${one.moment} ${one.step}`);
        await new Promise<void>((done) => release.push(done));
        return answers(one);
      },
      onKept: () => undefined,
      onRefused: (_, why) => refused.push(why),
    });
    const answer = async () => {
      const waiting = release;
      release = [];
      for (const done of waiting) done();
      await settled();
    };
    return { outbox, sent, refused, answer };
  }

  it("comes in order, one after the other, and of many moves the last", async () => {
    const { outbox, sent, answer } = box(() => ({ kind: "kept" }));
    for (const one of [told("started", 0), told("moved", 1), told("moved", 2), told("moved", 3)]) outbox.put(one);
    expect(sent).toEqual(["started 0"]);
    await answer();
    expect(sent).toEqual(["started 0", "moved 3"]);
    outbox.put(told("moved", 4));
    outbox.put(told("finished", 4));
    await answer();
    await answer();
    expect(sent).toEqual(["started 0", "moved 3", "finished 4"]);
    expect(outbox.idle).toBe(true);
  });

  it("waits while the server is away, and is told when it is back", async () => {
    let away = true;
    const { outbox, sent, answer } = box(() => (away ? { kind: "away" } : { kind: "kept" }));
    outbox.put(told("started", 0));
    outbox.put(told("moved", 1));
    await answer();
    expect(outbox.idle).toBe(false);
    away = false;
    outbox.put(told("moved", 2));
    await answer();
    await answer();
    expect(sent).toEqual(["started 0", "started 0", "moved 2"]);
  });

  it("a refusal is heard, and holds nothing up", async () => {
    const { outbox, refused, answer } = box((one) => (one.moment === "started" ? { kind: "refused", why: "closed" } : { kind: "kept" }));
    outbox.put(told("started", 0));
    await answer();
    expect(refused).toEqual(["closed"]);
    expect(outbox.idle).toBe(true);
  });
});

/** A practice on this page, with a clock and a server in hand. */
class Bench {
  now_ms = 0;
  at_s = 100;
  session = "s";
  away = false;
  refuse = "";
  known: Practice[] = [EVERY_KIND];
  sent: string[] = [];
  heard: Heard[] = [];
  refused: string[] = [];
  slice: PracticeSlice | null = null;
  private ticking: (() => void) | null = null;
  private due_ms = 0;

  readonly practising = new Practising({
    now_ms: () => this.now_ms,
    after: (ms, run) => {
      this.due_ms = this.now_ms + ms;
      this.ticking = run;
      return () => (this.ticking = null);
    },
    send: (one) => Promise.resolve(this.answer(one)),
    find: (id) => this.known.find((one) => one.id === id) ?? null,
    own: () => ({ phrases: 2, kit: 0 }),
    player: { play: (cues) => this.heard.push(...cues), hush: () => undefined },
    audible: () => true,
    onBegin: () => undefined,
    onOver: () => undefined,
    onRefused: (why) => this.refused.push(why),
  });

  private answer(one: Told): Outcome {
    this.sent.push(`${one.moment} ${one.step}`);
    if (this.away) return { kind: "away" };
    if (this.refuse !== "") return { kind: "refused", why: this.refuse };
    const goes = one.moment === "started" || one.moment === "moved";
    const since_s = one.moment === "started" ? this.at_s : (this.slice?.since_s ?? this.at_s);
    this.slice = goes ? { id: one.practice, since_s, asked: one.asked, step: one.step, step_since_s: this.at_s } : null;
    return { kind: "kept" };
  }

  /** The server's next message: once a second, and after every change. */
  async hear(why: EndedWhy = "elsewhere"): Promise<void> {
    await settled();
    this.practising.follow({ slice: this.slice, at_s: this.at_s, speed: 1, session: this.session, why });
  }

  async goes(seconds: number): Promise<void> {
    const [until_ms, before_ms, before_s] = [this.now_ms + 1000 * seconds, this.now_ms, this.at_s];
    for (let count = 0; this.now_ms < until_ms; count += 1) {
      this.now_ms = this.ticking === null ? this.now_ms + TICK_MS : Math.min(until_ms, this.due_ms);
      this.at_s = before_s + (this.now_ms - before_ms) / 1000;
      this.ticking?.();
      if (!this.away && count % 5 === 0) await this.hear();
    }
  }

  get at() {
    return this.practising.where?.step ?? null;
  }
}

describe("a practice under way", () => {
  it("is told as it begins, moves and ends, and is over here and there", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    await bench.hear();
    bench.practising.do({ kind: "next" });
    await bench.goes(21);
    expect(bench.at).toBe(2);
    bench.practising.do({ kind: "stop" });
    await bench.hear();
    expect(bench.sent).toEqual(["started 0", "moved 1", "moved 2", "stopped 2"]);
    expect(bench.practising.practice).toBeNull();
    expect(bench.practising.said?.how).toBe("stopped");
    await bench.goes(10);
    expect(bench.practising.practice).toBeNull();
  });

  it("goes on without the server, says nothing of it, and tells it later", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    await bench.hear();
    bench.away = true;
    bench.practising.do({ kind: "next" });
    await bench.goes(30);
    expect(bench.at).toBe(2);
    expect(bench.practising.said).toBeNull();
    bench.away = false;
    bench.practising.reached();
    await bench.hear();
    expect(bench.slice?.step).toBe(2);
    expect(bench.at).toBe(2);
  });

  it("an older word of the server does not pull it back", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    await bench.hear();
    const before = bench.slice;
    bench.practising.do({ kind: "next" });
    await settled();
    bench.practising.follow({ slice: before && { ...before }, at_s: bench.at_s, speed: 1, session: "s", why: "elsewhere" });
    expect(bench.at).toBe(1);
  });

  it("resumes after a reload at its step and at its time in it", async () => {
    const bench = new Bench();
    bench.slice = { id: EVERY_KIND.id, since_s: 40, asked: false, step: 2, step_since_s: 88 };
    await bench.hear();
    expect(bench.practising.run).toMatchObject({ step: 2, in_ms: 12_000 });
    expect(bench.practising.asked).toBe(false);
    expect(bench.sent).toEqual([]);
  });

  it("in a simulated session that runs fast, the time in a step is the wall’s", async () => {
    const bench = new Bench();
    bench.slice = { id: EVERY_KIND.id, since_s: 40, asked: false, step: 2, step_since_s: 88 };
    bench.practising.follow({ slice: bench.slice, at_s: 148, speed: 20, session: "s", why: "elsewhere" });
    expect(bench.practising.run?.in_ms).toBe(3000);
  });

  it("waits for the practices to come before it resumes", async () => {
    const bench = new Bench();
    bench.known = [];
    bench.slice = { id: EVERY_KIND.id, since_s: 40, asked: true, step: 0, step_since_s: 40 };
    await bench.hear();
    expect(bench.practising.practice).toBeNull();
    bench.known = [EVERY_KIND];
    await bench.hear();
    expect(bench.practising.practice?.id).toBe(EVERY_KIND.id);
  });

  it("another page’s step is followed, and its end", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    await bench.hear();
    await bench.goes(4);
    bench.slice = { ...(bench.slice as PracticeSlice), step: 6, step_since_s: bench.at_s };
    await bench.hear();
    expect(bench.at).toBe(6);
    bench.slice = null;
    await bench.hear("away");
    expect(bench.practising.practice).toBeNull();
    expect(bench.practising.said?.how).toBe("away");
    expect(bench.sent).toEqual(["started 0"]);
  });

  it("another page’s step is followed although this page’s own was never told back", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    await bench.hear();
    bench.practising.do({ kind: "skip" });
    await settled();
    bench.slice = { ...(bench.slice as PracticeSlice), step: 6, step_since_s: bench.at_s };
    await bench.hear();
    expect(bench.at).toBe(1);
    await bench.goes(4);
    expect(bench.at).toBe(6);
  });

  it("two pages at the same step don’t tell each other’s move again", async () => {
    const bench = new Bench();
    bench.practising.begin(practice([step("wait", { wait_s: 5 }), step("say")]), true);
    await bench.hear();
    await bench.goes(4);
    bench.slice = { ...(bench.slice as PracticeSlice), step: 1, step_since_s: bench.at_s };
    await bench.hear();
    await bench.goes(4);
    expect(bench.sent).toEqual(["started 0"]);
  });

  it("a step that is over is told then, and not at the next tick", async () => {
    const bench = new Bench();
    bench.practising.begin(practice([step("wait", { wait_s: 4.13 }), step("breathe", { breath: BREATH, minutes: 1 })]), true);
    await bench.hear();
    await bench.goes(4.13);
    expect(bench.sent).toEqual(["started 0", "moved 1"]);
    expect(bench.practising.run?.in_ms).toBe(0);
  });

  it("a breath that goes on after a pause is told anew, since it begins anew", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    bench.practising.do({ kind: "skip" });
    bench.practising.do({ kind: "pause" });
    bench.practising.do({ kind: "resume" });
    bench.practising.do({ kind: "skip" });
    await bench.hear();
    await bench.goes(13);
    bench.practising.do({ kind: "pause" });
    bench.practising.do({ kind: "resume" });
    await bench.hear();
    expect(bench.sent).toEqual(["started 0", "moved 2", "moved 2"]);
    expect(bench.practising.run?.in_ms).toBe(10_000);
  });

  it("goes on in a new session, after a restart of the server", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    bench.practising.do({ kind: "next" });
    await bench.hear();
    bench.away = true;
    bench.practising.do({ kind: "next" });
    await settled();
    bench.away = false;
    [bench.slice, bench.session, bench.at_s] = [null, "another", 1];
    await bench.hear("phase");
    await bench.hear();
    expect(bench.slice).toMatchObject({ step: 2, asked: true });
    expect(bench.at).toBe(2);
    expect(bench.practising.said).toBeNull();
  });

  it("a refused start ends it with the server’s reason", async () => {
    const bench = new Bench();
    bench.refuse = "eyes_open_only";
    bench.practising.begin(EVERY_KIND, true);
    await bench.hear();
    expect(bench.refused).toEqual(["eyes_open_only"]);
    expect(bench.practising.practice).toBeNull();
    expect(bench.practising.said).toBeNull();
  });

  it("what *too much* broke off does not come back by itself", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    await bench.hear();
    bench.practising.interrupt();
    await bench.hear();
    await bench.hear();
    expect(bench.practising.practice).toBeNull();
    expect(bench.practising.said).toBeNull();
  });

  it("begun and stopped before the server has said a word stays stopped", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    bench.practising.do({ kind: "stop" });
    const late: PracticeSlice = { id: EVERY_KIND.id, since_s: 100, asked: true, step: 0, step_since_s: 100 };
    bench.practising.follow({ slice: late, at_s: 100, speed: 1, session: "s", why: "elsewhere" });
    await bench.hear();
    await bench.goes(5);
    expect(bench.practising.practice).toBeNull();
    expect(bench.practising.said?.how).toBe("stopped");
  });

  it("is heard: the cues of each step, and a bell where one ends by itself", async () => {
    const bench = new Bench();
    bench.practising.begin(EVERY_KIND, true);
    bench.practising.do({ kind: "next" });
    await bench.goes(31);
    expect(bench.heard.map((cue) => cue.cue)).toEqual(["bell", "in", "out", "in"]);
  });

  it("what is drawn between two ticks goes on smoothly, and changes nothing", () => {
    const bench = new Bench();
    bench.practising.begin(practice([step("wait", { wait_s: 10 })]), true);
    bench.now_ms = 150;
    expect(bench.practising.whereNow()?.share).toBeCloseTo(0.015);
    expect(bench.practising.run?.in_ms).toBe(0);
  });
});
