/** What is written and chosen in a practice, kept as it is typed: soon after a key, when a field is
 *  left, and when the page goes away. Only the record holds it; the browser keeps nothing. */

import { api, type Result } from "./api";
import { browserTimers, Soon, type Timers } from "./timers";

/** Where a draft that was changed by hand is kept; other answers than last time make it anew. */
export const DRAFT = "draft";
const SOON_MS = 800;
const AGAIN_MS = 5000;

export interface How {
  rev: string;
  last: boolean;
  afresh: boolean;
}

export interface WrittenHooks extends Timers {
  load(practice: string): Promise<{ words: Record<string, string>; rev: string } | null>;
  /** `last`: the page goes away, and the request must outlive it. `afresh`: what the record has is
   *  put away among the earlier sheets. The new `rev`; "changed" where another window has written
   *  since; null where the record is away. */
  save(practice: string, words: Record<string, string>, how: How): Promise<{ rev: string } | "changed" | null>;
}

/** The words of one practice. */
export class Sheet {
  words = $state.raw<Record<string, string>>({});
  /** Something of it is from an earlier time. */
  earlier = $state(false);
  /** What stands here is not all in the record yet. */
  pending = $state(false);

  private loaded = false;
  private rev = "";
  private saving = false;
  /** The record still has the earlier sheet as the one that is written on. */
  private afresh = false;
  private touched = new Set<string>();
  private readonly later: Soon;

  constructor(
    private readonly practice: string,
    private readonly hooks: WrittenHooks,
  ) {
    this.later = new Soon(hooks, () => void this.save(false));
  }

  /** The practice begins: what was last written comes back, unless newer words stand here. */
  async open(): Promise<void> {
    if (this.pending) {
      this.earlier = Object.values(this.words).some((text) => text !== "");
      return;
    }
    this.loaded = false;
    this.touched = new Set();
    await this.fetch();
  }

  set(field: string, text: string): void {
    const stale = field !== DRAFT && !this.touched.has(DRAFT) && this.words[DRAFT];
    this.touched.add(field);
    this.words = { ...this.words, ...(stale ? { [DRAFT]: "" } : {}), [field]: text };
    this.pending = true;
    this.later.in(SOON_MS);
  }

  startAfresh(): void {
    for (const field of Object.keys(this.words)) this.set(field, "");
    this.earlier = false;
    this.afresh = true;
    this.flush();
  }

  /** Now: a field was left, the practice is over, or the page goes away. */
  flush(last = false): void {
    if (this.pending) void this.save(last);
  }

  private async fetch(): Promise<boolean> {
    if (this.loaded) return true;
    const found = await this.hooks.load(this.practice);
    if (found === null) return false;
    this.loaded = true;
    this.rev = found.rev;
    const known = Object.entries(found.words).filter(([field]) => !this.touched.has(field));
    this.earlier = known.some(([, text]) => text !== "");
    const mine = Object.entries(this.words).filter(([field]) => this.touched.has(field));
    this.words = Object.fromEntries([...known, ...mine]); // what another window has emptied is not there any more
    return true;
  }

  /** All of it is sent at once, so what was there before must have come first. One at a time, so
   *  that an older text never comes after a newer one. */
  private async save(last: boolean): Promise<void> {
    this.later.settle();
    if (!this.pending) return;
    if (this.saving && !last) return this.later.in(SOON_MS);
    if (!this.loaded && last) return this.later.in(AGAIN_MS);
    this.saving = true;
    if (!this.loaded && !(await this.fetch())) {
      this.saving = false;
      return this.later.in(AGAIN_MS);
    }
    const [words, afresh] = [this.words, this.afresh];
    const answer = await this.hooks.save(this.practice, words, { rev: this.rev, last, afresh });
    this.saving = false;
    if (answer === "changed") return this.another();
    const kept = answer !== null;
    if (kept) this.rev = answer.rev;
    if (kept && afresh) this.afresh = false;
    if (kept && words === this.words) this.pending = false;
    else if (!this.later.waits) this.later.in(kept ? SOON_MS : AGAIN_MS);
  }

  /** Another window has written: its words come in where nothing was touched here. */
  private another(): void {
    this.loaded = false;
    this.later.in(SOON_MS);
  }
}

/** The sheets that were opened on this page; none is let go before it is kept. */
export class Written {
  private readonly sheets = new Map<string, Sheet>();

  constructor(private readonly hooks: WrittenHooks) {}

  of(practice: string): Sheet {
    const known = this.sheets.get(practice) ?? new Sheet(practice, this.hooks);
    this.sheets.set(practice, known);
    return known;
  }

  flush(last = false): void {
    for (const sheet of this.sheets.values()) sheet.flush(last);
  }

  /** Something is only on this page. */
  get unkept(): boolean {
    return [...this.sheets.values()].some((sheet) => sheet.pending);
  }
}

type Kept = { words: Record<string, string>; rev: string };

/** In the record, by these two requests. */
export function inRecord(
  load: (name: string) => Promise<Result<Kept>>,
  save: (name: string, words: Record<string, string>, how: How) => Promise<Result<{ rev: string }>>,
): Written {
  return new Written({
    load: async (name) => {
      const result = await load(name);
      return result.ok ? result.data : null;
    },
    save: async (name, words, how) => {
      const result = await save(name, words, how);
      if (result.ok) return result.data;
      return result.why === "changed" ? "changed" : null;
    },
    ...browserTimers,
  });
}

export const written = inRecord(
  (practice) => api.practiceWords(practice),
  (practice, words, how) => api.keepPracticeWords(practice, words, how),
);
