/** The wire examples that the Python tests read, too. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Delta, ProgressAnswer, Review, SessionNote, Snapshot } from "../src/lib/wire";

function read(name: string): unknown {
  const path = fileURLToPath(new URL(`../../../tests/wire/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, "utf8"));
}

export const live = (): Snapshot => read("snapshot-live") as Snapshot;
export const locked = (): Snapshot => read("snapshot-locked") as Snapshot;
export const second = (): Delta => read("delta-second") as Delta;
export const review = (): Review => read("review") as Review;
export const progress = (): ProgressAnswer => read("progress") as ProgressAnswer;
export const notes = (): { notes: SessionNote[] } => read("notes") as { notes: SessionNote[] };
