import { describe, expect, it } from "vitest";
import type { Result } from "../src/lib/api";
import { Desk, Pins, type PinHooks } from "../src/lib/pins.svelte";
import type { SessionNote } from "../src/lib/wire";

const settled = async () => {
  for (let n = 0; n < 8; n += 1) await new Promise<void>((done) => setImmediate(done));
};
const no = (why: string): Result<never> => ({ ok: false, status: 409, why, detail: "" });

/** One record of notes, as the server keeps it; it can be away, and its clock goes on when asked. */
class Record {
  rows = new Map<string, SessionNote>();
  away = "";
  sent: boolean[] = [];
  private revs = 0;
  private timers = new Map<number, () => void>();

  readonly hooks: PinHooks = {
    load: () => Promise.resolve(this.away ? no(this.away) : { ok: true, data: { notes: [...this.rows.values()] } }),
    add: (_, note, last) => {
      if (this.away) return Promise.resolve(no(this.away));
      const id = `n${(this.revs += 1)}`;
      return Promise.resolve(this.put(id, note, last));
    },
    change: (_, id, { rev, ...note }, last) => {
      if (this.away) return Promise.resolve(no(this.away));
      const row = this.rows.get(id);
      if (row === undefined) return Promise.resolve(no("not_there"));
      return Promise.resolve(row.rev === rev ? this.put(id, note, last) : no("changed"));
    },
    erase: (_, id, rev) => {
      if (this.away) return Promise.resolve(no(this.away));
      if (this.rows.get(id)?.rev !== rev) return Promise.resolve(no(this.rows.has(id) ? "changed" : "not_there"));
      this.rows.delete(id);
      return Promise.resolve({ ok: true, data: {} });
    },
    after: (_, run) => {
      const timer = (this.revs += 1);
      this.timers.set(timer, run);
      return timer;
    },
    cancel: (timer) => void this.timers.delete(timer),
  };

  async later(): Promise<void> {
    const due = [...this.timers.values()];
    this.timers.clear();
    for (const run of due) run();
    await settled();
  }

  texts(): string[] {
    return [...this.rows.values()].map((row) => row.text);
  }

  put(id: string, note: { at_s: number; text: string }, last = false): Result<{ id: string; rev: string }> {
    const rev = `r${(this.revs += 1)}`;
    this.sent.push(last);
    this.rows.set(id, { ...note, id, rev, written_utc: "2026-03-03T10:00:00Z", changed_utc: "2026-03-03T10:00:00Z" });
    return { ok: true, data: { id, rev } };
  }
}

