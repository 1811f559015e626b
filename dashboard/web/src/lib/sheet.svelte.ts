/** One worksheet under the hand: kept as it is typed, soon after a key, when a field is left, and when the
 *  page goes away. Only the record holds it; the browser keeps nothing. */

import type { Result } from "./api";
import { Soon, type Timers } from "./timers";
import { cleaned, merged, missing, same, shownAnswers, starts } from "./forms";
import type { Answers, Form, Score, SheetAnswer, SheetLink, SheetState, Value } from "./wire";

const SOON_MS = 800;
const AGAIN_MS = 5000;
/** What stands in the way for a while only. */
const PASSES = new Set(["offline", "not_recording", "locked", "http_500", "http_502", "http_503"]);
const GONE = new Set(["not_there", "not_found", "http_404"]);

export interface Sending {
  answers: Answers;
  keep: boolean;
  /** The page goes away, and the request must outlive it. */
  last: boolean;
}

export interface SheetHooks extends Timers {
  create(form: string, link: SheetLink | null, sent: Sending): Promise<Result<{ id: string; rev: string }>>;
  save(id: string, rev: string, sent: Sending): Promise<Result<{ rev: string }>>;
  load(id: string): Promise<Result<SheetAnswer>>;
  erase(id: string, rev: string): Promise<Result<unknown>>;
  /** A sheet got its id, was kept or is gone: the list of sheets is another one now. */
  changed(): void;
}

export class FormSheet {
  answers = $state.raw<Answers>({});
  id = $state<string | null>(null);
  state = $state<SheetState>("draft");
  score = $state.raw<Score | null>(null);
  kept_utc = $state<string | null>(null);
  began_utc = $state<string | null>(null);
  /** What stands here is not all in the record yet. */
  pending = $state(false);
  /** Why it could not be kept, as the server's code; "gone" where another window has erased it. */
  trouble = $state("");
  /** Fields that another window had changed as well, so that both texts stand there. */
  both = $state.raw<string[]>([]);
  /** The field that the server could not take. */
  unfit = $state("");

  private base: Answers = {};
  private rev = "";
  private wantsKeep = false;
  /** What was sent as a new sheet when the page went away. */
  private parted: Answers | null = null;
  private sending: Promise<void> | null = null;
  private readonly later: Soon;

  constructor(
    readonly form: Form,
    readonly link: SheetLink | null,
    private readonly hooks: SheetHooks,
    /** Nothing is sent before it is kept, or left with something in it. */
    private readonly atOnce = true,
  ) {
    this.answers = starts(form.fields);
    this.later = new Soon(hooks, () => void this.save(false));
  }

  static of(form: Form, answer: SheetAnswer, hooks: SheetHooks): FormSheet {
    const sheet = new FormSheet(form, answer.link, hooks);
    sheet.answers = {};
    sheet.adopt(answer);
    return sheet;
  }

  get blank(): boolean {
    const said = cleaned(this.form.fields, this.answers);
    return Object.keys(said).length === 0 || (this.id === null && same(said, starts(this.form.fields)));
  }

  get missing(): string[] {
    return missing(this.form.fields, this.answers);
  }

  set(field: string, value: Value | undefined): void {
    const { [field]: _, ...rest } = this.answers;
    this.answers = value === undefined ? rest : { ...rest, [field]: value };
    this.pending = true;
    this.unfit = "";
    if (this.trouble === "gone" || !this.atOnce) return;
    if (this.id === null) this.flush();
    else this.later.in(SOON_MS);
  }

  /** Now: a field was left, or the page goes away. */
  flush(last = false): void {
    if (this.pending && this.trouble !== "gone") void this.save(last);
  }

  /** For good. False where something is missing, or it could not be done now: `trouble` says why. */
  async keep(): Promise<boolean> {
    if (this.missing.length > 0) return false;
    this.wantsKeep = true;
    this.pending = true;
    await this.save(false);
    while (this.sending !== null) await this.sending;
    if (this.pending && this.trouble === "") await this.save(false);
    const kept = !this.pending && this.state === "kept";
    if (kept || !PASSES.has(this.trouble)) this.wantsKeep = false;
    return kept;
  }

