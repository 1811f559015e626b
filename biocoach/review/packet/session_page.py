"""One page a session: its chart, the person's words, the figures with their coverage, the notes."""

from __future__ import annotations

from typing import Any

from biocoach.review.packet.chart import session_chart
from biocoach.review.packet.items import chart, heading, line, said, table
from biocoach.review.packet.words import Words
from biocoach.settings import PacketSettings
from biocoach.types import MarkKind, Support

Json = dict[str, Any]


def session_page(one: Json, document: Json, words: Words, limits: PacketSettings) -> Json:
    day = words.day(one["day"], year=True) if one["day"] else words("session.undated")
    title = " ".join(one["title"].split())
    named = (
        words("session.title", day=day, step=title)
        if title
        else words("session.title_bare", day=day)
    )
    return {
        "kind": "session",
        "title": named,
        "items": [
            *_bounds(one, words),
            *_chart(one, words),
            *_said(one, words, limits),
            *_figures(one, document, words),
            *_notes(one, words, limits),
        ],
    }


def _has_heart(one: Json) -> bool:
    return any(rate is not None for rate in one["chart"]["hr_bpm"])


def _bounds(one: Json, words: Words) -> list[Json]:
    row, plan = one["row"] or {}, one["plan"]
    stayed = {True: "yes", False: "no", None: "none"}[row.get("stayed")]
    lines = [
        words(
            "session.began",
            time=one["began"][-5:] or words("unknown"),
            planned=words.length(plan["planned_s"] if plan else None),
            stayed=words.length(row.get("stayed_s")),
            ended=words(f"session.stayed_{stayed}"),
        )
    ]
    if plan:
        lines.append(words("session.support", support=words(f"support.{plan['step']['support']}")))
        if plan["step"]["support"] == Support.OBSERVE:
            lines.append(words("session.observe"))
    if not _has_heart(one):
        return [line(" ".join([*lines, words("session.no_heart")]))]
    share = words.pct(one["coverage"])
    lines.append(words("session.coverage", coverage=share, length=words.length(one["length_s"])))
    flags = {
        "unverified": one["movement"] == "unverified",
        "heart_slowing": one["heart_slowing"],
        "assumed": one["baseline_assumed"],
    }
    lines += [words(f"session.{name}") for name, is_so in flags.items() if is_so]
    return [line(" ".join(lines))]


def _chart(one: Json, words: Words) -> list[Json]:
    rates = [rate for rate in one["chart"]["hr_bpm"] if rate is not None]
    if not rates:
        return []
    alt = words(
        "session.chart",
        rises=len(one["activations"]),
        coverage=words.pct(one["coverage"]),
        low=f"{min(rates):.0f}",
        high=f"{max(rates):.0f}",
    )
    return [chart(session_chart(one, words), alt)]


def _said(one: Json, words: Words, limits: PacketSettings) -> list[Json]:
    plan, debrief = one["plan"], one["debrief"]
    items: list[Json] = []
    if plan:
        items += [heading(words("session.plan")), *_plan(one, words, limits)]
    if debrief:
        items += [heading(words("session.debrief")), *_debrief(debrief, words, limits)]
    return items


def _plan(one: Json, words: Words, limits: PacketSettings) -> list[Json]:
    plan, debrief, distress = one["plan"], one["debrief"] or {}, one["distress"]
    likely = _both(plan["probability_pct"], debrief.get("probability_pct"), words, pct=True)
    facts = [
        f"{words('session.likely')}: {words('session.likely_both', **likely)}.",
        f"{words('session.distress')}: "
        + words("session.distress_both", **_both(distress["before"], distress["after"], words)),
    ]
    if plan["slept_h"] is not None:
        hours = words("session.slept_h", h=words.number(plan["slept_h"]))
        facts.append(f"{words('session.slept')}: {hours}.")
    if plan["caffeine"] is not None:
        facts.append(f"{words('session.caffeine')}: {_yes(plan['caffeine'], words)}.")
    wrote = [
        _wrote("feared", plan["feared"], words, limits),
        *(
            _wrote(name, plan[name], words, limits)
            for name in ("context", "contact", "medicine")
            if plan[name].strip()
        ),
    ]
    return [*wrote, line(" ".join(facts))]