describe("a note on a session", () => {
  it("is kept as it is typed, and once", async () => {
    const record = new Record();
    const pins = new Pins("s", record.hooks);
    await pins.write(12.34);
    pins.open?.set("The");
    await record.later();
    pins.open?.set("The door");
    await record.later();
    expect(record.texts()).toEqual(["The door"]);
    expect([...record.rows.values()][0]?.at_s).toBe(12.3);
    expect(await pins.close()).toBe(true);
    expect(pins.notes.map((note) => note.text)).toEqual(["The door"]);
    expect(pins.open).toBeNull();
  });

  it("that stays empty is never sent, and one that was emptied is erased", async () => {
    const record = new Record();
    const pins = new Pins("s", record.hooks);
    await pins.write(1);
    pins.open?.set("  ");
    await record.later();
    expect(record.rows.size).toBe(0);
    expect(await pins.close()).toBe(true);
    record.put("n", { at_s: 1, text: "old" });
    await pins.load();
    await pins.write(1, pins.notes[0]);
    pins.open?.set("");
    expect(await pins.close()).toBe(true);
    expect(record.rows.size).toBe(0);
  });

  it("of two windows both texts stay", async () => {
    const record = new Record();
    record.put("n", { at_s: 1, text: "old" });
    const pins = new Pins("s", record.hooks);
    await pins.load();
    await pins.write(1, pins.notes[0]);
    record.put("n", { at_s: 1, text: "theirs" });
    pins.open?.set("mine");
    await record.later();
    await record.later();
    expect(record.texts()).toEqual(["theirs\nmine"]);
    expect(pins.open?.text).toBe("theirs\nmine");
  });

  it("that another window erased becomes a new one", async () => {
    const record = new Record();
    record.put("n", { at_s: 1, text: "old" });
    const pins = new Pins("s", record.hooks);
    await pins.load();
    await pins.write(1, pins.notes[0]);
    record.rows.clear();
    pins.open?.set("mine");
    await record.later();
    await record.later();
    expect(record.texts()).toEqual(["mine"]);
  });

  it.each(["offline", "not_recording", "locked"])("waits where the record is away (%s), and is kept then", async (why) => {
    const record = new Record();
    const pins = new Pins("s", record.hooks);
    await pins.write(1);
    record.away = why;
    pins.open?.set("mine");
    await record.later();
    expect(pins.open?.trouble).toBe(why);
    expect(await pins.close()).toBe(false);
    record.away = "";
    await record.later();
    expect(record.texts()).toEqual(["mine"]);
    expect(pins.open?.trouble).toBe("");
  });

  it("is sent once when the page goes away, by a request that outlives it", async () => {
    const record = new Record();
    const pins = new Pins("s", record.hooks);
    await pins.write(1);
    pins.open?.set("mine");
    void pins.open?.flush(true);
    void pins.open?.flush(true);
    await settled();
    expect(record.texts()).toEqual(["mine"]);
    expect(record.sent).toEqual([true]);
  });

  it("that can't be kept yet is not put aside for another", async () => {
    const record = new Record();
    const pins = new Pins("s", record.hooks);
    await pins.write(1);
    record.away = "offline";
    pins.open?.set("mine");
    await pins.write(2);
    expect([pins.open?.at_s, pins.open?.text]).toEqual([1, "mine"]);
    expect(pins.unkept).toBe(true);
    record.away = "";
    await record.later();
    await pins.write(2);
    expect(record.texts()).toEqual(["mine"]);
    expect([pins.open?.at_s, pins.unkept]).toEqual([2, false]);
  });

  it("that could not be erased is kept as it was typed", async () => {
    const record = new Record();
    const pins = new Pins("s", record.hooks);
    await pins.write(1);
    pins.open?.set("The");
    await record.later();
    pins.open?.set("The door");
    record.away = "offline";
    expect(await pins.erase()).toBe(false);
    record.away = "";
    await record.later();
    expect(record.texts()).toEqual(["The door"]);
    expect(await pins.close()).toBe(true);
  });

  it("that was emptied here takes nothing with it that another window wrote since", async () => {
    const record = new Record();
    record.put("n", { at_s: 1, text: "old" });
    const pins = new Pins("s", record.hooks);
    await pins.load();
    await pins.write(1, pins.notes[0]);
    record.put("n", { at_s: 1, text: "theirs" });
    pins.open?.set("");
    expect(await pins.close()).toBe(true);
    expect(pins.notes.map((note) => note.text)).toEqual(["theirs"]);
  });

  it("says that it is too long where two texts together are", async () => {
    const record = new Record();
    const pins = new Pins("s", record.hooks);
    await pins.write(1);
    record.away = "http_422";
    pins.open?.set("x".repeat(2001));
    await record.later();
    expect(pins.open?.trouble).toBe("http_413");
  });

  it("is erased by the newest wording, wherever it was written", async () => {
    const record = new Record();
    record.put("n", { at_s: 1, text: "old" });
    const pins = new Pins("s", record.hooks);
    await pins.load();
    await pins.write(1, pins.notes[0]);
    record.put("n", { at_s: 1, text: "theirs" });
    expect(await pins.erase()).toBe(true);
    expect(record.rows.size).toBe(0);
  });
});

describe("the desk", () => {
  it("gives back what is not kept yet, and keeps it when the page goes away", async () => {
    const record = new Record();
    const desk = new Desk(record.hooks);
    const first = desk.of("s");
    await first.write(1);
    first.open?.set("mine");
    desk.of("other");
    expect([desk.unkept, desk.of("s") === first]).toEqual([true, true]);
    desk.of("other");
    desk.flush(true);
    await settled();
    expect(record.texts()).toEqual(["mine"]);
    expect(desk.unkept).toBe(false);
    expect(desk.of("s")).not.toBe(first);
  });
});
