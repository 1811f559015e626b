import { describe, expect, it } from "vitest";
import {
  MOST, contentOf, draftOf, drawnSize, merged, moved, recordedAs, same, shortened, whyNoVoice, withoutLost, written,
  type Content, type Kind, type Thing,
} from "../src/lib/own";

const thing = (id: string, text = id, kind: Kind = "word", media = ""): Thing => ({ id, kind, text, media });
const content = (changed: Partial<Content> = {}): Content => ({ phrases: [], kit: [], imagery: { text: "", by: "" }, ...changed });

describe("what stands on the screen and what is kept", () => {
  it("leaves out what is empty, and keeps a picture without words", () => {
    const draft = draftOf(content({ phrases: ["a", "  ", "b"], kit: [thing("x", " "), thing("y", "", "picture", "m1"), thing("z")] }));
    expect(contentOf(draft)).toEqual(content({ phrases: ["a", "b"], kit: [thing("y", "", "picture", "m1"), thing("z")] }));
  });

  it("comes back as it went, and is no copy by name", () => {
    const kept = content({ phrases: ["a"], kit: [thing("x")], imagery: { text: "lake", by: "R." } });
    const draft = draftOf(kept);
    expect(contentOf(draft)).toEqual(kept);
    draft.imagery.text = "changed";
    expect(kept.imagery.text).toBe("lake");
  });
});

describe("moving", () => {
  it("goes one place up or down, and stops at the ends", () => {
    const list = ["a", "b", "c"];
    expect(moved(list, 1, -1)).toEqual(["b", "a", "c"]);
    expect(moved(list, 1, 1)).toEqual(["a", "c", "b"]);
    expect(moved(list, 0, -1)).toBe(list);
    expect(moved(list, 2, 1)).toBe(list);
    expect(moved(list, 7, -1)).toBe(list);
  });
});

describe("two windows", () => {
  const base = content({ phrases: ["a", "b"], kit: [thing("x"), thing("y")], imagery: { text: "lake", by: "R." } });

  it("takes theirs where nothing was changed here", () => {
    const theirs = content({ phrases: ["a", "c"], kit: [thing("y"), thing("n")], imagery: { text: "sea", by: "R." } });
    expect(merged(base, base, theirs)).toEqual(theirs);
  });

  it("keeps mine where nothing was changed there, order too", () => {
    const mine = content({ phrases: ["b", "a"], kit: [thing("x", "new")], imagery: { text: "sea", by: "" } });
    expect(merged(base, mine, base)).toEqual(mine);
  });

  it("has the new words of both, and what neither took out", () => {
    const mine = content({ ...base, phrases: ["a", "b", "mine"], kit: [thing("x", "mine"), thing("y"), thing("m")] });
    const theirs = content({ ...base, phrases: ["theirs", "b"], kit: [thing("x"), thing("t")] });
    expect(merged(base, mine, theirs)).toEqual(
      content({ ...base, phrases: ["theirs", "b", "mine"], kit: [thing("x", "mine"), thing("t"), thing("m")] }),
    );
  });

  it("brings words back that were changed here and taken out there, but no picture: it is erased", () => {
    const old = content({ kit: [thing("x"), thing("p", "old", "picture", "m1")] });
    const mine = content({ kit: [thing("x", "new"), thing("p", "new", "picture", "m1"), thing("q", "", "picture", "m2")] });
    expect(merged(old, mine, content()).kit).toEqual([thing("x", "new"), thing("q", "", "picture", "m2")]);
  });

  it("never has more than fits", () => {
    const many = (word: string) => Array.from({ length: MOST.phrases }, (_, n) => `${word}${n}`);
    expect(merged(content(), content({ phrases: many("m") }), content({ phrases: many("t") })).phrases).toHaveLength(MOST.phrases);
  });

  it("lets go of media that came since and are not there any more", () => {
    const draft = draftOf(content({ kit: [thing("p", "", "picture", "m1"), thing("q", "", "picture", "m2"), thing("w")] }));
    const left = withoutLost(draft, content({ kit: [thing("p", "", "picture", "m1")] }));
    expect(left.kit.map((one) => one.id)).toEqual(["p", "w"]);
  });
});

describe("pictures and voices", () => {
  it.each([
    [[4000, 3000], [1600, 1200]],
    [[3000, 4000], [1200, 1600]],
    [[800, 600], [800, 600]],
    [[1600, 1600], [1600, 1600]],
    [[100_000, 3], [1600, 1]],
  ])("%j is drawn as %j", ([width = 0, height = 0], [w, h]) => {
    expect(drawnSize(width, height)).toEqual({ width: w, height: h });
  });

  it("records what this browser can", () => {
    expect(recordedAs(() => true)).toBe("audio/webm;codecs=opus");
    expect(recordedAs((type) => type === "audio/mp4")).toBe("audio/mp4");
    expect(recordedAs(() => false)).toBeNull();
  });

  it.each([
    ["NotAllowedError", "refused"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
    ["TypeError", "other"],
    ["", "other"],
  ])("%s is told as %s", (name, why) => expect(whyNoVoice(name)).toBe(why));
});

describe("words", () => {
  it("a thing is named by its first words", () => {
    expect(shortened("  the blue\n stone ")).toBe("the blue stone");
    expect(shortened("x".repeat(50))).toBe(`${"x".repeat(39)}…`);
    expect(shortened("🙂".repeat(50), 5)).toBe("🙂🙂🙂🙂…");
    expect(shortened("   ")).toBe("");
  });

  it("blank is not written, and sameness is by value", () => {
    expect([written(" \n"), written("a")]).toEqual([false, true]);
    expect([same([thing("a")], [thing("a")]), same(["a"], ["b"])]).toEqual([true, false]);
  });
});
