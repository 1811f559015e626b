import { describe, expect, it } from "vitest";
import { ECG_KEPT, EMPTY, TRACE_KEPT, reduce, type Model } from "../src/lib/state";
import type { Delta, Message, TraceRow } from "../src/lib/wire";
import { live, locked, second } from "./wire";

const started = (): Model => reduce(EMPTY, live());
const delta = (n: number, rest: Partial<Delta> = {}): Delta => ({ type: "delta", n, ...rest });

describe("a snapshot", () => {
  it("becomes the state", () => {
    const model = started();
    expect(model.n).toBe(41);
    expect(model.slices?.session?.phase).toBe("apart");
    expect(model.slices?.trace).toHaveLength(300);
    expect(model.wantsSnapshot).toBe(false);
  });

  it("of a locked store has only app, and the rest is empty", () => {
    const model = reduce(started(), locked());
    expect(model.slices?.app.locked).toBe(true);
    expect(model.slices?.session).toBeNull();
    expect(model.slices?.trace).toEqual([]);
    expect(model.slices?.events.activations).toEqual([]);
  });
});

describe("a delta", () => {
  it("replaces whole slices and appends rows", () => {
    const before = started();
    const model = reduce(before, second());
    expect(model.n).toBe(42);
    expect(model.slices?.now?.at_s).toBe(801);
    expect(model.slices?.trace.at(-1)?.[0]).toBe(801);
    expect(model.slices?.strap).toBe(before.slices?.strap);
  });

  it("leaves the state before it untouched", () => {
    const before = started();
    const copy = structuredClone(before);
    reduce(before, second());
    expect(before).toEqual(copy);
  });

  it("can set a slice to null", () => {
    expect(reduce(started(), delta(42, { set: { offer: null } })).slices?.offer).toBeNull();
  });

  it("after a hole is dropped, and so is the next, until a snapshot comes", () => {
    const before = started();
    const holed = reduce(before, delta(43, { set: { now: null } }));
    expect(holed.wantsSnapshot).toBe(true);
    expect(holed.slices).toBe(before.slices);
    expect(reduce(holed, delta(42))).toBe(holed);
    expect(reduce(holed, live()).wantsSnapshot).toBe(false);
  });

  it("that comes twice is a hole, too", () => {
    expect(reduce(reduce(started(), second()), second()).wantsSnapshot).toBe(true);
  });

  it("before any snapshot asks for one", () => {
    expect(reduce(EMPTY, delta(1)).wantsSnapshot).toBe(true);
  });

  it("keeps the last rows and samples only", () => {
    const rows = Array.from({ length: TRACE_KEPT }, (_, i): TraceRow => [801 + i, 70, null, null, null]);
    const model = reduce(started(), delta(42, { push: { trace: rows, ecg: [Array<number>(900).fill(1)] } }));
    expect(model.slices?.trace).toHaveLength(TRACE_KEPT);
    expect(model.slices?.trace.at(-1)?.[0]).toBe(801 + TRACE_KEPT - 1);
    expect(model.slices?.ecg?.samples).toHaveLength(ECG_KEPT);
  });
});

it("an unknown message changes nothing", () => {
  const model = started();
  expect(reduce(model, { type: "later" } as unknown as Message)).toBe(model);
});
