import { describe, expect, it } from "vitest";
import { around, stride, touched } from "../src/lib/chart-hands";
import { pinches, press } from "../src/lib/gestures";
import { activationAt, cellsOf, happenings, hop, minutesOf, momentWords, near, secondAt, withoutHeart, writtenOn } from "../src/lib/reading";
import { levels, signsOf, taken } from "../src/lib/review-marks";
import type { Review, SessionNote } from "../src/lib/wire";
import type { Range } from "../src/lib/zoom";
import { draws, SEEDS } from "./some";
import { review as reviewed } from "./wire";

const review = reviewed();
const note: SessionNote = { id: "a", at_s: 70, text: "The door", written_utc: "2026-03-03T10:00:00Z", changed_utc: "2026-03-04T10:00:00Z", rev: "r" };

/** A session of so many seconds with a heart that says how many seconds have passed. */
function made(length_s: number, change: Partial<Review> = {}, hr: (s: number) => number | null = (s) => s): Review {
  const t_s = Array.from({ length: Math.floor(length_s) }, (_, n) => n + 1);
  const none = t_s.map(() => null);
  const series = { t_s, hr_bpm: t_s.map(hr), lo_bpm: none, hi_bpm: none, movement_mg: none, rmssd_ms: none };
  return { ...review, length_s, series, phases: [], gaps: [], no_reading: [], activations: [], marks: [], ratings: [], urges: [], offers: [], practices: [], numbers_shown: [], ...change };
}

describe("a session minute by minute", () => {
  it("has every second in one minute, its mean, and the share that is known", () => {
    const rows = minutesOf(made(150, {}, (s) => (s <= 90 ? s : null)));
    expect(rows.map((row) => [row.from_s, row.to_s])).toEqual([[0, 60], [60, 120], [120, 150]]);
    expect(rows.map((row) => row.heart_bpm)).toEqual([30.5, 75.5, null]);
    expect(rows.map((row) => row.known)).toEqual([1, 0.5, 0]);
  });

  it.each(SEEDS.slice(0, 20))("counts what is known as the seconds themselves do (seed %i)", (seed) => {
    const draw = draws(seed);
    const length = 1 + Math.floor(draw() * 400);
    const session = made(length, {}, () => (draw() < 0.6 ? 50 + Math.floor(draw() * 60) : null));
    const rows = minutesOf(session);
    const read = session.series.hr_bpm.filter((bpm) => bpm !== null);
    const seconds = rows.map((row) => row.known * Math.max(1, Math.round(row.to_s - row.from_s)));
    expect(Math.round(seconds.reduce((a, b) => a + b, 0))).toBe(read.length);
    const sum = rows.reduce((all, row, n) => all + (row.heart_bpm ?? 0) * (seconds[n] ?? 0), 0);
    expect(sum).toBeCloseTo(read.reduce<number>((a, b) => a + (b ?? 0), 0), 3);
    expect(rows.at(-1)?.to_s).toBe(length);
  });

  it("takes a second that is not there at all for unknown, and never for more known", () => {
    const whole = made(120);
    const keep = whole.series.t_s.map((at) => at <= 60 || at > 90);
    const of = <T,>(column: T[]) => column.filter((_, n) => keep[n]);
    const { series } = whole;
    const rows = minutesOf({ ...whole, series: { ...series, t_s: of(series.t_s), hr_bpm: of(series.hr_bpm) } });
    expect(rows.map((row) => row.known)).toEqual([1, 0.5]);
  });

  it("says why where nothing was read, and never calm or zero", () => {
    const gaps = [{ start_s: 60, end_s: 119, reason: "link_down" }];
    const rows = minutesOf(made(180, { gaps }, (s) => (s <= 60 || s > 120 ? 70 : null)));
    expect(cellsOf(rows[1]!)).toEqual(["unknown: the strap was not connected", "unknown", "unknown", "0 %"]);
    expect(cellsOf(rows[0]!)[0]).toBe("70");
  });
});

describe("a moment in words", () => {
  it("tells time, part, heart, baseline and movement, each unknown where it is", () => {
    const words = momentWords(made(100, { phases: [{ phase: "apart", start_s: 10, end_s: 90 }] }, (s) => (s === 50 ? 88 : null)), 50);
    expect(words).toEqual(["At 0:50.", "While apart.", "Heart 88 a minute.", "No baseline yet.", "Movement unknown."]);
    expect(momentWords(made(100, {}, () => null), 51)).toContain("Heart unknown.");
  });

  it("finds the second that is there, and none in a hole", () => {
    const times = [1, 2, 3, 40, 41];
    expect([0.2, 2, 3.4, 20, 41, 60].map((at) => secondAt(times, at))).toEqual([0, 1, 2, -1, 4, -1]);
    expect(secondAt([], 1)).toBe(-1);
  });

  it("every happening of the fixture can be hopped to, forwards and back", () => {
    const all = happenings(review, (id) => id, [note]);
    const times = [...new Set(all.map((one) => one.at_s))];
    const walked: number[] = [];
    for (let at = hop(all, -1, true); at !== null; at = hop(all, at, true)) walked.push(at);
    expect(walked.length).toBeGreaterThan(3);
    expect(times).toEqual(expect.arrayContaining(walked));
    expect(hop(all, walked.at(-1) ?? 0, true)).toBeNull();
    expect(hop(all, walked[0] ?? 0, false)).toBeNull();
  });

  it("a note says that it was written later, and when", () => {
    const told = happenings(review, (id) => id, [note]).find((one) => one.note === 0);
    expect(told?.text).toContain(`Note 1, written on ${writtenOn(note.written_utc)}: The door`);
    expect(near([told!], 80).length).toBe(1);
    expect(near([told!], 90).length).toBe(0);
  });

  it("an activation is there from its onset to its end", () => {
    const a = review.activations[0]!;
    expect(activationAt(review, a.onset_s + 1)).toBe(a.number);
    expect(activationAt(review, a.onset_s - 5)).toBeNull();
    expect(happenings(review, (id) => id, []).some((one) => one.activation === a.number && one.text.startsWith("Activation"))).toBe(true);
  });

  it("a session whose heart was never read is told by its ratings", () => {
    expect(withoutHeart(made(30, {}, () => null))).toBe(true);
    expect(withoutHeart(made(30, {}, (s) => (s === 9 ? 60 : null)))).toBe(false);
  });
});

