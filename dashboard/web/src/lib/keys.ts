/** One-key actions: never while writing, never with Ctrl, Alt or Cmd. */

const TYPING = new Set(["text", "password", "search", "tel", "number", "email", "url", "date", "datetime-local", "time", "month", "week"]);

export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return TYPING.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export function plainKey(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return null;
  if (isWriting(event.target)) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

export const HIDE_WITHIN_MS = 700;

/** Tells whether this Escape is the second of two quick ones. */
export function doublePress(): (atMs: number) => boolean {
  let last = -Infinity;
  return (atMs) => {
    const twice = atMs - last <= HIDE_WITHIN_MS;
    last = twice ? -Infinity : atMs;
    return twice;
  };
}

/** The element under the focus has a use of its own for this key. */
export function keeps(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("select, audio, video, [contenteditable]") !== null) return true;
  const input = target.closest("input");
  const picks = input?.type === "radio" || input?.type === "checkbox";
  if (key === "Enter") return target.closest("button, a[href], summary") !== null || (input !== null && !picks);
  if (key === " ") return target.closest("button, a[href], summary, input") !== null;
  return input !== null;
}
