/** More of a way back: each line from its figure, and nothing from none. */

import { describe, expect, it } from "vitest";
import { moreOfWayBack } from "../src/lib/way-back-more";
import type { WayBackMore } from "../src/lib/wire";
import { review } from "./wire";

const EMPTY: WayBackMore = {
  tau_s: null, middle_s: null, steep_s: null, left_bpm: [null, null, null], after_s: [60, 180, 300],
  extra_ground: null, extra_baseline: null, full_s: null, full_window_s: 60, why: "not_known",
};

function told(more: Partial<WayBackMore> | null): string[] {
  const a = review().activations.find((one) => one.recovery?.reference_s != null)!;
  return moreOfWayBack({ ...a, more: more === null ? null : { ...EMPTY, ...more } });
}

describe("more of a way back", () => {
  it("is nothing where half-way was not reached", () => {
    expect(told(null)).toEqual([]);
  });

  it("says that it does not know, and invents no figure", () => {
    const lines = told({});
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("Not nearly");
    expect(lines[1]).toContain("not all read");
  });

  it("names each figure that is known", () => {
    const lines = told({
      tau_s: 40, middle_s: 30, left_bpm: [4.6, null, -1.4], extra_ground: 10.4, extra_baseline: 9.6, full_s: 90, why: "",
    }).join("\n");
    for (const words of ["between 1 min 30 s and 2 min 30 s", "+5 after 60 s, −1 after 5 min", "about 10 beats", "and 10 more than your baseline", "after 40 s (time constant)", "fastest after 30 s"]) {
      expect(lines).toContain(words);
    }
    expect(lines).not.toContain("3 min");
  });

  it("says what disturbed it", () => {
    expect(told({ why: "disturbed" })[1]).toContain("walk or the next rise");
  });
});
