import { describe, expect, it } from "vitest";
import {
  active, broughtWords, mayReplace, notes, offered, stageWords, titleWords, trialWords, whyWords,
} from "../src/lib/errand";
import type { Brought, ErrandSlice, StrapSlice } from "../src/lib/wire";

const idle: ErrandSlice = {
  can: false, stage: "none", started_utc: null, strap: "", doing: "", done: 0, of: 0, why: "", brought: [], trial: null,
};
const away: ErrandSlice = { ...idle, stage: "away", started_utc: "2026-01-31T09:00:00.000Z", strap: "Polar H10 1" };
const home: Brought = {
  session: "e1", new: true, started_utc: "2026-01-31T09:00:00.000Z", holds: "beats", values: 1200, odd: 0,
  span_s: 900, missing_s: 0, too_long: false, cut_off: false, left: "",
};
const strap = (sends: string[]) => ({ sends }) as StrapSlice;

describe("an errand", () => {
  it("is offered for a strap that has a memory, and told wherever one is under way", () => {
    expect(offered(null, strap(["memory"]))).toBe(false);
    expect(offered(idle, strap(["rr"]))).toBe(false);
    expect(offered(idle, strap(["rr", "memory"]))).toBe(true);
    expect(offered({ ...idle, can: true }, null)).toBe(true);
    expect(offered(away, strap([]))).toBe(true);
    expect(active(idle)).toBe(false);
  });

  it("says where it stands", () => {
    expect(stageWords(away)).toContain("Polar H10 1 has kept your heartbeats by itself since");
    expect(stageWords({ ...away, stage: "stopped" })).toContain("still on it");
    expect(stageWords({ ...away, stage: "kept" })).toContain("still on the strap too");
    expect(stageWords({ ...away, stage: "gone" })).toContain("no longer had");
    expect(stageWords({ ...away, stage: "over" })).toBe("");
    expect(titleWords(idle)).toBe("Take the strap on an errand");
    expect(titleWords(away)).toBe("Your strap is on an errand");
    expect(titleWords({ ...idle, stage: "over", brought: [home] })).toBe("Back from the errand");
  });

  it("says what came home, and no more than that", () => {
    expect(broughtWords(home)).toBe("Kept: 1200 heartbeats over 15 min.");
    expect(broughtWords({ ...home, new: false })).toContain("kept before");
    expect(broughtWords({ ...home, holds: "rates" })).toContain("no single heartbeats");
    expect(broughtWords({ ...home, holds: "nothing", session: "" })).toContain("kept nothing");
    expect(notes(home)).toEqual([]);
    expect(notes({ ...home, missing_s: null })).toEqual([]);
    const hurt = { ...home, missing_s: 120, odd: 1, too_long: true, cut_off: true, left: "dropped" };
    expect(notes(hurt)).toHaveLength(5);
    expect(notes(hurt)[0]).toContain("2 min are missing");
  });

  it("says what a trial showed", () => {
    expect(trialWords({ holds: "beats", keeps_beats: true, values: 66 })).toContain("66 in a minute");
    expect(trialWords({ holds: "rates", keeps_beats: false, values: 60 })).toContain("no single heartbeats");
    expect(trialWords({ holds: "beats", keeps_beats: false, values: 9 })).toContain("Wet its pads");
  });

  it("has words for every refusal, also for one that it does not know", () => {
    expect(whyWords("not_permitted")).toContain("does not say why");
    expect(whyWords("tea")).toContain("did not work");
    expect(mayReplace({ ...idle, why: "occupied" })).toBe(true);
    expect(mayReplace({ ...idle, why: "unfetched" })).toBe(false);
  });
});
