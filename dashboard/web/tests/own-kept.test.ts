import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../src/lib/api";
import type { Content, OwnAnswer } from "../src/lib/own";
import { mediaUrl, own } from "../src/lib/own.svelte";

/** The server’s half: one document, a new rev at each change. */
class Record {
  rev = 1;
  refuses = "";
  puts = 0;
  content: Content = { phrases: [], kit: [], imagery: { text: "", by: "" } };

  constructor(readonly simulated: boolean) {}

  get answer(): OwnAnswer {
    return { ...this.content, rev: this.name, simulated: this.simulated };
  }
  get name(): string {
    return `${this.simulated}-${this.rev}`;
  }
  keep({ rev, ...content }: Content & { rev: string }) {
    this.puts += 1;
    const why = this.refuses || (rev === this.name ? "" : "changed");
    if (why) return { ok: false as const, status: 409, why, detail: "" };
    this.elsewhere(content);
    return { ok: true as const, data: { ok: true as const, rev: this.name } };
  }
  elsewhere(content: Partial<Content>) {
    this.content = { ...this.content, ...content };
    this.rev += 1;
  }
}

let record: Record;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  vi.spyOn(api, "own").mockImplementation(() => Promise.resolve({ ok: true, data: structuredClone(record.answer) }));
  vi.spyOn(api, "keepOwn").mockImplementation((sent) => Promise.resolve(record.keep(structuredClone(sent))));
  record = new Record(true); // another record than the test's: whatever was there goes
  await own.load();
  record = new Record(false);
  await own.load();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function type(...phrases: string[]) {
  own.draft.phrases = phrases.map((text, n) => ({ id: `p${n}`, text }));
  own.touch();
}

describe("kept as typed", () => {
  it("once, a moment after the last letter", async () => {
    type("a");
    await vi.advanceTimersByTimeAsync(500);
    type("a wave");
    await vi.advanceTimersByTimeAsync(500);
    expect(record.puts).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect([record.puts, record.content.phrases, own.kept]).toEqual([1, ["a wave"], true]);
    await own.keep();
    expect(record.puts).toBe(1);
  });

  it("at once when the field or the page is left", async () => {
    type("a");
    await own.keep();
    expect(record.content.phrases).toEqual(["a"]);
    await vi.runAllTimersAsync();
    expect(record.puts).toBe(1);
  });

  it("what could not be kept is told, stays, and is tried again", async () => {
    record.refuses = "not_recording";
    type("a");
    await own.keep();
    expect(own.kept).toBe(false);
    expect(own.refusal).toContain("isn’t kept yet");
    record.refuses = "";
    await vi.advanceTimersByTimeAsync(5000);
    expect([record.content.phrases, own.kept, own.refusal]).toEqual([["a"], true, null]);
  });

  it("a form that is refused for good isn’t sent again and again", async () => {
    record.refuses = "http_422";
    type("a");
    await own.keep();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(record.puts).toBe(1);
  });
});

describe("elsewhere", () => {
  it("another window’s words come in, and none are lost", async () => {
    type("mine");
    record.elsewhere({ phrases: ["theirs"] });
    await own.keep();
    expect(record.content.phrases).toEqual(["theirs", "mine"]);
    expect(own.phrases).toEqual(["theirs", "mine"]);
  });

  it("loading leaves what is being typed", async () => {
    type("mine");
    await own.load();
    expect(own.phrases).toEqual(["mine"]);
    record.elsewhere({ imagery: { text: "lake", by: "R." } });
    await own.load();
    expect([own.phrases, own.imagery.text]).toEqual([["mine"], "lake"]);
  });

  it("what stood in the way is forgotten once it can be read", async () => {
    vi.spyOn(api, "own").mockResolvedValueOnce({ ok: false, status: 409, why: "locked", detail: "" });
    await own.load();
    expect(own.refusal).toContain("locked");
    await own.load();
    expect(own.refusal).toBeNull();
  });

  it("nothing of one record goes into another", async () => {
    type("private");
    record = new Record(true);
    await own.keep();
    await vi.runAllTimersAsync();
    expect([record.content.phrases, own.phrases, own.simulated]).toEqual([[], [], true]);
  });

  it("a picture that is gone is told and let go of, the words stay", async () => {
    own.addThing("word", "stay");
    record.refuses = "no_media";
    own.addThing("picture", "", "m1");
    await own.keep();
    expect(own.refusal).toContain("add it again");
    record.refuses = "";
    await vi.advanceTimersByTimeAsync(5000);
    expect(record.content.kit.map((thing) => thing.text)).toEqual(["stay"]);
  });
});

it("a picture’s address holds nothing but its id", () => {
  expect(mediaUrl("a/../b")).toBe("api/own/media/a%2F..%2Fb");
});
