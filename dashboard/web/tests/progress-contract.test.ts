/** What the page takes for granted of progress and notes, against what the server really sends. */

import { describe, expect, it } from "vitest";
import { noteWords } from "../src/lib/reading";
import type { ProgressAnswer, ProgressGroup, SessionNote, StairMark, Stairs, StepRecovery, WayBackSeen } from "../src/lib/wire";
import { has } from "../src/lib/words";
import { notes, progress } from "./wire";

const keys = (value: object | undefined) => Object.keys(value ?? {}).sort();
const MIDDLE = { n: true, not_by_end: true, median_s: true, low_s: true, high_s: true, why: true } as const;
const ANSWER: Record<keyof ProgressAnswer, true> = { asked: true, first_day: true, weeks: true, needed: true, ladders: true, groups: true, left_out: true, heart_slowing: true, loose: true, unread: true, simulated: true };
const GROUP: Record<keyof ProgressGroup, true> = { where: true, used: true, n: true, steps: true };
const STEP: Record<keyof StepRecovery, true> = { ...MIDDLE, ladder: true, step: true, title: true, ways: true, weeks: true };
const WAY: Record<keyof WayBackSeen, true> = { session: true, day: true, half_s: true, seen_s: true };
const STAIRS: Record<keyof Stairs, true> = { id: true, title: true, put_away: true, steps: true, marks: true };
const MARK: Record<keyof StairMark, true> = { session: true, day: true, week: true, step: true, support: true, how: true, too_much: true, bare: true, first: true, earlier: true };
const NOTE: Record<Exclude<keyof SessionNote, "by" | "theirs">, true> = { id: true, at_s: true, text: true, written_utc: true, changed_utc: true, rev: true };

describe("progress on the wire", () => {
  const found = progress();

  it("has the names that the page reads", () => {
    const step = found.groups[0]?.steps[0];
    expect(keys(found)).toEqual(keys(ANSWER));
    expect(keys(found.groups[0])).toEqual(keys(GROUP));
    expect(keys(step)).toEqual(keys(STEP));
    expect(keys(step?.ways[0])).toEqual(keys(WAY));
    expect(keys(step?.weeks[0])).toEqual(keys({ ...MIDDLE, week: true }));
    expect(keys(found.ladders[0])).toEqual(keys(STAIRS));
    expect(keys(found.ladders[0]?.steps[0])).toEqual(["first_day", "id", "put_away", "title"]);
    expect(keys(found.ladders[0]?.marks[0])).toEqual(keys(MARK));
    expect(keys(found.left_out)).toEqual(["away", "earlier", "not_said", "not_told", "undated"]);
  });

  it("has words for each of its codes", () => {
    const codes = [
      ...found.groups.map((group) => `over_time.group.${group.where}.${group.used ? "used" : "alone"}`),
      ...found.ladders.flatMap((ladder) => ladder.marks.flatMap((mark) => [`progress.how.${mark.how}`, `support.${mark.support}`])),
    ];
    expect(codes.filter((code) => !has(code))).toEqual([]);
    const why = found.groups.flatMap((group) => group.steps.map((step) => step.why));
    expect(new Set(why)).toEqual(new Set(["", "too_few"]));
  });
});

describe("notes on the wire", () => {
  it("have the names that the page reads, by their moments", () => {
    const found = notes().notes;
    expect(found.map(keys)).toEqual(found.map(() => keys(NOTE)));
    expect(found.map((note) => note.text)).toEqual(["Before it", "The door"]);
    expect(noteWords(found[0]!, 1)).toContain("Note 1, written on February 1, 2026: Before it");
  });
});
