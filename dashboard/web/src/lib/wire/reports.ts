/** The packet for a therapist: what the server says of one that is made, and its first page. */

import type { Made } from "../making.svelte";

export type PacketItem =
  | { kind: "line" | "heading"; text: string }
  | { kind: "said"; label: string; text: string }
  | { kind: "table"; head: string[]; rows: string[][]; widths: number[] }
  | { kind: "boxes"; text: string; boxes: string[] };

export interface PacketPart {
  number: number;
  title: string;
  items: PacketItem[];
}

export interface FirstPage {
  title: string;
  head: string[];
  parts: PacketPart[];
}

export interface ReportAnswer extends Made {
  /** Where it is ready. */
  first?: FirstPage;
  disclaimer?: string;
  mark?: string;
  sessions?: number;
}

export type ExportFormat = "csv" | "kubios" | "edf" | "json" | "fhir";

/** One session, or a period; "" where there is none. */
export interface ExportWish {
  format: ExportFormat;
  session: string;
  since: string;
  until: string;
}

/** Of the file that is taken out. */
export interface ExportAnswer extends Made {
  /** Where it is ready. */
  name?: string;
  bytes?: number;
  sessions?: number;
  files?: number;
}
