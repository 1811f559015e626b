import { afterEach, describe, expect, it } from "vitest";
import { newReasons, placeOf, type CaseloadRow } from "../src/lib/desk";

const row = (opened_utc: string | null, ...days: string[]): CaseloadRow => ({
  id: "c", name: "Bo", journal: "j", heard_utc: null, opened_utc,
  digest: {
    made_utc: "2026-03-02T12:00:00.000Z", shared: true, sessions: days.length, practised: "",
    reasons: days.map((day) => ({ what: "hard_end", session: day, day, title: "", figures: {} })),
  },
});
const seen = (found: CaseloadRow) => newReasons(found).map((one) => one.day);
const zone = process.env["TZ"];

describe("what is new to whoever reads", () => {
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  // Somebody looked late in the evening, or early in the morning: in UTC it was another day already.
  it.each([
    ["UTC", "2026-03-01T23:30:00.000Z", "2026-03-01"],
    ["Pacific/Auckland", "2026-02-28T20:30:00.000Z", "2026-03-01"], // the morning of the first of March
    ["America/Los_Angeles", "2026-03-02T06:30:00.000Z", "2026-03-01"], // its evening
    ["Pacific/Kiritimati", "2026-02-28T10:00:00.000Z", "2026-03-01"],
    ["Pacific/Pago_Pago", "2026-03-02T10:59:00.000Z", "2026-03-01"],
    ["Asia/Kathmandu", "2026-02-28T18:15:00.000Z", "2026-03-01"],
  ])("counts from the day on which they last looked, in %s", (where, opened, day) => {
    process.env["TZ"] = where;
    const found = row(opened, "2026-02-28", "2026-03-01", "2026-03-02", "");
    expect(seen(found)).toEqual([day, "2026-03-02", ""]);
  });

  it("is all of it before they ever did", () => {
    expect(seen(row(null, "2019-01-01", ""))).toEqual(["2019-01-01", ""]);
    expect(newReasons({ ...row(null), digest: null })).toEqual([]);
  });
});

describe("the clinic’s addresses", () => {
  it("lead to a view, or to the first one", () => {
    expect(placeOf("#invite/a%2Fb")).toEqual({ view: "invite", id: "a/b" });
    expect(placeOf("#/client/7")).toEqual({ view: "client", id: "7" });
    expect(placeOf("#client/")).toEqual({ view: "first", id: "" });
    expect(placeOf("#invite/%E0%A4%A")).toEqual({ view: "invite", id: "%E0%A4%A" });
    expect(placeOf("#elsewhere")).toEqual({ view: "first", id: "" });
  });
});
