/** What was done in a practice, told to the server in order. While it is away the practice goes on,
 *  and what is still worth knowing is told when it is back. */

import type { PracticeMoment } from "./wire";

export interface Told {
  practice: string;
  moment: PracticeMoment;
  asked: boolean;
  step: number | null;
}

/** kept; away: try again later; refused, with its code. */
export type Outcome = { kind: "kept" } | { kind: "away" } | { kind: "refused"; why: string };

export interface OutboxHooks {
  send(told: Told): Promise<Outcome>;
  onKept(told: Told): void;
  onRefused(told: Told, why: string): void;
}

export class Outbox {
  private waiting: Told[] = [];
  private sending: Told | null = null;

  constructor(private readonly hooks: OutboxHooks) {}

  /** Nothing is under way and nothing waits. */
  get idle(): boolean {
    return this.sending === null && this.waiting.length === 0;
  }

  put(told: Told): void {
    this.waiting = [...this.waiting.filter((earlier) => !outdated(earlier, told)), told];
    void this.flush();
  }

  clear(): void {
    this.waiting = [];
  }

  async flush(): Promise<void> {
    if (this.sending !== null) return;
    for (let told = this.waiting.shift(); told !== undefined; told = this.waiting.shift()) {
      this.sending = told;
      const outcome = await this.hooks.send(told);
      this.sending = null;
      if (outcome.kind === "away") {
        if (!this.waiting.some((later) => outdated(told, later))) this.waiting.unshift(told);
        return;
      }
      if (outcome.kind === "kept") this.hooks.onKept(told);
      else this.hooks.onRefused(told, outcome.why);
    }
  }
}

/** Of moves that wait only the last one matters, and none once it is over. */
function outdated(earlier: Told, later: Told): boolean {
  return earlier.moment === "moved" && earlier.practice === later.practice && later.moment !== "started";
}
