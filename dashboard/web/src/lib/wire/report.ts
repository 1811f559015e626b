/** What leaves the record for two people to read. */

export type NoteKind = "dap" | "soap";

/** A number of a sentence: `n` is out of how many, `sessions` those it was counted in. */
export interface NoteFigure {
  name: string;
  what: string;
  value: string | number | null;
  n: number | null;
  sessions: string[];
}

export interface NoteSentence {
  rule: string;
  text: string;
  from: NoteFigure[];
}

export interface NoteDraft {
  kind: NoteKind;
  since: string;
  until: string;
  sections: { part: string; title: string; sentences: NoteSentence[]; yours: string }[];
  foot: string;
  simulated: boolean;
}
