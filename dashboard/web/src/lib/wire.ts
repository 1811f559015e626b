/** The words of the wire between server and page; the Python side has the same in `dashboard/wire.py`. */

export type Support = "regulate" | "delay" | "ask" | "observe";
export type Presence = "here" | "far_away" | "numb";
export type Phase = "plan" | "baseline" | "apart" | "back" | "debrief" | "closed";
export type HeartState = "unknown" | "settling" | "near_baseline" | "rising" | "activated" | "recovering";
export type Movement = "still" | "moving" | "unverified";
export type UrgeKind = "text" | "call" | "check" | "reassurance";
export type Answer = "distress" | "other";
export type Reply = "take" | "not_now" | "snooze";
export type MarkKind = "baseline" | "apart" | "back" | "time_over" | "too_much" | "note";
export type AgeBand = "adult" | "13_17" | "under_13";

export interface Fit {
  rhythm_unreliable: boolean;
  heart_slowing: boolean;
  pregnancy: boolean;
  ladder_waits: boolean;
  with_therapist: boolean;
  age: AgeBand;
}

export interface FitAnswers {
  pacemaker: boolean;
  atrial_fibrillation: boolean;
  heart_slowing: boolean;
  pregnancy: boolean;
  age: AgeBand;
  hard_times: boolean;
  with_therapist: boolean;
}

export type MayPractise = "" | "fit_first" | "ladder_waits" | "rest_today" | "enough_today";

export interface AppSlice {
  version: string;
  simulated: boolean;
  plain: boolean;
  locked: boolean;
  vault?: "new" | "passphrase";
  recording?: boolean;
  recording_why?: string;
  fit?: Fit | null;
  /** Why practising apart can’t begin today; the server decides it, the page words it. */
  may_practise?: MayPractise;
  speed?: number;
  /** The computer’s system, as Python names it: linux, darwin, win32. */
  system?: string;
}

export interface FoundStrap {
  name: string;
  address: string;
  rssi_dbm: number | null;
  battery_pct?: number | null;
}

export interface StrapSlice {
  link: "none" | "searching" | "up" | "down";
  name: string;
  reason: string;
  battery_pct: number | null;
  contact: "unknown" | "lost" | "detected";
  /** What it is known to send, and known not to; the rest is not known yet. */
  sends: string[];
  lacks: string[];
  /** Why a stream that it has can’t be had now; empty where nothing is wrong. */
  trouble: string;
  /** What to know of this kind of strap, as codes. */
  hints: string[];
  /** Connected, and no word of the heart for some seconds. */
  quiet: boolean;
  /** Whether it is asked for its ECG. */
  ecg: boolean;
  adapter: "ok" | "missing" | "off";
  found: FoundStrap[];
}

export interface Step {
  id: string;
  title: string;
  support: Support;
  expected_suds: number;
}

export interface Plan {
  step: Step;
  planned_s: number;
  sits_still: boolean;
  feared: string;
  probability_pct: number | null;
  suds: number | null;
  checkpoints_s: number[];
}

export interface SessionSlice {
  id: string;
  started_utc: string;
  phase: Phase;
  /** Session time at which the phase began. */
  phase_since_s: number;
  at_s: number;
  plan: Plan | null;
  still: boolean;
  baseline: { ready: boolean; have_s: number; need_s: number; can_finish: boolean };
  last_mark: { number: number; kind: MarkKind; at_s: number } | null;
  checkpoint_due: boolean;
  /** The planned time apart has passed. */
  time_over_due?: boolean;
  simulated: boolean;
}

export interface NowSlice {
  at_s: number;
  hr_bpm: number | null;
  rmssd_ms: number | null;
  score: number | null;
  state: HeartState;
  movement: Movement;
  movement_mg: number | null;
  quality: "good" | "fair" | "poor";
  coverage: number;
  baseline_bpm: number | null;
  spread_bpm: number | null;
  why: string;
  /** What else lowers the quality than the beats themselves; "" where nothing does. */
  quality_why?: string;
  breath?: BreathRead | null;
}

/** Breaths a minute, and where they were read; evenness only while breathing is paced. */
export interface BreathRead {
  per_min: number | null;
  source: "" | "heart" | "chest" | "both";
  why: string;
  evenness: number | null;
}

/** at_s, heart rate, lower edge, upper edge of the baseline band, movement. */
export type TraceRow = [number, number | null, number | null, number | null, number | null];

export interface LiveActivation {
  number: number;
  onset_s: number;
  alarm_s: number;
  end_s: number | null;
  movement: Movement;
  why: string;
  above_bpm: number | null;
  label: Answer | null;
}

export interface MarkEvent {
  number: number;
  at_s: number;
  kind: MarkKind;
  text: string;
  /** About a recording, afterwards. */
  added?: true;
}

