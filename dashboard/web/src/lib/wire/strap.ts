/** The strap, its ECG and its errands. */

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

export interface EcgSlice {
  hz: number;
  samples: number[];
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
