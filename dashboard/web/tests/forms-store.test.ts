import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../src/lib/api";
import { forms } from "../src/lib/forms.svelte";
import type { Form, SheetRow, WorksheetsAnswer } from "../src/lib/wire";

const form = (id: string, more: Partial<Form> = {}): Form => ({
  id, title: id, shelf: "thoughts", about: "", minutes: 1, ages: ["adult"], fields: [{ id: "a", kind: "line", label: "A" }], sources: [], ask_first: [], scoring: null, makes: null, behaviour: null, quick: false, ...more,
});
const row = (id: string, more: Partial<SheetRow> = {}): SheetRow => ({
  id, form: "journal", title: "As it was", state: "kept", began_utc: "2026-01-31T09:00Z", kept_utc: null, day: "2026-01-31", line: "", link: null, score: null, ...more,
});
let answer: WorksheetsAnswer;

beforeEach(async () => {
  vi.stubGlobal("window", globalThis);
  vi.spyOn(api, "worksheets").mockImplementation(() => Promise.resolve({ ok: true, data: answer }));
  answer = { forms: [form("moment", { shelf: "moments", quick: true }), form("evidence"), form("journal", { shelf: "self" }), form("asks", { ask_first: ["Sure?"] })], sheets: [], problems: [] };
  await forms.load();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the forms there are", () => {
  it("the quick one, and where more is written", () => {
    expect([forms.quick?.id, forms.longer?.id]).toEqual(["moment", "evidence"]);
  });

  it("drafts, kept ones, and what belongs to a session or an activation in it", async () => {
    answer = { ...answer, sheets: [row("d", { state: "draft" }), row("s", { link: { session: "one" } }), row("a", { form: "gone", link: { session: "one", activation: 31.5 } })] };
    await forms.load();
    const ids = (rows: SheetRow[]) => rows.map((one) => one.id);
    expect([ids(forms.drafts), ids(forms.kept)]).toEqual([["d"], ["s", "a"]]);
    expect([ids(forms.linkedTo("one")), ids(forms.linkedTo("one", 31.5)), ids(forms.linkedTo("two"))]).toEqual([["s", "a"], ["a"], []]);
    expect(answer.sheets.map((one) => forms.titleOf(one))).toEqual(["journal", "journal", "As it was"]);
  });

  it("a sheet under the hand is found again, a kept one is not begun on; nothing goes into another record", async () => {
    vi.spyOn(api, "newSheet").mockResolvedValue({ ok: false, status: 0, why: "offline", detail: "" });
    const place = async () => {
      const found = await forms.sheetAt("new/journal");
      return found.ok ? found.data : null;
    };
    const first = await place();
    first?.set("a", "mine");
    expect(await place()).toBe(first);
    expect(forms.unkept).toBe(true);
    answer = { ...answer, simulated: true };
    await forms.load();
    expect([forms.unkept, (await place())?.blank]).toEqual([false, true]);
  });

  it("a form that is not there is said, and so is a record that is away", async () => {
    expect(await forms.sheetAt("new/nothing")).toMatchObject({ ok: false, why: "unknown_form" });
    vi.spyOn(api, "sheet").mockResolvedValue({ ok: false, status: 404, why: "not_there", detail: "" });
    expect(await forms.sheetAt("123")).toMatchObject({ ok: false, why: "not_there" });
  });
});