export interface RatingEvent {
  at_s: number;
  suds: number | null;
  presence: Presence | null;
  added?: true;
}

export interface UrgeEvent {
  at_s: number;
  kind: UrgeKind;
  acted: boolean;
}

export interface GapEvent {
  start_s: number;
  end_s: number;
  reason: string;
}

export interface EventsSlice {
  activations: LiveActivation[];
  marks: MarkEvent[];
  ratings: RatingEvent[];
  urges: UrgeEvent[];
  gaps: GapEvent[];
}

export interface OfferSlice {
  at_s: number;
  practice: string;
  because: string;
  activation: number | null;
  asked: boolean;
}

export interface PracticeSlice {
  id: string;
  since_s: number;
  asked: boolean;
}

export type QuestionKind = "settled" | "still_there" | "end_gently" | "too_much";

export interface QuestionSlice {
  at_s: number;
  kind: QuestionKind;
}

export interface EcgSlice {
  hz: number;
  samples: number[];
}

/** NeuroKit2’s second reading of the beats; null until there was one. */
export interface OpinionSlice {
  available: boolean;
}

/** A recording that came home from the strap’s own memory. */
export interface Brought {
  session: string;
  new: boolean;
  started_utc: string | null;
  holds: "beats" | "rates" | "nothing";
  values: number;
  /** How many of them can’t be what they say they are. */
  odd: number;
  span_s: number;
  missing_s: number | null;
  too_long: boolean;
  cut_off: boolean;
  /** Why it is still on the strap; empty where it is not. */
  left: string;
}