  /** Another window has erased it: what stands here becomes a sheet of its own. */
  saveAnew(): void {
    [this.id, this.rev, this.base, this.state, this.trouble, this.pending] = [null, "", {}, "draft", "", true];
    this.flush();
  }

  /** False where it could not be erased. */
  async erase(): Promise<boolean> {
    this.later.settle();
    if (this.sending !== null) await this.sending;
    this.later.settle();
    let result = this.id === null ? null : await this.hooks.erase(this.id, this.rev);
    if (result !== null && !result.ok && result.why === "changed") {
      await this.refresh();
      result = await this.hooks.erase(this.id ?? "", this.rev);
    }
    if (result !== null && !result.ok && !GONE.has(result.why)) {
      this.trouble = result.why;
      return false;
    }
    [this.answers, this.pending, this.trouble, this.id] = [{}, false, "", null];
    this.hooks.changed();
    return true;
  }

  /** What the record has now; what was changed here stands. */
  async refresh(): Promise<void> {
    if (this.id === null) return;
    const result = await this.hooks.load(this.id);
    if (result.ok) this.adopt(result.data);
    else if (GONE.has(result.why)) this.trouble = "gone";
    else if (this.pending) this.trouble = result.why;
  }

  private adopt(answer: SheetAnswer): void {
    if (answer.rev !== this.rev) {
      const found = merged(this.form.fields, this.base, this.answers, answer.answers);
      if (!same(found.answers, this.answers)) this.answers = found.answers;
      if (found.both.length > 0) this.both = found.both;
      this.base = answer.answers;
    }
    this.id = answer.id;
    this.rev = answer.rev;
    this.state = answer.state;
    this.score = answer.score;
    this.kept_utc = answer.kept_utc;
    this.began_utc = answer.began_utc;
  }

  /** One at a time, so that an older text never comes after a newer one. */
  private async save(last: boolean): Promise<void> {
    this.later.settle();
    if (this.sending !== null) {
      await this.sending;
      if (!this.pending || this.later.waits) return;
      return this.save(last);
    }
    this.sending = this.send(last).finally(() => (this.sending = null));
    await this.sending;
  }

  private async send(last: boolean): Promise<void> {
    const answers = this.answers;
    const keep = (this.wantsKeep || this.state === "kept") && this.missing.length === 0;
    if (this.id === null && this.blank) return void (this.pending = false);
    if (this.state === "kept" && !keep) return; // what was kept stands until nothing is missing
    const sent = { answers: keep ? shownAnswers(this.form.fields, answers) : cleaned(this.form.fields, answers), keep, last };
    const fresh = this.id === null;
    // A page that goes away asks several times, and never learns that the first one arrived.
    if (fresh && last && this.parted === answers) return this.later.in(AGAIN_MS);
    this.parted = fresh && last ? answers : null;
    const result = this.id === null ? await this.hooks.create(this.form.id, this.link, sent) : await this.hooks.save(this.id, this.rev, sent);
    if (!result.ok) return this.failed(result);
    if ("id" in result.data && typeof result.data.id === "string") this.id = result.data.id;
    this.rev = result.data.rev;
    this.base = sent.answers;
    this.trouble = "";
    if (keep) this.state = "kept";
    if (keep) this.wantsKeep = false;
    if (this.answers === answers && (keep || !this.wantsKeep)) this.pending = false;
    else this.later.in(SOON_MS);
    if (keep) await this.refresh();
    if (fresh || keep) this.hooks.changed();
  }

  private async failed(result: Result<unknown> & { ok: false }): Promise<void> {
    if (result.why === "changed") {
      await this.refresh();
      if (this.trouble !== "gone") this.later.in(SOON_MS);
      return;
    }
    this.trouble = GONE.has(result.why) && this.id !== null ? "gone" : result.why;
    if (result.why === "unfit") this.unfit = result.field ?? "";
    if (PASSES.has(result.why)) this.later.in(AGAIN_MS);
  }
}
