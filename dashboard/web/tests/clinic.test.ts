import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { itemOfSheet, readBy, standing } from "../src/lib/clinic";
import { CLINIC_ITEMS, type ClinicSlice } from "../src/lib/wire";
import { has } from "../src/lib/words";

const python = (path: string) => readFileSync(fileURLToPath(new URL(`../../../biocoach/${path}`, import.meta.url)), "utf8");
const SLICE: ClinicSlice = {
  host: "clinic.example", joined: true, clinic: "Harbour Clinic", items: ["sessions", "notes"],
  state: "up_to_date", at_utc: "2026-03-01T10:42:00.000Z", behind: 0, why: "",
};

describe("a clinic’s copy", () => {
  it("says who reads a text only where its item was agreed to", () => {
    expect(readBy(SLICE, "notes")).toBe("Harbour Clinic");
    expect(readBy(SLICE, "moments")).toBeNull();
    expect(readBy(SLICE, null)).toBeNull();
    expect(readBy({ ...SLICE, joined: false }, "notes")).toBeNull();
    expect(readBy(undefined, "notes")).toBeNull();
    expect(itemOfSheet("behaviour")).toBe("moments");
    expect(itemOfSheet(null)).toBe("worksheets");
  });

  it("says how it stands, and nothing where nobody has joined", () => {
    expect(standing(undefined)).toBeNull();
    expect(standing({ ...SLICE, joined: false })).toBeNull();
    expect(standing(SLICE)).toContain("Harbour Clinic’s copy: up to date");
    expect(standing({ ...SLICE, state: "working" })).toContain("up to date");
    expect(standing({ ...SLICE, state: "working", at_utc: "", behind: 12 })).toContain("12 lines");
    expect(standing({ ...SLICE, state: "waiting", at_utc: "" })).toContain("not looked at yet");
    expect(standing({ ...SLICE, state: "trouble", why: "full" })).toContain("disk is full");
    expect(standing({ ...SLICE, state: "trouble", why: "of a later day" })).toContain("Something is wrong");
  });

  it("has the server’s items and words for every code", () => {
    const items = /ITEMS = \(([^)]*)\)/.exec(python("syncing/items.py"))?.[1] ?? "";
    expect([...items.matchAll(/"(\w+)"/g)].map((found) => found[1])).toEqual([...CLINIC_ITEMS]);
    for (const item of CLINIC_ITEMS) expect(has(`clinic.hint.${item}`)).toBe(true);
    const whys = /WHYS = \(([^)]*)\)/.exec(python("syncing/wire.py"))?.[1] ?? "";
    const ours = [...python("syncing/messages.py").matchAll(/^[A-Z_, ]+ = ("[^#\n]*)/gm)].map((found) => found[1] ?? "").join();
    const codes = [...`${whys}${ours}`.matchAll(/"(\w+)"/g)].map((found) => found[1] ?? "");
    expect(codes.length).toBeGreaterThan(14);
    for (const code of codes) expect(has(`clinic.trouble.${code}`), code).toBe(true);
  });
});
