/** One’s own phrases, comfort kit and imagery. */

import type { OwnAnswer, OwnImagery, OwnThing } from "./wire";

class Own {
  phrases = $state.raw<string[]>([]);
  kit = $state.raw<OwnThing[]>([]);
  imagery = $state.raw<OwnImagery>({ text: "", by: "" });

  async load(): Promise<void> {
    try {
      const response = await fetch("api/own", { credentials: "same-origin" });
      if (response.ok) Object.assign(this, (await response.json()) as OwnAnswer);
    } catch {
      return; // the server is away; what has come before stays
    }
  }
}

export function mediaUrl(id: string): string {
  return `api/own/media/${encodeURIComponent(id)}`;
}

export const own = new Own();
