import { describe, expect, it } from "vitest";
import type { Result } from "../src/lib/api";
import { FormSheet, type Sending } from "../src/lib/sheet.svelte";
import type { Answers, Form, SheetAnswer } from "../src/lib/wire";

const settled = async () => {
  for (let n = 0; n < 5; n += 1) await new Promise<void>((done) => setImmediate(done));
};
const no = (why: string, field?: string): Result<never> => ({ ok: false, status: 409, why, detail: "", ...(field ? { field } : {}) });
const form: Form = {
  id: "journal", title: "Journal", shelf: "self", about: "", minutes: 1, ages: ["adult"], sources: [], ask_first: [], scoring: null, makes: null, behaviour: null, quick: false,
  fields: [{ id: "text", kind: "lines", label: "Text" }, { id: "more", kind: "lines", label: "More", optional: true }],
};

/** One record with one sheet, that can be away, and a clock that goes on when asked. */
class Desk {
  row: (SheetAnswer & { rev: string }) | null = null;
  away = false;
  made = 0;
  sent: Sending[] = [];
  told = 0;
  timers = new Map<number, () => void>();
  private count = 0;
  private revs = 0;

  readonly sheet = this.open();

  open(answer: SheetAnswer | null = null, atOnce = true): FormSheet {
    const hooks = {
      create: (_: string, link: SheetAnswer["link"], sent: Sending): Promise<Result<{ id: string; rev: string }>> => {
        if (this.away) return Promise.resolve(no("offline"));
        this.made += 1;
        this.sent.push(sent);
        this.row = { id: `s${this.made}`, form: "journal", state: "draft", answers: {}, rev: "", began_utc: "2026-01-31T09:00Z", kept_utc: null, link, score: null };
        this.write(sent.answers, sent.keep);
        return Promise.resolve({ ok: true, data: { id: this.row.id, rev: this.row.rev } });
      },
      save: (_: string, rev: string, sent: Sending): Promise<Result<{ rev: string }>> => {
        if (this.away) return Promise.resolve(no("offline"));
        if (this.row === null) return Promise.resolve(no("not_there"));
        if (rev !== this.row.rev) return Promise.resolve(no("changed"));
        this.sent.push(sent);
        this.write(sent.answers, sent.keep);
        return Promise.resolve({ ok: true, data: { rev: this.row.rev } });
      },
      load: (): Promise<Result<SheetAnswer>> => Promise.resolve(this.away ? no("offline") : this.row ? { ok: true, data: structuredClone(this.row) } : no("not_there")),
      erase: (_: string, rev: string): Promise<Result<unknown>> => {
        if (this.away) return Promise.resolve(no("offline"));
        if (rev !== this.row?.rev) return Promise.resolve(no("changed"));
        this.row = null;
        return Promise.resolve({ ok: true, data: {} });
      },
      after: (_: number, run: () => void) => {
        this.timers.set((this.count += 1), run);
        return this.count;
      },
      cancel: (timer: number) => void this.timers.delete(timer),
      changed: () => void (this.told += 1),
    };
    return answer ? FormSheet.of(form, answer, hooks) : new FormSheet(form, null, hooks, atOnce);
  }

  write(answers: Answers, keep: boolean) {
    if (this.row) Object.assign(this.row, { answers: structuredClone(answers), rev: `r${(this.revs += 1)}`, ...(keep ? { state: "kept", kept_utc: "2026-01-31T10:00Z" } : {}) });
  }

  async later() {
    const due = [...this.timers.values()];
    this.timers.clear();
    for (const run of due) run();
    await settled();
  }
}

