/** A clinic’s copy of the record. */

export const CLINIC_ITEMS = ["sessions", "check_ins", "ladder", "measures", "moments", "worksheets", "notes", "study"] as const;
export type ClinicItem = (typeof CLINIC_ITEMS)[number];

/** What each page shows of it; there is none where nothing is to be seen of it. */
export interface ClinicSlice {
  /** The address that biocoach was started with; "" without one. */
  host: string;
  joined: boolean;
  clinic: string;
  items: ClinicItem[];
  state: "off" | "waiting" | "working" | "up_to_date" | "trouble" | "stopped";
  /** When the copy was last up to date, since the start; "": not yet. */
  at_utc: string;
  /** Lines that the clinic has not. */
  behind: number;
  why: string;
}

export interface ClinicMember {
  url: string;
  clinic: string;
  therapist: string;
  alias: string;
  joined_utc: string;
  /** When the record was found to be restored from an older backup; "": never. */
  forked_utc: string;
  since: Partial<Record<ClinicItem, string>>;
  /** What this record, put back from an older copy, still had as agreed; and when that came out. */
  overruled: Partial<Record<ClinicItem, string>>;
}

export interface ClinicView {
  told: ClinicSlice | null;
  all: ClinicItem[];
  usual: ClinicItem[];
  warning: string;
  member: ClinicMember | null;
}
