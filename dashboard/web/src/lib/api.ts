/** Owner of fetch: every request of the page, and every refusal as a value. */

import type {
  BroughtIn, CheckIn, Contact, Crisis, Fit, FitAnswers, FoundStrap, Learnt, NewAdded, OverTime, Practice, Review, SessionInput, SessionRow,
  Variability,
} from "./wire";

export type Result<T> =
  | { ok: true; data: T }
  | { ok: false; status: number; why: string; detail: string };

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export interface StrapsAnswer {
  remembered: { name: string; address: string } | null;
  found: FoundStrap[];
  adapter: "ok" | "missing" | "off";
}

export class Api {
  constructor(private readonly fetcher: Fetch = (path, init) => fetch(path, init)) {}

  input(input: SessionInput) {
    return this.ask<{ ok: true; number: number }>("POST", "api/sessions/current/inputs", input);
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
  practices() {
    return this.ask<Practice[]>("GET", "api/practices");
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

  variability(id: string) {
    return this.ask<Variability>("GET", `api/sessions/${encodeURIComponent(id)}/hrv`);
  }

  say(id: string, added: NewAdded) {
    return this.ask<{ ok: true; number: number }>("POST", `api/sessions/${encodeURIComponent(id)}/marks`, added);
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

  async ask<T>(method: string, path: string, body?: unknown): Promise<Result<T>> {
    const init: RequestInit = { method, credentials: "same-origin" };
    if (body !== undefined) {
      init.headers = { "Content-Type": "application/json" };
      init.body = JSON.stringify(body);
    }
    return this.send<T>(path, init);
  }

  private async send<T>(path: string, init: RequestInit): Promise<Result<T>> {
    let response: Response;
    try {
      response = await this.fetcher(path, init);
    } catch {
      return { ok: false, status: 0, why: "offline", detail: "" };
    }
    return answer<T>(response);
  }
}

async function answer<T>(response: Response): Promise<Result<T>> {
  let data: unknown = null;
  try {
    data = await response.json();
  } catch {
    data = null; // an answer without a body
  }
  if (response.ok) return { ok: true, data: data as T };
  const said = (data ?? {}) as { why?: unknown; detail?: unknown; words?: unknown };
  const why = typeof said.why === "string" ? said.why : `http_${response.status}`;
  const words = typeof said.words === "string" ? said.words : "";
  const detail = typeof said.detail === "string" ? said.detail : words;
  return { ok: false, status: response.status, why, detail };
}

export const api = new Api();
