"""What the record holds of practice, urges, the heart and measures, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from biocoach.exposure.measures import change
from biocoach.review.note import figures as fig
from biocoach.review.note.figures import Figure, Half
from biocoach.review.note.says import Says, Sentence, share

Json = dict[str, Any]


def practised(say: Says) -> Iterator[Sentence]:
    rows, material = say.rows, say.material
    days = sorted({row.practised.day for row in rows})
    count = Figure(name="practised", value=len(rows), sessions=fig.ids(rows))
    if not rows:
        yield say("none", count)
    else:
        yield say(
            "practised",
            count,
            Figure(name="days", value=len(days)),
            n=len(rows),
            days=len(days),
            day=days[0],
            first=days[0],
            last=days[-1],
        )
    first, last = fig.before(material.since, material.until)
    earlier = fig.rows_between(material.summaries, first, last)
    length = fig.len_days(material.since, material.until)
    yield say(
        "before_period",
        Figure(name="practised_before", value=len(earlier), sessions=fig.ids(earlier)),
        Figure(name="days_before", value=length),
        length=length,
        n=len(earlier),
    )


def stayed(say: Says) -> Iterator[Sentence]:
    if not say.rows:
        return
    told = fig.told(say.rows, lambda p: p.stayed)
    yes = [row for row in told if row.practised.stayed]
    figure = share("stayed", yes, told)
    yield say("stayed" if told else "stayed_untold", figure, yes=len(yes), told=len(told))
    screen = [row for row in say.rows if not row.practised.bare]
    much = [row for row in screen if row.practised.too_much]
    if screen:
        figure = share("too_much", much, screen)
        yield say("too_much" if much else "no_too_much", figure, n=len(much), of=len(screen))
    told = fig.told(say.rows, lambda p: p.beyond_plan)
    beyond = [row for row in told if row.practised.beyond_plan]
    if told:
        figure = share("beyond_plan", beyond, told)
        yield say("beyond", figure, yes=len(beyond), told=len(told))


def urges(say: Says) -> Iterator[Sentence]:
    """A session in which none was noted counts only where it could have been: with a screen. A
    summary's ``urges`` are those of which it was said what came of them."""
    rows = [row for row in say.rows if not row.practised.bare]
    rows = [row for row in rows if row.summary.get("urges") is not None]
    if not rows:
        return
    told, acted, unsaid = (
        sum(row.summary.get(key, 0) for row in rows) for key in ("urges", "acted", "urges_open")
    )
    count = {"urges": told + unsaid, "acted": acted, "passed": told - acted, "urges_open": unsaid}
    noted = count["urges"]
    own = fig.ids([row for row in rows if row.summary["urges"] or row.summary.get("urges_open")])
    figures = [Figure(name=k, value=v, n=noted, sessions=own) for k, v in count.items()]
    if not noted:
        could = Figure(name="could_tell", value=len(rows), sessions=fig.ids(rows))
        yield say("urges_none", figures[0], could, told=len(rows))
        return
    values = {key: count[key] for key in ("urges", "acted", "passed")}
    yield say("urges", *figures, open=unsaid, **values)


def halves(say: Says) -> Iterator[Sentence]:
    found = list(fig.halves(say.rows, say.material.settings))
    if not found and say.rows:
        yield say("half_none", Figure(name="ways_back", value=0))
    for half in found:
        yield _half(say, half)


def _half(say: Says, half: Half) -> Sentence:
    values = {
        "where": say.word("where", half.where),
        "used": say.word("used", "with" if half.used else "without"),
        "n": half.n,
        "cut": half.cut,
    }
    least = say.material.settings.halves_min
    known = {"median": half.median_s, "low": half.low_s, "high": half.high_s, "cut": half.cut}
    figures = [
        Figure(name=f"half_{part}", value=value, n=half.n, sessions=half.sessions)
        for part, value in known.items()
    ]
    if half.median_s is not None:
        interval = _interval(say, half)
        return say("half", *figures, median=round(half.median_s), interval=interval, **values)
    if half.why == "not_reached":
        return say("half_not_reached", *figures, **values)
    needed = Figure(name="needed", value=least)
    return say("half_few", *figures, needed, least=least, **values)


def _interval(say: Says, half: Half) -> str:
    if half.low_s is None:
        return say.word("interval", "unknown")
    if half.high_s is None:
        return say.word("interval", "open", low=round(half.low_s))
    return say.word("interval", "known", low=round(half.low_s), high=round(half.high_s))


def coverage(say: Says) -> Iterator[Sentence]:
    worn = [row for row in say.rows if row.summary["coverage"] > 0]
    if worn:
        middle = median(row.summary["coverage"] for row in worn)
        without = [row for row in say.rows if row not in worn]
        yield say(
            "coverage",
            Figure(name="coverage", value=middle, n=len(worn), sessions=fig.ids(worn)),
            share("without_strap", without, say.rows),
            share=round(100 * middle),
            n=len(worn),
            without=len(without),
        )


def measures(say: Says) -> Iterator[Sentence]:
    """Each scale's latest total of this time, beside the one before it, whenever that was."""
    for name, scale in sorted(say.material.scales.items()):
        own = sorted((t for t in say.material.totals if t.scale == name), key=lambda t: t.day)
        known = [t for t in own if t.day <= say.material.until]
        if not known or known[-1].day < say.material.since:
            continue
        last = known[-1]
        values: Json = {"scale": scale.title, "total": f"{last.total:g}", "day": last.day}
        figure = Figure(name="total", value=last.total)
        if len(known) == 1:
            yield say("measure", figure, **values)
            continue
        first = known[-2]
        moved = change(scale, first.total, last.total)
        values |= {"before": f"{first.total:g}", "before_day": first.day}
        values["change"] = say.word("change", moved.value)
        yield say(
            "measure_change", figure, Figure(name="total_before", value=first.total), **values
        )
