import { describe, expect, it } from "vitest";
import { among, fieldsOf, formOf, theOnly } from "../src/lib/drafts.svelte";

describe("where a draft lies", () => {
  it("of several forms each has its own, and one that was only opened writes nothing", () => {
    const [one, two] = [among("l/1"), among("l/2")];
    const words = one.changes({}, { who: '"Ann"', minutes: "" });
    expect(Object.keys(words)).toEqual(["l/1"]);
    expect(one.read(words)).toEqual({ who: '"Ann"' });
    expect(two.read(words)).toEqual({});
    expect(two.changes(words, { who: "", minutes: "" })).toEqual({});
    expect(one.changes(words, { who: '"Ann"', minutes: "" })).toEqual({});
    expect(one.changes(words, { who: "", minutes: "" })).toEqual({ "l/1": "" });
  });

  it.each(["{torn", "7", "null", '"x"', ""])("that can't be read is none (%j)", (text) => {
    expect(formOf({ who: "" }, among("l/1").read({ "l/1": text }))).toEqual({ who: "" });
  });

  it("of the only one an older one's words give way", () => {
    const [plan, other] = [theOnly("s1"), theOnly("s2")];
    const words = plan.changes({}, { feared: '"x"' });
    expect(plan.read(words)).toEqual({ about: "s1", feared: '"x"' });
    expect(other.read(words)).toEqual({});
    expect(other.changes(words, { feared: "" })).toEqual({ about: "s2", feared: "" });
    expect(plan.changes({}, { feared: "" })).toEqual({});
  });

  it("says nothing of what stands as it began", () => {
    expect(fieldsOf({ a: 1, b: "x" }, { a: 1, b: "" })).toEqual({ a: "", b: '"x"' });
  });
});
