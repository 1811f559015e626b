/** The practice that is under way: what the engine says, what the server is told, what it tells. */

import { Earshot, type Player } from "./earshot";
import { Outbox, type Outcome, type Told } from "./outbox";
import { advance, begin, scoreOf, whereIs, type Event, type OwnCounts, type Run, type Score, type Where } from "./runner";
import type { Practice, PracticeMoment, PracticeSlice } from "./wire";

export const TICK_MS = 200;
/** What the server tells may be so much older than what it was told. */
const LAG_MS = 3000;

export type EndedWhy = "away" | "panic" | "phase" | "elsewhere";
/** What is said of a practice that is over. */
export interface Said {
  practice: Practice;
  how: "finished" | "stopped" | EndedWhy;
}

export interface PractisingHooks {
  now_ms(): number;
  after(ms: number, run: () => void): () => void;
  send(told: Told): Promise<Outcome>;
  find(id: string): Practice | null;
  own(): OwnCounts;
  player: Player;
  /** Somebody wants to hear it, and it may be heard now. */
  audible(): boolean;
  onBegin(practice: Practice): void;
  onOver(practice: Practice): void;
  onRefused(why: string): void;
}

/** What the server tells of practices, and the moment at which it does. */
export interface Word {
  slice: PracticeSlice | null;
  /** Of which session. */
  session: string;
  at_s: number;
  /** Simulated sessions run faster than the clock on the wall. */
  speed: number;
  /** Why a practice that it no longer names would have ended. */
  why: EndedWhy;
}

export class Practising {
  practice = $state.raw<Practice | null>(null);
  run = $state.raw<Run | null>(null);
  said = $state.raw<Said | null>(null);
  asked = $state(true);

  private score: Score = { steps: [] };
  private readonly outbox: Outbox;
  private readonly earshot: Earshot;
  private unwatch: (() => void) | null = null;
  /** The server has named this run. */
  private named = false;
  /** A step that the server has kept, and has not told back yet. */
  private echo: number | null = null;
  /** The server may still name a practice that is over here, since then. */
  private over = false;
  /** When the server was last told something, or something was put away here. */
  private spoke_ms = 0;
  private last: PracticeSlice | null = null;
  private session: string | null = null;

  constructor(private readonly hooks: PractisingHooks) {
    this.earshot = new Earshot(hooks.player);
    this.outbox = new Outbox({
      send: (told) => hooks.send(told),
      onKept: (told) => this.kept(told),
      onRefused: (told, why) => this.refused(told, why),
    });
  }

  get where(): Where | null {
    return this.run === null ? null : whereIs(this.score, this.run);
  }

  /** For what is drawn between two ticks. */
  whereNow(): Where | null {
    if (this.run === null) return null;
    const now = advance(this.score, this.run, { kind: "tick", now_ms: this.hooks.now_ms() });
    return now.step === this.run.step && now.done === "" ? whereIs(this.score, now) : this.where;
  }

  begin(practice: Practice, asked: boolean): void {
    this.named = this.over = false;
    this.echo = null;
    this.take(practice, asked, 0, 0);
    this.tell("started");
  }

  do(event: Exclude<Event, { kind: "tick" }>): void {
    const [practice, before] = [this.practice, this.run];
    if (practice === null || before === null) return;
    const then = advance(this.score, before, { kind: "tick", now_ms: this.hooks.now_ms() });
    this.settle(then, advance(this.score, then, event), true);
  }

  /** The person has said *too much*: this is over without another word. */
  interrupt(): void {
    this.outbox.clear();
    this.putAway();
    this.said = null;
    this.drop();
  }

  /** One’s own things have come, or changed. */
  recount(): void {
    if (this.practice !== null) this.score = scoreOf(this.practice, this.hooks.own());
  }

  /** The server can be reached again. */
  reached(): void {
    void this.outbox.flush();
  }

  follow(word: Word): void {
    const { slice } = word;
    const news = slice !== this.last;
    this.last = slice;
    if (this.quiet) this.over = false;
    const anew = this.session !== null && this.session !== word.session;
    this.session = word.session;
    if (slice === null && anew && this.practice !== null) this.carryOver();
    else if (slice === null) this.nothing(word.why);
    else if (!this.over && this.practice === null) this.adopt(slice, word);
    else if (!this.over && this.practice !== null && (news || this.quiet)) this.compare(slice, word);
  }

  /** Nothing of this page is on its way, so that what the server tells is all there is. */
  private get quiet(): boolean {
    return this.outbox.idle && this.hooks.now_ms() - this.spoke_ms > LAG_MS;
  }

  /** Another session has begun, after a restart or an ending: what is under way goes on in it. */
  private carryOver(): void {
    this.outbox.clear();
    this.named = false;
    this.echo = null;
    this.tell("started");
  }

