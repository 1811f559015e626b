"""The page after the first: ladders and measures."""

from __future__ import annotations

from typing import Any

from biocoach.exposure.states import StepState
from biocoach.review.packet.items import heading, line, table
from biocoach.review.packet.words import Words
from biocoach.settings import PacketSettings

Json = dict[str, Any]
MASTERED = StepState.MASTERED.value


def course_page(document: Json, words: Words, limits: PacketSettings) -> Json:
    return {
        "kind": "course",
        "title": words("course.title"),
        "items": [*_measures(document, words), *_ladders(document, words, limits)],
    }


def _ladders(document: Json, words: Words, limits: PacketSettings) -> list[Json]:
    """A ladder that is climbed to its top, and was not practised in these days, is only named."""
    title, found = heading(words("course.ladders_title")), document["ladders"]
    if not found:
        return [title, line(words("course.no_ladder"))]
    shown = [ladder for ladder in found if not _rests(ladder)]
    named = [" ".join(ladder["title"].split()) for ladder in found if _rests(ladder)]
    items = [title]
    if shown:
        items.append(line(words("course.ladders", days=document["span"]["days"])))
    for ladder in shown:
        rows = [_step(step, words, limits) for step in ladder["steps"]]
        items.append(line(" ".join(ladder["title"].split())[: limits.line_letters]))
        items.append(table(words.all("course.head"), rows, (38, 11, 20, 18, 9, 8, 10)))
    if named:
        told = words("between").join(f"“{text[: limits.line_letters]}”" for text in named)
        items.append(line(words("course.rests", ladders=told)))
    return items


def _rests(ladder: Json) -> bool:
    """Also one without a step, of which there is nothing to show."""
    steps = ladder["steps"]
    return not steps or (steps[-1]["state"] == MASTERED and not any(step["n"] for step in steps))


def _step(step: Json, words: Words, limits: PacketSettings) -> list[str]:
    return [
        " ".join(step["title"].split())[: limits.line_letters],
        str(step["expected_suds"]),
        words(f"support_short.{step['support']}"),
        words(f"state.{step['state']}"),
        str(step["n"]),
        str(step["n_all"]),
        str(step["done_all"]),
    ]


def _measures(document: Json, words: Words) -> list[Json]:
    title = heading(words("course.measures_title"))
    if not document["measures"]:
        return [title, line(words("course.no_measures"))]
    rows = [
        [
            words("course.measure", title=one["title"], **_range(one, words)),
            words(f"course.higher_{one['higher'].replace(' ', '_')}"),
            _told(one["last"], words),
            _since(one["before"], words),
            _since(one["first"], words),
        ]
        for one in document["measures"]
    ]
    head = words.all("course.measures_head")
    return [title, table(head, rows, (22, 14, 18, 30, 30)), line(words("course.measures_text"))]


def _range(one: Json, words: Words) -> Json:
    return {key: words.number(one[key]) for key in ("least", "most")}


def _told(one: Json, words: Words) -> str:
    day = words.day(one["day"], year=True)
    return words("course.total", total=words.number(one["total"]), day=day)


def _since(one: Json | None, words: Words) -> str:
    if one is None:
        return words("none")
    return words("course.since", told=_told(one, words), change=words(f"change.{one['change']}"))
