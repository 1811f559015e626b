/** Wheel, pinch and keys on a chart become zooming and moving of its time axis. */

import { moved, zoomed, type Range } from "./zoom";

export interface View {
  now(): Range;
  full: Range;
  /** The time under a place on the screen. */
  timeAt(clientX: number): number;
  show(range: Range): void;
  /** Around which time the keys zoom; else the middle of what is seen. */
  held?(): number | null;
}

const KEYS: Record<string, (view: View) => Range> = {
  "+": (v) => zoomed(v.now(), v.full, 0.6, held(v)),
  "=": (v) => zoomed(v.now(), v.full, 0.6, held(v)),
  "-": (v) => zoomed(v.now(), v.full, 1 / 0.6, held(v)),
  ArrowLeft: (v) => moved(v.now(), v.full, -0.25),
  ArrowRight: (v) => moved(v.now(), v.full, 0.25),
  Home: (v) => v.full,
  "0": (v) => v.full,
};

export function press(view: View, key: string): boolean {
  const action = KEYS[key];
  if (action === undefined) return false;
  view.show(action(view));
  return true;
}

/** The wheel zooms at the pointer; sideways it moves. */
export function wheel(view: View, event: WheelEvent): void {
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  event.preventDefault();
  view.show(
    sideways
      ? moved(view.now(), view.full, event.deltaX / 600)
      : zoomed(view.now(), view.full, Math.exp(event.deltaY / 400), view.timeAt(event.clientX)),
  );
}

/** One finger moves the picture; with two, the time between them stays between them. */
export function pinches(element: HTMLElement, view: View): () => void {
  const fingers = new Map<number, number>();
  let before = 0;
  const apart = () => {
    const [a = 0, b = 0] = [...fingers.values()];
    return Math.max(Math.abs(a - b), 1);
  };
  const down = (e: PointerEvent) => {
    if (e.pointerType !== "touch") return;
    fingers.set(e.pointerId, e.clientX);
    before = apart();
  };
  const move = (e: PointerEvent) => {
    if (!fingers.has(e.pointerId)) return;
    const last = fingers.get(e.pointerId) ?? e.clientX;
    fingers.set(e.pointerId, e.clientX);
    if (fingers.size === 1) drag(view, last, e.clientX);
    if (fingers.size !== 2) return;
    const [a = 0, b = 0] = [...fingers.values()];
    view.show(zoomed(view.now(), view.full, before / apart(), view.timeAt((a + b) / 2)));
    before = apart();
  };
  const up = (e: PointerEvent) => fingers.delete(e.pointerId);
  const pairs: [string, (e: PointerEvent) => void][] = [
    ["pointerdown", down], ["pointermove", move], ["pointerup", up], ["pointercancel", up],
  ];
  for (const [name, run] of pairs) element.addEventListener(name, run as EventListener);
  return () => pairs.forEach(([name, run]) => element.removeEventListener(name, run as EventListener));
}

function drag(view: View, from: number, to: number): void {
  const range = view.now();
  const by = view.timeAt(from) - view.timeAt(to);
  view.show(moved(range, view.full, by / (range.max - range.min)));
}

function held(view: View): number {
  const { min, max } = view.now();
  const at = view.held?.() ?? null;
  return at !== null && at >= min && at <= max ? at : (min + max) / 2;
}
