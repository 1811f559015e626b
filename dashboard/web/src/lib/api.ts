/** Owner of fetch: every request of the page, and every refusal as a value. */

import type { Helps } from "./helps";
import type {
  ArcPhase, LadderAnswer, LessWay, NoteDraft, NoteKind, ProposedChange, ReadingAnswer, SignKind, StepWords, Way,
} from "./wire";
import type {
  BroughtIn, CheckIn, Contact, Crisis, ExportAnswer, ExportWish, Fit, FitAnswers, FoundStrap, Learnt, MeasuresAnswer, NewAdded, OverTime, PairedAs, PhoneCode, PhoneView, PracticeChoice, ProgressAnswer, ReportAnswer, Review,
  SeparationsAnswer, SeparationWord, SessionInput, SessionNote, SessionRow, SheetAnswer, SheetLink, ShelfAnswer, ThenAndNow, Told, TrendsAnswer, Variability,
  WorksheetsAnswer,
} from "./wire";
import type { ClinicItem, ClinicView, SafeView } from "./wire";
import type { CameAnswer, ShareFile, ShareView, ShareWish } from "./wire";
import type { PlanAhead } from "./plan-ahead.svelte";
import type { Content, OwnAnswer } from "./own";
import type { Sending } from "./sheet.svelte";

/** Browsers let 64 KB outlive the page; a letter takes up to three bytes. */
const LIVES_ON_LETTERS = 20_000;

export type Result<T> =
  | { ok: true; data: T }
  | { ok: false; status: number; why: string; detail: string; field?: string };

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export interface StrapsAnswer {
  remembered: { name: string; address: string } | null;
  found: FoundStrap[];
  adapter: "ok" | "missing" | "off";
}

/** What was written in a practice before it was begun afresh. */
export interface EarlierWords {
  at_utc: string;
  words: Record<string, string>;
}

export class Api {
  constructor(private readonly fetcher: Fetch = (path, init) => fetch(path, init)) {}

