import { describe, expect, it } from "vitest";
import { Ways, streamed, type SourceLike } from "../src/lib/ways";

class FakeSource implements SourceLike {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  close(): void {
    this.closed = true;
  }
}

describe("the two ways to hear the server", () => {
  it("a socket that worked once is tried for ever", () => {
    const ways = new Ways();
    expect(ways.next()).toBe("socket");
    ways.heard();
    expect([ways.next(), ways.next()]).toEqual(["socket", "socket"]);
  });

  it("a socket that never spoke is not tried again", () => {
    const ways = new Ways();
    ways.next();
    expect(ways.next()).toBe("stream");
    ways.heard();
    expect([ways.next(), ways.next()]).toEqual(["stream", "stream"]);
  });

  it("a stream passes on what it hears, and its end", () => {
    const source = new FakeSource();
    const like = streamed(() => source);
    const heard: unknown[] = [];
    let ends = 0;
    like.onmessage = ({ data }) => heard.push(data);
    like.onclose = () => (ends += 1);
    source.onmessage?.({ data: "a" });
    source.onerror?.();
    expect([heard, ends, source.closed]).toEqual([["a"], 1, true]);
  });

  it("a snapshot is asked for by a new stream, and the old one says no more", () => {
    const sources: FakeSource[] = [];
    const like = streamed(() => sources[sources.push(new FakeSource()) - 1]!);
    const heard: unknown[] = [];
    let ends = 0;
    like.onmessage = ({ data }) => heard.push(data);
    like.onclose = () => (ends += 1);
    like.send("?");
    expect(sources.map((source) => source.closed)).toEqual([true, false]);
    sources[0]?.onmessage?.({ data: "old" });
    sources[0]?.onerror?.();
    sources[1]?.onmessage?.({ data: "snap" });
    expect([heard, ends]).toEqual([["snap"], 0]);
    like.close();
    expect(sources[1]?.closed).toBe(true);
  });
});
