"""What the client has said, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from biocoach.review.note import figures as fig
from biocoach.review.note.figures import Figure
from biocoach.review.note.says import Says, Sentence, pair, share
from biocoach.types import Came


def talk(say: Says) -> Iterator[Sentence]:
    if text := say.material.talk.strip():
        yield say("talk", Figure(name="talk", value=text), text=text)


def came(say: Says) -> Iterator[Sentence]:
    told = fig.told(say.rows, lambda p: p.came)
    yes, partly = fig.came(told, Came.YES), fig.came(told, Came.PARTLY)
    if not told:
        return
    yield say(
        "came",
        share("came", yes, told),
        share("came_partly", partly, told),
        yes=len(yes),
        partly=len(partly),
        told=len(told),
    )
    coping = fig.told([*yes, *partly], lambda p: p.coped)
    if coping:
        coped = [row for row in coping if row.practised.coped]
        figure = share("coped", coped, coping)
        yield say("coped", figure, yes=len(coped), told=len(coping))


def distress(say: Says) -> Iterator[Sentence]:
    rows, before, after = fig.both(say.rows, lambda p: p.suds_before, lambda p: p.suds_after)
    yield from pair(say, "distress", rows, before, after)


def away(say: Says) -> Iterator[Sentence]:
    if say.rows:
        away = [row for row in say.rows if row.practised.away]
        rule = "away" if away else "no_away"
        yield say(rule, share("away", away, say.rows), n=len(away), of=len(say.rows))


def expectancy(say: Says) -> Iterator[Sentence]:
    rows, before, after = fig.both(say.rows, lambda p: p.before_pct, lambda p: p.after_pct)
    yield from pair(say, "expectancy", rows, before, after)
