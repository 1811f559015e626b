"""What a closed session lends to later ones, and what a new one takes from its past.

The coach's budget goes on from session to session: a new one right away buys no further offer,
and quiet that was asked for lasts as long as it was asked for.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from biocoach.clock import moment_of
from biocoach.coach.policy import AWAY, HOUR_S
from biocoach.review.aftercare import day_ended
from biocoach.review.answers import taught
from biocoach.settings import CareSettings, Settings
from biocoach.types import (
    BaselineFigures,
    Begin,
    Debrief,
    Entry,
    Offer,
    OfferReply,
    Presence,
    Prior,
    Rating,
    Reply,
)

Json = dict[str, Any]
BASELINES_KEPT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a new session begins: on the clock, which counts within one boot, and on the wall."""

    clock_s: float
    boot_id: str
    wall: datetime


def spent(entries: Sequence[Entry], care: CareSettings) -> Json:
    """What a closed session used of the coach's budget, for its summary.

    Offers that were shown, in s before the session's end, and what was left of a snooze then;
    and when that end was. Only within one boot the clock tells that ("" where it can't).
    """
    end_s = max((e.at_s for e in entries), default=0.0)
    snoozes = [
        e.at_s for e in entries if isinstance(e.body, OfferReply) and e.body.reply is Reply.SNOOZE
    ]
    begin = entries[0].body if entries else None
    same_boot = isinstance(begin, Begin) and entries[0].boot_id == entries[-1].boot_id
    return {
        "offers_before_end_s": [
            end_s - e.at_s for e in entries if isinstance(e.body, Offer) and not e.body.asked
        ],
        "snooze_left_s": max([0.0, *(at_s + care.snooze_s - end_s for at_s in snoozes)]),
        "end_boot": entries[-1].boot_id if same_boot else "",
        "end_clock_s": begin.clock_s + end_s if isinstance(begin, Begin) else 0.0,
        "end_utc": entries[-1].wall_utc if entries else "",
        "presence": _last_presence(entries),
    }


def _last_presence(entries: Sequence[Entry]) -> str | None:
    words = [e.body for e in entries if isinstance(e.body, Rating | Debrief)]
    said = [word.presence for word in words if word.presence is not None]
    return said[-1].value if said else None


def prior_of(
    summaries: Iterable[Json],
    now: Moment,
    settings: Settings,
    *,
    scripted: bool = False,
    since: Container[str] | None = None,
) -> Prior:
    """What earlier sessions lend: baselines, the threshold taught, the day's count, the budget.

    ``since``: whose answers count for the threshold (see ``taught``). A scripted story spends
    no budget and keeps to none: nobody is spoken to in it, and it is the same each time it is
    played.
    """
    rows = list(summaries)
    baselines = [BaselineFigures(**s["baseline"]) for s in rows if s.get("baseline")]
    lesson = taught(rows, settings.activation, since)
    today = now.wall.astimezone().date()
    of_today = [s for s in rows if moment_of(s["started_utc"]).astimezone().date() == today]
    spoken_to = [] if scripted else [s["spent"] for s in rows if s.get("spent")]
    return Prior(
        baselines=tuple(baselines[-BASELINES_KEPT:]),
        threshold=lesson.threshold,
        dismissed=lesson.dismissed,
        practised_today=sum(_is_practice(s) for s in of_today),
        hard_today=any(s.get("hard_end") and day_ended(s) == today for s in rows),
        offers_ago_s=_offers_ago_s(spoken_to, now),
        snooze_left_s=max([0.0, *(s["snooze_left_s"] - _since_s(s, now) for s in spoken_to)]),
        presence=_away_since(spoken_to, now, settings.care.away_lasts_s),
    )


def _is_practice(summary: Json) -> bool:
    """What was brought in or told counts once it is known to have been a step, and when."""
    elsewhere = summary.get("elsewhere")
    if elsewhere is None:
        return bool(summary.get("went_apart"))
    return bool(summary.get("practised")) and bool(elsewhere["dated"])


def _away_since(spent_before: Sequence[Json], now: Moment, lasts_s: float) -> Presence | None:
    """Whoever was far away or numb is taken to be so until they say *here*, or a night has gone."""
    for spent_one in reversed(spent_before):
        if _since_s(spent_one, now) > lasts_s:
            return None
        if spent_one.get("presence") is not None:
            said = Presence(spent_one["presence"])
            return said if said in AWAY else None
    return None


def _offers_ago_s(spent_before: Sequence[Json], now: Moment) -> tuple[float, ...]:
    """Those of the last hour, the oldest first."""
    ago_s = [
        round(before_s + _since_s(s, now), 3)
        for s in spent_before
        for before_s in s["offers_before_end_s"]
    ]
    return tuple(sorted((s for s in ago_s if s < HOUR_S), reverse=True))


def _since_s(spent_before: Json, now: Moment) -> float:
    """Since a session's end. Across a reboot the wall counts; set back, it is taken as just now."""
    if spent_before["end_boot"] == now.boot_id:
        return max(0.0, now.clock_s - float(spent_before["end_clock_s"]))
    return max(0.0, (now.wall - moment_of(spent_before["end_utc"])).total_seconds())
