/** A shared record, open for a therapist. */

import type { Support } from "./basics";
import type { LessWay } from "./ladder";

export interface ReadingSlice {
  clients: number;
  open: { id: string; name: string; from: string; until: string } | null;
  /** A clinic’s copy: nothing can be written beside it. */
  clinic?: boolean;
}

export type FirstRead = "too_much" | "away" | "hard_end" | "no_check_in" | "measure_changed" | "first_done" | "no_practice";

export interface ReadReason {
  what: FirstRead;
  day: string;
  session: string;
  title: string;
  figures: Record<string, number>;
}

export interface ReadClient {
  id: string;
  name: string;
  fingerprint: string;
  made_utc: string;
  period: [string, string];
  redacted: number;
  simulated: boolean;
  file: string;
  had_before: boolean;
  new: number;
  practised: string;
  reasons: ReadReason[];
}

export interface ProposedChange {
  ladder: string;
  step: string;
  reason: string;
  way?: LessWay;
  support?: Support;
  planned_s?: number;
  expected_suds?: number;
  place?: number;
}

export interface ReplyDraft {
  notes: { session: string; at_s: number; text: string }[];
  practise: string;
  changes: ProposedChange[];
}

export interface ReadingAnswer {
  clients: ReadClient[];
  open: string | null;
  draft: ReplyDraft | null;
}
