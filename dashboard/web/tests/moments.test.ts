import { describe, expect, it } from "vitest";
import { secondsAt, secondsFrom } from "../src/lib/moments";

/** 23:50:30 on this computer's clock, whatever its zone. */
const START = new Date(2026, 0, 20, 23, 50, 30).toISOString();
const HOUR = 3600;

describe("a time of day in a recording", () => {
  it("is so many seconds from its beginning, past midnight too", () => {
    expect(secondsAt("23:55", START, HOUR)).toBe(270);
    expect(secondsAt("23:55:10", START, HOUR)).toBe(280);
    expect(secondsAt("00:10", START, HOUR)).toBe(1170);
  });

  it("may be the minute in which it began", () => {
    expect(secondsAt("23:50", START, HOUR)).toBe(0);
    expect(secondsAt("23:50:10", START, HOUR)).toBeNull();
  });

  it("is nothing outside of it, and nothing without sense", () => {
    for (const wrong of ["23:49", "00:51", "12:00", "", "x", "25:00", "23:60", "-1:00"]) {
      expect(secondsAt(wrong, START, HOUR)).toBeNull();
    }
    expect(secondsAt("23:55", "never", HOUR)).toBeNull();
  });

  it("of a recording of a day and more is the first that fits", () => {
    expect(secondsAt("23:40", START, 26 * HOUR)).toBe(24 * HOUR - 630);
  });
});

describe("minutes from the beginning", () => {
  it("are seconds, with a comma or a point", () => {
    expect(secondsFrom("2.5", HOUR)).toBe(150);
    expect(secondsFrom("2,5", HOUR)).toBe(150);
  });

  it("are nothing outside of it", () => {
    for (const wrong of ["", " ", "-1", "61", "x", "1e9"]) expect(secondsFrom(wrong, HOUR)).toBeNull();
  });
});
