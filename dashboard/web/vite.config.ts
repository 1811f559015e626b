import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env["BIOCOACH_SERVER"] ?? "127.0.0.1:8765";

/** What a language has no words for yet is said in English, so that only one file travels to the page. */
function filledFromEnglish(): Plugin {
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
  return {
    name: "filled-from-english",
    enforce: "pre",
    load(id) {
      const folder = /^(.*\/messages\/)[\w-]+\.json$/.exec(id)?.[1];
      if (folder === undefined) return null;
      this.addWatchFile(`${folder}en.json`);
      return JSON.stringify({ ...read(`${folder}en.json`), ...read(id) });
    },
  };
}

export default defineConfig({
  plugins: [filledFromEnglish(), svelte()],
  base: "./",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The wearer's page, and the clinic's; what they share travels once.
    rolldownOptions: { input: ["index.html", "clinic.html"] },
  },
  server: { proxy: { "/ws": { target: `ws://${server}`, ws: true }, "/api": `http://${server}` } },
  // The time is a bound on what hangs, not on what a busy machine does slowly.
  test: { include: ["tests/**/*.test.ts"], environment: "node", testTimeout: 300_000, hookTimeout: 300_000 },
});
