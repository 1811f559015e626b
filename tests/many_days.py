"""A record of a person who practised on many days, made by the real parts: one rise a day."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from biocoach.profile import fact_of
from biocoach.running import Running
from biocoach.settings import Settings
from biocoach.store import Key, NoKeyring, Vault, open_store
from biocoach.types import (
    Answer,
    Begin,
    Debrief,
    End,
    Entry,
    Fit,
    Label,
    Mark,
    MarkKind,
    PracticeLog,
    PracticeMoment,
)
from tests.fakes import FakeClock
from tests.signal.hearts import Rows, heart, worn
from tests.strategies import plan

# What each day's rise was, in the person's word; "-" is a day without an answer.
WORDS = "dododdd-ddoo"
RISE_S, LENGTH_S, CUT_S = 380, 760, 420
CUT = (4, 9)  # days that end soon after the rise
FIT = Fit()


def day_rows(day: int, fit: Fit = FIT) -> Rows:
    """Stamped words and beats of one session: a rise of 20 bpm, and its own way down."""
    tau_s = 30 + 8 * (day % 5)

    def rate_bpm(t: float) -> float:
        up = min(1.0, max(0.0, (t - RISE_S) / 15))
        return 63 + 20 * up * math.exp(-max(0.0, t - RISE_S - 15) / tau_s)

    end_s = float(CUT_S if day in CUT else LENGTH_S)
    begin = Begin(seed=day, settings_hash=Settings().hash(), fit=fit)
    rows = worn(heart(end_s, rate_bpm, seed=day, breath_ms=15), begin=begin)[1:]
    rows = [(0.0, plan()), *rows, (300.0, Mark(kind=MarkKind.APART))]
    if day % 2:
        log = {"practice": "orienting", "asked": day % 3 == 0}
        rows += [
            (RISE_S + 25.0, PracticeLog(moment=PracticeMoment.STARTED, **log)),  # type: ignore[arg-type]
            (RISE_S + 85.0, PracticeLog(moment=PracticeMoment.FINISHED, **log)),  # type: ignore[arg-type]
        ]
    rows = [row for row in sorted(rows, key=lambda row: row[0]) if row[0] < end_s]
    if WORDS[day] != "-":
        answer = Answer.OTHER if WORDS[day] == "o" else Answer.DISTRESS
        rows.append((end_s, Label(answer=answer)))
    return [(0.0, begin), *rows, (end_s, End()), (end_s, Debrief(suds=30))]


def many_days(folder: Path, days: int = len(WORDS), slowed: Collection[int] = ()) -> None:
    """Into a plain record in this folder, which does not exist yet; the last day is yesterday.
    ``days``: only so many, from the first. ``slowed``: those that began with medicine that slows
    the heart; today there is none."""
    folder.mkdir(parents=True)
    key = Vault(folder, NoKeyring()).create(None, plain=True)
    assert isinstance(key, Key)
    clock = FakeClock()
    journal = open_store(folder, key, writer="test", clock=clock)
    for day in range(days):
        clock.advance(3600.0)
        clock.set_wall(datetime.now(UTC) - timedelta(days=len(WORDS) - day))
        start_s, entries = clock.now_s(), list[Entry]()
        running = Running(
            id=f"day-{day}", person="me", writer="test", settings=Settings(),
            start_clock_s=start_s, started=clock.wall(),
        )  # fmt: skip
        for at_s, body in day_rows(day, Fit(heart_slowing=day in slowed)):
            clock.advance_to(start_s + at_s)
            for step in running.arrive(start_s + at_s, body, clock):
                entries += step.entries
        journal.append(entries)
    journal.put_fact("fit", fact_of(FIT))
    journal.close()
