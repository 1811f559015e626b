import { describe, expect, it } from "vitest";
import { LOST_AFTER_MS, LiveSocket, NOT_PAIRED, PROBE_AFTER_MS, RETRY_AFTER_MS, type Connection, type SocketLike } from "../src/lib/socket";
import type { Timers } from "../src/lib/timers";
import type { Message } from "../src/lib/wire";

class FakeSocket implements SocketLike {
  sent: string[] = [];
  closed = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event?: { code: number }) => void) | null = null;
  send(text: string): void {
    if (this.closed) throw new Error("closed");
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

class FakeTimers implements Timers {
  private now = 0;
  private slept = 0;
  private next = 1;
  private waiting = new Map<number, { at: number; run: () => void }>();
  after(ms: number, run: () => void): number {
    this.waiting.set(this.next, { at: this.now + ms, run });
    return this.next++;
  }
  cancel(id: number): void {
    this.waiting.delete(id);
  }
  /** A clock that goes on in sleep, unlike what waits. */
  get clock(): number {
    return 1_000_000 + this.now + this.slept;
  }
  sleep(ms: number): void {
    this.slept += ms;
  }
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.waiting].filter(([, w]) => w.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      this.waiting.delete(due[0]);
      this.now = due[1].at;
      due[1].run();
    }
    this.now = end;
  }
}

function begin() {
  const sockets: FakeSocket[] = [];
  const timers = new FakeTimers();
  const heard: Message[] = [];
  const seen: Connection[] = [];
  const unpaired: number[] = [];
  const live = new LiveSocket({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    timers,
    now: () => timers.clock,
    onMessage: (message) => heard.push(message),
    onConnection: (connection) => seen.at(-1) !== connection && seen.push(connection),
    onUnpaired: () => unpaired.push(sockets.length),
  });
  live.start();
  return { live, sockets, timers, heard, seen, unpaired };
}

const tick = { type: "delta", n: 2 };

describe("the socket", () => {
  it("passes messages on and says that it is open", () => {
    const { sockets, heard, seen } = begin();
    sockets[0]?.say(tick);
    expect(heard).toEqual([tick]);
    expect(seen).toEqual(["open"]);
  });

  it("asks before it says that it is lost", () => {
    const { sockets, timers, seen } = begin();
    sockets[0]?.say(tick);
    timers.pass(PROBE_AFTER_MS);
    expect(sockets[0]?.sent).toEqual(['{"type":"snapshot?"}']);
    expect(seen).toEqual(["open"]);
    timers.pass(LOST_AFTER_MS - PROBE_AFTER_MS);
    expect(seen).toEqual(["open", "lost"]);
  });

  it("is open again with the first message after silence", () => {
    const { sockets, timers, seen } = begin();
    timers.pass(LOST_AFTER_MS);
    sockets[0]?.say(tick);
    expect(seen).toEqual(["lost", "open"]);
  });

  it("is never lost while a message comes each second", () => {
    const { sockets, timers, seen } = begin();
    for (let i = 0; i < 30; i += 1) {
      sockets[0]?.say(tick);
      timers.pass(1000);
    }
    expect(seen).toEqual(["open"]);
    expect(sockets[0]?.sent).toEqual([]);
  });

  it("opens a new socket after long silence and listens to the old one no more", () => {
    const { sockets, timers, heard } = begin();
    timers.pass(RETRY_AFTER_MS + 500);
    expect(sockets[0]?.closed).toBe(true);
    expect(sockets).toHaveLength(2);
    sockets[0]?.say(tick);
    expect(heard).toEqual([]);
  });

  it("tries again without limit, and never more often than it should", () => {
    const { sockets, timers } = begin();
    for (let i = 0; i < 20; i += 1) {
      sockets.at(-1)?.onclose?.();
      timers.pass(5000);
    }
    expect(sockets).toHaveLength(21);
  });

  it("leaves what it can't read alone", () => {
    const { sockets, heard } = begin();
    sockets[0]?.onmessage?.({ data: "{torn" });
    sockets[0]?.onmessage?.({ data: new ArrayBuffer(2) });
    sockets[0]?.say({ type: "other" });
    sockets[0]?.say(null);
    expect(heard).toEqual([]);
  });

  it("says that this phone was taken out, and not that the server is lost", () => {
    const { live, sockets, timers, seen, unpaired } = begin();
    sockets[0]?.say(tick);
    sockets[0]?.onclose?.({ code: NOT_PAIRED });
    live.stop();
    timers.pass(60_000);
    expect(unpaired).toEqual([1]);
    expect(seen).toEqual(["open"]);
    expect(sockets).toHaveLength(1);
  });

  it("tries again after any other end", () => {
    const { sockets, timers, unpaired } = begin();
    sockets[0]?.onclose?.({ code: 1012 });
    timers.pass(5000);
    expect(unpaired).toEqual([]);
    expect(sockets).toHaveLength(2);
  });

  it("knows after a sleep that what it shows is old, before any timer does", () => {
    const { live, sockets, timers, seen } = begin();
    sockets[0]?.say(tick);
    timers.sleep(3_600_000);
    live.awake();
    expect(seen).toEqual(["open", "lost"]);
    expect(sockets).toHaveLength(2);
    expect(sockets[0]?.closed).toBe(true);
    sockets[1]?.say(tick);
    expect(seen).toEqual(["open", "lost", "open"]);
  });

  it("leaves a connection alone that was heard a moment ago", () => {
    const { live, sockets, timers, seen } = begin();
    sockets[0]?.say(tick);
    timers.pass(1000);
    live.awake();
    expect(sockets).toHaveLength(1);
    expect(seen).toEqual(["open"]);
  });

  it("does not wait its turn when the page is seen again while the server is away", () => {
    const { live, sockets, timers } = begin();
    for (let i = 0; i < 6; i += 1) {
      sockets.at(-1)?.onclose?.();
      timers.pass(5000);
    }
    const before = sockets.length;
    sockets.at(-1)?.onclose?.();
    live.awake();
    expect(sockets).toHaveLength(before + 1);
    timers.pass(500);
    expect(sockets).toHaveLength(before + 1);
  });

  it("lets a first connection come, however often the page is seen meanwhile", () => {
    const { live, sockets, timers, seen } = begin();
    live.awake(); // the page is shown
    timers.pass(200);
    live.awake(); // and gets the focus
    expect(sockets).toHaveLength(1);
    expect(seen).toEqual([]);
    sockets[0]?.say(tick);
    expect(seen).toEqual(["open"]);
  });

  it("opens one socket when seeing, showing and focus come at once after a sleep", () => {
    const { live, sockets, timers } = begin();
    sockets[0]?.say(tick);
    timers.sleep(3_600_000);
    for (let n = 0; n < 3; n += 1) live.awake();
    expect(sockets).toHaveLength(2);
  });

  it("stays stopped when the page is seen again", () => {
    const { live, sockets, timers } = begin();
    live.stop();
    timers.sleep(3_600_000);
    live.awake();
    expect(sockets).toHaveLength(1);
  });

  it("stops when told", () => {
    const { live, sockets, timers } = begin();
    live.stop();
    timers.pass(60_000);
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.closed).toBe(true);
  });
});
