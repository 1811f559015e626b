"""The first page, in nine parts, always in this order."""

from __future__ import annotations

from typing import Any

from biocoach.review.packet.first_page_later import foot, moments, next_, way_back
from biocoach.review.packet.first_page_steps import grid, steps, urges
from biocoach.review.packet.items import Part, line, part, said
from biocoach.review.packet.words import Words
from biocoach.settings import CareSettings, PacketSettings

Json = dict[str, Any]


def first_page(document: Json, words: Words, limits: PacketSettings) -> Json:
    span = document["span"]
    since, until = (words.day(span[key], year=True) for key in ("since", "until"))
    parts = [
        _talk(document, words, limits),
        _read_first(document, words, limits),
        steps(document, words, limits),
        urges(document, words),
        grid(document, words),
        way_back(document, words),
        moments(document, words, limits),
        next_(document, words, limits),
        foot(document, words),
    ]
    head = [words("head.span", since=since, until=until, days=span["days"]), words("head.self")]
    return {
        "title": words("title"),
        "head": head,
        "parts": [part(n, title, items) for n, (title, items) in enumerate(parts, 1)],
    }


def _talk(document: Json, words: Words, limits: PacketSettings) -> Part:
    text = document["talk"]
    if not text.strip():
        return words("talk.title"), [line(words("talk.empty"))]
    shown = words.cut(text, limits.talk_letters, words("where_talk"))
    return words("talk.title"), [said("", shown)]


def _read_first(document: Json, words: Words, limits: PacketSettings) -> Part:
    found = document["read_first"]
    of = found["sessions"]
    if not of:
        return words("read_first.title"), [line(words("nothing"))]
    counts = words(
        "read_first.counts",
        of=of,
        much=len(found["too_much"]),
        away=len(found["away"]),
        early=len(found["ended_early"]),
        hard=len(found["hard"]),
        suds=CareSettings().aftercare_suds,
        open=words.some("read_first.open", of - found["asked_presence"]),
        unknown=words.some("read_first.unknown", found["stay_unknown"]),
    )
    flagged = found["flagged"]
    shown = flagged[-limits.flagged_shown :]
    told = [line(counts), *(line(_flagged(one, words, limits)) for one in shown)]
    if len(flagged) > len(shown):
        told.append(line(words("read_first.more", n=len(flagged) - len(shown))))
    told.append(line(_check_ins(found["check_ins"], words)))
    for one in found["check_ins"]["said"][-1:]:
        told.append(line(words("read_first.check_in", **_check_in(one, words, limits))))
    return words("read_first.title"), told


def _flagged(one: Json, words: Words, limits: PacketSettings) -> str:
    """One session that is to be read first, with all that makes it so."""
    day = words.day(one["day"])
    step = words.cut(one["title"], limits.line_letters, words("where_session", day=day))
    lengths = {key: words.length(one[f"{key}_s"]) for key in ("stayed", "planned")}
    timed = one["stayed_s"] is not None and one["planned_s"] is not None
    flags = []
    for flag in one["flags"]:
        bare = flag == "early" and not timed
        flags.append(words(f"read_first.flag_{flag}{'_bare' if bare else ''}", **lengths))
    rated = one["distress"]
    distress = "" if rated is None else words("read_first.flagged_distress", n=rated)
    told = words("between").join(flags)
    return words("read_first.flagged", day=day, step=step, flags=told, distress=distress)


def _check_ins(found: Json, words: Words) -> str:
    of, n = found["could_tell"], found["recorded"]
    if not of:
        return words("read_first.check_ins_none")
    if not n:
        return words("read_first.check_ins_missing", of=of)
    return words("read_first.check_ins", n=n, of=of, skipped=found["skipped"])


def _check_in(one: Json, words: Words, limits: PacketSettings) -> Json:
    told = [words(f"presence.{one['presence']}")] if one["presence"] else []
    if one["suds"] is not None:
        told.append(words("read_first.check_in_suds", suds=one["suds"]))
    if one["words"]:
        text = words.cut(one["words"], limits.line_letters, words("where_sheet"))
        told.append(text)
    return {"day": words.day(one["date"] or ""), "words": words("between").join(told)}
