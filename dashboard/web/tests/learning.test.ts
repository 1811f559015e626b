import { describe, expect, it } from "vitest";
import { thatDay } from "../src/lib/learning";
import { draftOf, planOf } from "../src/lib/steps";

const said = planOf({ ...draftOf(null), title: "To the shop", sleptH: 6.5, caffeine: true, medicine: " Beta blocker " });

describe("what else moved a heart on that day", () => {
  it("goes from what was typed into the plan", () => {
    expect([said.slept_h, said.caffeine, said.medicine]).toEqual([6.5, true, "Beta blocker"]);
    expect(draftOf(said)).toMatchObject({ sleptH: 6.5, caffeine: true, medicine: "Beta blocker" });
  });

  it("tells sleep, caffeine and medicine, and nothing that was not said", () => {
    expect(thatDay(said).map((fact) => fact.text)).toEqual(["6.5 h", "Yes", "Beta blocker"]);
    expect(thatDay({ ...said, slept_h: 0, caffeine: false, medicine: " " }).map((fact) => fact.text)).toEqual(["0 h", "No"]);
    expect(thatDay({ ...said, slept_h: null, caffeine: null, medicine: "" })).toEqual([]);
    expect(thatDay(null)).toEqual([]);
  });
});
