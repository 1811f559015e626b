"""The faults of the strap and the clocks, each through a whole session: what is right, happens.

Rows that have tests of their own elsewhere (reconnects, adapters, orphan streams, the disk) are
not told again here; `docs/trust.md` lists all of them.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.record import Record, fold
from biocoach.settings import Settings
from biocoach.types import (
    Begin,
    Contact,
    Gap,
    HeartState,
    InputBody,
    Link,
    Mark,
    MarkKind,
    Motion,
    Movement,
    Quality,
    Rating,
    Reading,
)
from devices import heart_rate
from tests.exposure.stories import asked, offers, told
from tests.fakes import living
from tests.signal.hearts import BEGIN, Rows, heart, worn
from tests.strategies import PROVEN, motion, plan, reading
from tests.test_runtime import played

LENGTH_S = 120


def a_minute(bodies: list[InputBody]) -> Record:
    """After a good beginning, one of these each second."""
    rows = worn(heart(60))
    rows += [(61.0 + second, body) for second, body in enumerate(bodies)]
    rows += [(61.0 + second, motion(5)) for second in range(len(bodies))]
    return fold(sorted(rows, key=lambda row: row[0]), Settings(), 60.0 + len(bodies))


# ---- off the body, yet a plausible rate (seen on an H10)


@pytest.mark.parametrize("rr", [(), (28,), (0, 65_535)])
@pytest.mark.parametrize("contact", Contact)
def test_a_plausible_rate_without_plausible_beats_is_no_reading(
    rr: tuple[int, ...], contact: Contact
) -> None:
    """The bytes say 70, and "contact unsupported" is not "good"."""
    body = replace(reading(rr, contact), bpm=70)
    record = a_minute([body] * 40)
    late = record.seconds[-10:]
    assert all(s.hr_bpm is None or s.quality is Quality.POOR for s in late)
    assert {s.state for s in late} == {HeartState.UNKNOWN}


def test_a_strap_that_can_t_feel_skin_is_unknown_and_not_good() -> None:
    """The contact bit without the support bit, as it comes in bytes."""
    found = heart_rate.decode(bytes([0b0001_0010, 70, 0x00, 0x04]))
    assert isinstance(found, Reading)
    assert found.contact is Contact.UNKNOWN


# ---- the strap's clock orders nothing


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=9))
@PROVEN
def test_the_strap_s_clock_decides_nothing(stamps_ns: list[int]) -> None:
    """It starts in 2019, jumps, runs back: every second is the same, and so is their order."""
    rows = worn(heart(LENGTH_S))
    jumping: Rows = [
        (at_s, replace(body, timestamp_ns=stamps_ns[n % len(stamps_ns)]))
        if isinstance(body, Motion)
        else (at_s, body)
        for n, (at_s, body) in enumerate(rows)
    ]
    before, after = (fold(r, Settings(), LENGTH_S) for r in (rows, jumping))
    # A chest's breath is read from the strap's own steps between its samples; nothing else is.
    seen = [[replace(s, breath=None) for s in r.seconds] for r in (before, after)]
    assert seen[0] == seen[1]
    assert after.beats == before.beats
    assert after.seconds[-1].movement is Movement.STILL


# ---- late delivery, batches


@pytest.mark.parametrize("late_s", [8, 15])
def test_a_heap_that_comes_late_is_a_gap_or_poor_and_never_good(late_s: int) -> None:
    """What lay between is not told as if it had been known then."""
    rows = worn(heart(LENGTH_S))
    late = [
        (60.0 + late_s if 60.0 < at_s < 60.0 + late_s and isinstance(body, Reading) else at_s, body)
        for at_s, body in rows
    ]
    record = fold(sorted(late, key=lambda row: row[0]), Settings(), LENGTH_S)
    waiting = [s for s in record.seconds if 66 < s.at_s < 60 + late_s]
    assert all(s.hr_bpm is None for s in waiting)
    assert bool(waiting)


# ---- equal intervals


def test_equal_readings_are_both_kept_each_by_its_number() -> None:
    """The key is session and number of arrival, never the value."""
    same = reading((900,))

    async def go() -> None:
        rows = [(1000.5 + s, 1000.5 + s, same) for s in range(8)]
        async with living(rows) as house:
            await house.pass_time(12)
            kept = [e for e in house.journal.read("s1") if isinstance(e.body, Reading)]
            assert len(kept) == 8
            assert len({entry.number for entry in kept}) == 8

    played(go)


# ---- suspend and resume


@pytest.mark.parametrize("slept_s", [20, 900, 6000])
def test_a_sleep_is_a_gap_of_its_length_and_nothing_is_said_of_it(slept_s: int) -> None:
    """In a practice, the heart high: no offer and no question comes from the time asleep."""
    high = lambda at_s: 64.0 if at_s < 360 else 90.0  # noqa: E731
    awake_s = 362.0  # the rise is not an activation yet
    record = told(until_s=awake_s, rate=high)
    slept = [(i.at_s, i.body) for i in record.inputs]
    after = [
        (awake_s + slept_s + at_s, body)
        for at_s, body in worn(heart(60, 90.0))
        if isinstance(body, Reading | Motion)
    ]
    whole = fold([*slept, *after], Settings(), awake_s + slept_s + 60)
    gaps = [g for g in whole.gaps if g.start_s < awake_s + slept_s]
    assert isinstance(gaps[-1], Gap)
    assert math.isclose(gaps[-1].end_s - gaps[-1].start_s, slept_s, abs_tol=3.0)
    asleep = (awake_s + 5, awake_s + slept_s)
    assert [o for o in offers(whole) if asleep[0] < o.at_s < asleep[1]] == []
    assert "settled" not in asked(whole)
    dark = [s for s in whole.seconds if asleep[0] + 1 < s.at_s < asleep[1]]
    assert all(s.hr_bpm is None and s.state is HeartState.UNKNOWN for s in dark)


def test_beats_before_and_after_a_loss_are_of_two_stretches() -> None:
    """No interval is made of the time between."""
    rows = [*worn(heart(60)), (61.0, Link(up=False, reason="asleep")), (90.0, Link(up=True))]
    rows += [(at_s + 90, b) for at_s, b in worn(heart(30)) if isinstance(b, Reading)]
    record = fold(rows, Settings(), LENGTH_S)
    runs = {beat.beat.run for beat in record.beats}
    assert len(runs) == 2
    assert max(beat.beat.rr_ms for beat in record.beats) < 2000


# ---- the wall clock


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=-2)])
def test_a_wall_clock_that_jumps_bends_no_length(jump: timedelta) -> None:
    """An hour of summer time, a step of NTP, a clock that was set: seconds are the monotonic ones,
    and nothing in the record runs backwards."""

    async def go() -> None:
        dice = random.Random(1)
        rows = [(1000.5 + s, 1000.5 + s, reading((dice.randint(880, 960),))) for s in range(40)]
        async with living(rows) as house:
            await house.pass_time(10)
            house.clock.set_wall(house.clock.wall() + jump)
            await house.pass_time(20)
            await house.runtime.submit(Rating(suds=10))
            await house.pass_time(9)
            entries = list(house.journal.read("s1"))
            at_s = [entry.at_s for entry in entries]
            assert at_s == sorted(at_s)
            assert 29.9 <= next(e.at_s for e in entries if isinstance(e.body, Rating)) <= 30.1
            assert house.journal.verify().problems == ()

    played(go)


def test_where_the_person_s_clock_stood_is_kept_with_each_session() -> None:
    """UTC, and beside it the zone's name and offset: a day is the person's own day later on."""

    async def go() -> None:
        async with living() as house:
            begin = house.bodies("s1")[0]
            assert isinstance(begin, Begin)
            local = house.clock.wall().astimezone()
            offset = local.utcoffset()
            assert offset is not None
            assert (begin.zone, begin.offset_s) == (local.tzname(), offset.total_seconds())
            assert house.journal.sessions()[0].started_utc.endswith("Z")

    played(go)


# ---- ectopy, fibrillation


def test_dense_ectopy_says_no_variability_and_no_verdict() -> None:
    flips = [reading((600 if n % 2 else 1400,)) for n in range(120)]
    record = a_minute(list(flips))
    late = record.seconds[-20:]
    assert all(s.rmssd_ms is None for s in late)
    assert not any(s.state is HeartState.ACTIVATED for s in late)


def test_the_story_itself_has_offers_where_nothing_is_wrong() -> None:
    """Else those above would hold for want of them."""
    assert offers(told(plan()))
    assert Mark(kind=MarkKind.APART) in [i.body for i in told(plan()).inputs]
    assert BEGIN.simulated
