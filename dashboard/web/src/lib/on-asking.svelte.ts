/** What takes a while to work out, and is only when somebody asks: what came of it, or why nothing did. */

import type { Result } from "./api";
import { t, word } from "./words";

export class OnAsking<T> {
  found = $state.raw<T | null>(null);
  problem = $state("");
  working = $state(false);

  constructor(private readonly ask: () => Promise<Result<T>>) {}

  load = async (): Promise<void> => {
    this.working = true;
    this.problem = "";
    const result = await this.ask();
    if (result.ok) this.found = result.data;
    else this.problem = word("refusal", result.why, result.detail || t("refusal.other"));
    this.working = false;
  };
}