describe("a sheet", () => {
  it("is made by the first letter; what comes while it is made is kept after it", async () => {
    const desk = new Desk();
    for (const text of ["I", "I ", "I fear"]) desk.sheet.set("text", text);
    await settled();
    await desk.later();
    expect([desk.made, desk.row?.answers, desk.sheet.pending]).toEqual([1, { text: "I fear" }, false]);
    expect([desk.sheet.id, desk.row?.state]).toEqual(["s1", "draft"]);
  });

  it("what was only looked at is no sheet", async () => {
    const desk = new Desk();
    desk.sheet.flush();
    desk.sheet.set("text", "  ");
    await settled();
    expect([desk.made, desk.sheet.pending]).toEqual([0, false]);
  });

  it("stays while the record is away, and comes in when it is back", async () => {
    const desk = new Desk();
    desk.away = true;
    desk.sheet.set("text", "mine");
    await settled();
    expect([desk.sheet.pending, desk.sheet.trouble]).toEqual([true, "offline"]);
    desk.away = false;
    await desk.later();
    expect([desk.row?.answers, desk.sheet.pending, desk.sheet.trouble]).toEqual([{ text: "mine" }, false, ""]);
  });

  it("is kept for good when nothing is missing, also once the record is back", async () => {
    const desk = new Desk();
    desk.sheet.set("more", "x");
    await settled();
    expect(await desk.sheet.keep()).toBe(false);
    expect(desk.sheet.missing).toEqual(["text"]);
    desk.sheet.set("text", "y");
    desk.away = true;
    expect(await desk.sheet.keep()).toBe(false);
    expect(desk.sheet.trouble).toBe("offline");
    desk.away = false;
    await desk.later();
    expect([desk.row?.state, desk.sheet.state, desk.sheet.kept_utc]).toEqual(["kept", "kept", "2026-01-31T10:00Z"]);
    expect(await desk.sheet.keep()).toBe(true);
  });

  it("is kept for good also when the first letter is just on its way", async () => {
    const desk = new Desk();
    desk.sheet.set("text", "x");
    expect([await desk.sheet.keep(), desk.made, desk.row?.state]).toEqual([true, 1, "kept"]);
  });

  it("a kept one that is changed stays kept; what must be said is not written away", async () => {
    const desk = new Desk();
    desk.sheet.set("text", "first");
    await desk.sheet.keep();
    desk.sheet.set("text", "");
    await desk.later();
    expect([desk.row?.answers, desk.sheet.pending]).toEqual([{ text: "first" }, true]);
    desk.sheet.set("text", "second");
    await desk.later();
    expect([desk.row?.answers, desk.row?.state, desk.sheet.pending]).toEqual([{ text: "second" }, "kept", false]);
  });

  it("another window's words are there too", async () => {
    const desk = new Desk();
    desk.sheet.set("text", "a");
    await settled();
    desk.write({ text: "a, theirs", more: "theirs" }, false);
    desk.sheet.set("text", "a, mine");
    await desk.later();
    await desk.later();
    expect(desk.row?.answers).toEqual({ text: "a, theirs\n\na, mine", more: "theirs" });
    expect([desk.sheet.both, desk.sheet.pending]).toEqual([["text"], false]);
  });

  it("erased in another window: said, and kept anew only if wanted", async () => {
    const desk = new Desk();
    desk.sheet.set("text", "a");
    await settled();
    desk.row = null;
    desk.sheet.set("text", "ab");
    await desk.later();
    expect(desk.sheet.trouble).toBe("gone");
    desk.sheet.set("text", "abc");
    await desk.later();
    expect(desk.row).toBeNull();
    desk.sheet.saveAnew();
    await settled();
    expect([desk.made, desk.sheet.trouble]).toEqual([2, ""]);
  });

  it("erasing erases, also what was changed elsewhere meanwhile; away, it is said", async () => {
    const desk = new Desk();
    desk.sheet.set("text", "a");
    await settled();
    desk.write({ text: "theirs" }, false);
    desk.away = true;
    expect(await desk.sheet.erase()).toBe(false);
    expect(desk.sheet.trouble).toBe("offline");
    desk.away = false;
    expect(await desk.sheet.erase()).toBe(true);
    expect([desk.row, desk.sheet.blank, desk.sheet.pending]).toEqual([null, true, false]);
    await desk.later();
    expect(desk.row).toBeNull();
  });

  it("a moment is one request, and a draft only where the page goes away", async () => {
    const desk = new Desk();
    const moment = desk.open(null, false);
    moment.set("text", "it stung");
    await settled();
    expect(desk.made).toBe(0);
    expect(await moment.keep()).toBe(true);
    expect([desk.made, desk.sent.length, desk.row?.state]).toEqual([1, 1, "kept"]);
    const left = desk.open(null, false);
    left.set("text", "half");
    left.flush(true);
    await settled();
    expect([desk.made, desk.row?.state, desk.sent.at(-1)?.last]).toEqual([2, "draft", true]);
  });

  it("a page that goes away asks twice and hears no answer, and still makes one sheet", async () => {
    const desk = new Desk();
    let asked = 0;
    const left = new FormSheet(form, null, {
      create: () => Promise.resolve((asked += 1) > 0 ? no("offline") : no("")), save: () => Promise.resolve(no("offline")), load: () => Promise.resolve(no("offline")),
      erase: () => Promise.resolve(no("offline")), after: (_, run) => desk.timers.set(desk.timers.size + 1, run).size, cancel: (timer) => void desk.timers.delete(timer), changed: () => {},
    }, false);
    left.set("text", "half");
    left.flush(true);
    await settled();
    left.flush(true);
    await settled();
    expect(asked).toBe(1);
    await desk.later(); // it did not go away after all
    expect(asked).toBe(2);
  });

  it("a field that the record can't take is named", async () => {
    const sheet = new FormSheet(form, null, {
      create: () => Promise.resolve(no("unfit", "text")), save: () => Promise.resolve(no("offline")), load: () => Promise.resolve(no("offline")),
      erase: () => Promise.resolve(no("offline")), after: () => 0, cancel: () => {}, changed: () => {},
    });
    sheet.set("text", "x");
    await settled();
    expect([sheet.trouble, sheet.unfit, sheet.pending]).toEqual(["unfit", "text", true]);
  });
});
