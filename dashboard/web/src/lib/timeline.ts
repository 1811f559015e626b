/** Everything that was done in a session, in order, as words: the chart's other half. */

import { length, whole } from "./format";
import type { Review, ReviewOffer } from "./wire";
import { t, word } from "./words";

export interface Line {
  at_s: number;
  text: string;
}

function offered(offer: ReviewOffer, practice: string): string {
  const because = word("because", offer.because);
  if (offer.asked && offer.reply === null) return t("timeline.offer_shown", { practice, because });
  const reply = word("reply", offer.reply ?? (offer.withdrawn === null ? "none" : "withdrawn"));
  return t(offer.asked ? "timeline.offer_asked" : "timeline.offer", { practice, because, reply });
}

/** What was said of a recording later is never taken for what was said in it. */
function added(text: string, later: true | undefined): string {
  return later ? t("timeline.added", { text }) : text;
}

export function timeline(review: Review, titleOf: (practice: string) => string): Line[] {
  const lines: Line[] = [
    ...review.marks.map((m) => ({ at_s: m.at_s, text: added(m.kind === "note" && m.text ? t("timeline.note", { text: m.text }) : word("mark", m.kind), m.added) })),
    ...review.ratings.map((r) => ({ at_s: r.at_s, text: added(r.added ? t("timeline.rating_only", { suds: whole(r.suds) }) : t("timeline.rating", { suds: whole(r.suds), presence: r.presence ? word("presence", r.presence) : t("format.unknown") }), r.added) })),
    ...review.urges.map((u) => ({ at_s: u.at_s, text: t(u.acted === null ? "timeline.urge_open" : u.acted ? "timeline.urge_acted" : "timeline.urge", { urge: word("urge", u.kind) }) })),
    ...review.offers.map((o) => ({ at_s: o.at_s, text: offered(o, titleOf(o.practice)) })),
    ...review.practices.map((p) => ({ at_s: p.start_s, text: t(p.asked ? "timeline.practice_asked" : "timeline.practice", { practice: titleOf(p.practice), how: t(p.finished ? "timeline.finished" : "timeline.stopped") }) })),
    ...review.gaps.map((g) => ({ at_s: g.start_s, text: t("timeline.gap", { s: Math.round(g.end_s - g.start_s), why: word("gap", g.reason, word("reason", g.reason)) }) })),
    ...review.no_reading.map((n) => ({ at_s: n.start_s, text: t("timeline.no_reading", { length: length(n.end_s - n.start_s), why: word("no_reading", n.why) }) })),
    ...review.numbers_shown.map((n) => ({ at_s: n.at_s, text: t(n.shown ? "timeline.numbers" : "timeline.numbers_hidden") })),
  ];
  return lines.sort((a, b) => a.at_s - b.at_s);
}
