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
    const like = streamed(source, () => Promise.resolve(null));
    const heard: unknown[] = [];
    let ends = 0;
    like.onmessage = ({ data }) => heard.push(data);
    like.onclose = () => (ends += 1);
    source.onmessage?.({ data: "a" });
    source.onerror?.();
    expect([heard, ends, source.closed]).toEqual([["a"], 1, true]);
  });

  it("a snapshot is asked for beside it, and one that doesn’t come is nothing", async () => {
    const answers = ["snap", null];
    const like = streamed(new FakeSource(), () => Promise.resolve(answers.shift() ?? null));
    const heard: unknown[] = [];
    like.onmessage = ({ data }) => heard.push(data);
    like.send("?");
    like.send("?");
    await Promise.resolve();
    await Promise.resolve();
    expect(heard).toEqual(["snap"]);
  });
});
