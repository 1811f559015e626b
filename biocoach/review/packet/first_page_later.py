"""The first page's parts 6 to 9."""

from __future__ import annotations

from typing import Any

from biocoach.review.packet.items import boxes, line, said, table
from biocoach.review.packet.words import Words
from biocoach.settings import PacketSettings

Json = dict[str, Any]
Part = tuple[str, list[Json]]
NAMES = {"apart": "apart", "after_reunion": "reunion"}


def way_back(document: Json, words: Words) -> Part:
    found, days = document["way_back"], document["span"]["days"]
    confidence = f"{document['confidence'] * 100:.0f}"
    head = [text.format(days=days, confidence=confidence) for text in words.all("way_back.head")]
    return words("way_back.title"), [
        line(words("way_back.text", needed=found["needed"])),
        table(head, [_way(one, words) for one in found["groups"]], (24, 7, 9, 24, 24, 12, 12)),
        line(words("way_back.left_out", **found["left_out"])),
    ]


def _way(one: Json, words: Words) -> list[str]:
    before, high = one["before"], one["high_bpm"]["median"]
    return [
        words(f"way_back.{NAMES[one['where']]}_{'yes' if one['used'] else 'no'}"),
        str(one["n"]),
        str(one["not_by_end"]),
        _middle(one, words),
        words("way_back.before", what=_middle(before, words), n=before["n"]),
        words.length(one["up_s"]["median"])
        if one["up_s"]["median"] is not None
        else words("way_back.too_few"),
        words("way_back.too_few")
        if high is None
        else words("way_back.high", bpm=words.number(high)),
    ]


def _middle(one: Json, words: Words) -> str:
    if one["why"]:
        return words(f"way_back.{one['why']}")
    ends = {
        key: words("way_back.open_end")
        if one[f"{key}_s"] is None
        else words.length(one[f"{key}_s"])
        for key in ("low", "high")
    }
    return words("way_back.interval", median=words.length(one["median_s"]), **ends)


def moments(document: Json, words: Words, limits: PacketSettings) -> Part:
    found, items = document["moments"], [line(words("moments.rule"))]
    if found["hardest"] is None:
        return words("moments.title"), [*items, line(words("moments.none"))]
    for name in ("hardest", "borne"):
        one = found[name]
        items += _moment(name, one, words, limits) if one else [line(words("moments.no_borne"))]
    return words("moments.title"), items


def _moment(name: str, one: Json, words: Words, limits: PacketSettings) -> list[Json]:
    day = words.day(one["day"])
    where = words("where_sheet" if one["kind"] == "moment" else "where_session", day=day)
    what = words.cut(one["title"], limits.line_letters, where)
    head = words(f"moments.{name}", day=day, what=what, suds=words.number(one["distress"]))
    body = words("moments.body_none")
    if one["body_words"].strip():
        told = words.cut(one["body_words"], limits.line_letters, where)
        body = words("moments.body", words=told)
    told = words.cut(one["words"], limits.line_letters, where) if one["words"].strip() else ""
    tail = " " + words("moments.words", words=told) if told else ""
    return [said("", f"{head} {body}{tail}")]


def next_(document: Json, words: Words, limits: PacketSettings) -> Part:
    found = document["next"]
    items = [
        boxes(_proposal(one, words, limits), words.all("next.boxes"))
        for one in found["proposals"][: limits.proposals_shown]
    ] or [line(words("next.none"))]
    used = [words("next.practice", **{k: p[k] for k in ("title", "n")}) for p in found["practices"]]
    practice = (
        words("next.practices", practices=words("between").join(used[:4]))
        if used
        else words("next.practices_none")
    )
    ahead = [_ahead(one, words, limits) for one in found["ahead"][: limits.ahead_shown]]
    told = words("next.ahead", ahead="; ".join(ahead)) if ahead else words("next.ahead_none")
    title = words("next.title", day=words.day(document["made_on"], year=True))
    return title, [*items, line(f"{practice} {told}")]


def _proposal(one: Json, words: Words, limits: PacketSettings) -> str:
    cut = {key: _short(one[key], limits) for key in ("to_title", "title", "ladder", "reason", "by")}
    supports = {
        key: words(f"support.{one[key]}") if one[key] else "" for key in ("support", "more_support")
    }
    way = words(
        f"way.{one['way']}", to=cut["to_title"], length=words.length(one["planned_s"]), **supports
    )
    figures = {key: words.number(value) for key, value in one["figures"].items()}
    until = words.day(one["until"]) if one["until"] else ""
    rule = words(f"rule.{one['rule']}", reason=cut["reason"], by=cut["by"], until=until, **figures)
    return words("next.proposal", ladder=cut["ladder"], step=cut["title"], way=way, rule=rule)


def _short(text: str, limits: PacketSettings) -> str:
    line_ = " ".join(text.split())
    return line_ if len(line_) <= limits.line_letters else line_[: limits.line_letters] + "…"


def _ahead(one: Json, words: Words, limits: PacketSettings) -> str:
    begins, ends = (words.day(one[key]) for key in ("begins", "ends"))
    key = "next.therapy_break" if one["kind"] == "therapy_break" else "next.apart"
    return words(key, who=_short(one["who"], limits), begins=begins, ends=ends)


def foot(document: Json, words: Words) -> Part:
    found = document["foot"]
    of, read = found["sessions"], found["with_heart"]
    share = found["coverage"]
    lines = [
        words(
            "foot.coverage",
            **{"with": read},
            of=of,
            median=words.pct(share["median"]),
            least=words.pct(share["least"]),
        )
        if read
        else words("foot.coverage_none", of=of),
        words("foot.movement", n=found["unverified"], of=read),
        words("foot.medicine", slowing=found["heart_slowing"], of=of, medicine=found["medicine"]),
        words("foot.settings", n=len(found["settings"]), hash=document["settings_hash"]),
    ]
    if found["undated"]:
        lines.append(words("foot.undated", n=found["undated"]))
    if document["unreadable"]:
        lines.append(words("foot.unreadable", n=document["unreadable"]))
    if document["simulated"]:
        lines.append(words("simulated_foot"))
    return words("foot.title"), [line(" ".join(lines))]
