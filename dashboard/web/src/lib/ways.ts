/** How a phone hears the server: by WebSocket, or by server-sent events where the browser opens none. */

import type { SocketLike } from "./socket";

export type Way = "socket" | "stream";

/** Safari opens no WebSocket to a computer that nobody vouches for: once one closed without a word, the other way. */
export class Ways {
  private way: Way = "socket";
  private worked = false;
  private tried = false;

  next(): Way {
    if (this.way === "socket" && this.tried && !this.worked) this.way = "stream";
    this.tried = true;
    return this.way;
  }

  /** Something was heard. */
  heard(): void {
    if (this.way === "socket") this.worked = true;
  }
}

export interface SourceLike {
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: (() => void) | null;
  close(): void;
}

/** `ask` gets the snapshot that a socket would be asked for, as text; null where there is none. */
export function streamed(source: SourceLike, ask: () => Promise<string | null>): SocketLike {
  const like: SocketLike = {
    onmessage: null,
    onclose: null,
    send: () => void ask().then((text) => text !== null && like.onmessage?.({ data: text })),
    close: () => source.close(),
  };
  source.onmessage = (event) => like.onmessage?.(event);
  source.onerror = () => {
    source.close(); // else it opens another one by itself
    like.onclose?.();
  };
  return like;
}
