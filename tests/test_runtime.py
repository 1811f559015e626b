"""The runtime: commit before publish, a failing disk, receipts, one session after another."""

from __future__ import annotations

import asyncio
import gc
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import pytest

from biocoach.cli.screen import Screen
from biocoach.clock import Clock, SystemClock
from biocoach.coach.choice import BEFORE
from biocoach.running import Running, Step
from biocoach.runtime import OPEN_WEAR_MAX_S, SLICE_S
from biocoach.sequencer import Sequencer
from biocoach.session import Session
from biocoach.settings import CareSettings
from biocoach.store import Journal
from biocoach.types import (
    Begin,
    Closed,
    Debrief,
    End,
    Entry,
    Gap,
    HeartState,
    Input,
    InputBody,
    Link,
    Mark,
    MarkKind,
    Offer,
    Phase,
    PracticeEnded,
    PracticeLog,
    PracticeMoment,
    Presence,
    Question,
    Rating,
    Reading,
    Second,
    Tick,
)
from dashboard.hub import Hub
from dashboard.live import Live
from tests.fakes import FIT, FakeClock, Heard, House, living, until
from tests.strategies import plan, reading
from tests.test_live_equals_replay import check


def played(test: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await test()

    asyncio.run(whole())


# ---- the clock


@pytest.mark.parametrize("make", [FakeClock, SystemClock])
def test_clocks_keep_the_same_promises(make: Callable[[], Clock]) -> None:
    async def go() -> None:
        clock = make()
        start_s, order = clock.now_s(), []

        async def sleep(name: str, at_s: float) -> None:
            await clock.sleep_until(at_s)
            order.append((name, clock.now_s() >= at_s))

        past = asyncio.create_task(sleep("past", start_s - 5))
        later = asyncio.create_task(sleep("later", start_s + 0.02))
        soon = asyncio.create_task(sleep("soon", start_s + 0.01))
        gone = asyncio.create_task(sleep("gone", start_s + 0.015))
        await past
        gone.cancel()
        if isinstance(clock, FakeClock):
            clock.advance(0.02)
        await asyncio.gather(later, soon)
        assert order == [("past", True), ("soon", True), ("later", True)]
        assert clock.boot_id == clock.boot_id
        assert clock.wall().utcoffset() is not None
        assert clock.now_s() >= start_s + 0.02

    asyncio.run(go())


# ---- commit, then publish


def test_nothing_is_told_before_it_is_in_the_journal() -> None:
    async def go() -> None:
        rows = [(1000.5 + s, 1000.5 + s, reading((900,))) for s in range(60)]
        async with living(rows) as house:
            await house.pass_time(30)
            receipt = await house.runtime.submit(Rating(suds=30))
            assert receipt.number is not None
            await house.pass_time(30)
            assert house.heard.uncommitted == []
            told = [s.at_s for s in house.heard.stamped() if isinstance(s, Tick)]
            assert told == list(range(1, 61))
            inputs = [b for b in house.bodies("s1") if isinstance(b, InputBody)]
            assert len(inputs) == 2 + 60 + 1

    played(go)


def test_a_receipt_has_the_number_in_the_journal_or_the_reason() -> None:
    async def go() -> None:
        async with living() as house:
            taken = await house.runtime.submit(plan())
            refused = await house.runtime.submit(Mark(kind=MarkKind.BACK))
            again = await house.runtime.submit(Mark(kind=MarkKind.APART))
            assert (taken.number, taken.why) == (2, "")
            assert (refused.number, refused.why) == (3, "wrong_phase")
            assert (again.number, again.why) == (4, "")
            numbered = {e.number: e.body for e in house.journal.read("s1") if e.number}
            assert numbered == {
                1: BEFORE,
                2: plan(),
                3: Mark(kind=MarkKind.BACK),
                4: Mark(kind=MarkKind.APART),
            }

    played(go)


# ---- a disk that refuses


def test_a_full_disk_is_told_and_nothing_is_lost() -> None:
    async def go() -> None:
        rows = [(1000.5 + s, 1000.5 + s, reading((800 + s,))) for s in range(40)]
        async with living(rows) as house:
            await house.pass_time(10)
            known = len(house.heard.steps)
            house.disk.full = True
            house.clock.advance(1.0)
            await until(lambda: house.heard.states != [])
            assert [ok for ok, _ in house.heard.states] == [False]
            assert "full" in house.heard.states[0][1]
            assert (await house.runtime.submit(Rating(suds=30))).why == "not_recording"
            for second in range(9):
                house.clock.advance(1.0)
                await until(lambda s=second: house.disk.refused > s + 1)  # type: ignore[misc]
            assert len(house.heard.steps) == known  # what is not kept is not shown
            assert [ok for ok, _ in house.heard.states] == [False]  # told once
            house.disk.full = False
            await house.pass_time(10)
            assert house.heard.states[1:] == [(True, "")]
            await house.pass_time(15)
            kept = [b.rr_1024 for b in house.bodies("s1") if hasattr(b, "rr_1024")]
            assert kept == [(800 + s,) for s in range(40)]
            ticks = [s.at_s for s in house.heard.stamped() if isinstance(s, Tick)]
            assert ticks == list(range(1, ticks[-1] + 1))
            assert house.heard.uncommitted == []
            assert house.journal.verify().problems == ()

    played(go)


def test_a_word_under_way_when_the_disk_refuses_is_kept_and_its_sender_is_told_so() -> None:
    async def go() -> None:
        async with living() as house:
            house.disk.full = True
            receipt = await house.runtime.submit(Rating(suds=30))
            assert (receipt.number, receipt.why) == (2, "kept_until_written")
            assert (await house.runtime.submit(Rating(suds=35))).why == "not_recording"
            house.disk.full = False
            await house.pass_time(2)
            assert (await house.runtime.submit(Rating(suds=40))).why == ""
            assert house.heard.states == [(False, house.heard.states[0][1]), (True, "")]
            rated = [b.suds for b in house.bodies("s1") if isinstance(b, Rating)]
            assert rated == [30, 40]  # what was refused is not written, what was kept is

    played(go)


def test_too_much_and_an_ending_are_taken_while_the_disk_refuses() -> None:
    async def go() -> None:
        rows = [(1000.5 + s, 1000.5 + s, reading((900,))) for s in range(20)]
        async with living(rows) as house:
            for word in (plan(), Mark(kind=MarkKind.APART)):
                await house.runtime.submit(word)
            told = len(house.heard.steps)
            house.disk.full = True
            house.clock.advance(1.0)
            await until(lambda: house.heard.states != [])
            too_much = await house.runtime.submit(Mark(kind=MarkKind.TOO_MUCH))
            assert too_much.number is not None
            assert too_much.why == "kept_until_written"
            outputs = [o for step in house.heard.cared for o in step.outputs]
            assert [type(o) for o in outputs] == [Offer, Question]  # told before it is written
            for _ in range(3):
                refused = house.disk.refused
                house.clock.advance(1.0)
                await until(lambda n=refused: house.disk.refused > n)  # type: ignore[misc]
            end = await house.runtime.submit(End(reason="too_much"))
            assert end.why == "kept_until_written"
            both = [too_much.number, end.number]
            assert [s.number for s in house.heard.cared] == both  # each of them once
            assert len(house.heard.steps) == told  # and nothing else
            house.disk.full = False
            await house.pass_time(2)
            told_now = [s.number for _, s in house.heard.steps[told:] if s.number is not None]
            assert set(both) < set(told_now)
            assert told_now == sorted(told_now)
            assert house.heard.uncommitted == []
            words = [b for b in house.bodies("s1") if isinstance(b, Mark | End)][1:]
            assert words == [Mark(kind=MarkKind.TOO_MUCH), End(reason="too_much")]

    played(go)


@pytest.mark.parametrize("presence", [Presence.FAR_AWAY, Presence.NUMB])
def test_far_away_ends_the_breathing_at_once_while_the_disk_refuses(presence: Presence) -> None:
    async def go() -> None:
        rows = [(1000.5 + s, 1000.5 + s, reading((900,))) for s in range(20)]
        async with living(rows) as house:
            breath = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED)
            await house.runtime.submit(breath)
            house.disk.full = True
            house.clock.advance(1.0)
            await until(lambda: house.heard.states != [])
            assert (await house.runtime.submit(Rating(suds=5))).why == "not_recording"
            away = await house.runtime.submit(Rating(presence=presence))
            assert away.why == "kept_until_written"
            outputs = [o for step in house.heard.cared for o in step.outputs]
            assert [type(o) for o in outputs] == [PracticeEnded, Offer]
            house.disk.full = False
            await house.pass_time(2)
            assert Rating(presence=presence) in house.bodies("s1")

    played(go)


