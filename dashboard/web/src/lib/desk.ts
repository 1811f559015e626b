/** Owner of what the clinic's page asks its server for. */

import { asked, sent, type Fetch, type Result } from "./api";
import { today } from "./forms";
import type { ReadReason } from "./wire";

export type Role = "practitioner" | "therapist" | "supervisor" | "admin";
export interface Me { name: string; roles: Role[]; clinic: string }
export interface Invited extends Me { challenge: string; secret: string; picture: string; passkey: PasskeyWish }
/** `shared`: practices are; without them none is unknown, and not none. */
export interface Digest { made_utc: string; shared: boolean; sessions: number; practised: string; reasons: ReadReason[] }
export interface CaseloadRow { id: string; name: string; journal: string | null; heard_utc: string | null; opened_utc: string | null; digest: Digest | null }
export interface ItemAgreed { item: string; agreed_utc: string | null; withdrawn_utc: string | null }
export interface DeviceRow { id: string; name: string; joined_utc: string; heard_utc: string | null; revoked: boolean }
export interface RecordRow { journal: string; lines: number; from_utc: string | null; until_utc: string | null; live: boolean }
export interface DeedRow { n: number; at_utc: string; member: string; client: string; deed: string; detail: string }
export interface ClientAnswer {
  id: string; name: string; items: ItemAgreed[]; devices: DeviceRow[]; records: RecordRow[]; deeds: DeedRow[]; earlier: boolean;
  /** What this person may do here. */
  may: ("invite" | "revoke" | "read" | "export" | "erase")[];
}
export interface MemberRow { id: string; name: string; roles: Role[]; disabled: boolean; signs_in: boolean; supervised_by: string[] }
export interface ClientRow { id: string; name: string; assigned: string[] }
export interface PeopleAnswer { members: MemberRow[]; clients: ClientRow[] }
export interface AuditAnswer { deeds: DeedRow[]; whole: boolean; earlier: boolean }
export interface NewCode { code: string; until_utc: string }
/** As the server's library writes it: WebAuthn's options, with bytes as base64url. */
export type PasskeyWish = Record<string, unknown>;

export class DeskApi {
  constructor(private readonly fetcher: Fetch = (path, init) => fetch(path, init)) {}

  me() { return this.ask<Me>("GET", "api/me"); }
  invited(code: string) { return this.ask<Invited>("POST", "api/sign-in/invited", { code }); }
  enrolPasskey(code: string, challenge: string, passkey: unknown) {
    return this.ask<Me>("POST", "api/sign-in/enrol/passkey", { code, challenge, passkey });
  }
  enrolPassword(code: string, name: string, password: string, secret: string, totp: string) {
    return this.ask<Me>("POST", "api/sign-in/enrol/password", { code, name, password, secret, totp });
  }
  beginPasskey() { return this.ask<{ challenge: string; passkey: PasskeyWish }>("POST", "api/sign-in/passkey/begin", {}); }
  byPasskey(challenge: string, passkey: unknown) { return this.ask<Me>("POST", "api/sign-in/passkey", { challenge, passkey }); }
  byPassword(name: string, password: string, totp: string) {
    return this.ask<Me>("POST", "api/sign-in/password", { name, password, totp });
  }
  signOut() { return this.ask<{ ok: true }>("POST", "api/sign-out", {}); }

  caseload() { return this.ask<{ clients: CaseloadRow[] }>("GET", "api/clients"); }
  newClient(name: string) { return this.ask<{ id: string }>("POST", "api/clients", { name }); }
  client(id: string, before = 0) { return this.ask<ClientAnswer>("GET", `${of(id)}?before=${before}`); }
  inviteDevice(id: string) { return this.ask<NewCode>("POST", `${of(id)}/devices`, {}); }
  revokeDevice(id: string, device: string) { return this.ask<{ ok: true }>("DELETE", `${of(id)}/devices/${encodeURIComponent(device)}`, {}); }
  invitePerson(id: string) { return this.ask<NewCode>("POST", `${of(id)}/person`, {}); }
  assign(id: string, member: string, yes: boolean) { return this.ask<{ ok: true }>("POST", `${of(id)}/assigned`, { member, yes }); }
  erase(id: string) { return this.ask<{ ok: true }>("POST", `${of(id)}/erase`, { sure: "erase" }); }

  people() { return this.ask<PeopleAnswer>("GET", "api/people"); }
  inviteMember(name: string, roles: Role[]) { return this.ask<NewCode>("POST", "api/people", { name, roles }); }
  inviteAgain(id: string) { return this.ask<NewCode>("POST", `api/people/${encodeURIComponent(id)}/again`, {}); }
  disable(id: string) { return this.ask<{ ok: true }>("POST", `api/people/${encodeURIComponent(id)}/disable`, {}); }
  supervise(id: string, supervisor: string, yes: boolean) {
    return this.ask<{ ok: true }>("POST", `api/people/${encodeURIComponent(id)}/supervised`, { supervisor, yes });
  }
  audit(before: number) { return this.ask<AuditAnswer>("GET", `api/audit?before=${before}`); }

  private ask<T>(method: string, path: string, body?: unknown): Promise<Result<T>> {
    return sent<T>(this.fetcher, path, asked(method, body));
  }
}

export const desk = new DeskApi();
export const recordAt = (client: string, journal: string) => `record/${encodeURIComponent(client)}/${encodeURIComponent(journal)}/`;
export const exportAt = (client: string, journal: string) => `${of(client)}/export/${encodeURIComponent(journal)}`;

function of(client: string): string {
  return `api/clients/${encodeURIComponent(client)}`;
}

/** What is new to whoever reads: from the day on, by their own clock, on which they last opened it; all of it before they ever did. */
export function newReasons(row: CaseloadRow): ReadReason[] {
  const since = row.opened_utc === null ? "" : today(new Date(row.opened_utc));
  return (row.digest?.reasons ?? []).filter((one) => one.day === "" || one.day >= since);
}

/** Where the address leads: `#invite/CODE`, `#client/ID`, `#clients`, `#people`, `#audit`, or the first page. */
export function placeOf(hash: string): { view: "invite" | "client" | "clients" | "people" | "audit" | "first"; id: string } {
  const [view = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
  if ((view === "invite" || view === "client") && id !== "") return { view, id: decoded(id) };
  return { view: view === "clients" || view === "people" || view === "audit" ? view : "first", id: "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
