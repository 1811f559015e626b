/** What is typed into a plan, a debrief or a step of the ladder, kept in the record field by field until it is said.
 *  A page that closes, a server that is killed, another window: the words are there again. */

import { onMount, untrack } from "svelte";
import { api } from "./api";
import { inRecord } from "./written.svelte";

export type DraftName = "plan" | "debrief" | "told" | "step" | "note";

export const drafts = inRecord(
  (name) => api.draft(name),
  (name, words, how) => api.keepDraft(name, said(words), how),
);

/** What was emptied is not in the record at all. */
function said(words: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(words).filter(([, text]) => text !== ""));
}

/** Each field as text. What is not said says nothing, so that a form that was only opened writes nothing. */
export function fieldsOf(form: object, blank: object): Record<string, string> {
  const at = blank as Record<string, unknown>;
  const rows = Object.entries(form).map(([key, value]) => {
    const text = JSON.stringify(value) ?? "";
    return [key, text === (JSON.stringify(at[key]) ?? "") ? "" : text];
  });
  return Object.fromEntries(rows) as Record<string, string>;
}

/** What was typed before, over the form as it begins; what can't be read is left out. */
export function formOf<T extends object>(blank: T, words: Record<string, string>): T {
  const known = Object.entries(words).filter(([key, text]) => key in blank && text !== "");
  const read = known.flatMap(([key, text]) => {
    try {
      return [[key, JSON.parse(text) as unknown]];
    } catch {
      return [];
    }
  });
  return { ...blank, ...Object.fromEntries(read) };
}

const ABOUT = "about";
type Words = Record<string, string>;

/** Where in a draft's sheet the fields of one form lie. */
export interface Place {
  read(words: Words): Words;
  /** What has to be written so that these fields stand there. */
  changes(words: Words, fields: Words): Words;
}

/** One form at a time has the sheet: that of a session or a plan; an older one's words give way. */
export function theOnly(about: string): Place {
  return {
    read: (words) => (words[ABOUT] === about ? words : {}),
    changes: (words, fields) => {
      const changed = Object.entries(fields).filter(([key, text]) => (words[key] ?? "") !== text);
      if (changed.length === 0) return {};
      return { ...(words[ABOUT] === about ? {} : { [ABOUT]: about }), ...Object.fromEntries(changed) };
    },
  };
}

/** Each form has a field of its own, so that several half-typed ones stay beside each other. */
export function among(about: string): Place {
  return {
    read: (words) => fieldsIn(words[about] ?? ""),
    changes: (words, fields) => {
      const said = Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ""));
      const text = Object.keys(said).length === 0 ? "" : JSON.stringify(said);
      return text === (words[about] ?? "") ? {} : { [about]: text };
    },
  };
}

function fieldsIn(text: string): Words {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? (found as Words) : {};
  } catch {
    return {};
  }
}

/** A draft of a step; `step`: null for a new one. */
export function aboutStep(ladder: string, step: string | null): string {
  return `${ladder}/${step ?? "new"}`;
}

/** The steps that were half typed, as `aboutStep` names them. */
export async function halfTypedSteps(): Promise<string[]> {
  const sheet = drafts.of("step");
  await sheet.open();
  return Object.keys(sheet.words).filter((about) => sheet.words[about] !== "");
}

/** A step was erased, and what was half typed of it goes with it. */
export async function forgetStep(about: string): Promise<void> {
  if (!(await halfTypedSteps()).includes(about)) return;
  drafts.of("step").set(about, "");
  drafts.flush();
}

/** In a component's beginning: the draft comes back, and what changes is kept. The answer erases it.
 *  `place`: of which session, plan or step it is; a draft of another one is not taken over. */
export function keepDraft<T extends object>(
  name: DraftName, place: Place, blank: T, get: () => T, restore: (form: T) => void,
): () => void {
  const sheet = drafts.of(name);
  let ready = $state(false);
  let over = false;

  onMount(() => {
    void sheet.open().then(() => {
      const typed = place.read(sheet.words);
      if (Object.keys(typed).length > 0) restore(formOf(blank, typed));
      ready = true;
    });
  });

  function put(fields: Words) {
    for (const [key, text] of Object.entries(place.changes(sheet.words, fields))) sheet.set(key, text);
  }

  $effect(() => {
    const fields = fieldsOf(get(), blank);
    if (ready && !over) untrack(() => put(fields));
  });

  return () => {
    over = true;
    put(Object.fromEntries(Object.keys(place.read(sheet.words)).map((key) => [key, ""])));
    sheet.flush();
  };
}
