import { describe, expect, it } from "vitest";
import { daysBefore, PERIOD_DAYS } from "../src/lib/reports";
import { hashOf, parseHash } from "../src/lib/route.svelte";

describe("the packet's days", () => {
  it("go back over months, years and the clock's change", () => {
    expect(daysBefore("2026-03-01", 1)).toBe("2026-02-28");
    expect(daysBefore("2024-03-01", 1)).toBe("2024-02-29");
    expect(daysBefore("2026-01-01", 1)).toBe("2025-12-31");
    expect(daysBefore("2026-04-10", PERIOD_DAYS - 1)).toBe("2026-03-14");
  });

  it("has an address of its own", () => {
    expect(parseHash(hashOf("reports"))).toEqual({ view: "reports", id: null, query: "" });
  });
});
