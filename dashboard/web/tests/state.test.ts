import { describe, expect, it } from "vitest";
import { ECG_KEPT, EMPTY, TRACE_KEPT, reduce, type Model } from "../src/lib/state";
import type { Delta, Message, Slices, TraceRow } from "../src/lib/wire";
import { delta as made, live, locked, names, sequence, snapshot } from "./wire";

const started = (): Model => reduce(EMPTY, live());
const n = live().n;
const delta = (number: number, rest: Partial<Delta> = {}): Delta => ({ type: "delta", n: number, ...rest });
const folded = (messages: Message[], from: Model = EMPTY): Model => messages.reduce(reduce, from);
/** A delta from elsewhere in a session, as if it came next. */
const next = (name: string): Delta => ({ ...made(name), n: n + 1 });
const after = (name: string): Slices => reduce(started(), next(name)).slices!;

describe("a snapshot", () => {
  it.each(names.filter((name) => name.startsWith("snapshot-")).map((name) => name.slice(9)))("%s becomes the state", (name) => {
    const sent = snapshot(name);
    const model = reduce(EMPTY, sent);
    expect([model.n, model.wantsSnapshot]).toEqual([sent.n, false]);
    expect(model.slices).toMatchObject(sent.state);
    expect(model.slices?.events).toHaveProperty("activations");
  });

  it.each([
    ["plan", "plan"], ["planned", "plan"], ["baseline", "baseline"], ["apart-regulate", "apart"], ["offer", "apart"],
    ["too-much", "apart"], ["back", "back"], ["debrief", "debrief"],
  ])("%s is in its phase", (name, phase) => {
    expect(reduce(EMPTY, snapshot(name)).slices?.session?.phase).toBe(phase);
  });

  it.each([["ask", false], ["delay", false], ["observe", true]] as const)("apart under %s shows what its policy lets out", (support, still) => {
    const { session, now, trace, offer } = snapshot(`apart-${support}`).state as Slices;
    expect([session?.plan?.step.support, session?.still, now === null, trace.length === 0, offer]).toEqual([support, still, still, still, null]);
  });

  it("of a locked store has only app, and the rest is empty", () => {
    const model = reduce(started(), locked());
    expect(model.slices?.app.locked).toBe(true);
    expect(model.slices?.session).toBeNull();
    expect(model.slices?.trace).toEqual([]);
    expect(model.slices?.events.activations).toEqual([]);
  });

  it("tells what else there is to know", () => {
    const of = (name: string) => reduce(EMPTY, snapshot(name)).slices!;
    expect(of("new").app.vault).toBe("new");
    expect(of("first-run").app.fit).toBeNull();
    expect([of("simulated"), of("plan")].map((slices) => slices.app.simulated)).toEqual([true, false]);
    expect(of("no-strap").strap?.link).toBe("none");
    expect(of("strap-lost").strap).toMatchObject({ link: "down", reason: "out_of_range" });
    expect(of("apart-ratings").session?.plan?.strapless).toBe(true);
    expect(of("practice").practice).toMatchObject({ id: "slow-paced-4-6", asked: false, step: 1 });
    expect(of("far-away").session?.away).toBe(true);
    expect(of("end-gently").question?.kind).toBe("end_gently");
    expect(of("too-much").question?.kind).toBe("too_much");
  });
});

describe("a delta of each kind", () => {
  it.each(names.filter((name) => name.startsWith("delta-")).map((name) => name.slice(6)))("%s sets whole slices and leaves the others", (name) => {
    const before = started();
    const copy = structuredClone(before);
    const model = reduce(before, next(name));
    expect(model.slices).toMatchObject(made(name).set ?? {});
    expect([model.n, model.wantsSnapshot]).toEqual([n + 1, false]);
    const touched = Object.keys({ ...made(name).set, ...made(name).push });
    for (const slice of Object.keys(before.slices!).filter((key) => !touched.includes(key))) {
      expect(model.slices?.[slice as keyof Slices]).toBe(before.slices?.[slice as keyof Slices]);
    }
    expect(before).toEqual(copy);
  });

  it("says what it says", () => {
    expect(after("plan").session?.plan?.step.title).toBe("They drive to the shop");
    expect(after("phase").session?.phase).toBe("apart");
    expect(after("offer").offer).toMatchObject({ practice: "slow-paced-4-6", because: "activation", activation: 1 });
    expect(after("practice").practice?.id).toBe("slow-paced-4-6");
    expect(after("ended").ended).toMatchObject({ practice: "slow-paced-4-6", because: "far_away" });
    expect(after("event").events.urges).toEqual([{ at_s: 335, kind: "text", acted: false }]);
    expect(after("gap").events.gaps[0]).toMatchObject({ reason: "out_of_range" });
    expect(after("strap").strap?.link).toBe("down");
    expect(after("not-recording").app).toMatchObject({ recording: false, recording_why: "disk_full" });
    expect(after("opinion").opinion).toEqual({ available: true });
    expect(after("ecg").ecg?.samples).toHaveLength(73);
  });

  it("appends a second’s row to the trace", () => {
    const row = made("second").push?.trace?.[0];
    expect(after("second").trace).toEqual([...live().state.trace!, row]);
  });
});