def test_an_ending_that_closes_is_kept_and_the_next_session_waits_for_the_disk() -> None:
    async def go() -> None:
        async with living() as house:
            await house.runtime.submit(plan())
            house.disk.full = True
            assert (await house.runtime.submit(End())).why == "kept_until_written"
            for word in (End(), Mark(kind=MarkKind.TOO_MUCH), Rating(suds=1)):
                assert (await house.runtime.submit(word)).why == "not_recording"
            house.disk.full = False
            while house.heard.began_ids == ["s1"]:
                house.clock.advance(1.0)
                await asyncio.sleep(0)
            assert isinstance(house.bodies("s1")[-1], Closed)
            assert house.heard.closed_ids == ["s1"]

    played(go)


def test_a_word_behind_an_ending_is_not_left_waiting_for_the_disk() -> None:
    async def go() -> None:
        async with living() as house:
            await house.runtime.submit(plan())
            house.disk.full = True
            said = [house.runtime.submit(word) for word in (End(), Rating(suds=30))]
            receipts = await asyncio.gather(*said)
            assert [r.why for r in receipts] == ["kept_until_written", "not_recording"]
            house.disk.full = False
            while house.heard.began_ids == ["s1"]:
                house.clock.advance(1.0)
                await asyncio.sleep(0)
            await house.pass_time(2)
            assert not [b for b in house.bodies("s2") if isinstance(b, Rating)]

    played(go)


