import { describe, expect, it } from "vitest";
import { cuesBetween, type TimedCue } from "../src/lib/cues";
import { AHEAD_MS, Earshot } from "../src/lib/earshot";
import { begin, scoreOf, type ScoreStep } from "../src/lib/runner";
import { Sound, type Audio, type Heard } from "../src/lib/sound";
import { BREATH, SEEDS, SIGH, SQUARE, draws, practice, step } from "./some";

const scored = (one: ReturnType<typeof step>): ScoreStep => scoreOf(practice([one])).steps[0] as ScoreStep;
const breathing = (breath = BREATH) => scored(step("breathe", { breath, minutes: 1 }));
const told = (cues: TimedCue[]) => cues.map(({ cue, in_ms }) => `${cue} ${in_ms}`);

describe("what can be heard of a step", () => {
  it("in, sip, pauses and out, when they begin", () => {
    expect(told(cuesBetween(breathing(), 0, 20_000))).toEqual(["in 0", "out 4000", "in 10000", "out 14000"]);
    expect(told(cuesBetween(breathing(SIGH), 9000, 18_000))).toEqual(["in 9000", "sip 11000", "out 12000"]);
    expect(told(cuesBetween(breathing(SQUARE), 16_000, 32_000))).toEqual(["in 16000", "hold 20000", "out 24000", "rest 28000"]);
  });

  it("both sides of a tap, tense and let go, and a bell at the end of what is timed", () => {
    const tap = scored(step("tap", { wait_s: 3, tap_s: 1 }));
    expect(told(cuesBetween(tap, 0, 9000))).toEqual(["left 0", "right 1000", "left 2000", "bell 3000"]);
    const hold = scored(step("hold", { hold_s: 5, release_s: 10 }));
    expect(told(cuesBetween(hold, 0, 60_000))).toEqual(["tense 0", "release 5000", "bell 15000"]);
    expect(told(cuesBetween(scored(step("wait", { wait_s: 20 })), 0, 60_000))).toEqual(["bell 20000"]);
    expect(cuesBetween(scored(step("say")), 0, 60_000)).toEqual([]);
  });

  it.each(SEEDS.slice(0, 20))("is the same however it is asked for (seed %i)", (seed) => {
    const draw = draws(seed);
    const parts: TimedCue[] = [];
    let from = 0;
    while (from < 70_000) {
      const to = from + 1 + Math.floor(draw() * 5000);
      parts.push(...cuesBetween(breathing(SQUARE), from, to));
      from = to;
    }
    expect(parts).toEqual(cuesBetween(breathing(SQUARE), 0, from));
  });
});

describe("putting it in ahead", () => {
  function listening() {
    const heard: Heard[] = [];
    let hushed = 0;
    const shot = new Earshot({ play: (cues) => heard.push(...cues), hush: () => (hushed += 1) });
    const at = (in_ms: number, on = true, paused = false) => shot.listen(breathing(), { ...begin(0), in_ms, paused }, on);
    return { heard, shot, at, hushed: () => hushed };
  }

  it("each cue once, at its moment, although it is asked for again and again", () => {
    const { heard, at } = listening();
    const ticks = Array.from({ length: 100 }, (_, i) => i * 200);
    const when: number[] = [];
    for (const in_ms of ticks) {
      const before = heard.length;
      at(in_ms);
      when.push(...heard.slice(before).map((cue) => in_ms + cue.after_ms));
    }
    expect(when).toEqual([0, 4000, 10_000, 14_000, 20_000]);
  });

  it("a page that is asked once a second still has them in time", () => {
    const { heard, at } = listening();
    for (const in_ms of [0, 1000, 2000, 3000]) at(in_ms);
    expect(heard.at(-1)).toMatchObject({ cue: "out", after_ms: 1000 });
    expect(AHEAD_MS).toBeGreaterThan(1000);
  });

  it("nothing while it is paused or off, and nothing of that later", () => {
    const { heard, at } = listening();
    at(0, false);
    at(5000, true, true);
    at(5200);
    expect(heard).toEqual([]);
  });

  it("going on by hand hushes, going on by itself lets the bell ring", () => {
    const { shot, hushed } = listening();
    shot.goTo(0, false);
    expect(hushed()).toBe(0);
    shot.goTo(0, true);
    expect(hushed()).toBe(1);
  });

  it("what comes late is cut short, and what is over is left out", () => {
    const { heard, at, shot } = listening();
    shot.goTo(0, false);
    at(4500);
    expect(heard.map((cue) => [cue.cue, cue.after_ms, cue.long_ms])).toEqual([["out", 0, 5500]]);
  });
});

