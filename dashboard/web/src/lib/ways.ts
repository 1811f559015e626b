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

/**
 * A stream begins with a snapshot, so that one is asked for by opening it anew: asked for beside it, it
 * could come late over a slow network and pass for now.
 */
export function streamed(open: () => SourceLike): SocketLike {
  let source: SourceLike | null = null;
  const like: SocketLike = { onmessage: null, onclose: null, send: begin, close: end };

  function begin(): void {
    end();
    const mine = (source = open());
    mine.onmessage = (event) => like.onmessage?.(event);
    mine.onerror = () => {
      end(); // else it opens another one by itself
      like.onclose?.();
    };
  }

  function end(): void {
    if (source === null) return;
    source.onmessage = source.onerror = null;
    source.close();
    source = null;
  }

  begin();
  return like;
}
