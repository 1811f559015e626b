import { describe, expect, it } from "vitest";
import {
  carried, cleaned, dayWords, fits, fitsAge, freshId, isEmpty, localMoment, merged, missing, parseFresh, quickOrder, said, shownAnswers, shownFields, today, utcOf,
} from "../src/lib/forms";
import { scoreWords } from "../src/lib/score";
import type { Answers, Field, Form } from "../src/lib/wire";

const field = (id: string, kind: Field["kind"], more: Partial<Field> = {}): Field => ({ id, kind, label: id, ...more });
const fields: Field[] = [
  field("intro", "said", { optional: true }),
  field("urge", "choice", { options: [{ value: "text", label: "Write" }, { value: "none", label: "Nothing" }] }),
  field("acted", "yes_no", { optional: true, only_if: { field: "urge", is: ["text"] } }),
  field("act", "lines", { only_if: { field: "acted", is: [true] } }),
  field("feelings", "rows", { optional: true, most: 3, fields: [field("feeling", "line"), field("strength", "scale", { optional: true }), field("why", "line", { only_if: { field: "feeling", is: ["fear"] } })] }),
  field("hours", "number", { optional: true, least: 0, most: 24, unit: "h" }),
  field("day", "date", { optional: true }),
];
const form = (more: Partial<Form> = {}): Form => ({
  id: "one", title: "One", shelf: "thoughts", about: "", minutes: 1, ages: ["adult"], fields, sources: [], ask_first: [], scoring: null, makes: null, behaviour: null, quick: false, ...more,
});
const ids = (answers: Answers) => shownFields(fields, answers).map((one) => one.id);

describe("which fields show", () => {
  it("those whose condition holds, and none that hangs on a hidden one", () => {
    expect(ids({})).toEqual(["intro", "urge", "feelings", "hours", "day"]);
    expect(ids({ urge: "text" })).toContain("acted");
    expect(ids({ urge: "text", acted: true })).toContain("act");
    expect(ids({ urge: "none", acted: true })).not.toContain("act");
    expect(ids({ urge: "text", acted: false })).not.toContain("act");
  });

  it("one of several is enough", () => {
    const two = [field("many", "many", { options: [] }), field("more", "line", { only_if: { field: "many", is: ["a", "b"] } })];
    expect(shownFields(two, { many: ["c", "b"] })).toHaveLength(2);
    expect(shownFields(two, { many: ["c"] })).toHaveLength(1);
  });
});

describe("what is missing", () => {
  it("is what shows, must be said, and is not; in rows by its place", () => {
    expect(missing(fields, {})).toEqual(["urge"]);
    expect(missing(fields, { urge: "text", acted: true, act: "  " })).toEqual(["act"]);
    expect(missing(fields, { urge: "none", feelings: [{}, { strength: 3 }, { feeling: "fear" }] })).toEqual(["feelings.1.feeling", "feelings.2.why"]);
  });

  it("and what can't be kept as it stands", () => {
    expect(missing(fields, { urge: "none", hours: 25 })).toEqual(["hours"]);
    expect(missing(fields, { urge: "none", day: "0002-01-01" })).toEqual(["day"]);
    expect(fits(field("at", "moment"), "2026-01-31T09:30Z")).toBe(true);
  });

  it("an answer of zero, or no, is one", () => {
    expect([isEmpty(0), isEmpty(false), isEmpty(" \n"), isEmpty([]), isEmpty([{ a: "" }]), isEmpty(["x"])]).toEqual([false, false, true, true, true, false]);
  });
});

describe("what is sent", () => {
  const answers: Answers = { urge: "none", acted: true, act: "wrote", feelings: [{ feeling: "" }, { feeling: "sad", why: "x" }], hours: 99, day: "2026-01-31" };

  it("of a draft: all that was typed and fits, without what is empty", () => {
    expect(cleaned(fields, answers)).toEqual({ urge: "none", acted: true, act: "wrote", feelings: [{ feeling: "sad", why: "x" }], day: "2026-01-31" });
  });

  it("for good: nothing of a field that does not show", () => {
    expect(shownAnswers(fields, answers)).toEqual({ urge: "none", feelings: [{ feeling: "sad" }], day: "2026-01-31" });
  });
});

