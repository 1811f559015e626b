/** Dragging a row of a list to another place: by pointer, with the place told as it changes. */

export interface Dragging {
  /** The rows, in their order. */
  rows: () => HTMLElement[];
  /** Which row is held, and where it would go; null when it is let go or left. */
  show: (now: { from: number; to: number } | null) => void;
  drop: (from: number, to: number) => void;
}

/** Among the middles of the other rows: how many lie above. */
export function placeAt(middles: number[], from: number, y: number): number {
  return middles.filter((middle, n) => n !== from && middle < y).length;
}

/** The row that the event began in follows the pointer until it is let go; Escape leaves it. */
export function grab(event: PointerEvent, from: number, list: Dragging): void {
  const grip = event.currentTarget;
  const rows = list.rows();
  const row = rows[from];
  if (event.button !== 0 || !(grip instanceof HTMLElement) || row === undefined) return;
  const start = event.clientY + window.scrollY;
  const middles = rows.map((one) => middleOf(one));
  const held = middles[from] ?? 0;
  let to = from;
  grip.setPointerCapture(event.pointerId);
  list.show({ from, to });

  const move = (e: PointerEvent) => {
    const by = e.clientY + window.scrollY - start;
    row.style.transform = `translateY(${by}px)`;
    to = placeAt(middles, from, held + by);
    list.show({ from, to });
  };
  const end = (kept: boolean) => {
    row.style.transform = "";
    for (const [name, run] of pairs) grip.removeEventListener(name, run as EventListener);
    window.removeEventListener("keydown", escape);
    list.show(null);
    if (kept && to !== from) list.drop(from, to);
  };
  const escape = (e: KeyboardEvent) => {
    if (e.key === "Escape") end(false);
  };
  const pairs: [string, (e: PointerEvent) => void][] = [
    ["pointermove", move], ["pointerup", () => end(true)], ["pointercancel", () => end(false)],
  ];
  for (const [name, run] of pairs) grip.addEventListener(name, run as EventListener);
  window.addEventListener("keydown", escape);
}

function middleOf(row: HTMLElement): number {
  const box = row.getBoundingClientRect();
  return box.top + window.scrollY + box.height / 2;
}
