import { describe, expect, it } from "vitest";
import { aboutMinutes, fitsNow, inOrder, isEyesOpen, mayBegin, strains, type Situation } from "../src/lib/fits";
import { FALLBACK } from "../src/lib/orienting";
import { hashOf, parseHash } from "../src/lib/route.svelte";
import type { Practice } from "../src/lib/wire";
import { BREATH, EVERY_KIND, SIGH, SQUARE, practice, step } from "./some";

const NOW: Situation = { phase: "apart", away: false, panic: false, still: false };
const breathing = (id: string, breath = BREATH, change: Partial<Practice> = {}) =>
  practice([step("breathe", { breath, minutes: 3 })], { id, good_for: ["activation"], ...change });
const looking = practice([step("say")], { id: "looking", eyes: "open", good_for: ["far_away"] });
const soft = breathing("soft", BREATH, { fits: { rank: 2, phases: ["apart"], states: ["activated"], good_signal: false } });
const square = breathing("square", SQUARE);
const sigh = breathing("sigh", SIGH);

describe("what may be begun", () => {
  it("far away or numb: eyes open and no paced breath; on a still screen only orienting", () => {
    const list = [FALLBACK, looking, soft, square];
    expect(list.map((one) => mayBegin(one, { ...NOW, away: true }))).toEqual([true, true, false, false]);
    expect(list.map((one) => mayBegin(one, { ...NOW, still: true }))).toEqual([true, false, false, false]);
    expect(isEyesOpen(breathing("slip", BREATH, { eyes: "open" }))).toBe(false);
  });

  it("in panic no held and no sighed breath", () => {
    expect([soft, square, sigh, looking].map(strains)).toEqual([false, true, true, false]);
    expect([soft, square, sigh].map((one) => mayBegin(one, { ...NOW, panic: true }))).toEqual([true, false, false]);
  });

  it("nothing that waits for a choice, an answer or a therapist", () => {
    for (const closed of ["opt_in", "ask_first", "not_for_me", "therapist", "no_pace"] as const) {
      expect(mayBegin({ ...soft, closed }, NOW)).toBe(false);
    }
  });

  it("what fits comes first, in the coach’s own turn", () => {
    const later = breathing("later", BREATH, { fits: { ...soft.fits, rank: 9 } });
    const sleep = breathing("sleep", BREATH, { good_for: ["sleep"] });
    const reading = practice([step("say")], { id: "reading", area: "learn", good_for: ["activation"] });
    const { fitting, others } = inOrder([sleep, square, later, soft, looking, reading], NOW);
    expect(fitting.map((one) => one.id)).toEqual(["soft", "later", "square"]);
    expect(others.map((one) => one.id)).toEqual(["sleep", "looking", "reading"]);
    expect(fitsNow(looking, { ...NOW, away: true })).toBe(true);
  });
});

describe("a practice", () => {
  it("tells about how long it takes", () => {
    expect(aboutMinutes(soft)).toBe(3);
    expect(aboutMinutes(looking)).toBe(1);
    expect(aboutMinutes(EVERY_KIND)).toBe(5);
  });

  it("has an address", () => {
    expect(parseHash(hashOf("practices", "slow-paced-4-6"))).toEqual({ view: "practices", id: "slow-paced-4-6", query: "" });
    expect(parseHash("#/practices")).toEqual({ view: "practices", id: null, query: "" });
    expect(hashOf("practices")).toBe("#/practices");
  });
});
