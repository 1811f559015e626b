"""Which session comes next: the open one from the journal, or a new one that knows its past.

Start-up is crash recovery, and there is no second path: an open session is folded from its
journal and goes on. Closed instead, where it stands, is one that was only being planned, and
one that a story was played in: it can't be gone on with half-way. Half of a recording that was
being brought in is erased.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from biocoach.clock import Clock, moment_of
from biocoach.keeping import sweep
from biocoach.review.prior import Moment, prior_of
from biocoach.review.summing_beside import sum_up_beside
from biocoach.review.summing_up import not_summed_up
from biocoach.running import Running, Step, begin_of
from biocoach.runtime import Opened, Source
from biocoach.settings import Settings
from biocoach.store import Journal, SessionRow
from biocoach.types import Begin, Entry, Fit, Phase, Repertoire

PERSON = "me"
AGAIN = "threshold_again"  # the fact that the person had the threshold start again
REMADE_AT_ONCE = 4  # summaries of an earlier version: an hour of heartbeats takes half a second
REMADE_ENTRIES = 40_000  # and a day that was brought in takes ten


class Opening:
    """Called in the journal's thread. ``new_id`` and ``seed`` are injected randomness;
    ``repertoire`` says what practices there are."""

    def __init__(
        self,
        *,
        journal: Journal,
        clock: Clock,
        settings: Settings,
        writer: str,
        fit: Callable[[], Fit | None],
        new_id: Callable[[], str],
        seed: Callable[[], int],
        repertoire: Callable[[], Repertoire],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._settings = settings
        self._writer = writer
        self._fit = fit
        self._new_id = new_id
        self._seed = seed
        self._repertoire = repertoire

    def open(self, source: Source, resume: bool) -> Opened:
        settings_hash = self._settings.hash()
        self._journal.put_settings(settings_hash, json.loads(self._settings.document()))
        if resume:
            sweep(self._journal)
        name = self._journal.open_session() if resume else None
        if name is not None:
            back = self._come_back(name, source)
            if back is not None:
                return back
        self._summarise()
        return self._new(source, settings_hash)

    # ---- a new one

    def _new(self, source: Source, settings_hash: str) -> Opened:
        started = self._clock.wall()
        local = started.astimezone()
        offset = local.utcoffset()
        now = Moment(clock_s=self._clock.now_s(), boot_id=self._clock.boot_id, wall=started)
        running = self._running(self._new_id(), now.clock_s, started)
        begin = Begin(
            seed=self._seed(),
            settings_hash=settings_hash,
            prior=prior_of(
                self._journal.summaries().values(),
                now,
                self._settings,
                scripted=source.scripted,
                since=self._journal.sessions_since(AGAIN),
            ),
            fit=self._fit(),
            simulated=source.simulated,
            source=source.name,
            clock_s=running.start_clock_s,
            scripted=source.scripted,
            zone=local.tzname() or "",
            offset_s=None if offset is None else int(offset.total_seconds()),
        )
        steps = running.arrive(running.start_clock_s, begin, self._clock)
        known = running.arrive(running.start_clock_s, self._repertoire(), self._clock)
        return Opened(running=running, steps=steps + known)

    def _running(self, name: str, start_clock_s: float, started: datetime) -> Running:
        return Running(
            id=name,
            person=PERSON,
            writer=self._writer,
            settings=self._settings,
            start_clock_s=start_clock_s,
            started=started,
        )

    # ---- the open one

    def _come_back(self, name: str, source: Source) -> Opened | None:
        """The open session, brought up to now; None where it is over (and closed here)."""
        entries = list(self._journal.read(name))
        begin = begin_of(entries)
        if begin is None:
            return None
        start_clock_s, reason = self._start_of(entries, begin)
        started = moment_of(entries[0].wall_utc)
        running = self._running(name, start_clock_s, started)
        known = running.refold(entries)
        over = _why_over(begin, source, running.session.phase)
        if over:
            steps = running.end(self._clock, reason=over)
        else:
            steps = running.come_back(self._clock, reason=reason)
            steps += self._told_anew(entries, running)
        if not running.closed:
            return Opened(running=running, steps=known + steps)
        self._append(steps)
        return None

    def _told_anew(self, entries: list[Entry], running: Running) -> list[Step]:
        """The practices may have changed while the program was away."""
        told = [entry.body for entry in entries if isinstance(entry.body, Repertoire)]
        now = self._repertoire()
        if told[-1:] == [now] or running.closed:
            return []
        return running.arrive(self._clock.now_s(), now, self._clock)

    def _start_of(self, entries: list[Entry], begin: Begin) -> tuple[float, str]:
        """The clock at second 0, and what the gap is called. Across a reboot the wall counts,
        unless it was set back: the session's time goes on from where it was."""
        first, last_s = entries[0], max(entry.at_s for entry in entries)
        if first.boot_id == self._clock.boot_id:
            return begin.clock_s, "restarted"
        away = (self._clock.wall() - moment_of(first.wall_utc)).total_seconds()
        return self._clock.now_s() - max(last_s, away), "restarted, clock estimated"

    def _append(self, steps: list[Step]) -> None:
        self._journal.append([entry for step in steps for entry in step.entries])

    def _summarise(self) -> None:
        """Closed sessions keep a summary that can be rebuilt: all that are missing, and of those
        that an earlier version or other settings made a few each time, the newest first."""
        missing, stale = not_summed_up(self._journal, self._settings)
        for row in [*missing, *_a_few(stale[::-1])]:
            sum_up_beside(self._journal, row.session, self._settings)


def _a_few(rows: list[SessionRow]) -> list[SessionRow]:
    """The first ones, as many as can be read in some seconds; one at least."""
    few, entries = rows[:1], sum(row.entries for row in rows[:1])
    for row in rows[1:REMADE_AT_ONCE]:
        entries += row.entries
        if entries > REMADE_ENTRIES:
            break
        few.append(row)
    return few


def _why_over(begin: Begin, source: Source, phase: Phase) -> str:
    """Why an open session is not gone on with; or nothing. A story needs a session of its own."""
    if begin.scripted:
        return "story cut short"
    if source.scripted:
        return "left for a story"
    return "left in plan" if phase is Phase.PLAN else ""
