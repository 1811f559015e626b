import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const css = readFileSync(fileURLToPath(new URL("../src/tokens.css", import.meta.url)), "utf8");
const [bright = "", dark = ""] = css.split("prefers-color-scheme: dark");

function colours(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
}

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = [
  ["ink", "paper"], ["ink", "card"], ["ink", "sunk"], ["ink", "green-soft"], ["ink", "rust-soft"], ["ink", "band"],
  ["quiet", "paper"], ["quiet", "card"], ["quiet", "sunk"], ["quiet", "green-soft"], ["quiet", "gap"],
  ["green", "paper"], ["green", "card"], ["on-green", "green"], ["on-green", "green-deep"], ["green-deep", "green-soft"],
  ["rust", "paper"], ["rust", "card"], ["rust", "rust-soft"],
] as const;
const PARTS = [
  ["edge", "paper"], ["edge", "card"], ["green", "band"], ["green", "sunk"], ["rust", "band"], ["green", "green-soft"],
] as const;

describe.each([["light", colours(bright)], ["dark", { ...colours(bright), ...colours(dark) }]])("in the %s", (_, set) => {
  it.each(TEXT)("%s on %s can be read", (front, back) => {
    expect(contrast(set[front] ?? "", set[back] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  it.each(PARTS)("%s on %s can be seen", (front, back) => {
    expect(contrast(set[front] ?? "", set[back] ?? "")).toBeGreaterThanOrEqual(3);
  });
});