describe("two windows", () => {
  it("what only one has changed stands", () => {
    const base = { urge: "text", act: "a", day: "2026-01-01" };
    expect(merged(fields, base, { ...base, act: "mine" }, { ...base, urge: "none" })).toEqual({ answers: { urge: "none", act: "mine", day: "2026-01-01" }, both: [] });
    expect(merged(fields, base, { act: "a", day: "2026-01-01" }, base).answers).toEqual({ act: "a", day: "2026-01-01" });
    expect(merged(fields, base, base, { urge: "text" }).answers).toEqual({ urge: "text" });
  });

  it("texts that both wrote stand one after the other, once", () => {
    const found = merged(fields, { act: "a" }, { act: "a mine" }, { act: "a theirs" });
    expect(found).toEqual({ answers: { act: "a theirs\n\na mine" }, both: ["act"] });
    expect(merged(fields, {}, { act: "I wrote more" }, { act: "I wrote" }).answers).toEqual({ act: "I wrote more" });
    expect(merged(fields, { act: "a" }, { act: "b" }, {}).answers).toEqual({ act: "b" });
  });

  it("rows of both are there, and none twice", () => {
    const [old, mine, theirs] = [{ feeling: "old" }, { feeling: "mine" }, { feeling: "theirs" }];
    expect(merged(fields, { feelings: [old] }, { feelings: [old, mine] }, { feelings: [old, theirs] }).answers).toEqual({ feelings: [old, theirs, mine] });
    expect(merged(fields, { feelings: [old] }, { feelings: [old, mine] }, { feelings: [] }).answers).toEqual({ feelings: [mine] });
  });
});

describe("an answer in words", () => {
  it("by its kind; nothing for nothing", () => {
    expect(said(fields[1]!, "text")).toBe("Write");
    expect(said(fields[2]!, false)).toBe("No");
    expect(said(fields[5]!, 1.5)).toBe("1.5 h");
    expect(said(field("p", "percent"), 40)).toBe("40 %");
    expect(said(fields[3]!, undefined)).toBe("");
    expect(said(field("m", "many", { options: [{ value: "a", label: "A" }, { value: "b", label: "B" }] }), ["b", "a"])).toBe("B, A");
  });

  it("days and moments", () => {
    expect(dayWords("2026-01-31", "en-GB")).toBe("Sat, 31 Jan 2026");
    expect(dayWords("nonsense")).toBe("unknown");
    const at = new Date(2026, 0, 31, 9, 5);
    expect(today(at)).toBe("2026-01-31");
    expect(utcOf("2026-01-31T09:05")).toMatch(/^2026-01-3\dT\d\d:\d5Z$/);
    expect(localMoment(utcOf("2026-01-31T09:05"))).toBe("2026-01-31T09:05");
    expect([localMoment(""), utcOf(""), localMoment("x")]).toEqual(["", "", ""]);
  });
});

describe("the rest", () => {
  it("a sheet not begun yet has its place in the address", () => {
    for (const link of [null, { session: "s1" }, { session: "s1", activation: 31.5 }]) expect(parseFresh(freshId("protest", link))).toEqual({ form: "protest", link });
    expect(parseFresh("0123")).toBeNull();
  });

  it("a moment's fields: those with one key first", () => {
    expect(quickOrder([field("t", "line"), field("u", "choice"), field("s", "scale")]).map((one) => one.id)).toEqual(["s", "u", "t"]);
  });

  it("a longer form takes over what asks for the same", () => {
    const to = [field("thought", "lines"), field("urge", "many"), field("acted", "yes_no"), field("belief", "percent")];
    const from = [field("thought", "line"), field("urge", "choice"), field("acted", "yes_no")];
    expect(carried({ thought: "t", urge: "text", acted: true }, from, to)).toEqual({ thought: "t", acted: true });
  });

  it("each age has its own", () => {
    expect([fitsAge(form(), "adult"), fitsAge(form(), "under_13"), fitsAge(form(), undefined)]).toEqual([true, false, true]);
  });

  it("a score says what it is, and what it is not", () => {
    const scored = form({ scoring: { scale: "gad-7", fields: [], least: 0, most: 21, bands: [{ least: 0, words: "minimal" }, { least: 5, words: "mild" }] } });
    const lines = scoreWords(scored, { total: 6, band: "mild", complete: true });
    expect(lines[0]).toBe("It adds up to 6 of 21.");
    expect(lines.join(" ")).toContain("not a diagnosis");
    expect(scoreWords(scored, { total: null, band: "", complete: false }).join()).toContain("no number");
    expect([scoreWords(form(), null), scoreWords(scored, null)]).toEqual([[], []]);
  });
});
