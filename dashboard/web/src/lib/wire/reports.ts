/** The packet for a therapist: what the server says of one that is made, and its first page. */

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

export interface ReportAnswer {
  state: "working" | "ready" | "failed";
  done: number;
  of: number;
  /** Where it is ready. */
  first?: FirstPage;
  disclaimer?: string;
  mark?: string;
  sessions?: number;
}
