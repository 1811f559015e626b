import { describe, expect, it } from "vitest";
import { columns, reasons, rows } from "../src/lib/variability";
import { MEASURES, type Measure, type PhaseVariability, type Variability } from "../src/lib/wire";

function phase(name: PhaseVariability["phase"], value: number | null, why = ""): PhaseVariability {
  const of = <T>(v: T) => Object.fromEntries(MEASURES.map((m) => [m, v])) as Record<Measure, T>;
  return { phase: name, windows: 1, ...of(value), why: value === null ? of(why) : {} };
}

function found(...phases: PhaseVariability[]): Variability {
  return { simulated: false, method: { tool: "NeuroKit2" }, phases, left_out: null };
}

describe("heart-rate variability", () => {
  it("has a column for each phase that was measured, and a row for each figure", () => {
    const table = found(phase("plan", 1), phase("baseline", 42.4), phase("apart", 30.6));
    expect(columns(table)).toEqual(["baseline", "apart"]);
    expect(rows(table).map((r) => r.measure)).toEqual([...MEASURES]);
    expect(rows(table).find((r) => r.measure === "rmssd_ms")!.cells).toEqual(["42", "31"]);
    expect(rows(table).find((r) => r.measure === "sampen")!.cells).toEqual(["42.40", "30.60"]);
    expect(reasons(table)).toEqual([]);
  });

  it("shows a missing figure as missing, and says why once", () => {
    const table = found(phase("apart", null, "too_short"), phase("back", 20));
    expect(rows(table)[0]!.cells).toEqual(["–", "20"]);
    expect(reasons(table)).toHaveLength(1);
    expect(reasons(table)[0]).toContain("Apart");
    expect(reasons(table)[0]).toContain("Too short");
  });

  it("never shows HF without its method", () => {
    const label = rows(found(phase("apart", 1))).find((r) => r.measure === "hf_ms2")!.label;
    expect(label).toContain("Welch");
  });
});
