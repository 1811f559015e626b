import { describe, expect, it } from "vitest";
import { Api } from "../src/lib/api";
import { compose } from "../src/lib/compose";
import { Written } from "../src/lib/written.svelte";

const settled = () => new Promise<void>((done) => setImmediate(done));

/** A record that can be away, and a clock that goes on when asked. */
class Desk {
  record: Record<string, Record<string, string>> = {};
  rev = 0;
  away = false;
  saved: { words: Record<string, string>; last: boolean }[] = [];
  afresh: boolean[] = [];
  timers = new Map<number, () => void>();
  private count = 0;

  readonly written = new Written({
    load: (name) => Promise.resolve(this.away ? null : { words: this.record[name] ?? {}, rev: String(this.rev) }),
    save: (name, words, { rev, last, afresh }) => {
      if (!this.away && rev !== String(this.rev)) return Promise.resolve("changed" as const);
      this.saved.push({ words, last });
      this.afresh.push(afresh);
      if (this.away) return Promise.resolve(null);
      this.record[name] = words;
      return Promise.resolve({ rev: String((this.rev += 1)) });
    },
    after: (_, run) => {
      this.timers.set((this.count += 1), run);
      return this.count;
    },
    cancel: (timer) => void this.timers.delete(timer),
  });

  async later(): Promise<void> {
    const due = [...this.timers.values()];
    this.timers.clear();
    for (const run of due) run();
    await settled();
  }
}

