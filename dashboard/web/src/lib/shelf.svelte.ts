/** The practices that there are, as the server lists them, and what the person has chosen of them. */

import { api, type Result } from "./api";
import type { FileProblem, OwnPace, Practice, PracticeChoice } from "./wire";
import { t, word } from "./words";

class Shelf {
  practices = $state.raw<Practice[]>([]);
  problems = $state.raw<FileProblem[]>([]);
  folder = $state("");
  sampling = $state(false);
  pace = $state.raw<OwnPace | null>(null);
  /** It has come at least once. */
  loaded = $state(false);
  /** It was asked for at least once, and came or did not. */
  tried = $state(false);

  find(id: string): Practice | null {
    return this.practices.find((practice) => practice.id === id) ?? null;
  }

  titleOf(id: string): string {
    return this.find(id)?.title ?? id;
  }

  async load(): Promise<boolean> {
    const result = await api.practices();
    this.tried = true;
    if (!result.ok) return false;
    const { practices, problems, folder, sampling, pace } = result.data;
    Object.assign(this, { practices, problems, folder, sampling, pace, loaded: true });
    return true;
  }

  /** The words of a refusal; null where it was kept. */
  choose(id: string, choice: PracticeChoice): Promise<string | null> {
    return this.changed(api.choosePractice(id, choice));
  }

  setPace(per_min: number | null): Promise<string | null> {
    return this.changed(api.setPace(per_min));
  }

  private async changed(asking: Promise<Result<unknown>>): Promise<string | null> {
    const result = await asking;
    if (!result.ok) return word("refusal", result.why, result.detail || t("refusal.other"));
    await this.load();
    return null;
  }
}

export const shelf = new Shelf();
