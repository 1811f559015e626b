/** What the page takes for granted of practices, against `biocoach/coach/practice.py` itself. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { FALLBACK } from "../src/lib/orienting";
import { AREAS, GOOD_FOR, type Ask, type Do, type OwnKind } from "../src/lib/wire";
import { has } from "../src/lib/words";
import { BREATH, EVERY_KIND } from "./some";

const python = readFileSync(fileURLToPath(new URL("../../../biocoach/coach/practice.py", import.meta.url)), "utf8");
const DO: Do[] = ["say", "wait", "breathe", "tap", "name", "hold", "write", "choose", "own", "draft"];
const OWN: OwnKind[] = ["phrases", "kit", "imagery"];
const ASK: Ask[] = ["heart_disease", "heart_slowing", "cold_allergy", "eating_disorder", "pregnancy", "lung_disease", "seizures", "injury"];
/** The server adds these to what a file says. */
const ADDED = ["mine", "closed", "offered", "may_be_offered"];

/** What stands in a class, its docstring left out. */
function body(name: string): string {
  const found = new RegExp(`\\nclass ${name}(?=[(:])[^\\n]*\\n([\\s\\S]*?)(?=\\n@|\\nclass |$)`).exec(python)?.[1] ?? "";
  return found.replace(/"""[\s\S]*?"""/, "");
}

const fields = (name: string) => [...body(name).matchAll(/^ {4}(\w+): /gm)].map((found) => found[1] ?? "");
const codes = (name: string) => [...body(name).matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map((found) => found[1] ?? "");

describe("a practice on the wire", () => {
  it("has the fields of the server’s own", () => {
    expect(Object.keys(FALLBACK).sort()).toEqual([...fields("Practice"), ...ADDED].sort());
    expect(Object.keys(FALLBACK.steps[0] ?? {}).sort()).toEqual(fields("PracticeStep").sort());
    expect(Object.keys(BREATH).sort()).toEqual(fields("Breath").sort());
    expect(Object.keys(FALLBACK.fits).sort()).toEqual(fields("Fits").sort());
  });

  it("has its codes, and each of them has words", () => {
    expect(codes("Area")).toEqual([...AREAS]);
    expect(codes("GoodFor")).toEqual([...GOOD_FOR]);
    expect(codes("Do")).toEqual(DO);
    expect(codes("Own")).toEqual(OWN);
    expect(codes("Ask").sort()).toEqual([...ASK].sort());
    expect(ASK.filter((code) => !has(`ask.${code}`))).toEqual([]);
    expect(OWN.filter((code) => !has(`own_step.none.${code}`))).toEqual([]);
  });

  it("every kind of step is among those that the tests go through", () => {
    expect(EVERY_KIND.steps.map((step) => step.do)).toEqual(DO);
  });
});
