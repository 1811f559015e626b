/** Puts the cues of the step under way into the sound a little ahead, so that they come in time
 *  although a page in the background is asked only once a second. */

import { cuesBetween, type TimedCue } from "./cues";
import type { Run, ScoreStep } from "./runner";
import type { Heard } from "./sound";

export const AHEAD_MS = 1500;

export interface Player {
  play(cues: Heard[]): void;
  hush(): void;
}

/** What should have been heard already comes at once, and what is over by now not at all. */
function fromNow(cue: TimedCue, in_ms: number): Heard[] {
  const late_ms = Math.max(0, in_ms - cue.in_ms);
  if (cue.long_ms > 0 && late_ms >= cue.long_ms) return [];
  return [{ cue: cue.cue, after_ms: Math.max(0, cue.in_ms - in_ms), long_ms: Math.max(0, cue.long_ms - late_ms) }];
}

export class Earshot {
  /** Up to here, in the step, everything was put in. */
  private until_ms = 0;

  constructor(private readonly player: Player) {}

  /** `on`: somebody wants to hear it. */
  listen(step: ScoreStep, run: Run, on: boolean): void {
    const from_ms = this.until_ms;
    if (run.paused || !on) {
      this.until_ms = run.in_ms;
      return;
    }
    this.until_ms = Math.max(from_ms, run.in_ms + AHEAD_MS);
    this.player.play(cuesBetween(step, from_ms, this.until_ms).flatMap((cue) => fromNow(cue, run.in_ms)));
  }

  /** Another step, or another place in it. What rings from the step before may ring out, unless the
   *  person went on by hand. */
  goTo(in_ms: number, byHand: boolean): void {
    if (byHand) this.player.hush();
    this.until_ms = in_ms;
  }
}