def test_a_disk_that_refuses_for_too_long_leaves_a_gap_with_its_reason() -> None:
    async def go() -> None:
        rows = [(1000.5 + s, 1000.5 + s, reading((1021 + s % 7,))) for s in range(200)]
        async with living(rows, pending_max=30) as house:
            for word in (plan(), Mark(kind=MarkKind.BASELINE)):
                await house.runtime.submit(word)
            await house.pass_time(10)
            house.disk.full = True
            for second in range(100):
                house.clock.advance(1.0)
                await until(lambda s=second: house.disk.refused > s)  # type: ignore[misc]
            assert (await house.runtime.submit(Mark(kind=MarkKind.TOO_MUCH))).why != ""
            house.disk.full = False
            await house.pass_time(80)
            beats = [b for b in house.bodies("s1") if isinstance(b, Reading)]
            lost = [b for b in house.bodies("s1") if isinstance(b, Link) and not b.up]
            assert lost == [Link(up=False, reason="not_written")]
            (gap,) = [b for b in house.bodies("s1") if isinstance(b, Gap)]
            assert gap.reason == "not_written"
            assert gap.end_s - gap.start_s == pytest.approx(200 - len(beats), abs=15)
            assert len(beats) < 140
            taken = [reading((1021 + s % 7,)) for s in range(39)]
            assert beats[:39] == taken  # nothing of it is lost
            blind = [o for s in house.heard.steps for o in s[1].outputs if isinstance(o, Second)]
            assert {s.state for s in blind if gap.start_s + 6 < s.at_s < gap.end_s} == {
                HeartState.UNKNOWN
            }
            check(house.journal)  # live equals replay all the same

    played(go)


def test_a_disk_that_is_full_between_two_sessions_is_waited_for() -> None:
    async def go() -> None:
        async with living() as house:
            await house.runtime.submit(plan())
            opened = house.disk.journal.append

            def last_breath(new: Sequence[Entry]) -> list[Entry]:
                done = opened(new)
                house.disk.full = any(isinstance(e.body, Closed) for e in new)
                return done

            house.disk.append = last_breath  # type: ignore[method-assign]
            await house.runtime.submit(End())
            await until(lambda: house.heard.states != [])
            assert house.heard.states[0][0] is False
            assert (await house.runtime.submit(plan())).why == "not_recording"
            house.disk.full = False
            while house.heard.began_ids == ["s1"]:
                house.clock.advance(1.0)
                await asyncio.sleep(0)
            await until(lambda: len(house.heard.states) == 2)
            assert house.heard.states[1] == (True, "")
            assert (await house.runtime.submit(plan())).why == ""

    played(go)


# ---- one session after another


def test_a_closed_session_is_followed_by_a_new_one() -> None:
    async def go() -> None:
        async with living(
            [(1000.0 + s, 1000.0 + s, reading((900,))) for s in range(1, 30)]
        ) as house:
            await house.pass_time(5)
            for word in (plan(), Mark(kind=MarkKind.APART), Mark(kind=MarkKind.BACK)):
                assert (await house.runtime.submit(word)).why == ""
            await house.pass_time(5)
            receipt = await house.runtime.submit(Debrief(suds=20))
            assert receipt.why == ""
            await until(lambda: house.heard.began_ids == ["s1", "s2"])
            assert house.heard.closed_ids == ["s1"]
            await house.pass_time(10)
            first, second = house.bodies("s1"), house.bodies("s2")
            assert isinstance(first[-1], Closed)
            assert isinstance(second[0], Begin)
            assert second[0].prior.practised_today == 1
            assert house.id == "s2"
            assert [r.closed for r in house.journal.sessions()] == [True, False]
            later = [s for name, s in house.heard.steps if name == "s2"]
            assert any(isinstance(s.stamped, Tick) and s.stamped.at_s == 10 for s in later)

    played(go)