describe("two fingers and one", () => {
  class Glass extends EventTarget {
    finger(type: string, pointerId: number, clientX: number): void {
      this.dispatchEvent(Object.assign(new Event(type), { pointerId, clientX, pointerType: "touch" }));
    }
  }
  const full = { min: 0, max: 1000 };

  function seen(range: Range): { glass: Glass; range: () => Range; over: () => void } {
    const glass = new Glass();
    let now = range;
    const view = { full, now: () => now, show: (next: Range) => void (now = next), timeAt: (x: number) => now.min + (x / 100) * (now.max - now.min) };
    return { glass, range: () => now, over: pinches(glass as unknown as HTMLElement, view) };
  }

  it("two fingers that part zoom in, and out again", () => {
    const { glass, range } = seen(full);
    glass.finger("pointerdown", 1, 40);
    glass.finger("pointerdown", 2, 60);
    glass.finger("pointermove", 2, 80);
    expect(range().max - range().min).toBeCloseTo(500);
    glass.finger("pointermove", 2, 50);
    expect(range()).toEqual(full);
  });

  it("one finger moves what is zoomed, and never out of the recording", () => {
    const { glass, range, over } = seen({ min: 400, max: 600 });
    glass.finger("pointerdown", 1, 50);
    glass.finger("pointermove", 1, 30);
    expect(range()).toEqual({ min: 440, max: 640 });
    glass.finger("pointermove", 1, 1000);
    expect(range().min).toBe(0);
    over();
    glass.finger("pointermove", 1, 0);
    expect(range().min).toBe(0);
  });

  it("keys zoom around the moment that is read, where it is seen", () => {
    let now: Range = full;
    const view = { full, now: () => now, show: (next: Range) => void (now = next), timeAt: () => 0, held: () => 100 };
    press(view, "+");
    expect(now).toEqual({ min: 40, max: 640 });
    now = { min: 500, max: 600 };
    press(view, "+");
    expect(now.min + now.max).toBe(1100);
  });

  it("a moment that is not seen comes into the middle, as far as the recording goes", () => {
    const view = { full, now: () => ({ min: 0, max: 100 }), show: () => undefined, timeAt: () => 0 };
    expect([20, 500, 990].map((at) => around(view, at).min)).toEqual([0, 450, 900]);
  });
});

describe("signs in the chart", () => {
  const offer = { at_s: 1, practice: "p", because: "b", reply: null, withdrawn: null, asked: false };

  it("taken and not taken, acted on and not, are told apart by filling", () => {
    expect([{ ...offer, reply: "take" as const }, offer, { ...offer, reply: "not_now" as const }, { ...offer, asked: true }].map(taken)).toEqual([true, false, false, true]);
    const urges = [{ at_s: 2, kind: "text" as const, acted: true }, { at_s: 3, kind: "text" as const, acted: false }, { at_s: 3.5, kind: "call" as const, acted: null }];
    const ratings = [{ at_s: 4, suds: 40, presence: "here" as const }, { at_s: 5, suds: null, presence: "numb" as const }];
    const marks = [{ number: 1, at_s: 6, kind: "too_much" as const, text: "" }];
    const signs = signsOf(made(10, { offers: [offer], urges, ratings, marks }));
    expect(signs.map((sign) => `${sign.shape} ${sign.filled}`)).toEqual(["triangle false", "diamond true", "diamond false", "pierced false", "disc false", "barred false", "cross true"]);
  });

  it.each(SEEDS.slice(0, 20))("neighbours never cover each other while there is room (seed %i)", (seed) => {
    const draw = draws(seed);
    const places = Array.from({ length: 12 }, () => draw() * 300).sort((a, b) => a - b);
    const level = levels(places, 15, 12);
    places.forEach((place, n) => places.forEach((other, m) => {
      if (m > n && level[m] === level[n]) expect(other - place).toBeGreaterThanOrEqual(15);
    }));
    expect(Math.max(...levels(places, 15, 3))).toBeLessThan(3);
  });

  it("a click opens an activation on its sign, a note on its pin, and else a moment", () => {
    const sights = { activations: [{ number: 7, x: 100 }], notes: [{ x: 100 }, { x: 105 }] };
    expect(touched({ x: 104, y: 8 }, sights)).toEqual({ activation: 7 });
    expect(touched({ x: 100, y: 30 }, sights)).toEqual({ note: 0 });
    expect(touched({ x: 108, y: 50 }, sights)).toEqual({ note: 1 });
    expect(touched({ x: 100, y: 150 }, sights)).toBeNull();
    expect([20, 100, 3600].map(stride)).toEqual([1, 1, 36]);
  });
});
