/** The forms that there are, the sheets that were filled in, and the ones that are under the hand. */

import { browserTimers } from "./timers";
import { api, type Result } from "./api";
import { fitsAge, freshId, parseFresh } from "./forms";
import { live } from "./live.svelte";
import { FormSheet, type SheetHooks } from "./sheet.svelte";
import type { FileProblem, Form, SheetLink, SheetRow, WorksheetsAnswer } from "./wire";

/** What stays open on a day that had a hard ending: to note a moment, and to write for oneself. */
const JOURNAL = "journal";
const LONGER = "thought-record";

class Forms {
  all = $state.raw<Form[]>([]);
  sheets = $state.raw<SheetRow[]>([]);
  problems = $state.raw<FileProblem[]>([]);
  folder = $state("");
  loaded = $state(false);
  simulated = $state(false);
  /** Why the list could not be had; "" where it was. */
  trouble = $state("");
  /** The moment that was kept last, to be told where it was noted. */
  noted = $state<string | null>(null);

  private readonly open = new Map<string, FormSheet>();

  /** Those for this person's age. */
  get list(): Form[] {
    const age = live.model.slices?.app.fit?.age;
    return this.all.filter((form) => fitsAge(form, age));
  }

  get drafts(): SheetRow[] {
    return this.sheets.filter((sheet) => sheet.state === "draft");
  }

  get kept(): SheetRow[] {
    return this.sheets.filter((sheet) => sheet.state === "kept");
  }

  /** Today had a hard ending: no worksheet is begun. */
  get rests(): boolean {
    return live.aftercare !== null || live.model.slices?.app.may_practise === "rest_today";
  }

  find(id: string): Form | null {
    return this.all.find((form) => form.id === id) ?? null;
  }

  titleOf(sheet: SheetRow): string {
    return this.find(sheet.form)?.title ?? sheet.title;
  }

  /** What is filled in within 20 seconds; null where there is none for this age. */
  get quick(): Form | null {
    return this.list.find((form) => form.quick) ?? null;
  }

  /** Where a moment is written about at length. */
  get longer(): Form | null {
    const fits = this.list.filter((form) => !form.quick && form.ask_first.length === 0);
    return fits.find((form) => form.id === LONGER) ?? fits.find((form) => form.shelf === "thoughts") ?? null;
  }

  /** Not before somebody is known, and not under the still screen while apart. */
  get mayNote(): boolean {
    const app = live.model.slices?.app;
    const open = app !== undefined && !app.locked && app.fit != null;
    return open && !app.reading && !live.situation.still && !live.orients && this.quick !== null;
  }

  noteMoment(): void {
    if (!this.mayNote) return;
    this.noted = null;
    live.momentOpen = true;
  }

  mayBegin(form: Form): boolean {
    return !this.rests || form.quick || form.id === JOURNAL;
  }

  linkedTo(session: string, activation?: number): SheetRow[] {
    return this.sheets.filter((sheet) => sheet.link?.session === session && (activation === undefined || sheet.link.activation === activation));
  }

  async load(): Promise<boolean> {
    const result = await api.worksheets();
    this.trouble = result.ok ? "" : result.why;
    if (result.ok) this.adopt(result.data);
    return result.ok;
  }

  /** The sheet at this place of the address; a result that says why there is none. */
  async sheetAt(place: string): Promise<Result<FormSheet>> {
    if (!this.loaded && !(await this.load())) return refused(this.trouble);
    const fresh = parseFresh(place);
    if (fresh !== null) return this.fresh(fresh.form, fresh.link);
    const known = [...this.open.values()].find((sheet) => sheet.id === place);
    if (known !== undefined) {
      await known.refresh();
      return { ok: true, data: known };
    }
    const result = await api.sheet(place);
    if (!result.ok) return result;
    const form = this.find(result.data.form) ?? result.data.form_was ?? null;
    if (form === null) return refused("unknown_form");
    const sheet = FormSheet.of(form, result.data, hooks);
    this.open.set(place, sheet);
    return { ok: true, data: sheet };
  }

  /** Not in the record before something is written in it. */
  fresh(id: string, link: SheetLink | null, atOnce = true): Result<FormSheet> {
    const form = this.find(id);
    if (form === null) return refused("unknown_form");
    const place = freshId(id, link) + (atOnce ? "" : "/held");
    const known = this.open.get(place);
    const usable = known !== undefined && known.state === "draft" && (known.id === null || known.pending);
    const sheet = usable ? known : new FormSheet(form, link, hooks, atOnce);
    this.open.set(place, sheet);
    return { ok: true, data: sheet };
  }

  flush(last = false): void {
    for (const sheet of this.open.values()) sheet.flush(last);
  }

  /** Something is only on this page. */
  get unkept(): boolean {
    return [...this.open.values()].some((sheet) => sheet.pending && !sheet.blank);
  }

  /** Another record is open: nothing that was begun in the one before goes into it. */
  private adopt({ forms, sheets, problems, folder = "", simulated = false }: WorksheetsAnswer): void {
    if (simulated !== this.simulated) this.open.clear();
    this.simulated = simulated;
    Object.assign(this, { all: forms, sheets, problems, folder, loaded: true });
  }
}

function refused(why: string): Result<never> {
  return { ok: false, status: 0, why, detail: "" };
}

const hooks: SheetHooks = {
  create: (form, link, sent) => api.newSheet(form, link, sent),
  save: (id, rev, sent) => api.keepSheet(id, rev, sent),
  load: (id) => api.sheet(id),
  erase: (id, rev) => api.eraseSheet(id, rev),
  ...browserTimers,
  changed: () => void forms.load(),
};

export const forms = new Forms();
