"""The first page's parts 3 to 5: steps, urges, and distress beside the heart."""

from __future__ import annotations

from typing import Any

from biocoach.review.packet.items import Part, line, table
from biocoach.review.packet.words import Words
from biocoach.settings import PacketSettings

Json = dict[str, Any]


def steps(document: Json, words: Words, limits: PacketSettings) -> Part:
    found, title = document["steps"], words("steps.title")
    if not found["planned"]:
        return title, [line(words("nothing"))]
    stayed = words(
        "steps.stayed",
        left=found["not_stayed"],
        unknown=words.some("steps.unknown", found["unknown"]),
        bare=words.some("steps.bare", found["bare"]),
        **{key: found[key] for key in ("planned", "stayed", "done")},
    )
    came = {key: found["came"][key] for key in ("no", "partly", "yes")}
    unsaid = words.some("steps.unsaid", found["came"]["unsaid"])
    latest = found["told"][-limits.steps_shown :][::-1]
    return title, [
        line(stayed),
        line(words("steps.came", unsaid=unsaid, **came) + " " + _expected(found, words)),
        table(
            words.all("steps.head"),
            [_step(one, words, limits) for one in latest],
            (10, 22, 22, 24, 22, 14),
        ),
        line(words("steps.latest", n=len(latest), of=len(found["told"]))),
    ]


def _expected(found: Json, words: Words) -> str:
    expected = found["expected"]
    if not expected["n"]:
        return words("steps.expected_none")
    fell, rose = expected["fell"], expected["rose"]
    return words(
        "steps.expected",
        n=expected["n"],
        before=words.number(expected["before_pct"]),
        after=words.number(expected["after_pct"]),
        fell=fell,
        rose=rose,
        same=expected["n"] - fell - rose,
    )


def _step(one: Json, words: Words, limits: PacketSettings) -> list[str]:
    day = words.day(one["day"])
    where = words("where_session", day=day)
    letters = limits.line_letters // 2 + 10
    text = {
        key: words.cut(one[key], letters, where)
        for key in ("title", "feared", "happened", "learnt")
    }
    if one["came"]:
        came = words(f"steps.came_{one['came']}")
        text["happened"] = words("steps.happened", came=came, text=text["happened"])
    told = [one["before_pct"], one["after_pct"]]
    before, after = (words("unknown") if pct is None else str(pct) for pct in told)
    known = any(pct is not None for pct in told)
    likely = words("steps.likely", before=before, after=after) if known else words("not_said")
    return [day, *text.values(), likely]


def urges(document: Json, words: Words) -> Part:
    found = document["urges"]
    lines = [_in_sessions(found, words), _beyond(found, words)]
    noted = found["moments"]
    lines.append(
        words("urges.moments", **{key: noted[key] for key in ("n", "acted", "told")})
        if noted["n"]
        else words("urges.moments_none")
    )
    if found["behaviours"]:
        kinds = [f"{words('behaviour.' + kind)} {n}" for kind, n in found["behaviours"].items()]
        lines[-1] += " " + words("urges.behaviours", kinds=words("between").join(kinds))
    return words("urges.title"), [line(text) for text in lines]


def _in_sessions(found: Json, words: Words) -> str:
    if found["urges"] is None:
        return words("urges.counts_none", sessions=found["sessions"])
    told = words(
        "urges.counts",
        told=found["sessions"] - found["unknown"],
        passed=found["urges"] - found["acted"],
        urges=found["urges"] + found["open"],
        acted=found["acted"],
        open=words.some("urges.open", found["open"]),
        untold=words.some("urges.untold", found["unknown"]),
    )
    share = found["act_share"]
    if share and share["enough"]:
        figures = {key: words.pct(share[key]) for key in ("share", "low", "high")}
        told += " " + words("urges.share", **figures)
    if found["kinds"]:
        named = [f"{words('urge.' + kind)} {n}" for kind, n in found["kinds"].items()]
        told += " " + words("urges.kinds", kinds=words("between").join(named))
    return told


def _beyond(found: Json, words: Words) -> str:
    beyond = found["beyond_plan"]
    told = words(
        "urges.beyond",
        yes=beyond["yes"],
        told=beyond["yes"] + beyond["no"],
        unsaid=words.some("urges.unsaid", beyond["unsaid"]),
    )
    looked = words.some("urges.looked", found["looked"])
    return f"{told} {looked}".rstrip()


def grid(document: Json, words: Words) -> Part:
    found, title = document["grid"], words("grid.title")
    if not found["n"]:
        return title, [line(words("nothing"))]
    n = {name: len(cell) for name, cell in found["cells"].items()}
    rows = [
        [words(f"grid.{high}"), str(n[f"{high}_rose"]), str(n[f"{high}_not"])]
        for high in ("high", "low")
    ]
    why = [
        words.some("grid.no_rating", found["why"]["distress"]),
        words.some("grid.no_heart", found["why"]["heart"]),
    ]
    reasons = words("between").join(text for text in why if text)
    told = words("grid.why", why=reasons) if reasons else ""
    return title, [
        line(words("grid.text", n=found["n"], **{"from": found["high_from"]})),
        table(words.all("grid.head"), rows, (30, 20, 20)),
        line(words("grid.apart", away=n["away"], unknown=n["unknown"], why=told)),
    ]
