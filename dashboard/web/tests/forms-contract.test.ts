/** What the page takes for granted of worksheets, against `biocoach/exposure` itself. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { BEHAVIOURS, PARTINGS, SHELVES, type FieldKind, type Form, type Makes, type MeasureScale, type SeparationState } from "../src/lib/wire";
import { has } from "../src/lib/words";
import { nextWord } from "../src/lib/separations";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../../biocoach/${path}`, import.meta.url)), "utf8");
const [form, measures, separations, trends] = ["exposure/form.py", "exposure/measures.py", "exposure/separations.py", "review/trends.py"].map(read) as [string, string, string, string];

/** What stands in a class, its docstring left out. */
function body(python: string, name: string): string {
  const found = new RegExp(`\\nclass ${name}(?=[(:])[^\\n]*\\n([\\s\\S]*?)(?=\\n@|\\nclass |\\ndef |$)`).exec(python)?.[1] ?? "";
  return found.replace(/"""[\s\S]*?"""/, "");
}

const fields = (python: string, name: string) => [...body(python, name).matchAll(/^ {4}(\w+): /gm)].map((found) => found[1] ?? "").sort();
const codes = (python: string, name: string) => [...body(python, name).matchAll(/^ {4}[A-Z_]+ = "([\w ]+)"/gm)].map((found) => found[1] ?? "");
const FORM: Record<keyof Form, true> = {
  id: true, title: true, shelf: true, about: true, minutes: true, ages: true, fields: true, sources: true, ask_first: true, scoring: true, makes: true, behaviour: true, quick: true, mine: true,
};
const SCALE: Record<keyof MeasureScale, true> = {
  id: true, title: true, about: true, least: true, most: true, step: true, higher: true, licence: true, ages: true, open: true, source: true, form: true, bands: true, bands_source: true, reliable: true,
};
const KIND: Record<FieldKind, true> = {
  said: true, line: true, lines: true, scale: true, percent: true, number: true, choice: true, many: true, yes_no: true, date: true, moment: true, rows: true, link: true,
};
const MAKES: Record<Makes, true> = { moment: true, behaviour: true, separation: true, therapy_break: true, letter: true, signs: true };

describe("a worksheet on the wire", () => {
  it("has the fields of the server’s own, and what it adds", () => {
    expect(Object.keys(FORM).sort()).toEqual([...fields(form, "Form"), "mine"].sort());
    expect(Object.keys(SCALE).sort()).toEqual([...fields(measures, "Scale"), "open"].sort());
    expect(fields(form, "Scoring")).toEqual(["bands", "fields", "least", "most", "scale"]);
  });

  it("has its codes, and each that is shown has words", () => {
    expect(codes(form, "Kind").sort()).toEqual(Object.keys(KIND).sort());
    expect(codes(form, "Makes").sort()).toEqual(Object.keys(MAKES).sort());
    expect(codes(form, "Behaviour").sort()).toEqual([...BEHAVIOURS].sort());
    expect(codes(form, "Shelf").sort()).toEqual([...SHELVES].sort());
    const shown = [...SHELVES.flatMap((shelf) => [`form_shelf.${shelf}`, `form_shelf_text.${shelf}`]), ...BEHAVIOURS.map((kind) => `weeks.kind.${kind}`)];
    expect(shown.filter((key) => !has(key))).toEqual([]);
    expect(form).toContain(`PARTINGS = (${PARTINGS.map((one) => `Makes.${String(one).toUpperCase()}`).join(", ")})`);
  });

  it("a time apart has its states and words, and so have its kinds", () => {
    const states = codes(separations, "State") as SeparationState[];
    expect(states.flatMap((state) => (has(`separations.state.${state}`) ? [] : [state]))).toEqual([]);
    const said = states.map(nextWord).filter((one) => one !== null);
    expect(said.filter((one) => !codes(separations, "Happens").includes(one) || !has(`separations.say.${one}`) || !has(`separations.said.${one}`))).toEqual([]);
    const kinds = [...separations.matchAll(/Makes\.\w+: "(\w+)"/g)].map((found) => found[1]);
    expect(kinds.filter((kind) => !has(`separations.kind.${kind}`))).toEqual([]);
    expect(kinds).toHaveLength(2);
  });

  it("a change of a total has its codes, a week its names", () => {
    expect(codes(measures, "Change").sort()).toEqual(["better", "unknown", "within_chance", "worse"]);
    expect(codes(measures, "Higher")).toEqual(["more trouble", "better"]);
    for (const name of ["week", "noted", "sessions", "unknown", "urges", "acted", "act_share", "moments", "told", "intensity", "lasted_min", "enough"]) expect(trends).toContain(`"${name}"`);
  });
});
