/** A language that is read from right to left mirrors the page, so no style may name a side of the screen. */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));
const SIDE = /(margin|padding|border)-(left|right)|text-align: (left|right)|float: (left|right)/;
/** Time runs from left to right on a chart in every language. */
const DRAWN = /^review\/SessionChart|^review\/ChartTable|^progress\/|^phone\//;

const styled = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => /\.(svelte|css)$/.test(name) && !DRAWN.test(name));

it.each(styled)("%s says start and end", (name) => {
  expect(readFileSync(SRC + name, "utf8").split("\n").filter((line) => SIDE.test(line))).toEqual([]);
});