  private nothing(why: EndedWhy): void {
    this.echo = null;
    if (!this.named || this.practice === null) return;
    this.said = { practice: this.practice, how: why };
    this.drop();
  }

  /** A practice that began elsewhere, or before this page was loaded. */
  private adopt(slice: PracticeSlice, word: Word): void {
    const practice = this.hooks.find(slice.id);
    if (practice === null) return;
    this.named = true;
    this.take(practice, slice.asked, slice.step ?? 0, since_ms(slice, word));
  }

  private compare(slice: PracticeSlice, word: Word): void {
    if (slice.step === this.echo || this.quiet) this.echo = null;
    if (slice.id !== this.practice?.id) {
      if (this.outbox.idle && this.named) this.adopt(slice, word);
      return;
    }
    this.named = true;
    const elsewhere = slice.step !== null && slice.step !== this.run?.step;
    if (!elsewhere || !this.outbox.idle || this.echo !== null) return;
    this.goTo(slice.step ?? 0, since_ms(slice, word));
  }

  private take(practice: Practice, asked: boolean, step: number, in_ms: number): void {
    this.practice = practice;
    this.asked = asked;
    this.said = null;
    this.score = scoreOf(practice, this.hooks.own());
    this.run = begin(this.hooks.now_ms());
    this.goTo(step, in_ms);
    this.watch();
    this.hooks.onBegin(practice);
  }

  private goTo(step: number, in_ms: number): void {
    if (this.run === null) return;
    const now = advance(this.score, this.run, { kind: "tick", now_ms: this.hooks.now_ms() });
    this.run = advance(this.score, { ...now, done: "" }, { kind: "goTo", step, in_ms });
    this.earshot.goTo(this.run.in_ms, true);
  }

  /** Often, and just when a step is over, so that the next one is told in time. */
  private watch(): void {
    this.unwatch?.();
    const long = this.run === null ? null : (this.score.steps[this.run.step]?.long_ms ?? null);
    const left = long === null || this.run === null ? Infinity : Math.max(1, Math.ceil(long - this.run.in_ms));
    this.unwatch = this.hooks.after(Math.min(TICK_MS, left), () => this.tick());
  }

  private tick(): void {
    if (this.run === null) return;
    this.watch();
    this.settle(this.run, advance(this.score, this.run, { kind: "tick", now_ms: this.hooks.now_ms() }), false);
  }

  private settle(before: Run, after: Run, byHand: boolean): void {
    const moved = after.step !== before.step || after.done !== "";
    const jumped = moved || (byHand && (after.paused !== before.paused || after.in_ms < before.in_ms));
    this.run = after;
    if (moved && !byHand) this.ring(before.step);
    if (jumped) this.earshot.goTo(byHand ? after.in_ms : 0, byHand);
    if (after.done !== "") return this.end(after.done);
    const anew = before.paused && !after.paused && this.score.steps[after.step]?.breath !== null;
    if ((moved && this.last?.step !== after.step) || (!moved && anew)) this.tell("moved");
    else if (moved) this.echo = null;
    const step = this.score.steps[after.step];
    if (step) this.earshot.listen(step, after, this.hooks.audible());
  }

  /** The bell of a step that is just over, where a tick came too late to have it in already. */
  private ring(step: number): void {
    const over = this.score.steps[step];
    if (over && this.run) this.earshot.listen(over, { ...this.run, in_ms: over.long_ms ?? 0 }, this.hooks.audible());
  }

  private end(how: "finished" | "stopped"): void {
    this.tell(how);
    this.putAway();
    if (this.practice !== null) this.said = { practice: this.practice, how };
    this.drop();
  }

  private putAway(): void {
    this.over = true;
    this.spoke_ms = this.hooks.now_ms();
  }

  private drop(): void {
    const practice = this.practice;
    this.unwatch?.();
    this.unwatch = null;
    this.practice = null;
    this.run = null;
    if (practice === null) return;
    if (this.said?.how !== "finished") this.earshot.goTo(0, true);
    this.hooks.onOver(practice);
  }

  private tell(moment: PracticeMoment): void {
    const [practice, run] = [this.practice, this.run];
    if (practice === null || run === null) return;
    this.spoke_ms = this.hooks.now_ms();
    this.outbox.put({ practice: practice.id, moment, asked: this.asked, step: run.step });
  }

  private kept(told: Told): void {
    this.spoke_ms = this.hooks.now_ms();
    const running = told.moment === "started" || told.moment === "moved";
    this.echo = running && this.last?.step !== told.step ? told.step : null;
  }

  private refused(told: Told, why: string): void {
    if (told.moment !== "started" || told.practice !== this.practice?.id) return;
    this.interrupt();
    this.hooks.onRefused(why);
  }
}

function since_ms(slice: PracticeSlice, word: Word): number {
  return (1000 * Math.max(0, word.at_s - slice.step_since_s)) / (word.speed > 0 ? word.speed : 1);
}
