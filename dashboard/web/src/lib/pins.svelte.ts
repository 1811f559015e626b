/** Notes on a session that is over, kept as they are typed: soon after a key, when the field is left, and when
 *  the page goes away. Only the record holds them; of two windows both texts stay. */

import { api, type Result } from "./api";
import { browserTimers, Soon, type Timers } from "./timers";
import type { SessionNote } from "./wire";

const SOON_MS = 800;
const AGAIN_MS = 5000;
/** What stands in the way for a while only. */
const PASSES = new Set(["offline", "not_recording", "locked", "http_500", "http_502", "http_503"]);
/** As many letters as the server takes. */
const MOST = 2000;
const GONE = new Set(["not_there", "http_404"]);

export interface PinHooks extends Timers {
  load(session: string): Promise<Result<{ notes: SessionNote[] }>>;
  add(session: string, note: { at_s: number; text: string }, last: boolean): Promise<Result<{ id: string; rev: string }>>;
  change(session: string, id: string, note: { at_s: number; text: string; rev: string }, last: boolean): Promise<Result<{ rev: string }>>;
  erase(session: string, id: string, rev: string): Promise<Result<unknown>>;
}

/** One note under the hand. */
export class Pin {
  text = $state("");
  pending = $state(false);
  /** Why it could not be kept, as the server's code. */
  trouble = $state("");
  id: string | null;
  private rev: string;
  private base: string;
  private sending: Promise<void> | null = null;
  private readonly later: Soon;

  constructor(
    private readonly session: string,
    readonly at_s: number,
    known: SessionNote | null,
    private readonly hooks: PinHooks,
  ) {
    this.id = known?.id ?? null;
    this.rev = known?.rev ?? "";
    this.text = this.base = known?.text ?? "";
    this.later = new Soon(hooks, () => void this.save(false));
  }

  set(text: string): void {
    this.text = text;
    this.pending = true;
    this.later.in(SOON_MS);
  }

  async flush(last = false): Promise<void> {
    if (this.pending) await this.save(last);
  }

  /** The field is left: what is empty by now is erased. False where it could not be kept or erased. */
  async done(): Promise<boolean> {
    if (this.text.trim() === "") return this.erase(false);
    await this.flush();
    while (this.sending !== null) await this.sending;
    return !this.pending;
  }

  /** `theirs`: also what another window has written since; else that stays. */
  async erase(theirs = true): Promise<boolean> {
    this.later.settle();
    while (this.sending !== null) await this.sending;
    this.later.settle();
    const typed = this.pending;
    this.pending = false;
    const why = this.id === null ? "" : await this.erased(this.id, theirs);
    this.trouble = GONE.has(why) ? "" : why;
    if (this.trouble === "") return true;
    if (typed) this.set(this.text); // what was typed stays, and is kept in the end
    return false;
  }

  /** "" or why not. */
  private async erased(id: string, theirs: boolean): Promise<string> {
    const result = await this.hooks.erase(this.session, id, this.rev);
    if (result.ok || result.why !== "changed") return result.ok ? "" : result.why;
    if (!theirs) return "";
    await this.refresh();
    const again = await this.hooks.erase(this.session, id, this.rev);
    return again.ok ? "" : again.why;
  }

  /** One at a time, so that an older text never comes after a newer one. */
  private async save(last: boolean): Promise<void> {
    this.later.settle();
    if (this.sending !== null && last) return; // what is on its way arrives; the rest could not outrun it
    while (this.sending !== null) await this.sending;
    if (!this.pending) return;
    this.sending = this.send(last).finally(() => (this.sending = null));
    await this.sending;
  }

