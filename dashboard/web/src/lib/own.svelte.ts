/** One’s own things as the page has them: loaded, changed, and kept as they are typed. */

import { api, type Result } from "./api";
import { contentOf, draftOf, merged, same, withoutLost, type Content, type Draft, type Kind, type OwnAnswer } from "./own";
import { t, word } from "./words";

const NOTHING: Content = { phrases: [], kit: [], imagery: { text: "", by: "" } };
/** After the last letter. */
const KEEP_AFTER_MS = 800;
const TRY_AGAIN_MS = 5000;
const MERGES = 3;
/** What stands in the way for a while only. */
const PASSES = new Set(["offline", "not_recording", "locked", "no_media"]);

export function mediaUrl(id: string): string {
  return `api/own/media/${encodeURIComponent(id)}`;
}

class Own {
  draft = $state<Draft>(draftOf(NOTHING));
  /** It was loaded, so that it may be changed. */
  ready = $state(false);
  simulated = $state(false);
  /** All that stands on the screen is kept. */
  kept = $state(false);
  refusal = $state<string | null>(null);

  private base: Content = NOTHING;
  private rev = "";
  private timer = 0;
  private turn: Promise<void> = Promise.resolve();

  get phrases(): string[] {
    return contentOf(this.draft).phrases;
  }
  get kit() {
    return contentOf(this.draft).kit;
  }
  get imagery() {
    return this.draft.imagery;
  }

  /** What is changed and not kept yet stays, unless another record is open by now. */
  async load(): Promise<void> {
    const result = await api.own();
    if (result.ok) this.adopt(result.data);
    else this.refusal = refusalOf(result);
  }

  /** Something was typed. */
  touch(): void {
    this.kept = false;
    this.later(KEEP_AFTER_MS);
  }

  /** Keeps now what is not kept yet. */
  keep(): Promise<void> {
    window.clearTimeout(this.timer);
    this.turn = this.turn.then(() => this.send());
    return this.turn;
  }

  /** To be told where it was met. */
  takeRefusal(): string | null {
    const why = this.refusal;
    this.refusal = null;
    return why;
  }

  /** A picture or a voice. What stands in the way is in `refusal`. */
  async addMedia(content: Blob): Promise<string | null> {
    const result = await api.addMedia(content);
    this.refusal = result.ok ? null : refusalOf(result);
    return result.ok ? result.data.id : null;
  }

  addThing(kind: Kind, text = "", media = ""): string {
    const id = crypto.randomUUID();
    this.draft.kit.push({ id, kind, text, media });
    if (media !== "") void this.keep();
    return id;
  }

  private get pending(): boolean {
    return this.ready && !same(contentOf(this.draft), this.base);
  }

  private adopt(answer: OwnAnswer): void {
    const { rev, simulated, ...theirs } = answer;
    const here = this.ready && simulated === this.simulated;
    const mine = contentOf(this.draft);
    if (!here) this.show(theirs);
    else if (rev !== this.rev) this.show(this.pending ? merged(this.base, mine, theirs) : theirs);
    [this.base, this.rev, this.simulated, this.ready] = [theirs, rev, simulated, true];
    if (!this.pending) this.refusal = null;
  }

  /** Leaves what is on the screen where it says the same: somebody may be writing there. */
  private show(content: Content): void {
    if (!same(content, contentOf(this.draft))) this.draft = draftOf(content);
  }

  private async send(): Promise<void> {
    for (let round = 0; round < MERGES && this.pending; round += 1) {
      const mine = contentOf(this.draft);
      const result = await api.keepOwn({ rev: this.rev, ...mine });
      if (result.ok) [this.base, this.rev] = [mine, result.data.rev];
      else if (result.why === "changed") await this.load();
      else return this.failed(result);
    }
    this.kept = !this.pending;
    if (this.kept) this.refusal = null;
    else this.later(KEEP_AFTER_MS); // more was typed meanwhile
  }

  private failed(result: Result<unknown> & { ok: false }): void {
    this.refusal = refusalOf(result);
    if (result.why === "no_media") this.draft = withoutLost(this.draft, this.base);
    if (PASSES.has(result.why)) this.later(TRY_AGAIN_MS);
  }

  private later(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.keep(), ms);
  }
}

function refusalOf(result: Result<unknown> & { ok: false }): string {
  return word("own.refusal", result.why, word("refusal", result.why, t("refusal.other")));
}

export const own = new Own();
