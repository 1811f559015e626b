import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { placeAt } from "../src/lib/drag";
import { KINDS, beyond, contextsOf, movedTo, newStep, planFrom, putAway, templatesFor, withStep, without, wordsOf } from "../src/lib/ladder";
import { dayWords, doneWords, factsOf, lengthWords, milestoneWords, otherWords, proposalTitle, reachedWords, rowLines, ruleWords, setbackWords, signWords } from "../src/lib/ladder-words";
import type { LadderStep, LadderTemplate, PractisedRow, Proposal, Way } from "../src/lib/wire";
import { has } from "../src/lib/words";

const python = (name: string) => readFileSync(fileURLToPath(new URL(`../../../biocoach/exposure/${name}.py`, import.meta.url)), "utf8");
/** The codes of a StrEnum. */
const codes = (file: string, name: string) =>
  [...(new RegExp(`class ${name}\\(StrEnum\\):([\\s\\S]*?)(?=\\n\\n\\n)`).exec(python(file))?.[1] ?? "").matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map((m) => m[1] ?? "");
const step = (id: string, put_away = false) => ({ ...newStep(id), title: id, put_away });
const ids = (steps: { id: string }[]) => steps.map((one) => one.id).join("");
const ROW: PractisedRow = {
  session: "s", day: "2026-03-01", ladder: "l", step: "a", support: "ask", planned_s: 600, stayed_s: 540, stayed: true, beyond_plan: false,
  context: "At home", before_pct: 80, after_pct: null, came: "partly", coped: true, suds_before: 10, suds_after: 90, too_much: true,
  away: false, hard: false, bare: false, expected_suds: 30, contact: "", open: false, done: true, earlier: false,
};
const PROPOSAL: Proposal = {
  id: "p", way: "advance", others: [], rule: "expectancy_fell", sessions: ["s"], figures: { done: 2, contexts: 2, first_pct: 80, latest_pct: 40 },
  to: "b", to_title: "A walk", planned_s: null, support: null, more_support: null, by: "", reason: "", until: "", asks: true,
};

describe("the steps of a ladder", () => {
  it("move among those in use, and stay all there", () => {
    const steps = [step("a"), step("b"), step("x", true), step("c")];
    expect(ids(movedTo(steps, "a", 2))).toBe("bcax");
    expect(ids(movedTo(steps, "c", 0))).toBe("cabx");
    expect(ids(movedTo(steps, "a", 99))).toBe("bcax");
    expect(ids(movedTo(steps, "a", -9))).toBe("abcx");
    expect(movedTo(steps, "gone", 1)).toBe(steps);
  });

  it("are put away behind the others, and come back", () => {
    const steps = [step("a"), step("b"), step("c")];
    const away = putAway(steps, "a", true);
    expect(ids(away)).toBe("bca");
    expect(ids(putAway(away, "a", false))).toBe("bca");
  });

  it("are added, changed and taken out", () => {
    expect(ids(withStep([step("a")], step("b")))).toBe("ab");
    expect(withStep([step("a")], { ...step("a"), title: "Z" })[0]?.title).toBe("Z");
    expect(ids(without([step("a"), step("b")], "a"))).toBe("b");
  });

  it("send only what a person writes", () => {
    const shown = { ...step("a"), state: "done", history: [ROW], proposal: null, overrule: null } as LadderStep;
    expect(wordsOf(shown)).toEqual(step("a"));
  });

  it("have contexts, one a line, each once", () => {
    expect(contextsOf(" At home \n\nat work\nAt home\n")).toEqual(["At home", "at work"]);
    expect(contextsOf("x\n".repeat(3) + Array.from({ length: 20 }, (_, n) => `c${n}`).join("\n"))).toHaveLength(12);
  });

  it("say what is beyond the limits of practising alone", () => {
    const limits = { suds_max: 50, length_max_s: 3600 };
    expect(beyond({ expected_suds: 50, planned_s: 3600 }, limits)).toBe("");
    expect(beyond({ expected_suds: 51, planned_s: 60 }, limits)).toBe("too_hard");
    expect(beyond({ expected_suds: 5, planned_s: 3601 }, limits)).toBe("too_long");
    expect(beyond({ expected_suds: 99, planned_s: 9999 }, null)).toBe("");
  });

  it("fill in a plan", () => {
    const plan = planFrom({ ...step("a"), planned_s: 900, delay_s: 120, who: "M.", contexts: ["At home"] }, { id: "l" }, true);
    expect(plan).toMatchObject({
      known: { id: "a", title: "a" }, minutes: 15, delayMinutes: 2, ladder: "l", who: "M.", contexts: ["At home"], strapless: true, sits: "sit",
    });
  });

  it("templates for this age come first, and none is lost", () => {
    const some = ["a", "b"].map((id) => ({ id, age: id === "a" ? "adult" : "child" }) as LadderTemplate);
    expect(ids(templatesFor(some, true))).toBe("ba");
    expect(ids(templatesFor(some, false))).toBe("ab");
  });
});

describe("dragging", () => {
  it("goes to the place between the middles", () => {
    const middles = [50, 150, 250];
    expect([placeAt(middles, 0, 40), placeAt(middles, 0, 160), placeAt(middles, 0, 999), placeAt(middles, 2, 0), placeAt(middles, 1, 150)]).toEqual([0, 1, 2, 0, 1]);
  });
});

describe("the words of a ladder", () => {
  it("lengths and days", () => {
    expect([lengthWords(60), lengthWords(5400), lengthWords(7200), lengthWords(43_200), lengthWords(9000)]).toEqual(["1 minute", "90 minutes", "2 hours", "12 hours", "2.5 hours"]);
    expect([dayWords("2026-03-01", "en-GB"), dayWords("")]).toEqual(["1 March 2026", "unknown"]);
    expect(factsOf(step("a"))).toBe("Apart from someone · 5 minutes · distress 20 expected · Offer when my heart rises");
    expect(factsOf(step("a"), true)).toBe("Apart from someone · 5 minutes");
  });

  it("every rule of the server has its words, with all figures filled in", () => {
    const rules = [...(/RULES = \(([^)]*)\)/.exec(python("proposal"))?.[1] ?? "").matchAll(/"(\w+)"/g)].map((m) => m[1] ?? "");
    expect(rules).toContain("not_coped");
    for (const rule of rules.filter((code) => code !== "therapist")) {
      expect(has(`ladder.rule.${rule}`), rule).toBe(true);
      expect(ruleWords({ ...PROPOSAL, rule })).not.toMatch(/\{|ladder\.rule/);
    }
    expect(ruleWords({ ...PROPOSAL, rule: "therapist", by: "Rosa", reason: "so", until: "2026-04-01" })).toContain("From Rosa: “so”. It holds until");
  });

  it("every way has a title, and every less is said", () => {
    const ways = codes("decided", "Way") as Way[];
    expect(ways).toHaveLength(9);
    for (const way of ways) {
      const titled = proposalTitle({ ...PROPOSAL, way, to_title: way === "advance" || way === "step_back" ? "A walk" : "", support: "ask", more_support: "delay", planned_s: 300 });
      expect(titled).not.toMatch(/\{|ladder\.|^\w+$/);
    }
    for (const way of ["hold", "shorter", "nearer", "more_support", "step_back"]) expect(has(`ladder.less.${way}`)).toBe(true);
    for (const way of ["nearer", "more_support", "shorter"]) expect(otherWords(way, PROPOSAL)).not.toMatch(/\{|^\w+$/);
  });

  it("what a session was is told without blame, and unknown is not no", () => {
    expect(rowLines(ROW)).toEqual([
      "planned 10 minutes, stayed 9 minutes", "feared 80 % before, not said after", "it happened in part", "and you coped", "At home",
      "Only when I ask", "you said “too much”, and you came back from it",
    ]);
    expect(rowLines({ ...ROW, planned_s: null, stayed_s: null, before_pct: null, came: null, context: "", too_much: false, bare: true, away: true, earlier: true }))
      .toEqual(["planned unknown, stayed unknown", "without strap and screen", "you said far away or numb", "from before you made it harder"]);
    expect([doneWords(ROW), doneWords({ ...ROW, done: false, stayed: false }), doneWords({ ...ROW, done: false, beyond_plan: null })]).toEqual(["done", "tried", "not known if done"]);
  });

  it("what one session reached is one line, for doing", () => {
    const one = { at_day: "2026-03-01", title: "A walk", n: 3, session: "s" };
    const found = [{ ...one, id: "step_done" }, { ...one, id: "came_back", session: "t" }, { ...one, id: "urges_passed", session: null }, { ...one, id: "first_done" }];
    expect(reachedWords(found, "s")).toBe("You stayed as planned for the first time. “A walk”: done, and learnt from.");
    expect(reachedWords(found, "u")).toBe("");
  });

  it("states, phases, kinds, milestones, setbacks and signs have words", () => {
    for (const code of codes("states", "StepState").filter((one) => one !== "put_away")) expect(has(`ladder.state.${code}`)).toBe(true);
    for (const code of codes("arc", "ArcPhase")) expect(has(`ladder.phase.${code}`) && has(`ladder.phase_text.${code}`)).toBe(true);
    for (const kind of KINDS) expect(has(`ladder.kind.${kind}`)).toBe(true);
    const arc = python("arc");
    for (const [, reason] of arc.matchAll(/reason="(\w+)"/g)) expect(has(`ladder.arc_reason.${reason}`), reason).toBe(true);
    const one = { at_day: "2026-03-01", session: null, title: "A walk", n: 3 };
    for (const id of ["first_practised", "first_done", "first_bare", "step_contexts", "step_done", "step_mastered", "urges_passed", "came_back"]) {
      expect(milestoneWords({ ...one, id })).not.toMatch(/\{|ladder\./);
    }
    for (const id of ["too_much", "gap", "step_back"]) {
      expect(setbackWords({ ...one, id })).not.toMatch(/\{|ladder\./);
      expect(setbackWords({ ...one, id, title: "" })).not.toMatch(/\{|ladder\.|“”/);
    }
    const figures = { days: 30, usual: 21, acted: 1, urges: 4, acted_before: 0, urges_before: 4, times: 2, before: 1 };
    for (const id of codes("signs", "SignKind")) {
      for (const shows of [true, false, null]) {
        expect(signWords({ id: id as "gap", watched: true, shows, figures })).not.toMatch(/\{|ladder\./);
      }
    }
  });
});
