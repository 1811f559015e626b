/** What the server says, as Python made it (`python -m tests.wire`) and holds it (tests/wire/test_held.py). */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Delta, Message, ProgressAnswer, Review, SessionNote, Snapshot } from "../src/lib/wire";

const FOLDER = fileURLToPath(new URL("../../../tests/wire/", import.meta.url));

export const names = readdirSync(FOLDER).filter((file) => file.endsWith(".json")).map((file) => file.replace(".json", ""));
export const textOf = (name: string): string => readFileSync(`${FOLDER}${name}.json`, "utf8");
export const read = (name: string): unknown => JSON.parse(textOf(name));
export const snapshot = (name: string): Snapshot => read(`snapshot-${name}`) as Snapshot;
export const delta = (name: string): Delta => read(`delta-${name}`) as Delta;

/** All that one page heard, and what a new page would have been sent at some of its numbers. */
export interface Sequence {
  heard: Message[];
  snapshots: Snapshot[];
}
export const sequence = (seed: number): Sequence => read(`sequence-${seed}`) as Sequence;

export const live = (): Snapshot => snapshot("offer");
export const locked = (): Snapshot => snapshot("locked");
export const review = (): Review => read("review") as Review;
export const progress = (): ProgressAnswer => read("progress") as ProgressAnswer;
export const notes = (): { notes: SessionNote[] } => read("notes") as { notes: SessionNote[] };
