/** Sharing with a therapist, and what they answered. */

import type { Support } from "./basics";
import type { LessWay } from "./ladder";

export type ShareKind = "sessions" | "ladder" | "measures" | "notes" | "moments" | "worksheets";

export interface SharePerson {
  name: string;
  address: string;
  fingerprint: string;
  added: string;
  used: string;
}

/** Something that may be chosen one by one. */
export interface ShareChoice {
  kind: ShareKind;
  id: string;
  title: string;
  day: string;
}

/** One thing that leaves, with every word in it. */
export interface ShareItem extends ShareChoice {
  words: string[];
}

export interface SharedBefore {
  id: string;
  made_utc: string;
  name: string;
  period: [string, string];
  chosen: Partial<Record<ShareKind, number>>;
  redacted: number;
}

export interface ShareView {
  people: SharePerson[];
  sent: SharedBefore[];
  fingerprint: string;
  asks: "passphrase" | "choose" | "nothing" | "plain";
  simulated: boolean;
  items: ShareChoice[];
  names: string[];
}

export interface ShareWish {
  to: string;
  since: string | null;
  until: string | null;
  kinds: ShareKind[];
  sessions: string[];
  sheets: string[];
  names: string[];
  sender: string;
}

export interface ShareFile {
  state: "working" | "ready" | "made" | "failed";
  done: number;
  of: number;
  /** Where it is ready. */
  to?: SharePerson;
  sender?: string;
  period?: [string, string];
  bytes?: number;
  items?: ShareItem[];
  names?: string[];
  redacted?: number;
}

/** A change with its values; `was` is null where it is not known, and a way towards less has none. */
export type ShownChange =
  | { title: string; what: "support"; was: Support | null; to: Support }
  | { title: string; what: "planned_s" | "expected_suds" | "place"; was: number | null; to: number }
  | { title: string; what: LessWay };

interface AnswerBase {
  id: string;
  answer: "" | "accepted" | "not_now";
}

export type AnswerItem = AnswerBase &
  (
    | { kind: "note"; session: string; at_s: number; text: string; title: string; began_utc: string }
    | { kind: "practise"; text: string }
    | ({ kind: "change"; reason: string } & ShownChange)
  );

export interface CameAnswer {
  id: string;
  by: string;
  made_utc: string;
  items: AnswerItem[];
}
