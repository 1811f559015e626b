"""What a packet is made of, and which days it tells of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from biocoach.exposure.decided import Decisions
from biocoach.exposure.ladder import Ladder
from biocoach.exposure.measures import Scale, Total
from biocoach.exposure.practised import Practised, practised_of
from biocoach.exposure.proposal import Around
from biocoach.exposure.sheet import Sheet
from biocoach.review.progress import day_of
from biocoach.settings import PACKET, PacketSettings, Settings

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Local days, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> Span:
        """As many days, right before: what this span is compared with."""
        last = self.since - timedelta(days=1)
        return Span(since=last - timedelta(days=self.days - 1), until=last)

    def holds(self, day: str) -> bool:
        return bool(day) and self.since.isoformat() <= day <= self.until.isoformat()

    def told(self) -> Json:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "days": self.days,
        }


def span_of(
    since: date | None, until: date | None, today: date, limits: PacketSettings = PACKET
) -> Span | None:
    """The days asked for, by default the last four weeks; None where they end before they begin."""
    last = until or today
    first = since or last - timedelta(days=limits.days - 1)
    return Span(since=first, until=last) if first <= last else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A session read again: ``told`` as ``thin`` leaves it. ``recorded_by``: its settings then."""

    told: Json
    recorded_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All of one record, real or simulated.

    ``summaries``: of closed sessions, the oldest first. ``read``: a session, read again. ``notes``:
    by session. ``check_ins``: every one. ``separations``: those ahead or under way, as told.
    ``totals``: of ``scales``, the latest last.
    ``talk``: what the person wants to talk about. ``titles``: of practices.
    """

    span: Span
    today: date
    simulated: bool
    summaries: Sequence[Json]
    read: Callable[[str], Review | None]
    around: Around
    settings: Settings
    ladders: Sequence[Ladder] = ()
    decisions: Decisions = field(default_factory=Decisions)
    sheets: Sequence[Sheet] = ()
    notes: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    check_ins: Sequence[Json] = ()
    separations: Sequence[Json] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    totals: Sequence[Total] = ()
    scales: Sequence[Scale] = ()
    talk: str = ""
    version: str = ""
    limits: PacketSettings = PACKET

    def sessions(self, span: Span) -> list[Json]:
        """Their summaries: planned ones, and recordings that were brought in."""
        own = (s for s in self.summaries if s.get("planned") or s.get("elsewhere"))
        return [s for s in own if span.holds(day_of(s))]

    def rows(self, span: Span | None = None) -> list[Practised]:
        """What was practised, the oldest first; of all days where no span is given."""
        own = [practised_of(s["practised"]) for s in self.summaries if s.get("practised")]
        rows = sorted((row for row in own if not row.open), key=lambda row: row.day)
        return [row for row in rows if span is None or span.holds(row.day)]
