/** What the server makes in a thread of its own: begun, looked at until it is ready, taken or let go. */

import type { Result } from "./api";

export const LOOK_MS = 400;
/** So often one looks whether it has been taken: a browser may ask where to, and get a no. */
const LOOKS = 150;

export interface Made {
  state: "working" | "ready" | "failed";
  done: number;
  of: number;
  /** Why it failed, where there is a reason. */
  why?: string;
}

interface Asking<A extends Made> {
  view(id: string): Promise<Result<A>>;
  /** `last`: the page goes away, and the request must outlive it. */
  drop(id: string, last: boolean): Promise<unknown>;
}

export class Making<A extends Made> {
  id = $state<string | null>(null);
  found = $state.raw<A | null>(null);
  /** Why there is none, as a code; "" where there is nothing to say. */
  why = $state("");
  /** It was given away, and is nowhere here any more. */
  taken = $state(false);
  working = $derived(this.id !== null && (this.found === null || this.found.state === "working"));
  ready = $derived(this.found?.state === "ready" ? this.found : null);
  private begun = 0;
  private leaving = 0;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly asking: Asking<A>, private readonly every = LOOK_MS) {}

  /** In the place of the one before. */
  async begin(ask: () => Promise<Result<{ id: string }>>): Promise<void> {
    this.drop();
    const mine = this.begun;
    const result = await ask();
    if (mine !== this.begun) {
      if (result.ok) void this.asking.drop(result.data.id, false);
    } else if (result.ok) {
      this.id = result.data.id;
      await this.look(this.id);
    } else {
      this.why = result.why;
    }
  }

  /** The browser fetches it now; the server keeps nothing of it then. */
  leave(): void {
    if (this.id === null) return;
    clearTimeout(this.later);
    this.leaving = LOOKS;
    this.later = setTimeout(() => void this.look(this.id ?? ""), this.every);
  }

  /** What is being made ends, and what was made is let go. */
  drop(last = false): void {
    clearTimeout(this.later);
    if (this.id !== null && this.leaving === 0) void this.asking.drop(this.id, last);
    this.forget();
    this.why = "";
    this.taken = false;
  }

  private async look(asked: string): Promise<void> {
    const result = await this.asking.view(asked);
    if (asked !== this.id) return;
    if (result.ok) this.found = result.data;
    else if (this.leaving > 0 && result.why === "not_there") return this.gone();
    else if (result.why !== "offline") return this.fail(result.why === "not_there" ? "failed" : result.why);
    if (this.found?.state === "failed") return this.fail(this.found.why ?? "failed");
    if (this.leaving > 0) this.leaving -= 1;
    if (this.found?.state !== "ready" || this.leaving > 0) this.later = setTimeout(() => void this.look(asked), this.every);
  }

  private gone(): void {
    this.forget();
    this.taken = true;
  }

  private fail(why: string): void {
    this.drop();
    this.why = why;
  }

  private forget(): void {
    this.begun += 1;
    this.leaving = 0;
    this.id = this.found = null;
  }
}
