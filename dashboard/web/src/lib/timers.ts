/** The browser's timers, and one thing that is done a moment later. */

export interface Timers {
  after(ms: number, run: () => void): number;
  cancel(id: number): void;
}

export const browserTimers: Timers = {
  after: (ms, run) => window.setTimeout(run, ms),
  cancel: (id) => window.clearTimeout(id),
};

/** The latest wish counts: an earlier one that still waits is let go. */
export class Soon {
  private timer: number | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly run: () => void,
  ) {}

  get waits(): boolean {
    return this.timer !== null;
  }

  in(ms: number): void {
    this.settle();
    this.timer = this.timers.after(ms, () => {
      this.timer = null;
      this.run();
    });
  }

  settle(): void {
    if (this.timer !== null) this.timers.cancel(this.timer);
    this.timer = null;
  }
}
