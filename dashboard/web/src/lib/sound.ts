/** Soft cues for closed eyes, made on the spot: no file, no request. The audio is given from outside. */

import type { Cue } from "./cues";

/** What is used of the browser’s AudioContext. */
export type Audio = Pick<
  AudioContext,
  "currentTime" | "state" | "destination" | "resume" | "createOscillator" | "createGain" | "createStereoPanner"
>;

export interface Heard {
  cue: Cue;
  after_ms: number;
  long_ms: number;
}

/** Tones in Hz. In and tense rise, out and release fall by the same fifth: a quiet, open interval. */
const LOW = 196;
const HIGH = 294;
const SIP_HIGH = 349;
const TICK = 392;
const TAP = 165;
/** A bell’s partials as shares of its strike note, with their loudness and how long they ring, in s. */
const BELL_HZ = 523;
const BELL = [
  { share: 1, loud: 0.5, rings_s: 2.6 },
  { share: 2.76, loud: 0.18, rings_s: 1.4 },
  { share: 5.4, loud: 0.06, rings_s: 0.7 },
];
const SIDE = 0.85;
const GLIDE_MAX_S = 6;
const FADE_S = 0.08;

interface Voice {
  node: OscillatorNode;
  gain: GainNode;
  /** For hushing alone: a ramp that is cut off would click. */
  fade: GainNode;
}

export class Sound {
  private audio: Audio | null = null;
  private voices = new Set<Voice>();
  private volume = 0.5;

  constructor(private readonly make: () => Audio = () => new AudioContext()) {}

  /** Browsers allow sound from the first key or click on; call it from one. */
  wake(): void {
    this.audio ??= this.make();
    if (this.audio.state === "suspended") void this.audio.resume();
  }

  setVolume(volume: number): void {
    this.volume = Math.min(1, Math.max(0, volume));
  }

  /** Put these in. What can’t be heard yet is left out, so that it does not come late in a heap. */
  play(cues: Heard[]): void {
    const audio = this.audio;
    if (audio === null || audio.state !== "running") return;
    for (const cue of cues) this.sound(audio, cue.cue, audio.currentTime + Math.max(0, cue.after_ms) / 1000, cue.long_ms / 1000);
  }

  /** Nothing more of what was put in, from now on. */
  hush(): void {
    const now = this.audio?.currentTime ?? 0;
    for (const { node, fade } of this.voices) {
      fade.gain.setTargetAtTime(0, now, FADE_S / 4);
      node.stop(now + FADE_S);
    }
    this.voices.clear();
  }

  private sound(audio: Audio, cue: Cue, at_s: number, long_s: number): void {
    switch (cue) {
      case "in":
      case "tense":
        return this.glide(audio, LOW, HIGH, at_s, long_s);
      case "sip":
        return this.glide(audio, HIGH, SIP_HIGH, at_s, long_s);
      case "out":
      case "release":
        return this.glide(audio, HIGH, LOW, at_s, long_s);
      case "hold":
        return this.pluck(audio, TICK, at_s, 0.12, 0.35, 0);
      case "rest":
        return this.pluck(audio, LOW, at_s, 0.12, 0.35, 0);
      case "left":
        return this.pluck(audio, TAP, at_s, 0.16, 0.9, -SIDE);
      case "right":
        return this.pluck(audio, TAP, at_s, 0.16, 0.9, SIDE);
      case "bell":
        for (const { share, loud, rings_s } of BELL) this.pluck(audio, BELL_HZ * share, at_s, rings_s, loud, 0);
    }
  }

  /** It swells and fades with the breath, so that its middle is the loudest and no edge is heard. */
  private glide(audio: Audio, from_hz: number, to_hz: number, at_s: number, part_s: number): void {
    const long_s = Math.min(part_s, GLIDE_MAX_S);
    const { node, gain } = this.voice(audio, at_s, at_s + long_s, 0);
    node.frequency.setValueAtTime(from_hz, at_s);
    node.frequency.exponentialRampToValueAtTime(to_hz, at_s + long_s);
    gain.gain.setValueAtTime(0, at_s);
    gain.gain.linearRampToValueAtTime(0.5 * this.volume, at_s + 0.4 * long_s);
    gain.gain.linearRampToValueAtTime(0, at_s + long_s);
  }

  private pluck(audio: Audio, hz: number, at_s: number, rings_s: number, loud: number, pan: number): void {
    const { node, gain } = this.voice(audio, at_s, at_s + rings_s, pan);
    node.frequency.setValueAtTime(hz, at_s);
    gain.gain.setValueAtTime(0, at_s);
    gain.gain.linearRampToValueAtTime(loud * this.volume, at_s + 0.008);
    gain.gain.setTargetAtTime(0, at_s + 0.008, rings_s / 4);
  }

  private voice(audio: Audio, from_s: number, to_s: number, pan: number): Voice {
    const voice = { node: audio.createOscillator(), gain: audio.createGain(), fade: audio.createGain() };
    const panner = audio.createStereoPanner();
    voice.node.type = "sine";
    panner.pan.setValueAtTime(pan, from_s);
    voice.node.connect(voice.gain).connect(panner).connect(voice.fade).connect(audio.destination);
    voice.node.start(from_s);
    voice.node.stop(to_s + 0.05);
    this.voices.add(voice);
    voice.node.onended = () => this.voices.delete(voice);
    return voice;
  }
}

export const sound = new Sound();
