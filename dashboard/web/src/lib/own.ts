/** One’s own phrases, comfort kit and imagery text: what they are, and pure work on them. */

export const MOST = { phrases: 100, kit: 60, letters: 300, text: 10_000, name: 200, bytes: 6_000_000 };
export const PICTURE_PX = 1600;

export type Kind = "word" | "object" | "scent" | "picture" | "voice";
export interface Thing {
  id: string;
  kind: Kind;
  text: string;
  /** The id of a picture or a voice; empty for the others. */
  media: string;
}
export interface Imagery {
  text: string;
  /** The therapist who gave it. */
  by: string;
}
export interface Content {
  phrases: string[];
  kit: Thing[];
  imagery: Imagery;
}
/** On the wire. `rev` is another after each change; `simulated`: it stands in the virtual strap’s record. */
export interface OwnAnswer extends Content {
  rev: string;
  simulated: boolean;
}
/** On the screen a phrase has an id, so that it can be moved and changed. */
export interface Draft {
  phrases: { id: string; text: string }[];
  kit: Thing[];
  imagery: Imagery;
}

export function draftOf(content: Content): Draft {
  return {
    phrases: content.phrases.map((text) => ({ id: crypto.randomUUID(), text })),
    kit: content.kit.map((thing) => ({ ...thing })),
    imagery: { ...content.imagery },
  };
}

/** What is kept of it: what is empty is only on the screen. */
export function contentOf(draft: Draft): Content {
  return {
    phrases: draft.phrases.map((phrase) => phrase.text).filter(written),
    kit: draft.kit.filter((thing) => thing.media !== "" || written(thing.text)).map((thing) => ({ ...thing })),
    imagery: { ...draft.imagery },
  };
}

export function written(text: string): boolean {
  return text.trim() !== "";
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The list with one of it moved `by` places; as it was where it can’t. */
export function moved<T>(list: T[], index: number, by: number): T[] {
  const to = index + by;
  const one = list[index];
  if (one === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, at) => at !== index);
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** Two windows changed what was `base`: theirs, with what was changed here. Nobody’s words are lost. */
export function merged(base: Content, mine: Content, theirs: Content): Content {
  return {
    phrases: mergedPhrases(base.phrases, mine.phrases, theirs.phrases),
    kit: mergedKit(base.kit, mine.kit, theirs.kit),
    imagery: same(mine.imagery, base.imagery) ? theirs.imagery : mine.imagery,
  };
}

function mergedPhrases(base: string[], mine: string[], theirs: string[]): string[] {
  if (same(theirs, base)) return mine;
  const kept = theirs.filter((text) => !base.includes(text) || mine.includes(text));
  return [...kept, ...mine.filter((text) => !base.includes(text) && !theirs.includes(text))].slice(0, MOST.phrases);
}

function mergedKit(base: Thing[], mine: Thing[], theirs: Thing[]): Thing[] {
  const by = (list: Thing[]) => new Map(list.map((thing) => [thing.id, thing]));
  const [before, here, there] = [by(base), by(mine), by(theirs)];
  const changed = (thing: Thing) => !same(thing, before.get(thing.id));
  const kept = theirs.filter((thing) => !before.has(thing.id) || here.has(thing.id)).map((thing) => {
    const own = here.get(thing.id);
    return own && changed(own) ? own : thing;
  });
  // What they took out is gone, with its picture; words that were changed here come back.
  const back = mine.filter((thing) => !there.has(thing.id) && changed(thing) && (thing.media === "" || !before.has(thing.id)));
  return [...kept, ...back].slice(0, MOST.kit);
}

/** Without the pictures and voices that came since `base`: they are not there any more. */
export function withoutLost(draft: Draft, base: Content): Draft {
  const known = new Set(base.kit.map((thing) => thing.media));
  return { ...draft, kit: draft.kit.filter((thing) => thing.media === "" || known.has(thing.media)) };
}

/** How wide and high a picture is drawn: at most `most` pixels, never larger than it is. */
export function drawnSize(width: number, height: number, most: number = PICTURE_PX): { width: number; height: number } {
  const share = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** What browsers record, the best first. */
const RECORDED = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

export function recordedAs(supported: (type: string) => boolean): string | null {
  return RECORDED.find(supported) ?? null;
}

/** Why the microphone can’t be had, from the name of the browser’s error. */
export function whyNoVoice(name: string): "refused" | "missing" | "busy" | "other" {
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "other";
}

/** A few words by which a thing is named in a list; empty where it has none. */
export function shortened(text: string, most = 40): string {
  const line = text.trim().replace(/\s+/g, " ");
  const letters = [...line];
  return letters.length <= most ? line : `${letters.slice(0, most - 1).join("").trimEnd()}…`;
}
