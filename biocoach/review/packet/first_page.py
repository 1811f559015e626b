"""The first page, in nine parts, always in this order."""

from __future__ import annotations

from typing import Any

from biocoach.review.packet.first_page_later import foot, moments, next_, way_back
from biocoach.review.packet.items import line, part, said, table
from biocoach.review.packet.words import Words
from biocoach.settings import CareSettings, PacketSettings

Json = dict[str, Any]


def first_page(document: Json, words: Words, limits: PacketSettings) -> Json:
    span = document["span"]
    since, until = (words.day(span[key], year=True) for key in ("since", "until"))
    parts = [
        _talk(document, words, limits),
        _read_first(document, words, limits),
        _steps(document, words, limits),
        _urges(document, words),
        _grid(document, words),
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


Part = tuple[str, list[Json]]


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
    away = {"n": len(found["away"]), "asked": found["asked_presence"]}
    lines = [
        words("read_first.too_much", n=len(found["too_much"]), of=of)
        + " "
        + words("read_first.away", of=of, open=of - found["asked_presence"], **away),
        words(
            "read_first.early",
            n=len(found["ended_early"]),
            of=of,
            unknown=found["stay_unknown"],
        )
        + " "
        + words("read_first.hard", n=len(found["hard"]), suds=CareSettings().aftercare_suds),
        _check_ins(found["check_ins"], words),
    ]
    told = [line(text) for text in lines]
    for one in found["check_ins"]["said"][-1:]:
        told.append(line(words("read_first.check_in", **_check_in(one, words, limits))))
    return words("read_first.title"), told


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


def _steps(document: Json, words: Words, limits: PacketSettings) -> Part:
    found, title = document["steps"], words("steps.title")
    if not found["planned"]:
        return title, [line(words("nothing"))]
    counts = {key: found[key] for key in ("planned", "stayed", "unknown", "done", "bare")}
    expected = found["expected"]
    likely = (
        words(
            "steps.expected",
            n=expected["n"],
            before=words.number(expected["before_pct"]),
            after=words.number(expected["after_pct"]),
            fell=expected["fell"],
            rose=expected["rose"],
        )
        if expected["n"]
        else words("steps.expected_none")
    )
    latest = found["told"][-limits.steps_shown :][::-1]
    return title, [
        line(words("steps.stayed", left=found["not_stayed"], **counts)),
        line(words("steps.came", **found["came"]) + " " + likely),
        table(
            words.all("steps.head"),
            [_step(one, words, limits) for one in latest],
            (10, 22, 22, 22, 22, 14),
        ),
        line(words("steps.latest", n=len(latest), of=len(found["told"]))),
    ]


def _step(one: Json, words: Words, limits: PacketSettings) -> list[str]:
    day = words.day(one["day"])
    where = words("where_session", day=day)
    letters = limits.line_letters // 2 + 10
    told = [one["before_pct"], one["after_pct"]]
    before, after = (words("unknown") if pct is None else str(pct) for pct in told)
    known = any(pct is not None for pct in told)
    return [
        day,
        *(words.cut(one[key], letters, where) for key in ("title", "feared", "happened", "learnt")),
        words("steps.likely", before=before, after=after) if known else words("not_said"),
    ]


def _urges(document: Json, words: Words) -> Part:
    found = document["urges"]
    told = found["sessions"] - found["unknown"]
    if found["urges"] is None:
        lines = [words("urges.counts_none", sessions=found["sessions"])]
    else:
        counts = {key: found[key] for key in ("sessions", "urges", "acted", "open")}
        passed = found["urges"] - found["acted"]
        lines = [words("urges.counts", told=told, passed=passed, **counts)]
    share = found["act_share"]
    if share:
        figures = {key: words.pct(share[key]) for key in ("share", "low", "high")}
        lines[-1] += " " + words(
            "urges.share_enough" if share["enough"] else "urges.share", **figures
        )
    if found["kinds"]:
        named = [f"{words('urge.' + kind)} {n}" for kind, n in found["kinds"].items()]
        lines[-1] += " " + words("urges.kinds", kinds=words("between").join(named))
    lines.append(words("urges.beyond", looked=found["looked"], **found["beyond_plan"]))
    noted = found["moments"]
    if noted["n"]:
        lines.append(words("urges.moments", **{key: noted[key] for key in ("n", "acted", "told")}))
    else:
        lines.append(words("urges.moments_none"))
    if found["behaviours"]:
        kinds = [f"{words('behaviour.' + kind)} {n}" for kind, n in found["behaviours"].items()]
        lines[-1] += " " + words("urges.behaviours", kinds=words("between").join(kinds))
    return words("urges.title"), [line(text) for text in lines]


def _grid(document: Json, words: Words) -> Part:
    found, title = document["grid"], words("grid.title")
    if not found["n"]:
        return title, [line(words("nothing"))]
    n = {name: len(cell) for name, cell in found["cells"].items()}
    rows = [
        [words(f"grid.{high}"), str(n[f"{high}_rose"]), str(n[f"{high}_not"])]
        for high in ("high", "low")
    ]
    return title, [
        line(words("grid.text", n=found["n"], **{"from": found["high_from"]})),
        table(words.all("grid.head"), rows, (30, 20, 20)),
        line(words("grid.apart", away=n["away"], unknown=n["unknown"], **found["why"])),
    ]
