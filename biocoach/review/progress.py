"""Progress over weeks: the way back, step by step, and the ladder as a staircase.

Pure over the sessions' summaries and the ladders; nothing is folded again. The four kinds of ways
back (apart or after the reunion, with a practice or without) are never pooled, nor are steps, nor
what was practised before a step was made harder. What is not known is told as not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from biocoach.clock import moment_of
from biocoach.exposure.evidence import counts
from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised, practised_of
from biocoach.review.recovery_over_time import WHERE, median_of
from biocoach.review.slowing import slowing_in
from biocoach.review.trends import monday, weeks_from
from biocoach.settings import LearningSettings

Json = dict[str, Any]
NO_LADDER = ""  # of a plan that was made without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the record: local days, both included; "" is all of them."""

    since: str = ""
    until: str = ""
    ladder: str = ""
    step: str = ""
    support: str = ""

    def holds(self, one: Told) -> bool:
        return (
            (not self.since or one.day >= self.since)
            and (not self.until or one.day <= self.until)
            and self.ladder in ("", one.ladder)
            and self.step in ("", one.step)
            and self.support in ("", one.support)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One session: where it belongs. ``earlier``: from before its step was made harder."""

    summary: Json
    row: Practised | None
    day: str
    ladder: str
    step: str
    support: str
    title: str
    earlier: bool


def progress(
    summaries: Iterable[Json],
    ladders: Sequence[Ladder],
    asked: Asked,
    today: date,
    settings: LearningSettings,
) -> Json:
    """``summaries``: of one kind (real or simulated), the oldest first."""
    whole = list(summaries)
    known = [one for one in (_told(s, ladders) for s in whole) if one is not None]
    dated = sorted((one for one in known if one.day), key=lambda one: one.day)
    chosen = [one for one in dated if asked.holds(one)]
    latest = max([today.isoformat(), *(one.day for one in dated)])  # by a clock that was wrong
    until = min(asked.until or latest, latest)
    days = [asked.since or min((one.day for one in chosen), default=""), *(o.day for o in chosen)]
    ends = date.fromisoformat(until)
    return {
        "asked": asdict(asked),
        "first_day": dated[0].day if dated else None,
        "weeks": weeks_from([monday(day) for day in days if day and day <= until], ends),
        "needed": settings.halves_min,
        "ladders": [_stairs(ladder, dated, asked) for ladder in ladders],
        "groups": [
            _group(chosen, ladders, where, used=used, settings=settings)
            for where in WHERE
            for used in (False, True)
        ],
        "left_out": _left_out(chosen) | {"undated": len(known) - len(dated)},
        "heart_slowing": slowing_in(one.summary for one in chosen),
        "loose": sum(one.ladder == NO_LADDER and one.row is not None for one in chosen),
        "unread": sum("ways_back" not in s or "practised" not in s for s in whole),
    }


def _told(summary: Json, ladders: Sequence[Ladder]) -> Told | None:
    """None for what is not over yet, and for what is no practice of being apart."""
    row = practised_of(summary["practised"]) if summary.get("practised") else None
    if (row is not None and row.open) or not (row or summary.get("ways_back")):
        return None
    ladder = row.ladder if row else NO_LADDER
    step = _step(ladders, ladder, row.step if row else "")
    return Told(
        summary=summary,
        row=row,
        day=row.day if row else day_of(summary),
        ladder=ladder if step else NO_LADDER,
        step=step.id if step else "",
        support=summary.get("support", ""),
        title=step.title if step else summary.get("step_title", ""),
        earlier=bool(step and row and not counts(step, row)),
    )


def day_of(summary: Json) -> str:
    """The local day on which it began; "" where nobody knows."""
    elsewhere = summary.get("elsewhere")
    if elsewhere and not elsewhere["dated"]:
        return ""
    return moment_of(summary["started_utc"]).astimezone().date().isoformat()


def _step(ladders: Sequence[Ladder], ladder: str, step: str) -> LadderStep | None:
    return next((one.step(step) for one in ladders if one.id == ladder), None)


# ---- the way back


def _group(
    chosen: Sequence[Told],
    ladders: Sequence[Ladder],
    where: str,
    *,
    used: bool,
    settings: LearningSettings,
) -> Json:
    """One of the four kinds, by step, in the ladders' order; a step with nothing is not there."""
    found: dict[tuple[str, str, str], list[Json]] = {}
    for one, way in _ways(chosen):
        if way["where"] == where and way["used"] is used:
            found.setdefault(_key(one), []).append(_way(one, way))
    places = {
        (ladder.id, step.id): place
        for place, (ladder, step) in enumerate((la, s) for la in ladders for s in la.steps)
    }
    steps = sorted(found, key=lambda key: (places.get(key[:2], len(places)), key[2]))
    return {
        "where": where,
        "used": used,
        "n": sum(len(ways) for ways in found.values()),
        "steps": [_of_step(key, found[key], settings) for key in steps],
    }


def _key(one: Told) -> tuple[str, str, str]:
    """What may be told together: a step; without a ladder, what was called the same."""
    return (one.ladder, one.step, "" if one.ladder else one.title)


def _ways(chosen: Iterable[Told]) -> Iterator[tuple[Told, Json]]:
    for one in chosen:
        if not one.earlier:
            yield from ((one, w) for w in one.summary.get("ways_back", []) if not w["left_out"])


def _way(one: Told, way: Json) -> Json:
    return {
        "session": one.summary["id"],
        "day": one.day,
        "half_s": way["half_s"],
        "seen_s": way["seen_s"],
        "title": one.title,
    }


def _of_step(key: tuple[str, str, str], ways: list[Json], settings: LearningSettings) -> Json:
    weeks: dict[str, list[Json]] = {}
    for way in ways:
        weeks.setdefault(monday(way["day"]), []).append(way)
    return {
        "ladder": key[0],
        "step": key[1],
        "title": ways[-1]["title"],
        **_middle(ways, settings),
        "ways": [
            {name: way[name] for name in ("session", "day", "half_s", "seen_s")} for way in ways
        ],
        "weeks": [{"week": week} | _middle(weeks[week], settings) for week in sorted(weeks)],
    }


def _middle(ways: Sequence[Json], settings: LearningSettings) -> Json:
    """Lengths in s. One that was cut short counts for as long as it was seen."""
    halves = [way["half_s"] for way in ways if way["half_s"] is not None]
    cut = [way["seen_s"] for way in ways if way["half_s"] is None]
    return {"n": len(ways), "not_by_end": len(cut)} | asdict(median_of(halves, cut, settings))


def _left_out(chosen: Sequence[Told]) -> Json:
    ways = [(one, way) for one in chosen for way in one.summary.get("ways_back", [])]
    why = [way["left_out"] for one, way in ways if not one.earlier]
    return {
        "away": why.count("away"),
        "not_told": why.count("not_told"),
        "not_said": why.count("not_said"),
        "earlier": sum(one.earlier for one, _ in ways),
    }


# ---- the staircase


def _stairs(ladder: Ladder, dated: Sequence[Told], asked: Asked) -> Json:
    """A ladder's steps, the easiest first, and a mark for each time one was practised.
    ``first_day``: of all days, not of those asked for."""
    own = [one for one in dated if one.ladder == ladder.id and one.row is not None]
    first: dict[str, Told] = {}
    for one in own:
        first.setdefault(one.step, one)
    marks = [_mark(one, first) for one in own if asked.holds(one)]
    marked = {mark["step"] for mark in marks}
    return {
        "id": ladder.id,
        "title": ladder.title,
        "put_away": ladder.put_away,
        "steps": [
            {
                "id": step.id,
                "title": step.title,
                "put_away": step.put_away,
                "first_day": first[step.id].day if step.id in first else None,
            }
            for step in ladder.steps
            if not step.put_away or step.id in marked or step.id == asked.step
        ],
        "marks": marks,
    }


def _mark(one: Told, first: dict[str, Told]) -> Json:
    """``first``: the first time that this step was practised at all."""
    row = one.row
    return {
        "session": one.summary["id"],
        "day": one.day,
        "week": monday(one.day),
        "step": one.step,
        "support": one.support,
        "how": _how(row) if row else "unknown",
        "too_much": bool(row and row.too_much),
        "bare": bool(row and row.bare),
        "first": first[one.step] is one,
        "earlier": one.earlier,
    }


def _how(row: Practised) -> str:
    if row.done:
        return "done"
    return "not_done" if row.stayed is False or row.beyond_plan is True else "unknown"
