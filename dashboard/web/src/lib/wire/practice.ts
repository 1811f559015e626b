/** Practices as the server lists them. */

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
