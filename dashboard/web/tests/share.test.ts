import { describe, expect, it } from "vitest";
import { changeWords, inPeriod, shownChange, sizeWords, titleOf, withName, withProposal } from "../src/lib/share";
import { hashOf, parseHash } from "../src/lib/route.svelte";
import type { LadderStep, ProposedChange, ShareChoice } from "../src/lib/wire";

const step = (id: string, more: Partial<LadderStep> = {}) => ({ id, title: `To ${id}`, planned_s: 600, expected_suds: 30, support: "regulate", put_away: false, ...more }) as LadderStep;
const LADDERS = [{ id: "l", steps: [step("a"), step("away", { put_away: true }), step("b")] }];
const about = { ladder: "l", step: "a", reason: "because" };

describe("what may be shared", () => {
  it("is of the period, both days in it", () => {
    const items = ["2026-01-01", "2026-01-02", "2026-01-03"].map((day) => ({ kind: "sessions", id: day, title: "", day }) as ShareChoice);
    expect(inPeriod(items, "sessions", "2026-01-02", "2026-01-03").map((one) => one.day)).toEqual(["2026-01-02", "2026-01-03"]);
    expect(inPeriod(items, "sessions", "", "")).toHaveLength(3);
    expect(inPeriod(items, "worksheets", "", "")).toHaveLength(0);
  });

  it("has a title, and a size for people", () => {
    expect(titleOf({ kind: "ladder", id: "ladders", title: "x", day: "" })).toBe("All your ladders");
    expect(titleOf({ kind: "sessions", id: "1", title: "", day: "" })).toBe("Without a title");
    expect(sizeWords(12)).toBe("1 kB");
    expect(sizeWords(1_250_000)).toBe("1.3 MB");
  });

  it("takes a name out once, however it is typed", () => {
    expect(withName(["Kim"], "  kim ")).toEqual(["Kim"]);
    expect(withName(["Kim"], " ")).toEqual(["Kim"]);
    expect(withName(["Kim"], "Old  Town")).toEqual(["Kim", "Old Town"]);
  });

  it("has an address of its own", () => {
    expect(parseHash(hashOf("share"))).toEqual({ view: "share", id: null, query: "" });
  });
});

describe("a proposed change", () => {
  const said = (change: Partial<ProposedChange>) => changeWords(shownChange({ ...about, ...change }, LADDERS));

  it("is told with its values", () => {
    expect(said({ planned_s: 300 })).toBe("Length of “To a”: from 10 minutes to 5 minutes");
    expect(said({ expected_suds: 0 })).toBe("Expected distress of “To a”: from 30 to 0");
    expect(said({ support: "observe" })).toBe("Support for “To a”: from “Offer when my heart rises” to “Stay still”");
    expect(said({ way: "hold" })).toBe("Stay with this step for now: “To a”");
  });

  it("counts places among the steps in use", () => {
    expect(said({ step: "b", place: 0 })).toContain("from 2 to 1");
    expect(said({ place: 40 })).toContain("from 1 to 2");
  });

  it("says so where the step is not there", () => {
    expect(said({ step: "gone", planned_s: 300 })).toBe("Length of “a step that is not here any more”: from unknown to 5 minutes");
  });

  it("takes the place of the one before of its kind, and of no other", () => {
    const first: ProposedChange[] = [{ ...about, planned_s: 300 }, { ...about, way: "hold" }, { ...about, step: "b", planned_s: 60 }];
    const after = withProposal(first, { ...about, planned_s: 120 });
    expect(after).toEqual([first[1], first[2], { ...about, planned_s: 120 }]);
    expect(withProposal(after, { ...about, way: "shorter" }).filter((one) => one.way)).toEqual([{ ...about, way: "shorter" }]);
    expect(withProposal(after, { ...about, expected_suds: 5 })).toHaveLength(4);
  });
});
