import { describe, expect, it } from "vitest";
import { ScreenAwake, type Lock } from "../src/lib/screen-awake";

class FakeLock implements Lock {
  released = false;
  private heard: (() => void)[] = [];
  addEventListener(_what: "release", heard: () => void): void {
    this.heard.push(heard);
  }
  release(): Promise<void> {
    this.take();
    return Promise.resolve();
  }
  /** The browser takes it, as it does from a page that goes out of sight. */
  take(): void {
    if (this.released) return;
    this.released = true;
    for (const heard of this.heard) heard();
  }
}

function begin(refuse = () => false) {
  const locks: FakeLock[] = [];
  const told: boolean[] = [];
  const awake = new ScreenAwake(
    () => {
      if (refuse()) return Promise.reject(new Error("battery"));
      locks.push(new FakeLock());
      return Promise.resolve(locks.at(-1) as Lock);
    },
    (held) => told.push(held),
  );
  return { awake, locks, told };
}

const settled = () => new Promise((done) => setImmediate(done));

describe("the screen's wake lock", () => {
  it("is held once while it is wanted, and let go", async () => {
    const { awake, locks, told } = begin();
    awake.want(true);
    awake.want(true);
    await settled();
    expect(locks).toHaveLength(1);
    expect(awake.held).toBe(true);
    awake.want(false);
    expect(locks[0]?.released).toBe(true);
    expect(told).toEqual([true, false]);
  });

  it("is asked for again when the page is seen again, and only then", async () => {
    const { awake, locks, told } = begin();
    awake.want(true);
    await settled();
    locks[0]?.take();
    expect(awake.held).toBe(false);
    awake.seen();
    await settled();
    expect(locks).toHaveLength(2);
    expect(told).toEqual([true, false, true]);
  });

  it("is not asked for by a page that is seen while nothing runs", async () => {
    const { awake, locks } = begin();
    awake.seen();
    await settled();
    expect(locks).toEqual([]);
  });

  it("tells a no, and asks again later", async () => {
    let no = true;
    const { awake, told } = begin(() => no);
    awake.want(true);
    await settled();
    expect(told).toEqual([false]);
    no = false;
    awake.seen();
    await settled();
    expect(told).toEqual([false, true]);
  });

  it("does not outlive a wish that ended while it was asked for", async () => {
    const { awake, locks } = begin();
    awake.want(true);
    awake.want(false);
    await settled();
    expect(locks[0]?.released).toBe(true);
    expect(awake.held).toBe(false);
  });

  it("does nothing where the browser has none", async () => {
    const awake = new ScreenAwake(null, () => expect.unreachable());
    awake.want(true);
    awake.seen();
    await settled();
    expect(awake.held).toBe(false);
  });
});
