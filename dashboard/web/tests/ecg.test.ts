import { describe, expect, it } from "vitest";
import { STALE_S, WINDOW_S, isStale, points, scaleOf, seconds } from "../src/lib/ecg";

const HZ = 130;
const flat = (n: number, uv = 0) => Array.from({ length: n }, () => uv);

describe("the ECG strip", () => {
  it("noise stays small, and the scale goes in steps", () => {
    expect(scaleOf([-20, 0, 20])).toEqual({ middle: 0, half: 500 });
    expect(scaleOf([...flat(50), 1100])).toEqual({ middle: 0, half: 1500 });
    expect(scaleOf([...flat(50), 1400])).toEqual({ middle: 0, half: 1500 });
  });

  it("the quiet line is in the middle, wherever the strap puts it", () => {
    const { middle } = scaleOf([...flat(100, 300), 1200, -400]);
    expect(middle).toBe(300);
  });

  it("a knock of the strap does not flatten the beats beyond 4 mV", () => {
    expect(scaleOf([...flat(50), 30_000]).half).toBe(4000);
    expect(points({ hz: HZ, samples: [...flat(50), 30_000] }, 600, 100).at(-1)).toEqual([600, 0]);
  });

  it("the newest sample is at the right edge and six seconds fill the width", () => {
    const line = points({ hz: HZ, samples: flat(HZ * 10) }, 780, 100);
    expect(line).toHaveLength(WINDOW_S * HZ);
    expect(line.at(-1)).toEqual([780, 50]);
    expect(line[0]?.[0]).toBeCloseTo(1);
  });

  it("a short strip begins late and is not stretched", () => {
    const line = points({ hz: HZ, samples: flat(HZ) }, 780, 100);
    expect(line[0]?.[0]).toBeCloseTo(780 - 129);
  });

  it("nothing yet is no line", () => {
    expect(points({ hz: HZ, samples: [] }, 780, 100)).toEqual([]);
    expect(scaleOf([])).toEqual({ middle: 0, half: 500 });
  });

  it("a faint line each second", () => {
    expect(seconds(600)).toEqual([500, 400, 300, 200, 100]);
  });

  it("old samples are not shown as now", () => {
    expect(isStale(100 + STALE_S, 100)).toBe(false);
    expect(isStale(101 + STALE_S, 100)).toBe(true);
  });
});
