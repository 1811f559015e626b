/** What is typed into a plan, a debrief or a step of the ladder, kept in the record field by field until it is said.
 *  A page that closes, a server that is killed, another window: the words are there again. */

import { onMount, untrack } from "svelte";
import { api } from "./api";
import { inRecord } from "./written.svelte";

export type DraftName = "plan" | "debrief" | "told" | "step";

export const drafts = inRecord(
  (name) => api.draft(name),
  (name, words, how) => api.keepDraft(name, words, how),
);

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

/** A draft of a step; `step`: null for a new one. */
export function aboutStep(ladder: string, step: string | null): string {
  return `${ladder}/${step ?? "new"}`;
}

/** What the draft is of that waits in the record; "" where there is none. */
export async function waitsFor(name: DraftName): Promise<string> {
  const sheet = drafts.of(name);
  await sheet.open();
  return sheet.words[ABOUT] ?? "";
}

/** In a component's beginning: the draft comes back, and what changes is kept. The answer erases it.
 *  `about`: which session or plan it is of; a draft of another one is not taken over. */
export function keepDraft<T extends object>(
  name: DraftName, about: string, blank: T, get: () => T, restore: (form: T) => void,
): () => void {
  const sheet = drafts.of(name);
  let ready = $state(false);
  let over = false;

  onMount(() => {
    void sheet.open().then(() => {
      const words = sheet.words;
      if (words[ABOUT] === about) restore(formOf(blank, words));
      ready = true;
    });
  });

  $effect(() => {
    const fields = fieldsOf(get(), blank);
    if (!ready || over) return;
    untrack(() => {
      const changed = Object.entries(fields).filter(([key, text]) => (sheet.words[key] ?? "") !== text);
      if (changed.length === 0) return;
      if (sheet.words[ABOUT] !== about) sheet.set(ABOUT, about);
      for (const [key, text] of changed) sheet.set(key, text);
    });
  });

  return () => {
    over = true;
    for (const key of Object.keys(sheet.words)) if (sheet.words[key] !== "") sheet.set(key, "");
    sheet.flush();
  };
}
