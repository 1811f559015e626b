"""Which session comes next: a new one that knows its past, or the open one brought up to now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest

from biocoach.opening import Opening
from biocoach.running import Running
from biocoach.runtime import Opened
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store
from biocoach.types import (
    Begin,
    Closed,
    Debrief,
    Gap,
    Input,
    InputBody,
    Link,
    Mark,
    MarkKind,
    Phase,
    Tick,
)
from tests.fakes import FIT, FakeClock, Told
from tests.strategies import motion, plan, reading


@dataclass
class House:
    clock: FakeClock
    journal: Journal

    def opening(self) -> Opening:
        names = count(len(self.journal.sessions()) + 1)
        return Opening(
            journal=self.journal,
            clock=self.clock,
            settings=Settings(),
            writer="test",
            fit=lambda: FIT,
            new_id=lambda: f"s{next(names)}",
            seed=lambda: 7,
        )

    def start(self, *, resume: bool = True) -> Opened:
        opened = self.opening().open(Told(self.clock, []), resume)
        self.journal.append([e for step in opened.steps for e in step.entries])
        return opened

    def say(self, running: Running, *bodies: InputBody) -> None:
        for body in bodies:
            steps = running.arrive(self.clock.now_s(), body, self.clock)
            self.journal.append([e for step in steps for e in step.entries])

    def wear(self, running: Running, seconds: int) -> None:
        for second in range(seconds):
            self.clock.advance(1.0)
            self.say(running, motion(4), reading((1021 + second % 7,)))

    def whole_session(self) -> None:
        running = self.start(resume=False).running
        self.say(running, plan(), Mark(kind=MarkKind.BASELINE))
        self.wear(running, 310)
        self.say(running, Mark(kind=MarkKind.APART), Mark(kind=MarkKind.BACK), Debrief(suds=10))


@pytest.fixture
def house() -> Iterator[House]:
    clock = FakeClock(5000.25)
    journal = memory_store(writer="test", clock=clock)
    yield House(clock, journal)
    journal.close()


def begin_of(opened: Opened) -> Begin:
    item = opened.steps[0].stamped
    assert isinstance(item, Input)
    assert isinstance(item.body, Begin)
    return item.body


def test_the_first_session_knows_no_past_and_its_settings_are_kept(house: House) -> None:
    begin = begin_of(house.start())
    assert begin.prior.baselines == ()
    assert begin.prior.practised_today == 0
    assert (begin.clock_s, begin.seed, begin.simulated, begin.source) == (5000.25, 7, True, "told")
    assert begin.fit == FIT
    kept = house.journal.settings(begin.settings_hash)
    assert kept is not None
    assert kept["care"]["offers_per_hour"] == 3


def test_a_later_session_leans_on_the_earlier_ones(house: House) -> None:
    for _ in range(3):
        house.whole_session()
    opened = house.start()
    begin = begin_of(opened)
    assert len(begin.prior.baselines) == 3
    assert begin.prior.threshold == 2.5
    assert begin.prior.practised_today == 3
    assert opened.running.session.baseline_need_s == 120.0
    house.clock.set_wall(house.clock.wall() + timedelta(days=1))
    house.say(opened.running, Mark(kind=MarkKind.APART))
    assert begin_of(house.start(resume=False)).prior.practised_today == 0


def test_only_ten_baselines_are_carried_along(house: House) -> None:
    for _ in range(12):
        house.whole_session()
    assert len(begin_of(house.start()).prior.baselines) == 10


def test_an_open_session_goes_on_with_a_gap(house: House) -> None:
    running = house.start().running
    house.say(running, plan(), Mark(kind=MarkKind.BASELINE))
    house.wear(running, 200)
    house.clock.advance(60.0)
    back = house.start()
    assert back.running.id == running.id
    assert back.running.session.phase is Phase.BASELINE
    assert back.running.started == running.started
    stamps = [s.stamped for s in back.steps]
    assert [s.at_s for s in stamps if isinstance(s, Tick)] == list(range(1, 261))
    known = [s for s in back.steps if s.stamped.at_s <= 200]  # told to the page, not kept twice
    assert [e for s in known for e in s.entries] == []
    last = stamps[-1]
    assert isinstance(last, Input)
    assert last.body == Link(up=False, reason="restarted")
    assert last.at_s == 260.0
    house.say(back.running, Link(up=True), reading((1021,)))
    gaps = [e.body for e in house.journal.read(running.id) if isinstance(e.body, Gap)]
    assert [(g.reason, round(g.end_s)) for g in gaps] == [("restarted", 259)]


def test_one_that_was_only_planned_is_closed_and_a_new_one_opens(house: House) -> None:
    first = house.start().running
    house.say(first, plan())
    house.clock.advance(10.0)
    second = house.start()
    assert second.running.id == "s2"
    closed = [e.body for e in house.journal.read("s1") if isinstance(e.body, Closed)]
    assert [c.reason for c in closed] == ["left in plan"]
    assert begin_of(second).prior.practised_today == 0


def test_one_left_for_a_night_is_closed_and_a_new_one_opens(house: House) -> None:
    first = house.start().running
    house.say(first, plan(), Mark(kind=MarkKind.APART))
    house.clock.advance(14 * 3600.0)
    assert house.start().running.id == "s2"
    closed = [e.body for e in house.journal.read("s1") if isinstance(e.body, Closed)]
    assert [c.reason for c in closed] == ["ended, unknown when"]


@pytest.mark.parametrize(("wall_s", "at_s"), [(600.0, 800.0), (-3600.0, 200.0)])
def test_across_a_reboot_the_wall_counts_but_never_backwards(
    house: House, wall_s: float, at_s: float
) -> None:
    """Also where the wall was set back meanwhile: the session's time must go on."""
    running = house.start().running
    house.say(running, plan(), Mark(kind=MarkKind.APART))
    house.wear(running, 200)
    wall = house.clock.wall()
    house.clock = FakeClock(12.5, boot_id="boot-2")
    house.clock.set_wall(wall + timedelta(seconds=wall_s))
    back = house.start()
    last = back.steps[-1].stamped
    assert isinstance(last, Input)
    assert last.body == Link(up=False, reason="restarted, clock estimated")
    assert last.at_s == at_s
    house.clock.advance(3.0)
    house.say(back.running, reading((900,)))
    entries = list(house.journal.read(running.id))
    assert entries[-1].at_s == pytest.approx(at_s + 3.0)
    assert {e.boot_id for e in entries} == {"boot-1", "boot-2"}