export interface ErrandSlice {
  /** The strap has a memory without being asked. */
  can: boolean;
  stage: "none" | "away" | "stopped" | "kept" | "over" | "gone";
  started_utc: string | null;
  strap: string;
  doing: "" | "starting" | "fetching" | "trying";
  done: number;
  of: number;
  /** Why the last thing did not work. */
  why: string;
  brought: Brought[];
  trial: { holds: Brought["holds"]; keeps_beats: boolean; values: number } | null;
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

export type SessionInput =
  | ({ kind: "plan" } & Plan)
  | { kind: "mark"; mark: MarkKind; text: string }
  | { kind: "rating"; suds: number | null; presence: Presence | null }
  | { kind: "urge"; urge: UrgeKind; acted: boolean }
  | { kind: "label"; answer: Answer; activation: number | null }
  | { kind: "offer_reply"; reply: Reply }
  | { kind: "practice"; practice: string; moment: "started" | "finished" | "stopped"; asked: boolean; paced: boolean }
  | { kind: "numbers"; shown: boolean }
  | ({ kind: "debrief" } & Debrief)
  | { kind: "end"; reason: string }
  | { kind: "amend"; of_number: number };

export interface Debrief {
  happened: string;
  probability_pct: number | null;
  suds: number | null;
  presence: Presence | null;
  body_words: string;
  learnt: string;
}

export interface CheckIn {
  session: string;
  presence: Presence | null;
  suds: number | null;
  words: string;
}

/** Of the activations with an answer, how many were distress; no share from too few. */
export interface Precision {
  distress: number;
  answered: number;
  unanswered: number;
  needed: number;
  share: number | null;
  low: number | null;
  high: number | null;
  why: "" | "too_few";
}

export interface Learnt {
  simulated: boolean;
  threshold: number;
  start: number;
  most: number;
  step: number;
  rise_bpm: number;
  distress: number;
  other: number;
  again_utc: string | null;
  unread: number;
  precision: Precision;
}

export interface Contact {
  name: string;
  phone: string;
  parted_from: boolean;
}

export interface CrisisLine {
  country: string;
  name: string;
  phone: string;
  text: string;
  checked: string;
}

export interface Crisis {
  lines: CrisisLine[];
  contacts: Contact[];
}

export interface Breath {
  in_s: number;
  hold_s: number;
  out_s: number;
  rest_s: number;
  minutes: number;
}

export interface PracticeStep {
  say: string;
  wait_s?: number | null;
  count?: number | null;
}

export interface Practice {
  id: string;
  title: string;
  summary: string;
  kind: "breathing" | "steps";
  paced: boolean;
  eyes: "open" | "any";
  breath: Breath | null;
  steps: PracticeStep[];
  stop: string;
  source?: { author: string; year: number } | null;
}

/** What a session is that was brought in whole. `dated` false: when it began is not known. */
export interface Elsewhere {
  where: "file" | "memory";
  format: string;
  dated: boolean;
  device: string;
}

export type AddedKind = "baseline" | "apart" | "back" | "note" | "suds";

/** Said of a recording afterwards; its number takes it back. */
export interface Added {
  number: number;
  at_s: number;
  kind: AddedKind;
  text: string;
  suds: number | null;
}

export interface NewAdded {
  at_s: number;
  mark?: Exclude<AddedKind, "suds">;
  text?: string;
  suds?: number;
}

/** What became of a file that was brought in. */
export interface BroughtIn {
  ok: true;
  session: string;
  new: boolean;
  started_utc: string | null;
  zone_assumed: boolean;
  length_s: number;
  cut_off: boolean;
  problem_count: number;
  overlaps: { session: string; started_utc: string }[];
}

export interface SessionRow {
  id: string;
  elsewhere?: Elsewhere | null;
  started_utc: string;
  length_s: number;
  phase: Phase;
  step_title: string;
  support: Support;
  simulated: boolean;
  activations: number;
  coverage: number;
  suds_before: number | null;
  suds_after: number | null;
  end_reason: string | null;
}

/** One kind of ways back over all practices; lengths in s, null where `why` says so. */
export interface RecoveryGroup {
  where: "apart" | "after_reunion";
  used: boolean;
  n: number;
  not_by_end: number;
  asked: number;
  offered: number;
  median_s: number | null;
  low_s: number | null;
  high_s: number | null;
  why: "" | "too_few" | "not_reached";
}

export interface OverTime {
  simulated: boolean;
  groups: RecoveryGroup[];
  away: number;
  not_told: number;
  needed: number;
  unread: number;
}

export interface ReviewRecovery {
  where: "apart" | "after_reunion" | "not_said";
  reference_s: number | null;
  half_s: number | null;
  full_s: number | null;
  censored: boolean;
  why: string | null;
}

export interface ReviewActivation {
  number: number;
  onset_s: number;
  alarm_s: number;
  peak_s: number | null;
  end_s: number | null;
  peak_bpm: number | null;
  baseline_bpm: number | null;
  movement: Movement;
  why: string;
  /** Over where the heart was lately, or slowly over the baseline: from `level_bpm` to `hr_bpm`. */
  kind: "quick" | "slow_climb";
  hr_bpm: number | null;
  level_bpm: number | null;
  threshold: number;
  would_not_below_bpm: number | null;
  rmssd_term: number | null;
  label: Answer | null;
  recovery: ReviewRecovery | null;
}

export interface ReviewOffer {
  at_s: number;
  practice: string;
  because: string;
  reply: Reply | null;
  /** Why it no longer held before it was answered. */
  withdrawn: string | null;
  asked: boolean;
}

export interface ReviewPractice {
  practice: string;
  start_s: number;
  end_s: number | null;
  asked: boolean;
  finished: boolean;
}

export interface Series {
  t_s: number[];
  hr_bpm: (number | null)[];
  lo_bpm: (number | null)[];
  hi_bpm: (number | null)[];
  movement_mg: (number | null)[];
  rmssd_ms: (number | null)[];
}

/** Seconds in which heartbeats came, or might have, and none could be read. */
export interface NoReading {
  start_s: number;
  end_s: number;
  why: string;
}

export interface Review {
  id: string;
  elsewhere?: Elsewhere | null;
  afterwards?: Added[];
  /** No quiet minutes were marked, so that the first ones were taken for them. */
  baseline_assumed?: boolean;
  started_utc: string;
  length_s: number;
  simulated: boolean;
  plan: Plan | null;
  debrief: Debrief | null;
  end_reason: string | null;
  /** Share of the seconds with a reading. */
  coverage: number;
  movement: "verified" | "unverified";
  heart_slowing: boolean;
  settings_hash: string;
  phases: { phase: Phase; start_s: number; end_s: number | null }[];
  series: Series;
  activations: ReviewActivation[];
  offers: ReviewOffer[];
  silences: { at_s: number; because: string }[];
  practices: ReviewPractice[];
  ratings: RatingEvent[];
  urges: UrgeEvent[];
  marks: MarkEvent[];
  gaps: GapEvent[];
  no_reading: NoReading[];
  numbers_shown: { at_s: number; shown: boolean }[];
  distress: { before: number | null; after: number | null };
}

export const MEASURES = [
  "mean_nn_ms", "sdnn_ms", "rmssd_ms", "pnn50_pct", "lf_ms2", "hf_ms2", "sd1_ms", "sd2_ms", "sampen", "dfa_alpha1",
] as const;
export type Measure = (typeof MEASURES)[number];

/** A phase’s figures; `why` has a reason for each that is null. */
export type PhaseVariability = { phase: Phase; windows: number; why: Partial<Record<Measure, string>> } & Record<Measure, number | null>;

export interface Variability {
  simulated: boolean;
  method: { tool: string };
  phases: PhaseVariability[];
  left_out: string | null;
}