  /** `last`: the page goes away, and the request must outlive it. */
  input(input: SessionInput, last = false) {
    return this.ask<{ ok: true; number: number }>("POST", "api/sessions/current/inputs", input, outliving(last, input));
  }
  unlock(passphrase: string) {
    return this.ask<{ ok: true }>("POST", "api/unlock", { passphrase });
  }
  saveFit(answers: FitAnswers) {
    return this.ask<{ ok: true; fit: Fit }>("PUT", "api/settings/fit", answers);
  }
  contacts() {
    return this.ask<{ contacts: Contact[] }>("GET", "api/settings/contacts");
  }
  saveContacts(contacts: Contact[]) {
    return this.ask<{ ok: true }>("PUT", "api/settings/contacts", { contacts });
  }
  crisis() {
    return this.ask<Crisis>("GET", "api/crisis");
  }
  phone() {
    return this.ask<PhoneView | PairedAs>("GET", "api/phone");
  }
  phoneOn(passphrase: string, address: string) {
    return this.ask<{ ok: true }>("POST", "api/phone/on", { passphrase, address });
  }
  phoneOff() {
    return this.ask<{ ok: true }>("POST", "api/phone/off", {});
  }
  phonePair(passphrase: string, name: string) {
    return this.ask<PhoneCode>("POST", "api/phone/pair", { passphrase, name });
  }
  phonePairEnd() {
    return this.ask<{ ok: true }>("POST", "api/phone/pair/end", {});
  }
  revokePhone(id: string) {
    return this.ask<{ ok: true }>("POST", `api/phone/${encodeURIComponent(id)}/revoke`, {});
  }
  safe() {
    return this.ask<SafeView>("GET", "api/safe");
  }
  backUp() {
    return this.ask<SafeView>("POST", "api/safe/backup", {});
  }
  newWords(passphrase: string) {
    return this.ask<{ ok: true; words: string[]; asked: number[] }>("POST", "api/safe/words", { passphrase });
  }
  keepWords(words: string[]) {
    return this.ask<{ ok: true }>("POST", "api/safe/words/keep", { words });
  }
  newPassphrase(old: string, fresh: string) {
    return this.ask<{ ok: true }>("POST", "api/safe/passphrase", { old, new: fresh });
  }
  eraseAll(passphrase: string) {
    return this.ask<{ ok: true }>("POST", "api/safe/erase", { sure: "erase", passphrase });
  }
  eraseSession(id: string) {
    return this.ask<{ ok: true }>("POST", `api/sessions/${encodeURIComponent(id)}/erase`, {});
  }
  clinic() {
    return this.ask<ClinicView>("GET", "api/clinic");
  }
  joinClinic(code: string, items: ClinicItem[]) {
    return this.ask<{ ok: true }>("POST", "api/clinic/join", { code, items });
  }
  agreeClinic(items: ClinicItem[]) {
    return this.ask<{ ok: true }>("POST", "api/clinic/agree", { items });
  }
  leaveClinic(erase: boolean, anyway: boolean) {
    return this.ask<{ ok: true }>("POST", "api/clinic/leave", { erase, anyway });
  }
  learnt() {
    return this.ask<Learnt>("GET", "api/settings/learnt");
  }
  teachAgain() {
    return this.ask<{ ok: true }>("POST", "api/settings/learnt/again", {});
  }
  checkIn() {
    return this.ask<{ due: { session: string } | null }>("GET", "api/check-in");
  }
  keepCheckIn(answer: CheckIn) {
    return this.ask<{ ok: true }>("PUT", "api/check-in", answer);
  }
  draft(name: string) {
    return this.ask<{ words: Record<string, string>; rev: string }>("GET", `api/drafts/${name}`);
  }
  keepDraft(name: string, words: Record<string, string>, how: { rev: string; last: boolean }) {
    const more = how.last ? { keepalive: true } : {};
    return this.ask<{ ok: true; rev: string }>("PUT", `api/drafts/${name}`, { words, rev: how.rev }, more);
  }
  newReport(asked: { since: string | null; until: string | null; talk: string }) {
    return this.ask<{ ok: true; id: string }>("POST", "api/reports", asked);
  }
  report(id: string) {
    return this.ask<ReportAnswer>("GET", `api/reports/${encodeURIComponent(id)}`);
  }
  dropReport(id: string) {
    return this.ask<{ ok: true }>("DELETE", `api/reports/${encodeURIComponent(id)}`, {});
  }
  /** With the raw data; from there on it is a take-out. */
  newWhole(report: string) {
    return this.ask<{ ok: true; id: string }>("POST", `api/reports/${encodeURIComponent(report)}/whole`, {});
  }
  newTakeOut(wish: ExportWish) {
    return this.ask<{ ok: true; id: string }>("POST", "api/reports/exports", wish);
  }
  takeOut(id: string) {
    return this.ask<ExportAnswer>("GET", `api/reports/exports/${encodeURIComponent(id)}`);
  }
  /** `last`: the page goes away, and the request must outlive it. */
  dropTakeOut(id: string, last = false) {
    return this.ask<{ ok: true }>("DELETE", `api/reports/exports/${encodeURIComponent(id)}`, {}, outliving(last, {}));
  }
  share() {
    return this.ask<ShareView>("GET", "api/share");
  }
  lookAtAddress(address: string) {
    return this.ask<{ ok: true; fingerprint: string; known: string }>("POST", "api/share/people/look", { address });
  }
  addPerson(name: string, address: string, passphrase: string) {
    return this.ask<{ ok: true }>("POST", "api/share/people", { name, address, passphrase });
  }
  forgetPerson(address: string) {
    return this.ask<{ ok: true }>("POST", "api/share/people/forget", { address });
  }
  beginShare(wish: ShareWish) {
    return this.ask<{ ok: true; id: string }>("POST", "api/share", wish);
  }
  shareFile(id: string) {
    return this.ask<ShareFile>("GET", `api/share/files/${encodeURIComponent(id)}`);
  }
  dropShare(id: string) {
    return this.ask<{ ok: true }>("DELETE", `api/share/files/${encodeURIComponent(id)}`, {});
  }
  makeShare(id: string) {
    return this.ask<{ ok: true }>("POST", `api/share/files/${encodeURIComponent(id)}/make`, {});
  }
  answers() {
    return this.ask<{ answers: CameAnswer[] }>("GET", "api/share/answers");
  }
  /** A file as it is; its name stays here. */
  openAnswer(file: Blob) {
    return this.send<{ ok: true; id: string; new: boolean }>("api/share/answers/open", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/octet-stream" }, body: file,
    });
  }
  sayToAnswer(id: string, item: string, answer: "accepted" | "not_now") {
    return this.ask<{ ok: true }>("PUT", `api/share/answers/${encodeURIComponent(id)}`, { item, answer });
  }
  planAhead() {
    return this.ask<{ ahead: PlanAhead | null }>("GET", "api/plan-ahead");
  }
  setPlanAhead(ahead: PlanAhead) {
    return this.ask<{ ok: true }>("PUT", "api/plan-ahead", { ...ahead, plan: { kind: "plan", ...ahead.plan } });
  }
  dropPlanAhead() {
    return this.ask<{ ok: true }>("POST", "api/plan-ahead/drop", {});
  }
  /** A step without strap or screen. */
  tell(told: Told) {
    const [plan, debrief] = [{ kind: "plan", ...told.plan }, { kind: "debrief", ...told.debrief }];
    return this.ask<{ ok: true; session: string }>("POST", "api/sessions/told", { ...told, plan, debrief });
  }
  practices() {
    return this.ask<ShelfAnswer>("GET", "api/practices");
  }
  choosePractice(id: string, choice: PracticeChoice) {
    return this.ask<{ ok: true }>("PUT", `api/practices/${encodeURIComponent(id)}/choice`, choice);
  }
  helps() {
    return this.ask<Partial<Helps>>("GET", "api/practices/helps");
  }
  samplePractices(sampling: boolean) {
    return this.ask<{ ok: true }>("PUT", "api/practices/choosing", { sampling });
  }
  setPace(per_min: number | null) {
    return this.ask<{ ok: true }>("PUT", "api/practices/pace", { per_min });
  }
  practiceWords(id: string) {
    return this.ask<{ words: Record<string, string>; earlier: EarlierWords[]; rev: string }>("GET", `api/practices/${encodeURIComponent(id)}/words`);
  }
  /** `last`: the page goes away, and the request must outlive it. */
  keepPracticeWords(id: string, words: Record<string, string>, how: { rev: string; last: boolean; afresh: boolean }) {
    const more = how.last ? { keepalive: true } : {};
    const [path, { rev, afresh }] = [`api/practices/${encodeURIComponent(id)}/words`, how];
    return this.ask<{ ok: true; rev: string }>("PUT", path, { words, rev, afresh }, more);
  }
  /** An earlier sheet is erased. */
  forgetPracticeWords(id: string, at_utc: string) {
    return this.ask<{ ok: true }>("POST", `api/practices/${encodeURIComponent(id)}/words/forget`, { at_utc });
  }
  straps() {
    return this.ask<StrapsAnswer>("GET", "api/straps");
  }
  scan() {
    return this.ask<unknown>("POST", "api/straps/scan", {});
  }
  forgetStrap() {
    return this.ask<{ ok: true }>("POST", "api/straps/forget", {});
  }
  askEcg(on: boolean) {
    return this.ask<{ ok: true }>("PUT", "api/straps/ecg", { on });
  }
  choose(source: string) {
    return this.ask<unknown>("POST", "api/straps/choose", { source });
  }
  startErrand(replace: boolean) {
    return this.ask<unknown>("POST", "api/errand/start", { replace });
  }
  fetchErrand() {
    return this.ask<unknown>("POST", "api/errand/fetch", {});
  }
  tryErrand() {
    return this.ask<unknown>("POST", "api/errand/trial", {});
  }
  errandSeen() {
    return this.ask<unknown>("POST", "api/errand/seen", {});
  }
  sessions() {
    return this.ask<SessionRow[]>("GET", "api/sessions");
  }
  recovery() {
    return this.ask<OverTime>("GET", "api/recovery");
  }
  review(id: string) {
    return this.ask<Review>("GET", `api/sessions/${encodeURIComponent(id)}`);
  }

  thenAndNow(id: string) {
    return this.ask<ThenAndNow>("GET", `api/sessions/${encodeURIComponent(id)}/then-and-now`);
  }
  variability(id: string) {
    return this.ask<Variability>("GET", `api/sessions/${encodeURIComponent(id)}/hrv`);
  }

  sessionNotes(id: string) {
    return this.ask<{ notes: SessionNote[] }>("GET", notesOf(id));
  }
  addNote(id: string, note: { at_s: number; text: string }, last: boolean) {
    return this.ask<{ ok: true; id: string; rev: string }>("POST", notesOf(id), note, outliving(last, note));
  }
  changeNote(id: string, note: string, said: { at_s: number; text: string; rev: string }, last: boolean) {
    return this.ask<{ ok: true; rev: string }>("PUT", `${notesOf(id)}/${encodeURIComponent(note)}`, said, outliving(last, said));
  }
  eraseNote(id: string, note: string, rev: string) {
    return this.ask<{ ok: true }>("DELETE", `${notesOf(id)}/${encodeURIComponent(note)}`, { rev });
  }
  /** A progress note, drafted by rules; `talk`: what the client wants to talk about. */
  noteDraft(asked: { kind: NoteKind; since: string; until: string; talk: string }) {
    return this.ask<NoteDraft>("POST", "api/reports/note", asked);
  }

  /** `query`: as `askedFor` makes it. */
  progress(query: string) {
    return this.ask<ProgressAnswer>("GET", `api/progress?${query}`);
  }

  say(id: string, added: NewAdded) {
    const plan = added.plan && { kind: "plan", ...added.plan };
    const debrief = added.debrief && { kind: "debrief", ...added.debrief };
    const path = `api/sessions/${encodeURIComponent(id)}/marks`;
    return this.ask<{ ok: true; number: number }>("POST", path, { ...added, plan, debrief });
  }
  takeBack(id: string, number: number) {
    return this.ask<{ ok: true }>("POST", `api/sessions/${encodeURIComponent(id)}/marks/withdraw`, { number });
  }
  /** A file as it is; its name stays here. */
  bringIn(file: Blob) {
    return this.send<BroughtIn>("api/recordings", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/octet-stream" }, body: file,
    });
  }
  reading() {
    return this.ask<ReadingAnswer>("GET", "api/reading");
  }
  openClient(id: string) {
    return this.ask<{ ok: true }>("POST", "api/reading/open", { id });
  }
  keepReplyDraft(practise: string, changes: ProposedChange[]) {
    return this.ask<{ ok: true }>("PUT", "api/reading/draft", { practise, changes });
  }
  makeReply() {
    return this.ask<{ ok: true; file: string; folder: string }>("POST", "api/reading/reply", {});
  }
  ladder() {
    return this.ask<LadderAnswer>("GET", "api/ladder");
  }
  newLadder(template: string | null, title: string) {
    return this.ask<{ ok: true; id: string; rev: string }>("POST", "api/ladder", { template, title });
  }
  keepLadder(id: string, ladder: { title: string; put_away: boolean; steps: StepWords[]; rev: string }) {
    return this.ask<{ ok: true; rev: string }>("PUT", `api/ladder/${encodeURIComponent(id)}`, ladder);
  }
  answerProposal(id: string, answer: { proposal: string; answer: "yes" | "no"; way: Way | null }) {
    return this.ask<{ ok: true }>("POST", `api/ladder/${encodeURIComponent(id)}/answer`, answer);
  }
  overrule(id: string, less: { step: string; way: LessWay; by: string; reason: string }) {
    return this.ask<{ ok: true }>("POST", `api/ladder/${encodeURIComponent(id)}/overrule`, less);
  }
  liftOverrule(id: string, of: { step: string }) {
    return this.ask<{ ok: true }>("POST", `api/ladder/${encodeURIComponent(id)}/overrule/lift`, of);
  }
  setArc(arc: { phase: ArcPhase; by: string }) {
    return this.ask<{ ok: true }>("PUT", "api/ladder/arc", arc);
  }
  watchSigns(watched: { signs: SignKind[] }) {
    return this.ask<{ ok: true }>("PUT", "api/ladder/signs", watched);
  }
  own() {
    return this.ask<OwnAnswer>("GET", "api/own");
  }
  /** Goes on when the page is left, as long as it is short enough for that. */
  keepOwn(own: Content & { rev: string }) {
    const body = JSON.stringify(own);
    return this.send<{ ok: true; rev: string }>("api/own", {
      method: "PUT", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body,
      keepalive: body.length < LIVES_ON_LETTERS,
    });
  }
  addMedia(content: Blob) {
    return this.send<{ ok: true; id: string; type: string }>("api/own/media", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/octet-stream" }, body: content,
    });
  }

  worksheets() {
    return this.ask<WorksheetsAnswer>("GET", "api/worksheets");
  }
  sheet(id: string) {
    return this.ask<SheetAnswer>("GET", `api/worksheets/${encodeURIComponent(id)}`);
  }
  newSheet(form: string, link: SheetLink | null, { last, ...sent }: Sending) {
    const body = { form, link, ...sent };
    return this.ask<{ ok: true; id: string; rev: string }>("POST", "api/worksheets", body, outliving(last, body));
  }
  keepSheet(id: string, rev: string, { last, ...sent }: Sending) {
    const body = { rev, ...sent };
    return this.ask<{ ok: true; rev: string }>("PUT", `api/worksheets/${encodeURIComponent(id)}`, body, outliving(last, body));
  }
  eraseSheet(id: string, rev: string) {
    return this.ask<{ ok: true }>("DELETE", `api/worksheets/${encodeURIComponent(id)}`, { rev });
  }
  measures() {
    return this.ask<MeasuresAnswer>("GET", "api/measures");
  }
  addTotal(total: { scale: string; day: string; total: number; note: string }) {
    return this.ask<{ ok: true; id: string; rev: string }>("POST", "api/measures", total);
  }
  eraseTotal(id: string, rev: string | null) {
    return this.ask<{ ok: true }>("DELETE", `api/measures/${encodeURIComponent(id)}`, { rev: rev ?? "" });
  }
  trends() {
    return this.ask<TrendsAnswer>("GET", "api/trends");
  }
  separations() {
    return this.ask<SeparationsAnswer>("GET", "api/separations");
  }
  saySeparation(id: string, said: SeparationWord, rev: string) {
    return this.ask<{ ok: true; rev: string }>("POST", `api/separations/${encodeURIComponent(id)}/said`, { said, rev });
  }

  private async ask<T>(method: string, path: string, body?: unknown, more: RequestInit = {}): Promise<Result<T>> {
    return this.send<T>(path, asked(method, body, more));
  }

  private async send<T>(path: string, init: RequestInit): Promise<Result<T>> {
    return sent<T>(this.fetcher, path, init);
  }
}

