import { describe, expect, it } from "vitest";
import { banners } from "../src/lib/banners";
import { groups, onPhone } from "../src/lib/phone";
import { EMPTY, reduce } from "../src/lib/state";
import { has } from "../src/lib/words";
import { live } from "./wire";

type State = "off" | "on" | "elsewhere" | "trouble";

function said(state: State, paired: number): string[] {
  const slices = reduce(EMPTY, live()).slices;
  if (slices === null) throw new Error("no slices");
  slices.app = { ...slices.app, phone: { state, paired, doors: 1 } };
  return banners(slices, "open").filter((b) => b.id === "phone").map((b) => b.text);
}

function banner(state: State, locked = false): string[] {
  const slices = reduce(EMPTY, live()).slices;
  if (slices === null) throw new Error("no slices");
  slices.app = { ...slices.app, locked, phone: { state, paired: 1, doors: 1 } };
  return banners(slices, "open").map((b) => b.id).filter((id) => id.startsWith("phone"));
}

describe("a phone in the same house", () => {
  it("a fingerprint is told in eight groups that hold all of it", () => {
    const pairs = Array.from({ length: 32 }, (_, n) => n.toString(16).padStart(2, "0").toUpperCase());
    const found = groups(pairs.join(":"));
    expect(found).toHaveLength(8);
    expect(found[0]).toBe("00:01:02:03");
    expect(found.join(":")).toBe(pairs.join(":"));
  });

  it("every screen says that it is on, or that it can’t be here, and nothing else", () => {
    expect(banner("on")).toEqual(["phone"]);
    expect(banner("elsewhere")).toEqual(["phone_elsewhere"]);
    expect(banner("off")).toEqual([]);
    expect(banner("trouble")).toEqual([]);
  });

  it("a phone that can look is not claimed where none is paired", () => {
    expect(said("on", 2)).toEqual(["A paired phone in this house can open this page"]);
    expect(said("on", 0)).toEqual(["The way in for phones is open; none is paired yet"]);
  });

  it("only a phone comes over TLS", () => {
    expect(onPhone("https:")).toBe(true);
    expect(onPhone("http:")).toBe(false);
  });

  it.each(["on_computer", "plain", "no_network", "wrong_passphrase", "too_short", "not_there", "locked"])(
    "refusal.%s has words", (code) => expect(has(`refusal.${code}`)).toBe(true),
  );
});
