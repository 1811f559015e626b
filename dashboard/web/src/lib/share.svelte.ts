/** What was chosen to be shared, as long as the page stands: looking elsewhere loses nothing of it. */

import { SvelteSet } from "svelte/reactivity";
import { today } from "./forms";
import { daysBefore, PERIOD_DAYS } from "./reports";
import { inPeriod } from "./share";
import type { ShareChoice, ShareKind, ShareView, ShareWish } from "./wire";

export class Choice {
  to = $state("");
  since = $state(daysBefore(today(), PERIOD_DAYS - 1));
  until = $state(today());
  sessions = $state(true);
  /** Sessions of the period that stay here. */
  readonly without = new SvelteSet<string>();
  readonly whole = new SvelteSet<string>(["ladder", "measures"]);
  readonly sheets = new SvelteSet<string>();
  names = $state<string[]>([]);
  sender = $state("");
  /** The names to think of are put in once. */
  private begun = false;

  begin(view: ShareView): void {
    if (!this.begun) this.names = [...view.names];
    this.begun = true;
    if (!view.people.some((one) => one.address === this.to)) this.to = view.people.length === 1 ? (view.people[0]?.address ?? "") : "";
  }

  /** A set's word, in or out. */
  flip(set: SvelteSet<string>, name: string): void {
    if (!set.delete(name)) set.add(name);
  }

  sessionsOf(view: ShareView): ShareChoice[] {
    return inPeriod(view.items, "sessions", this.since, this.until);
  }

  wish(view: ShareView): ShareWish {
    const kinds: ShareKind[] = [...(this.sessions ? (["sessions"] as const) : []), ...([...this.whole] as ShareKind[])];
    return {
      to: this.to, since: this.since || null, until: this.until || null, kinds,
      sessions: this.sessions ? this.sessionsOf(view).map((one) => one.id).filter((id) => !this.without.has(id)) : [],
      sheets: view.items.filter((one) => this.sheets.has(one.id)).map((one) => one.id), names: this.names, sender: this.sender.trim(),
    };
  }
}

export const choice = new Choice();