describe("what an open page folded is what a new page is sent", () => {
  it.each([1, 2, 3])("from every snapshot to every later one, seed %i", (seed) => {
    const { heard, snapshots } = sequence(seed);
    expect(snapshots.length).toBeGreaterThan(3);
    for (const [at, from] of snapshots.entries()) {
      for (const to of snapshots.slice(at)) {
        const between = heard.filter((message) => message.n > from.n && message.n <= to.n);
        expect(folded([from, ...between])).toEqual(reduce(EMPTY, to));
      }
    }
  });

  it.each([1, 2, 3])("with any one message lost it knows so, and a snapshot mends it, seed %i", (seed) => {
    const { heard, snapshots } = sequence(seed);
    const [first, last] = [snapshots[0]!, snapshots.at(-1)!];
    const deltas = heard.filter((message) => message.n > first.n && message.n <= last.n);
    for (const lost of deltas.slice(0, -1)) {
      const holed = folded([first, ...deltas.filter((message) => message !== lost)]);
      expect([holed.wantsSnapshot, holed.n]).toEqual([true, lost.n - 1]);
      expect(reduce(holed, last)).toEqual(reduce(EMPTY, last));
    }
  });

  it("a repeated one and an older one are no news: the state stays, and a snapshot is asked for", () => {
    const { heard, snapshots } = sequence(1);
    const deltas = heard.filter((message) => message.n > snapshots[0]!.n) as Delta[];
    const model = folded([snapshots[0]!, ...deltas.slice(0, 5)]);
    for (const old of [deltas[4]!, deltas[0]!]) {
      const again = reduce(model, old);
      expect([again.slices, again.n, again.wantsSnapshot]).toEqual([model.slices, model.n, true]);
    }
  });
});

describe("a delta", () => {
  it("can set a slice to null", () => {
    expect(reduce(started(), delta(n + 1, { set: { offer: null } })).slices?.offer).toBeNull();
  });

  it("after a hole is dropped, and so is the next, until a snapshot comes", () => {
    const before = started();
    const holed = reduce(before, delta(n + 2, { set: { now: null } }));
    expect(holed.wantsSnapshot).toBe(true);
    expect(holed.slices).toBe(before.slices);
    expect(reduce(holed, delta(n + 1))).toBe(holed);
    expect(reduce(holed, live()).wantsSnapshot).toBe(false);
  });

  it("before any snapshot asks for one", () => {
    expect(reduce(EMPTY, delta(1)).wantsSnapshot).toBe(true);
  });

  it("keeps the last rows and samples only", () => {
    const rows = Array.from({ length: TRACE_KEPT }, (_, i): TraceRow => [801 + i, 70, null, null, null]);
    const model = reduce(started(), delta(n + 1, { push: { trace: rows, ecg: [Array<number>(900).fill(1)] } }));
    expect(model.slices?.trace).toHaveLength(TRACE_KEPT);
    expect(model.slices?.trace.at(-1)?.[0]).toBe(801 + TRACE_KEPT - 1);
    expect(model.slices?.ecg?.samples).toHaveLength(ECG_KEPT);
  });
});

describe("a newer server", () => {
  it("may say kinds of messages that this page doesn’t know", () => {
    const model = started();
    expect(reduce(model, { type: "later", n: n + 1 } as unknown as Message)).toBe(model);
  });

  it("may send slices, fields and lists that this page doesn’t know", () => {
    const sent = { ...delta(n + 1), set: { later: { a: 1 }, offer: { ...live().state.offer, later: true } }, push: { later: [1] }, later: 2 };
    const model = reduce(started(), sent as unknown as Message);
    expect([model.n, model.wantsSnapshot]).toEqual([n + 1, false]);
    expect(model.slices?.offer).toMatchObject({ practice: "slow-paced-4-6" });
    expect(model.slices?.trace).toEqual(live().state.trace);
  });

  it("may leave out what this page knows", () => {
    const { app } = live().state;
    expect(reduce(EMPTY, { type: "snapshot", n: 1, state: { app } }).slices).toMatchObject({ offer: null, trace: [], now: null });
  });
});