class OnAScreen(Heard):
    """Hears, and has the real screen tell a page."""

    def __init__(self, journal: Journal | None = None) -> None:
        super().__init__(journal)
        self.screen = Screen(Hub(), version="", care=CareSettings(), say=lambda _: None)
        self.screen.opened(
            fit=FIT, plain=False, simulated=True, strap="", linked=True, ecg=False, choice_speed=1.0
        )

    def began(self, running: Running) -> None:
        super().began(running)
        self.screen.began(running)

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        super().stepped(running, steps)
        self.screen.stepped(running, steps)


async def through_a_session(house: House, following: str) -> None:
    await house.pass_time(5)
    for word in (plan(), Mark(kind=MarkKind.APART), Mark(kind=MarkKind.BACK)):
        assert (await house.runtime.submit(word)).why == ""
    assert (await house.runtime.submit(Debrief(suds=20))).why == ""
    await until(lambda: following in house.heard.began_ids)


def test_of_a_closed_session_nothing_stays_in_memory() -> None:
    kinds = (Session, Sequencer, Running, Live)

    def held() -> Counter[str]:
        gc.collect()
        return Counter(type(o).__name__ for o in gc.get_objects() if isinstance(o, kinds))

    async def go() -> None:
        elsewhere = held()  # what other tests have left
        async with living(listener=OnAScreen) as house:
            for name in ("s2", "s3", "s4"):
                await through_a_session(house, name)
            await house.pass_time(5)
            assert held() - elsewhere == Counter(kind.__name__ for kind in kinds)  # the open one's

    played(go)


def test_a_source_that_ends_leaves_the_session_and_says_so() -> None:
    async def go() -> None:
        async with living([(1002.0, 1002.0, reading((900,)))], ends=True) as house:
            await house.pass_time(5)
            inputs = [s.body for s in house.heard.stamped() if isinstance(s, Input)]
            assert inputs[-1] == Link(up=False, reason="ended")
            assert (await house.runtime.submit(plan())).why == ""
            await house.pass_time(3)

    played(go)


def test_a_strap_worn_without_a_plan_gets_a_new_record_now_and_then() -> None:
    async def go() -> None:
        async with living() as house:
            house.clock.advance(OPEN_WEAR_MAX_S + 1)
            await until(lambda: house.heard.closed_ids == ["s1"])
            last = house.bodies("s1")[-1]
            assert isinstance(last, Closed)
            assert last.reason == "worn without a plan"

    played(go)


def test_hours_of_sleep_do_not_hold_up_the_pages() -> None:
    async def go() -> None:
        async with living() as house:
            for word in (plan(), Mark(kind=MarkKind.APART)):
                await house.runtime.submit(word)
            running = house.runtime.running
            assert running is not None
            house.clock.advance(8 * 3600)
            seen = [running.sequencer.next_tick_s]
            while seen[-1] <= 8 * 3600:
                await asyncio.sleep(0)  # everybody else's turn
                seen.append(running.sequencer.next_tick_s)
            assert max(b - a for a, b in itertools.pairwise(seen)) <= SLICE_S + 1

    played(go)


def test_a_word_after_a_night_is_said_to_the_next_session() -> None:
    async def go() -> None:
        async with living() as house:
            for word in (plan(), Mark(kind=MarkKind.APART)):
                await house.runtime.submit(word)
            house.clock.advance(13 * 3600)
            receipt = await house.runtime.submit(Mark(kind=MarkKind.TOO_MUCH))
            assert receipt.why == ""
            assert house.heard.began_ids == ["s1", "s2"]
            assert isinstance(house.bodies("s1")[-1], Closed)
            (offer,) = [b for b in house.bodies("s2") if isinstance(b, Offer)]
            assert offer.practice == "orienting"

    played(go)


def test_a_session_that_slept_for_a_night_is_closed_once_and_the_next_one_opens() -> None:
    async def go() -> None:
        async with living() as house:
            for word in (plan(), Mark(kind=MarkKind.APART)):
                await house.runtime.submit(word)
            house.clock.advance(13 * 3600)
            await until(lambda: house.heard.began_ids == ["s1", "s2"])
            ends = [b for b in house.bodies("s1") if isinstance(b, Closed)]
            assert [(e.at_s, e.reason) for e in ends] == [(43200, "ended, unknown when")]
            assert house.runtime.running is not None
            assert house.runtime.running.session.phase is Phase.PLAN

    played(go)
