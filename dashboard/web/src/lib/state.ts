/** Live state as a fold: (state, message) → state. No clock, no socket, no drawing. */

import type { Delta, EcgSlice, Message, Slices, Snapshot, TraceRow } from "./wire";

export const TRACE_KEPT = 900;
export const ECG_KEPT = 130 * 6;

export interface Model {
  /** Number of the last message that was followed; null before the first snapshot. */
  n: number | null;
  slices: Slices | null;
  /** A number was missing: deltas are dropped until a snapshot comes. */
  wantsSnapshot: boolean;
}

export const EMPTY: Model = { n: null, slices: null, wantsSnapshot: false };

const BLANK: Omit<Slices, "app"> = {
  strap: null,
  session: null,
  now: null,
  trace: [],
  events: { activations: [], marks: [], ratings: [], urges: [], gaps: [] },
  offer: null,
  practice: null,
  ended: null,
  question: null,
  ecg: null,
  opinion: null,
  errand: null,
  pace: null,
};

export function reduce(model: Model, message: Message): Model {
  switch (message.type) {
    case "snapshot":
      return fromSnapshot(message);
    case "delta":
      return withDelta(model, message);
    default:
      return model;
  }
}

function fromSnapshot(message: Snapshot): Model {
  return { n: message.n, slices: { ...BLANK, ...message.state }, wantsSnapshot: false };
}

function withDelta(model: Model, delta: Delta): Model {
  if (model.wantsSnapshot) return model;
  if (model.slices === null || model.n === null || delta.n !== model.n + 1) {
    return { ...model, wantsSnapshot: true };
  }
  const slices: Slices = { ...model.slices, ...delta.set };
  if (delta.push?.trace) slices.trace = appended(slices.trace, delta.push.trace);
  if (delta.push?.ecg) slices.ecg = moreEcg(slices.ecg, delta.push.ecg);
  return { n: delta.n, slices, wantsSnapshot: false };
}

function appended(trace: TraceRow[], rows: TraceRow[]): TraceRow[] {
  return [...trace, ...rows].slice(-TRACE_KEPT);
}

function moreEcg(ecg: EcgSlice | null, blocks: number[][]): EcgSlice {
  const before = ecg ?? { hz: 130, samples: [] };
  return { ...before, samples: [...before.samples, ...blocks.flat()].slice(-ECG_KEPT) };
}
