"""Early-warning signs that the record can watch for, each with its figures. Only those that the
person chose are looked at; a sign is a question to oneself, never a finding."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from biocoach.exposure.arc import Urged
from biocoach.exposure.practised import Practised
from biocoach.settings import ARC, ArcSettings

Json = dict[str, Any]
_Seen = tuple[bool | None, dict[str, float]]


class SignKind(StrEnum):
    GAP = "gap"
    URGES_ACTED = "urges_acted"
    CUT_SHORT = "cut_short"
    TOO_MUCH = "too_much"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """``shows`` None: too little is known to say, or it is not watched."""

    id: SignKind
    watched: bool = False
    shows: bool | None = None
    figures: dict[str, float] = field(default_factory=dict)

    def told(self) -> Json:
        return asdict(self)


def signs(
    watched: Collection[SignKind],
    rows: Sequence[Practised],
    urges: Sequence[Urged],
    today: str,
    settings: ArcSettings = ARC,
) -> list[Sign]:
    """All kinds, in their order. ``rows``, ``urges``: the oldest first."""
    middle = _ago(today, settings.window_days)
    start = _ago(today, 2 * settings.window_days)
    cut = [(r.day, r.stayed is False) for r in rows if r.stayed is not None]
    much = [(r.day, r.too_much) for r in rows]
    looks: dict[SignKind, Callable[[], _Seen]] = {
        SignKind.GAP: lambda: _gap(rows, today, settings),
        SignKind.URGES_ACTED: lambda: _acted(urges, start, middle, settings),
        SignKind.CUT_SHORT: lambda: _more(cut, start, middle, settings),
        SignKind.TOO_MUCH: lambda: _more(much, start, middle, settings),
    }
    return [_named(kind, looks[kind]()) if kind in watched else Sign(id=kind) for kind in SignKind]


def _named(kind: SignKind, found: _Seen) -> Sign:
    return Sign(id=kind, watched=True, shows=found[0], figures=found[1])


def _gap(rows: Sequence[Practised], today: str, settings: ArcSettings) -> _Seen:
    last = max((row.day for row in rows), default="")
    if not last:  # nothing practised, or nobody knows when
        return None, {}
    days = (date.fromisoformat(today) - date.fromisoformat(last)).days
    return days >= settings.gap_days, {"days": days, "usual": settings.gap_days}


def _acted(urges: Sequence[Urged], start: str, middle: str, settings: ArcSettings) -> _Seen:
    """The share of urges that were acted on, now against before."""
    now = [u for u in urges if u.day > middle]
    before = [u for u in urges if start < u.day <= middle]
    acted, of = sum(u.acted for u in now), sum(u.acted + u.let_pass for u in now)
    earlier, of_earlier = sum(u.acted for u in before), sum(u.acted + u.let_pass for u in before)
    figures: dict[str, float] = {
        "acted": acted,
        "urges": of,
        "acted_before": earlier,
        "urges_before": of_earlier,
    }
    if min(of, of_earlier) < settings.urges_min:
        return None, figures
    return acted / of - earlier / of_earlier >= settings.acted_rise, figures


def _more(
    rows: Sequence[tuple[str, bool]], start: str, middle: str, settings: ArcSettings
) -> _Seen:
    """More often in the last weeks than in as many before, and more than once. Weeks in which
    nothing was practised tell nothing."""
    now = [so for day, so in rows if day > middle]
    before = [so for day, so in rows if start < day <= middle]
    figures: dict[str, float] = {"times": sum(now), "before": sum(before)}
    if not now or not before:
        return None, figures
    return sum(now) >= settings.sign_twice and sum(now) > sum(before), figures


def _ago(today: str, days: int) -> str:
    return (date.fromisoformat(today) - timedelta(days=days)).isoformat()