  private async send(last: boolean): Promise<void> {
    const text = this.text;
    if (text.trim() === "") return; // erased when the field is left
    const note = { at_s: this.at_s, text };
    const result = this.id === null
      ? await this.hooks.add(this.session, note, last)
      : await this.hooks.change(this.session, this.id, { ...note, rev: this.rev }, last);
    if (!result.ok) return this.failed(result.why);
    if ("id" in result.data && typeof result.data.id === "string") this.id = result.data.id;
    [this.rev, this.base, this.trouble] = [result.data.rev, text, ""];
    if (this.text === text) this.pending = false;
    else this.later.in(SOON_MS);
  }

  private async failed(why: string): Promise<void> {
    this.trouble = why === "http_422" && this.text.length > MOST ? "http_413" : why;
    if (why === "changed") await this.refresh();
    else if (GONE.has(why) && this.id !== null) [this.id, this.rev, this.trouble] = [null, "", ""];
    else if (!PASSES.has(why)) return;
    this.later.in(PASSES.has(why) ? AGAIN_MS : SOON_MS);
  }

  /** Another window has written, or erased: its text stands beside the one here. */
  private async refresh(): Promise<void> {
    const result = await this.hooks.load(this.session);
    if (!result.ok) return;
    const found = result.data.notes.find((note) => note.id === this.id);
    if (found === undefined) return void ([this.id, this.rev] = [null, ""]);
    if (found.text !== this.base && found.text !== this.text) this.text = this.text === this.base ? found.text : `${found.text}\n${this.text}`;
    [this.rev, this.base, this.trouble] = [found.rev, found.text, ""];
  }
}

/** The notes of one session. */
export class Pins {
  notes = $state.raw<SessionNote[]>([]);
  /** The one that is written in. */
  open = $state.raw<Pin | null>(null);
  trouble = $state("");

  constructor(
    readonly session: string,
    private readonly hooks: PinHooks = overApi,
  ) {}

  async load(): Promise<void> {
    const result = await this.hooks.load(this.session);
    if (result.ok) this.notes = result.data.notes;
    this.trouble = result.ok ? "" : result.why;
  }

  /** Something of the one that is written in is only on this page. */
  get unkept(): boolean {
    return this.open?.pending === true && this.open.text.trim() !== "";
  }

  /** A new one at this moment, or one that is there. What was written in before is kept first; where
   *  it can't be, it stays under the hand. */
  async write(at_s: number, known: SessionNote | null = null): Promise<void> {
    if (!(await this.close())) return;
    this.open = new Pin(this.session, known?.at_s ?? Math.round(10 * at_s) / 10, known, this.hooks);
  }

  /** True where it was kept, or erased because it was empty. */
  async close(): Promise<boolean> {
    const pin = this.open;
    if (pin === null) return true;
    if (!(await pin.done())) return false;
    if (this.open === pin) this.open = null;
    await this.load();
    return true;
  }

  async erase(): Promise<boolean> {
    const pin = this.open;
    if (pin === null || !(await pin.erase())) return false;
    this.open = null;
    await this.load();
    return true;
  }
}

const overApi: PinHooks = {
  load: (session) => api.sessionNotes(session),
  add: (session, note, last) => api.addNote(session, note, last),
  change: (session, id, note, last) => api.changeNote(session, id, note, last),
  erase: (session, id, rev) => api.eraseNote(session, id, rev),
  ...browserTimers,
};

/** The notes of the session that is looked at, and of those whose last words are not kept yet: none is let go
 *  before it is, and the page keeps them when it goes away. */
export class Desk {
  private readonly all = new Map<string, Pins>();

  constructor(private readonly hooks: PinHooks = overApi) {}

  of(session: string): Pins {
    for (const [name, one] of this.all) if (!one.unkept) this.all.delete(name);
    const found = this.all.get(session) ?? new Pins(session, this.hooks);
    this.all.set(session, found);
    return found;
  }

  flush(last = false): void {
    for (const one of this.all.values()) void one.open?.flush(last);
  }

  /** Something is only on this page. */
  get unkept(): boolean {
    return [...this.all.values()].some((one) => one.unkept);
  }
}

export const pins = new Desk();

