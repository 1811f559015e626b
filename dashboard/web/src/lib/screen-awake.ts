/** Owner of the screen's wake lock: held while a practice runs and this page is in front. */

export interface Lock {
  release(): Promise<void>;
  addEventListener(what: "release", heard: () => void): void;
}

/** Rejects where the browser says no: a battery that saves, a page that is not in front. */
export type Request = () => Promise<Lock>;

export class ScreenAwake {
  private wanted = false;
  private asking = false;
  private lock: Lock | null = null;

  /** ``request``: null where the browser has no such thing. ``told``: whether it is held now. */
  constructor(
    private readonly request: Request | null,
    private readonly told: (held: boolean) => void,
  ) {}

  get held(): boolean {
    return this.lock !== null;
  }

  want(wanted: boolean): void {
    this.wanted = wanted;
    if (wanted) void this.ask();
    else this.letGo();
  }

  /** The page is in front again: the browser took the lock when it was not. */
  seen(): void {
    if (this.wanted) void this.ask();
  }

  private async ask(): Promise<void> {
    if (this.request === null || this.lock !== null || this.asking) return;
    this.asking = true;
    try {
      const lock = await this.request();
      lock.addEventListener("release", () => this.taken(lock));
      this.lock = lock;
      this.told(true);
      if (!this.wanted) this.letGo();
    } catch {
      this.told(false); // it is asked for again when the page comes to the front
    } finally {
      this.asking = false;
    }
  }

  private letGo(): void {
    const lock = this.lock;
    if (lock === null) return;
    this.taken(lock);
    void lock.release().catch(() => undefined);
  }

  private taken(lock: Lock): void {
    if (this.lock !== lock) return;
    this.lock = null;
    this.told(false);
  }
}

export function browserRequest(): Request | null {
  return "wakeLock" in navigator ? () => navigator.wakeLock.request("screen") : null;
}
