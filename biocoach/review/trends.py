"""What weeks show: urges and acts in sessions, moments and behaviours that were noted.

Pure over sheets and the sessions' summaries. A week in which nothing was noted says nothing: it is
unknown, and not a week without urges. Noting more is no sign of having more, which the page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from biocoach.clock import moment_of
from biocoach.exposure.form import Behaviour, Makes
from biocoach.exposure.sheet import KEPT, Sheet
from biocoach.review.learnt import wilson
from biocoach.settings import LearningSettings

Json = dict[str, Any]
WEEK = timedelta(days=7)
WEEKS_MAX = 520  # ten years
NOTED = (Makes.MOMENT, Makes.BEHAVIOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Of a session: its local ``day``; None is unknown, never none."""

    day: str
    urges: int | None
    acted: int | None


def trends(
    sheets: Iterable[Sheet], sessions: Iterable[Counted], today: date, settings: LearningSettings
) -> Json:
    """One row a week, from the first with anything in it to this one; a Monday names it."""
    noted: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        if sheet.state == KEPT and sheet.makes in NOTED:
            noted.setdefault(monday(sheet.day), []).append(sheet)
    counted: dict[str, list[Counted]] = {}
    for session in sessions:
        counted.setdefault(monday(session.day), []).append(session)
    weeks = weeks_from([*noted, *counted], today)
    return {
        "weeks": [
            _week(week, noted.get(week, []), counted.get(week, []), settings) for week in weeks
        ],
        "enough": settings.answers_min,
    }


def counted_of(summary: Json) -> Counted | None:
    """None where nobody was apart, or nobody knows when. A session that an earlier version has
    summed up may not tell its urges; nor does a recording in which none were noted, or a session
    in which what came of them was never said."""
    elsewhere = summary.get("elsewhere")
    if not summary.get("went_apart") or (elsewhere and not elsewhere["dated"]):
        return None
    urges, acted = _count(summary.get("urges")), _count(summary.get("acted"))
    silent = elsewhere or _count(summary.get("urges_open"))
    told = urges is not None and acted is not None and (urges > 0 or not silent)
    return Counted(
        day=moment_of(summary["started_utc"]).astimezone().date().isoformat(),
        urges=urges if told else None,
        acted=acted if told else None,
    )


def _count(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and value >= 0 else None


def monday(day: str) -> str:
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


def weeks_from(known: Sequence[str], today: date) -> list[str]:
    """Without a hole. What lies beyond today, by a clock that was wrong, is not left out."""
    if not known:
        return []
    first = date.fromisoformat(min(known))
    last = date.fromisoformat(max([*known, monday(today.isoformat())]))
    first = max(first, last - (WEEKS_MAX - 1) * WEEK)
    return [(first + n * WEEK).isoformat() for n in range((last - first) // WEEK + 1)]


def _week(
    week: str, noted: Sequence[Sheet], sessions: Sequence[Counted], settings: LearningSettings
) -> Json:
    moments = [s for s in noted if s.makes == Makes.MOMENT]
    kinds = {kind: [s for s in noted if s.behaviour == kind] for kind in Behaviour}
    row: Json = {"week": week, "noted": len(noted), **urges_in(sessions, settings)}
    row["moments"] = noted_in(moments, settings) if noted else None
    for kind, found in kinds.items():
        row[kind.value] = noted_in(found, settings) if noted else None
    return row


def urges_in(sessions: Sequence[Counted], settings: LearningSettings) -> Json:
    """Over the sessions that tell both; ``unknown``: how many don't."""
    told = [(s.urges, s.acted) for s in sessions if s.urges is not None and s.acted is not None]
    urges = sum(one for one, _ in told) if told else None
    acted = sum(one for _, one in told) if told else None
    return {
        "sessions": len(sessions),
        "unknown": len(sessions) - len(told),
        "urges": urges,
        "acted": acted,
        "act_share": share(acted, urges, settings) if urges is not None else None,
    }


def noted_in(sheets: Sequence[Sheet], settings: LearningSettings) -> Json:
    answers = [sheet.answers for sheet in sheets]
    rated = _numbers(a.get("intensity") for a in answers)
    lasted = _numbers(a.get("lasted_min") for a in answers)
    acts = [a["acted"] for a in answers if isinstance(a.get("acted"), bool)]
    return {
        "n": len(sheets),
        "intensity": median(rated) if rated else None,
        "rated": len(rated),
        "lasted_min": median(lasted) if lasted else None,
        "timed": len(lasted),
        "acted": sum(acts),
        "told": len(acts),
        "act_share": share(sum(acts), len(acts), settings),
    }


def _numbers(values: Iterable[object]) -> list[float]:
    return [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]


def share(count: int | None, of: int, settings: LearningSettings) -> Json | None:
    """With Wilson's interval (1927), however few; ``enough``: so many that it may be named."""
    if count is None or not 0 <= count <= of or of == 0:
        return None
    low, high = wilson(count, of, settings.confidence)
    return {
        "share": count / of,
        "low": low,
        "high": high,
        "enough": of >= settings.answers_min,
    }
