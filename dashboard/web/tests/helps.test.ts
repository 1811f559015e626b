import { describe, expect, it } from "vitest";
import { Api } from "../src/lib/api";
import { countWords, isTold, pictureOf, pictureWords, placeOf, readHelps, saysWords, setSampling, shownGroups, titleOf, type Helps, type HelpsRow } from "../src/lib/helps";

const row: HelpsRow = {
  practice: "orienting", n: 12, used: 11, without: 20, says: "cant_tell", factor: 0.88, low: 0.61, high: 1.27,
};
const few: HelpsRow = { ...row, practice: "gone", n: 3, used: 2, without: 9, says: "not_enough", factor: null, low: null, high: null };
const needed = { used: 8, without: 8 };
const found: Helps = {
  simulated: false, needed, unread: 0, heart_slowing: { of: 32, with: 0 }, titles: { orienting: "Look around" }, sampling: false,
  groups: [{ where: "apart", without: 20, practices: [row, few] }, { where: "after_reunion", without: 0, practices: [] }],
};
const says = (more: Partial<HelpsRow>) => saysWords({ ...row, ...more }, needed);

describe("what helps me", () => {
  it("says what it needs before it says anything", () => {
    expect(saysWords(few, needed)).toBe(
      "Not enough yet. It needs 8 with it and 8 with none in the same steps; so far there are 2 and 9.",
    );
    expect(pictureOf(few)).toBeNull();
    expect(pictureWords(few)).toBe("");
  });

  it("can't tell while 1 is in the range", () => {
    expect(says({})).toBe("Can’t tell yet: settling took about 0.9 times as long as with none (0.6 to 1.3).");
    expect(says({ factor: 1.04 })).toBe("Can’t tell yet: settling took about as long as with none (0.6 to 1.3 times).");
  });

  it("says how much quicker or slower, with the range, and what else slower may mean", () => {
    expect(says({ says: "quicker", factor: 0.68, low: 0.5, high: 0.91 })).toBe(
      "With it settling took about 0.7 times as long as with none (0.5 to 0.9).",
    );
    expect(says({ says: "slower", factor: 1.52, low: 1.12, high: 2.1 })).toBe(
      "With it settling took about 1.5 times as long as with none (1.1 to 2.1). That can be because you reach for it when it is harder.",
    );
  });

  it("never shows 1 for an end that is not 1", () => {
    expect(says({ says: "quicker", factor: 0.8, low: 0.65, high: 0.98 })).toContain("(0.7 to 0.98)");
    expect(says({ says: "slower", factor: 1.3, low: 1.02, high: 1.6 })).toContain("(1.02 to 1.6)");
    expect(says({ low: 0.7, high: 1.0 })).toContain("(0.7 to 1.0)");
  });

  it("draws half and twice as far from 1, and nothing outside", () => {
    expect(placeOf(1)).toBe(0.5);
    expect(0.5 - placeOf(0.5)).toBeCloseTo(placeOf(2) - 0.5);
    expect([placeOf(0.01), placeOf(99)]).toEqual([0, 1]);
    const picture = pictureOf(row);
    expect(picture && picture.low < picture.middle && picture.middle < picture.high).toBe(true);
    expect(pictureWords(row)).toBe("From 0.6 to 1.3 times as long, the middle at 0.9. 1 is as long as with none.");
  });

  it("names each practice and how often it was used, and leaves out what was not", () => {
    expect([titleOf(found, row), titleOf(found, few)]).toEqual(["Look around", "gone"]);
    expect([countWords(row), countWords({ ...row, n: 1 })]).toEqual(["used 12 times", "used once"]);
    expect(shownGroups(found).map((group) => group.where)).toEqual(["apart"]);
  });

  it("tells a locked record from one with nothing in it", () => {
    expect([isTold({}), isTold(found), isTold({ ...found, groups: [] })]).toEqual([false, true, true]);
  });

  it("asks for it, and says whether the coach may try", async () => {
    const asked: string[] = [];
    const api = new Api((path, init) => {
      asked.push(`${init.method ?? ""} ${path} ${typeof init.body === "string" ? init.body : ""}`);
      return Promise.resolve(new Response(JSON.stringify(found)));
    });
    expect((await readHelps(api)).ok).toBe(true);
    expect((await setSampling(true, api)).ok).toBe(true);
    expect(asked).toEqual(["GET api/practices/helps ", 'PUT api/practices/choosing {"sampling":true}']);
  });
});
