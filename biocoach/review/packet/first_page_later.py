"""The first page's parts 6 to 9."""

from __future__ import annotations

from typing import Any

from biocoach.review.packet.items import Part, boxes, line, said, table
from biocoach.review.packet.words import Words
from biocoach.settings import LADDER, PacketSettings

Json = dict[str, Any]
TOO_FEW = "too_few"
NAMES = {"apart": "apart", "after_reunion": "reunion"}


def way_back(document: Json, words: Words) -> Part:
    found, days = document["way_back"], document["span"]["days"]
    text = words("way_back.text", needed=found["needed"], days=days)
    items = [line(text)]
    groups = found["groups"]
    if all(one["why"] == before["why"] == TOO_FEW for one in groups for before in [one["before"]]):
        rows = [_few(one, words, days) for one in groups if one["n"] or one["before"]["n"]]
        told = "; ".join(rows) or words("none")
        items.append(line(words("way_back.all_few", rows=told)))
    else:
        confidence = f"{document['confidence'] * 100:.0f}"
        head = [h.format(days=days, confidence=confidence) for h in words.all("way_back.head")]
        items.append(table(head, [_way(one, words) for one in groups], (28, 7, 9, 24, 22, 11, 13)))
    out = [
        words.some(f"way_back.out_{key}", found["left_out"][key])
        for key in ("away", "not_told", "not_said")
    ]
    why = words("between").join(text for text in out if text)
    if why:
        items.append(line(words("way_back.left_out", why=why)))
    return words("way_back.title"), items


def _few(one: Json, words: Words, days: int) -> str:
    what, before = words(f"way_back.{_row_of(one)}"), one["before"]["n"]
    return words("way_back.few_row", what=what, n=one["n"], before=before, days=days)


def _row_of(one: Json) -> str:
    return f"{NAMES[one['where']]}_{'yes' if one['used'] else 'no'}"


def _way(one: Json, words: Words) -> list[str]:
    up_s, high = one["up_s"]["median"], one["high_bpm"]["median"]
    few = words("way_back.too_few") if one["n"] else ""
    return [
        words(f"way_back.{_row_of(one)}"),
        str(one["n"]),
        str(one["not_by_end"]),
        _middle(one, words) if one["n"] else words("way_back.no_rises"),
        _before(one["before"], words),
        words.length(up_s) if up_s is not None else few,
        few if high is None else words("way_back.high", bpm=words.number(high)),
    ]


def _before(one: Json, words: Words) -> str:
    if not one["n"]:
        return words("way_back.no_rises")
    if one["why"] == TOO_FEW:
        return words("way_back.few", n=one["n"])
    return words("way_back.before", what=_middle(one, words), n=one["n"])


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
        items.append(line(words("moments.none")))
    for name in ("hardest", "borne") if found["hardest"] else ():
        one = found[name]
        items += _moment(name, one, words, limits) if one else [line(words("moments.no_borne"))]
    return words("moments.title"), [*items, _bodies(found["bodies"], words, limits)]


def _bodies(found: list[Json], words: Words, limits: PacketSettings) -> Json:
    if not found:
        return line(words("moments.bodies_none"))
    told = []
    for one in found[: limits.bodies_shown]:
        text = _short(one["words"], limits)
        key = "moments.body_times" if one["n"] > 1 else "moments.body_one"
        told.append(words(key, words=text, n=one["n"]))
    return said("", words("moments.bodies", all=words("between").join(told)))


def _moment(name: str, one: Json, words: Words, limits: PacketSettings) -> list[Json]:
    day = words.day(one["day"])
    where = words("where_sheet" if one["kind"] == "moment" else "where_session", day=day)
    head = words(
        f"moments.{name}",
        day=day,
        where=words(f"moments.where_{one['kind']}"),
        what=words.cut(one["title"], limits.line_letters, where),
        suds=words.number(one["distress"]),
    )
    tail = ""
    for key in ("body", "words"):
        text = one["body_words" if key == "body" else "words"]
        if text.strip():
            cut = words.cut(text, limits.line_letters, where)
            tail += " " + words(f"moments.{key}", words=cut)
    return [said("", head + tail)]


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
    today = document["made_on"]
    other = today > document["span"]["until"]
    title = words("next.title_other" if other else "next.title", day=words.day(today, year=True))
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
    asked = {"least": LADDER.done_contexts, "fall": LADDER.fall_pct, "low": LADDER.low_pct}
    said_by = {"reason": cut["reason"], "by": cut["by"], "until": until}
    rule = words(f"rule.{one['rule']}", **said_by, **asked, **figures)
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
    share, changed = found["coverage"], len(found["settings"])
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
        words.some("foot.movement", found["unverified"], of=read)
        or (words("foot.movement_all") if read else ""),
        words.some("foot.slowing", found["heart_slowing"], of=of) or words("foot.slowing_none"),
        words.some("foot.medicine", found["medicine"]) or words("foot.medicine_none"),
        words.some("foot.settings_changed", changed if changed > 1 else 0)
        or words("foot.settings"),
    ]
    if found["undated"]:
        lines.append(words("foot.undated", n=found["undated"]))
    if document["unreadable"]:
        lines.append(words("foot.unreadable", n=document["unreadable"]))
    if document["simulated"]:
        lines.append(words("simulated_foot"))
    return words("foot.title"), [line(" ".join(text for text in lines if text))]
