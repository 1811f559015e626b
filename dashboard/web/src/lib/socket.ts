/** Owner of the WebSocket: opens it, hears it fall silent, opens it again without limit. */

import type { Timers } from "./timers";
import type { Message } from "./wire";

export const PROBE_AFTER_MS = 2000;
export const LOST_AFTER_MS = 3000;
export const RETRY_AFTER_MS = 6000;
/** The server closes with it when this phone was taken out. */
export const NOT_PAIRED = 4401;
const BACKOFF_MS = [500, 1000, 2000, 4000, 5000];

export type Connection = "connecting" | "open" | "lost";

export interface SocketLike {
  send(text: string): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event?: { code: number }) => void) | null;
}

export interface Hooks {
  open(): SocketLike;
  timers: Timers;
  /** Milliseconds of a clock that goes on while the computer sleeps. */
  now(): number;
  onMessage(message: Message): void;
  onConnection(connection: Connection): void;
  onUnpaired(): void;
}

export class LiveSocket {
  private socket: SocketLike | null = null;
  private pending: number[] = [];
  private failures = 0;
  private heardAt = 0;
  private openedAt = 0;
  private stopped = false;

  constructor(private readonly hooks: Hooks) {}

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
  }

  /** The page is seen again, or has a network again. Its timers may have slept with it, so the
   * clock says whether what it shows is old; then it does not wait its turn. One that was opened a
   * moment ago is left to come: a page is shown, seen and focused all at once. */
  awake(): void {
    const now = this.hooks.now();
    const coming = this.socket !== null && Math.abs(now - this.openedAt) < LOST_AFTER_MS;
    if (this.stopped || coming || now - this.heardAt < LOST_AFTER_MS) return;
    this.failures = 0;
    this.drop();
    this.hooks.onConnection("lost");
    this.connect();
  }

  askForSnapshot(): void {
    try {
      this.socket?.send(JSON.stringify({ type: "snapshot?" }));
    } catch {
      this.retry(); // the socket closed between two messages
    }
  }

  private connect(): void {
    const socket = this.hooks.open();
    this.socket = socket;
    this.openedAt = this.hooks.now();
    socket.onmessage = (event) => this.heard(event.data);
    socket.onclose = (event) => (event?.code === NOT_PAIRED ? this.hooks.onUnpaired() : this.retry());
    this.listen();
  }

  private heard(data: unknown): void {
    const message = parsed(data);
    if (message === null) return;
    this.failures = 0;
    this.heardAt = this.hooks.now();
    this.hooks.onConnection("open");
    this.listen();
    this.hooks.onMessage(message);
  }

  /** From now on: after a while of silence ask, then say so, then open a new socket. */
  private listen(): void {
    this.cancelAll();
    const { timers } = this.hooks;
    this.pending = [
      timers.after(PROBE_AFTER_MS, () => this.askForSnapshot()),
      timers.after(LOST_AFTER_MS, () => this.hooks.onConnection("lost")),
      timers.after(RETRY_AFTER_MS, () => this.retry()),
    ];
  }

  private retry(): void {
    this.drop();
    if (this.stopped) return;
    this.hooks.onConnection("lost");
    const wait = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)] ?? 5000;
    this.failures += 1;
    this.pending = [this.hooks.timers.after(wait, () => this.connect())];
  }

  private drop(): void {
    this.cancelAll();
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private cancelAll(): void {
    for (const id of this.pending) this.hooks.timers.cancel(id);
    this.pending = [];
  }
}

function parsed(data: unknown): Message | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    const type = (value as { type?: unknown } | null)?.type;
    return type === "snapshot" || type === "delta" ? (value as Message) : null;
  } catch {
    return null; // a torn message shows as a hole in the numbers
  }
}