/** Stands for the browser’s audio, and writes down what is asked of it. */
class Tape {
  currentTime = 100;
  state: AudioContextState = "suspended";
  destination = {} as AudioDestinationNode;
  woken = 0;
  tones: { hz: [number, number][]; loudest: number; pan: number; start: number; stop: number; faded: boolean }[] = [];

  resume = () => {
    this.woken += 1;
    this.state = "running";
    return Promise.resolve();
  };
  private tone() {
    return this.tones.at(-1) as Tape["tones"][number];
  }
  createOscillator = () => {
    this.tones.push({ hz: [], loudest: 0, pan: 0, start: 0, stop: 0, faded: false });
    const tone = this.tone();
    const at = (hz: number, s: number) => void tone.hz.push([hz, s]);
    return {
      frequency: { setValueAtTime: at, exponentialRampToValueAtTime: at },
      start: (s: number) => (tone.start = s),
      stop: (s: number) => (tone.stop = s),
      connect: (node: unknown) => node,
    } as unknown as OscillatorNode;
  };
  createGain = () => {
    const tone = this.tone();
    const loud = (value: number) => (tone.loudest = Math.max(tone.loudest, value));
    const gain = { setValueAtTime: loud, linearRampToValueAtTime: loud, setTargetAtTime: () => (tone.faded = true) };
    return { gain, connect: (node: unknown) => node } as unknown as GainNode;
  };
  createStereoPanner = () => {
    const tone = this.tone();
    return { pan: { setValueAtTime: (pan: number) => (tone.pan = pan) }, connect: (node: unknown) => node } as unknown as StereoPannerNode;
  };
}

describe("the sound itself", () => {
  function playing(...cues: Heard[]): Tape {
    const tape = new Tape();
    const sound = new Sound(() => tape as unknown as Audio);
    sound.wake();
    sound.play(cues);
    return tape;
  }
  const now = (cue: Heard["cue"], long_ms = 4000): Heard => ({ cue, after_ms: 0, long_ms });

  it("in rises, out falls, and both are as long as the breath", () => {
    const [into, out] = playing(now("in"), now("out", 6000)).tones;
    const [low = [0, 0], high = [0, 0]] = into?.hz ?? [];
    expect(high[0]).toBeGreaterThan(low[0]);
    expect(high[1] - low[1]).toBe(4);
    expect(out?.hz[0]?.[0]).toBeGreaterThan(out?.hz[1]?.[0] ?? 0);
  });

  it("taps come from their side, and every cue sounds", () => {
    const [left, right] = playing(now("left"), now("right")).tones;
    expect(left?.pan).toBeLessThan(-0.5);
    expect(right?.pan).toBeGreaterThan(0.5);
    for (const cue of ["in", "sip", "hold", "out", "rest", "left", "right", "tense", "release", "bell"] as const) {
      expect(playing(now(cue)).tones.every((tone) => tone.loudest > 0)).toBe(true);
    }
  });

  it("comes at its moment", () => {
    expect(playing({ cue: "in", after_ms: 1200, long_ms: 4000 }).tones[0]?.start).toBeCloseTo(101.2);
  });

  it("never before a key or a click allowed it, and never late in a heap", () => {
    const tape = new Tape();
    let made = 0;
    const sound = new Sound(() => ((made += 1), tape as unknown as Audio));
    sound.play([now("in")]);
    expect(made).toBe(0);
    sound.wake();
    tape.state = "suspended";
    sound.play([now("in")]);
    expect(tape.tones).toEqual([]);
    sound.wake();
    sound.play([now("in")]);
    expect([made, tape.woken, tape.tones.length]).toEqual([1, 2, 1]);
  });

  it("is as loud as it was set, and can be hushed", () => {
    const tape = new Tape();
    const sound = new Sound(() => tape as unknown as Audio);
    sound.wake();
    sound.setVolume(0.2);
    sound.play([now("in")]);
    sound.setVolume(1);
    sound.play([now("in")]);
    expect(tape.tones[0]?.loudest).toBeCloseTo(0.2 * (tape.tones[1]?.loudest ?? 0));
    sound.hush();
    expect(tape.tones.every((tone) => tone.faded && tone.stop < 100.2)).toBe(true);
  });
});
