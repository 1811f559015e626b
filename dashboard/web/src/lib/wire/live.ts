/** The live state: a snapshot, then numbered deltas. */

import type { ClinicSlice } from "./clinic";
import type { ReadingSlice } from "./reading";
import type { Fit, MayPractise } from "./person";
import type { PaceFound } from "./practice";
import type { SessionSlice, NowSlice, TraceRow, EventsSlice, OfferSlice, PracticeSlice, EndedSlice, QuestionSlice, OpinionSlice } from "./session";
import type { StrapSlice, EcgSlice, ErrandSlice } from "./strap";

/** What opens a locked record; `either`: its passphrase or its recovery words. */
export type Vault = "new" | "passphrase" | "either" | "words";

export interface AppSlice {
  version: string;
  simulated: boolean;
  plain: boolean;
  locked: boolean;
  vault?: Vault;
  recording?: boolean;
  recording_why?: string;
  fit?: Fit | null;
  /** Why practising apart can’t begin today; the server decides it, the page words it. */
  may_practise?: MayPractise;
  /** Whether the computer is held awake: "" is not needed now. */
  awake?: "" | "held" | "no_service" | "refused" | "unsupported";
  speed?: number;
  /** The computer’s system, as Python names it: linux, darwin, win32. */
  system?: string;
  /** Whether a phone in the same house may open the page, how many are paired, and how many doors there were. */
  /** A shared record is open read-only, for a therapist. */
  reading?: ReadingSlice;
  /** A clinic’s copy, where there is one or may be. */
  clinic?: ClinicSlice;
  /** Live streams leave for other programs in this network. */
  lsl?: boolean;
  phone?: { state: "off" | "on" | "elsewhere" | "trouble"; paired: number; doors: number };
}

export interface Slices {
  app: AppSlice;
  strap: StrapSlice | null;
  session: SessionSlice | null;
  now: NowSlice | null;
  trace: TraceRow[];
  events: EventsSlice;
  offer: OfferSlice | null;
  practice: PracticeSlice | null;
  question: QuestionSlice | null;
  ecg: EcgSlice | null;
  opinion: OpinionSlice | null;
  errand: ErrandSlice | null;
  pace: PaceFound | null;
  /** The last practice that the coach ended. */
  ended: EndedSlice | null;
}

export interface Snapshot {
  type: "snapshot";
  n: number;
  state: Partial<Slices> & { app: AppSlice };
}

export interface Delta {
  type: "delta";
  n: number;
  set?: Partial<Slices>;
  push?: { trace?: TraceRow[]; ecg?: number[][] };
}

export type Message = Snapshot | Delta;
