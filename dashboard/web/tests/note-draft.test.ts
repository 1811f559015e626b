/** A drafted note as text, and its numbers in words. */

import { describe, expect, it } from "vitest";
import { figureWords, noteText } from "../src/lib/note-draft";
import type { NoteDraft, NoteFigure } from "../src/lib/wire";

const draft: NoteDraft = {
  kind: "dap", since: "2026-06-01", until: "2026-06-28", foot: "Foot.", simulated: false,
  sections: [
    { part: "data", title: "Data", sentences: [{ rule: "a", text: "One.", from: [] }, { rule: "b", text: "Two.", from: [] }], yours: "" },
    { part: "plan", title: "Plan", sentences: [], yours: "[Yours.]" },
  ],
};

describe("a note draft", () => {
  it("is a text with a place for one's own words", () => {
    expect(noteText(draft)).toBe("Data\nOne.\nTwo.\n\nPlan\n[Yours.]\n\nFoot.");
  });

  const figure = (more: Partial<NoteFigure>): NoteFigure => ({ name: "done", what: "done", value: 3, n: 4, sessions: [], ...more });

  it("says a number out of how many, and nothing for unknown", () => {
    expect(figureWords(figure({}))).toBe("done: 3 (n = 4)");
    expect(figureWords(figure({ n: null }))).toBe("done: 3");
    expect(figureWords(figure({ value: null }))).toBe("done: unknown (n = 4)");
    expect(figureWords(figure({ value: 0.98765, n: 9 }))).toBe("done: 0.988 (n = 9)");
    expect(figureWords(figure({ value: 37.04, n: 9 }))).toBe("done: 37 (n = 9)");
    expect(figureWords(figure({ value: "<b>", n: null }))).toBe("done: <b>");
  });
});