describe("what is written in a practice", () => {
  it("is kept soon after a key, whole, and once for many keys", async () => {
    const desk = new Desk();
    desk.record["note"] = { before: "kept" };
    const sheet = desk.written.of("note");
    await sheet.open();
    for (const text of ["I", "I f", "I fear"]) sheet.set("fear", text);
    expect(sheet.pending).toBe(true);
    await desk.later();
    expect(desk.saved).toEqual([{ words: { before: "kept", fear: "I fear" }, last: false }]);
    expect(sheet.pending).toBe(false);
  });

  it("is kept at once when a field is left, and when the page goes", async () => {
    const desk = new Desk();
    const sheet = desk.written.of("note");
    await sheet.open();
    sheet.set("fear", "one");
    sheet.flush();
    await settled();
    sheet.set("fear", "two");
    desk.written.flush(true);
    await settled();
    expect(desk.saved.map((one) => [one.words["fear"], one.last])).toEqual([["one", false], ["two", true]]);
  });

  it("can be begun afresh although the record has not answered yet", async () => {
    const desk = new Desk();
    const sheet = desk.written.of("note");
    await sheet.open();
    expect(sheet.earlier).toBe(false);
    sheet.set("fear", "the first time");
    await sheet.open(); // the practice begins anew, before what was written is kept
    expect(sheet.words["fear"]).toBe("the first time");
    expect(sheet.earlier).toBe(true);
  });

  it("is never sent twice at once, also while what was there before still comes", async () => {
    const desk = new Desk();
    const sheet = desk.written.of("note");
    void sheet.open();
    sheet.set("fear", "one");
    sheet.flush();
    sheet.flush();
    await settled();
    expect(desk.saved).toHaveLength(1);
    await desk.later(); // what waited finds nothing left to keep
    expect(desk.saved).toHaveLength(1);
    expect(sheet.pending).toBe(false);
  });

  it("is tried again while the record is away, and never lost", async () => {
    const desk = new Desk();
    const sheet = desk.written.of("note");
    await sheet.open();
    desk.away = true;
    sheet.set("fear", "mine");
    await desk.later();
    await desk.later();
    expect(sheet.pending).toBe(true);
    await desk.written.of("other").open();
    desk.away = false;
    await desk.later();
    expect(desk.record["note"]).toEqual({ fear: "mine" });
    expect(sheet.pending).toBe(false);
  });

  it("does not put out what was there before, although that comes late", async () => {
    const desk = new Desk();
    desk.record["note"] = { fear: "old", wish: "old wish" };
    desk.away = true;
    const sheet = desk.written.of("note");
    await sheet.open();
    sheet.set("fear", "new");
    await desk.later();
    expect(desk.saved).toEqual([]);
    desk.away = false;
    await desk.later();
    expect(desk.record["note"]).toEqual({ fear: "new", wish: "old wish" });
    expect(sheet.words["wish"]).toBe("old wish");
  });

  it("a newer text is not taken for kept by an older one’s answer", async () => {
    const desk = new Desk();
    const sheet = desk.written.of("note");
    await sheet.open();
    sheet.set("fear", "one");
    sheet.flush();
    sheet.set("fear", "two");
    await settled();
    expect(sheet.pending).toBe(true);
    await desk.later();
    expect(desk.record["note"]).toEqual({ fear: "two" });
  });

  it("comes back the next time, and can be begun afresh", async () => {
    const desk = new Desk();
    desk.record["note"] = { fear: "old" };
    const sheet = desk.written.of("note");
    await sheet.open();
    expect([sheet.words["fear"], sheet.earlier]).toEqual(["old", true]);
    sheet.startAfresh();
    await settled();
    expect(desk.record["note"]).toEqual({ fear: "" });
    expect(sheet.earlier).toBe(false);
    sheet.set("fear", "new");
    await desk.later();
    expect(desk.afresh).toEqual([true, false]);
  });

  it("another window’s words are not written over where nothing was touched here", async () => {
    const desk = new Desk();
    desk.record["note"] = { fear: "old", wish: "old" };
    const sheet = desk.written.of("note");
    await sheet.open();
    desk.record["note"] = { fear: "old", wish: "theirs" };
    desk.rev += 1;
    sheet.set("fear", "mine");
    await desk.later();
    expect(sheet.pending).toBe(true);
    await desk.later();
    await settled();
    expect(desk.record["note"]).toEqual({ fear: "mine", wish: "theirs" });
    expect([sheet.pending, sheet.words["wish"]]).toEqual([false, "theirs"]);
  });

  it("puts the earlier sheet away once the record answers", async () => {
    const desk = new Desk();
    desk.record["note"] = { fear: "old" };
    const sheet = desk.written.of("note");
    await sheet.open();
    desk.away = true;
    sheet.startAfresh();
    await settled();
    sheet.set("fear", "new");
    desk.away = false;
    await desk.later();
    await desk.later();
    expect(desk.afresh).toEqual([true, true]);
    expect(desk.record["note"]).toEqual({ fear: "new" });
  });

  it("a draft that was changed by hand stays, and an earlier one gives way to other answers", async () => {
    const desk = new Desk();
    desk.record["note"] = { fear: "old", draft: "old draft" };
    const sheet = desk.written.of("note");
    await sheet.open();
    expect(sheet.words["draft"]).toBe("old draft");
    sheet.set("fear", "new");
    expect(sheet.words["draft"]).toBe("");
    sheet.set("draft", "mine");
    sheet.set("fear", "newer");
    expect(sheet.words["draft"]).toBe("mine");
  });

  it("lets go of what another window has emptied, where nothing was typed here", async () => {
    const desk = new Desk();
    desk.record["step"] = { a: "from before", b: "old" };
    const sheet = desk.written.of("step");
    await sheet.open();
    desk.record["step"] = { b: "old" };
    desk.rev += 1;
    sheet.set("c", "mine");
    await desk.later();
    await desk.later();
    expect(desk.record["step"]).toEqual({ b: "old", c: "mine" });
  });

  it("is only on this page until the record has it", async () => {
    const desk = new Desk();
    const sheet = desk.written.of("note");
    await sheet.open();
    expect(desk.written.unkept).toBe(false);
    sheet.set("fear", "new");
    expect(desk.written.unkept).toBe(true);
    await desk.later();
    expect(desk.written.unkept).toBe(false);
  });

  it("outlives the page: the last request is kept alive", async () => {
    const asked: RequestInit[] = [];
    const api = new Api((_, init) => {
      asked.push(init);
      return Promise.resolve(new Response('{"ok":true}'));
    });
    await api.keepPracticeWords("note", { fear: "x" }, { rev: "1", last: true, afresh: false });
    await api.keepPracticeWords("note", { fear: "x" }, { rev: "1", last: false, afresh: false });
    expect(asked.map((init) => init.keepalive)).toEqual([true, undefined]);
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ words: { fear: "x" }, rev: "1", afresh: false });
  });
});

describe("a draft", () => {
  it("is made from what was written, as it is", () => {
    expect(compose("When {what}, I feel {how}.", { what: "you go", how: "$& {what}" }, "…")).toBe("When you go, I feel $& {what}.");
    expect(compose("When {what}, I feel {how}.", { what: "  " }, "…")).toBe("When …, I feel ….");
    expect(compose("I fear {it}. {more}", { it: "dark rooms.", more: "Now." }, "…")).toBe("I fear dark rooms. Now.");
    expect(compose("I fear {it}.", { it: "dark rooms..." }, "…")).toBe("I fear dark rooms....");
  });
});
