import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Result } from "../src/lib/api";
import { Making, type Made } from "../src/lib/making.svelte";
import { parseHash } from "../src/lib/route.svelte";
import { askedFor, sizeWords, takeOutHash, wishOf } from "../src/lib/take-out";

describe("the way to the card", () => {
  it.each(["", "s1", "a/b?c=d&e#f %"])("says which session (%j)", (session) => {
    const route = parseHash(takeOutHash(session));
    expect(route.view).toBe("settings");
    expect(askedFor(route.query)).toBe(session);
  });

  it("is nobody's who only came to Settings", () => {
    expect(askedFor(parseHash("#/settings").query)).toBeNull();
  });
});

describe("what is asked for", () => {
  it("is only what belongs to the choice", () => {
    const typed = ["s1", "2026-01-01", "2026-01-31"] as const;
    expect(wishOf("csv", "all", ...typed)).toEqual({ format: "csv", session: "", since: "", until: "" });
    expect(wishOf("edf", "one", ...typed)).toEqual({ format: "edf", session: "s1", since: "", until: "" });
    expect(wishOf("fhir", "days", ...typed)).toEqual({ format: "fhir", session: "", since: "2026-01-01", until: "2026-01-31" });
  });

  it("has a size in words", () => {
    expect([0, 1499, 999_400, 999_500, 12_340_000].map(sizeWords)).toEqual(["1 kB", "1 kB", "999 kB", "1.0 MB", "12.3 MB"]);
  });
});

/** A server that makes one thing. */
class Server {
  view: Result<Made> = { ok: true, data: { state: "working", done: 0, of: 2 } };
  dropped: [string, boolean][] = [];
  making = new Making<Made>({
    view: () => Promise.resolve(this.view),
    drop: (id, last) => Promise.resolve(this.dropped.push([id, last])),
  });
  is(state: Made["state"], why?: string) {
    this.view = { ok: true, data: { state, done: 2, of: 2, ...(why === undefined ? {} : { why }) } };
  }
  refuses(why: string) {
    this.view = { ok: false, status: 404, why, detail: "" };
  }
}

const begun = (id: string) => () => Promise.resolve({ ok: true as const, data: { id } });
const looks = () => vi.advanceTimersToNextTimerAsync();

describe("what the server makes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is looked at until it is ready, and no longer", async () => {
    const server = new Server();
    await server.making.begin(begun("a"));
    expect(server.making.working).toBe(true);
    server.is("ready");
    await looks();
    expect([server.making.working, server.making.ready?.done]).toEqual([false, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is dropped once, and another takes its place", async () => {
    const server = new Server();
    await server.making.begin(begun("a"));
    await server.making.begin(begun("b"));
    server.making.drop(true);
    server.making.drop();
    expect(server.dropped).toEqual([["a", false], ["b", true]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that nobody wants any more when the answer comes is dropped", async () => {
    const server = new Server();
    let answer: (result: Result<{ id: string }>) => void = () => undefined;
    const asked = server.making.begin(() => new Promise((resolve) => (answer = resolve)));
    server.making.drop();
    answer({ ok: true, data: { id: "late" } });
    await asked;
    expect(server.dropped).toEqual([["late", false]]);
    expect(server.making.id).toBeNull();
  });

  it("that can't be made says why", async () => {
    const server = new Server();
    await server.making.begin(() => Promise.resolve({ ok: false, status: 409, why: "no_days", detail: "" }));
    expect(server.making.why).toBe("no_days");
    server.is("failed", "nothing");
    await server.making.begin(begun("a"));
    expect([server.making.why, server.making.id]).toEqual(["nothing", null]);
    server.is("failed");
    await server.making.begin(begun("b"));
    expect(server.making.why).toBe("failed");
    server.refuses("not_there"); // the record was closed
    await server.making.begin(begun("c"));
    expect([server.making.why, server.making.taken]).toEqual(["failed", false]);
  });

  it("waits for a server that does not answer", async () => {
    const server = new Server();
    server.refuses("offline");
    await server.making.begin(begun("a"));
    server.is("ready");
    await looks();
    expect(server.making.ready).not.toBeNull();
  });

  it("that the browser fetches is not dropped, and is known to be gone", async () => {
    const server = new Server();
    server.is("ready");
    await server.making.begin(begun("a"));
    server.making.leave();
    await looks();
    server.refuses("not_there");
    await looks();
    expect([server.making.taken, server.making.id, server.making.why]).toEqual([true, null, ""]);
    expect(server.dropped).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