def _debrief(debrief: Json, words: Words, limits: PacketSettings) -> list[Json]:
    came = words(f"session.came_{debrief['came']}") if debrief["came"] else words("not_said")
    if debrief["coped"] is not None:
        came += words("session.coped" if debrief["coped"] else "session.not_coped")
    presence = (
        words(f"presence.{debrief['presence']}") if debrief["presence"] else words("not_said")
    )
    return [
        _wrote("happened", debrief["happened"], words, limits),
        _wrote("learnt", debrief["learnt"], words, limits),
        _wrote("body", debrief["body_words"], words, limits),
        line(f"{words('session.came')}: {came}. {words('session.presence')}: {presence}."),
    ]


def _wrote(name: str, text: str, words: Words, limits: PacketSettings) -> Json:
    whole = text.strip()[: limits.letters_max] or words("not_said")
    return said(words(f"session.{name}"), whole)


def _both(before: int | None, after: int | None, words: Words, *, pct: bool = False) -> Json:
    def one(value: int | None) -> str:
        if value is None:
            return words("not_said")
        return words("session.pct", pct=value) if pct else str(value)

    return {"before": one(before), "after": one(after)}


def _yes(value: bool, words: Words) -> str:
    return words("session.yes" if value else "session.no")


def _figures(one: Json, document: Json, words: Words) -> list[Json]:
    items: list[Json] = [heading(words("session.figures"))]
    if one["activations"]:
        rows = [_rise(rise, words) for rise in one["activations"]]
        head = words.all("session.rises_head")
        items += [line(words("session.rises")), table(head, rows, (12, 16, 16, 16, 22, 18))]
    elif _has_heart(one):
        items.append(line(words("session.rises_none")))
    told = [text for text in _told(one, words) if text]
    now = one["settings_hash"]
    told.append(words("session.recorded_by", then=one["recorded_by"] or now, now=now))
    return [*items, line(" ".join(told))]


def _rise(rise: Json, words: Words) -> list[str]:
    way = rise["recovery"]
    half = words("session.half_unknown")
    if way["half_s"] is not None:
        half = words.length(way["half_s"])
    elif way["censored"]:
        half = words("session.half_censored")
    return [
        words.clock(rise["onset_s"]),
        words("session.bpm", bpm=words.number(rise["baseline_bpm"])),
        words("session.bpm", bpm=words.number(rise["peak_bpm"])),
        words(f"session.word_{rise['label'] or 'none'}"),
        half,
        words(f"session.where_{way['where']}") if way["where"] else words("unknown"),
    ]


def _told(one: Json, words: Words) -> list[str]:
    """What was rated, urged, offered and marked, each with its moment."""
    join, clock = words("between").join, words.clock
    ratings = [
        words("session.rating", at=clock(r["at_s"]), what=_rated(r, words)) for r in one["ratings"]
    ]
    outcomes = {True: "acted", False: "passed", None: "open"}
    urges = [
        words(
            "session.urge",
            at=clock(u["at_s"]),
            kind=words(f"urge.{u['kind']}"),
            what=words(f"session.{outcomes[u['acted']]}"),
        )
        for u in one["urges"]
    ]
    much = [
        words("session.too_much", at=clock(m["at_s"]))
        for m in one["marks"]
        if m["kind"] == MarkKind.TOO_MUCH
    ]
    asked = sum(p["asked"] for p in one["practices"])
    offered = [o for o in one["offers"] if not o["asked"]]
    taken = sum(o["reply"] == "take" for o in offered)
    looked = sum(n["shown"] for n in one["numbers_shown"])
    gaps = one["gaps"]
    away_s = sum(gap["end_s"] - gap["start_s"] for gap in gaps)
    return [
        words("session.ratings", all=join(ratings)) if ratings else "",
        words("session.urges", all=join(urges)) if urges else "",
        words("session.marks", all=join(much)) if much else "",
        words("session.offers", offered=len(offered), taken=taken, asked=asked),
        words("session.looked", n=looked) if looked else "",
        words("session.gaps", n=len(gaps), length=words.length(away_s))
        if gaps and _has_heart(one)
        else "",
    ]


def _rated(rating: Json, words: Words) -> str:
    told = [] if rating["suds"] is None else [str(rating["suds"])]
    told += [words(f"presence.{rating['presence']}")] if rating["presence"] else []
    return " ".join(told) or words("not_said")


def _notes(one: Json, words: Words, limits: PacketSettings) -> list[Json]:
    marked = [m for m in one["marks"] if m["kind"] == MarkKind.NOTE and m["text"].strip()]
    notes = sorted([*one["notes"], *marked], key=lambda note: float(note["at_s"]))
    if not notes:
        return []
    return [
        heading(words("session.notes")),
        *(said(words.clock(n["at_s"]), n["text"][: limits.letters_max]) for n in notes),
    ]
