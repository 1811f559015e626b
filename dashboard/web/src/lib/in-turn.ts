/** What a person does reaches the server in the order in which it was done. */

import type { Timers } from "./timers";

/** Nobody waits longer for an answer that does not come. */
export const PATIENCE_MS = 5000;

export class InTurn {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly timers: Timers) {}

  /** Begins ``work`` once what came before it has ended, or has had its time. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.atMost(this.last).then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private atMost(before: Promise<unknown>): Promise<void> {
    return new Promise((go) => {
      const timer = this.timers.after(PATIENCE_MS, go);
      void before.then(() => {
        this.timers.cancel(timer);
        go();
      });
    });
  }
}