export function asked(method: string, body?: unknown, more: RequestInit = {}): RequestInit {
  const init: RequestInit = { method, credentials: "same-origin", ...more };
  if (body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  return init;
}

export async function sent<T>(fetcher: Fetch, path: string, init: RequestInit): Promise<Result<T>> {
  let response: Response;
  try {
    response = await fetcher(path, init);
  } catch {
    return { ok: false, status: 0, why: "offline", detail: "" };
  }
  return answer<T>(response);
}

const notesOf = (session: string) => `api/sessions/${encodeURIComponent(session)}/notes`;

/** The page goes away, and the request goes on, as long as it is short enough for that. */
function outliving(last: boolean, body: unknown): RequestInit {
  return last && JSON.stringify(body).length < LIVES_ON_LETTERS ? { keepalive: true } : {};
}

async function answer<T>(response: Response): Promise<Result<T>> {
  let data: unknown = null;
  try {
    data = await response.json();
  } catch {
    // The server ended in the middle of it: what it had begun to say is not known.
    if (response.ok && response.status !== 204) return { ok: false, status: 0, why: "offline", detail: "" };
  }
  if (response.ok) return { ok: true, data: data as T };
  const said = (data ?? {}) as { why?: unknown; detail?: unknown; words?: unknown; field?: unknown };
  const why = typeof said.why === "string" ? said.why : `http_${response.status}`;
  const words = typeof said.words === "string" ? said.words : "";
  const detail = typeof said.detail === "string" ? said.detail : words;
  const field = typeof said.field === "string" ? { field: said.field } : {};
  return { ok: false, status: response.status, why, detail, ...field };
}

export const api = new Api();
