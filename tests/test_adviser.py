"""The live second opinion: asked when due, never twice at a time, missed by nobody when it fails.

The children here are real processes: NeuroKit2's, and small programs that never answer, answer
nonsense, or are not there. Only where a test decides when an answer comes is one played.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from itertools import pairwise
from typing import Any

import pytest

from biocoach.adviser import (
    AGAIN_MAX_S,
    AGAIN_S,
    FIRST_PATIENCE_S,
    NOT_AVAILABLE,
    REST_SHARE,
    Adviser,
    Helper,
)
from biocoach.review.analysis import own_reading
from biocoach.running import Running, Step
from biocoach.sandbox import Child
from biocoach.settings import OpinionSettings, Settings
from biocoach.types import Begin, InputBody, SecondOpinion
from tests.fakes import START, FakeClock, until
from tests.signal.hearts import heart
from tests.strategies import reading

SETTINGS = OpinionSettings()
GOOD = json.dumps({"hr_bpm": 66.0, "rmssd_ms": 30.0, "why": ""})


IMPORT_PATIENCE_S = 300.0  # a test that hangs fails; nothing is measured by it


def lived(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an async test."""

    @wraps(test)
    def run(**given: Any) -> None:
        async def whole() -> None:
            await test(**given)

        asyncio.run(whole())

    return run


@dataclass
class Played:
    """A helper whose answers wait until the test lets them go."""

    answer: str = GOOD
    asked: list[str] = field(default_factory=list)
    closed: int = 0
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    running: bool = True

    def ask(self, line: str) -> str:
        self.asked.append(line)
        self.go.acquire()
        return self.answer

    def kill(self) -> None:
        self.go.release()

    def close(self) -> None:
        self.closed += 1


@dataclass
class Worn:
    """A heart that goes on beat by beat, in one session."""

    adviser: Adviser
    clock: FakeClock
    given: list[tuple[str, SecondOpinion]]
    running: Running
    news: asyncio.Event = field(default_factory=asyncio.Event)
    at_s: float = 0.0

    async def hear(self, count: int) -> SecondOpinion:
        """The opinion number ``count``; a real child is waited for without haste."""
        async with asyncio.timeout(IMPORT_PATIENCE_S):
            while len(self.given) < count:
                self.news.clear()
                await self.news.wait()
        return self.given[count - 1][1]

    def wear(self, seconds: float, rate_bpm: float = 66.0) -> list[float]:
        rr = [round(v * 1.024) / 1.024 for v in heart(seconds, rate_bpm)]
        for value in rr:
            self.at_s += value / 1000
            self.tell(reading((round(value * 1.024),)))
        return rr

    def tell(self, body: InputBody) -> None:
        clock_s = self.running.start_clock_s + self.at_s
        steps: Sequence[Step] = self.running.arrive(clock_s, body, self.clock)
        self.adviser.stepped(steps)


def session(name: str, clock: FakeClock) -> Running:
    running = Running(
        id=name, person="me", writer="t", settings=Settings(), start_clock_s=0.0, started=START
    )
    running.arrive(0.0, Begin(seed=1, settings_hash=""), clock)
    return running


@asynccontextmanager
async def worn(helper: Helper) -> AsyncIterator[Worn]:
    given: list[tuple[str, SecondOpinion]] = []

    async def give(name: str, opinion: SecondOpinion) -> None:
        given.append((name, opinion))
        life.news.set()

    clock = FakeClock()
    adviser = Adviser(helper=helper, clock=clock, settings=SETTINGS, give=give)
    running = session("s1", clock)
    adviser.began(running)
    life = Worn(adviser, clock, given, running)
    task = asyncio.create_task(adviser.run())
    try:
        yield life
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.wait({task})
        await until(lambda: not helper.running or isinstance(helper, Played))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@lived
async def test_it_asks_about_the_last_two_minutes_and_gives_what_it_hears() -> None:
    helper = Played()
    async with worn(helper) as life:
        rr = life.wear(180)
        await until(lambda: len(helper.asked) == 1)
        helper.go.release()
        await until(lambda: len(life.given) == 1)
        (asked,) = (json.loads(line)["runs"] for line in helper.asked)
        ((name, opinion),) = life.given
    assert name == "s1"
    assert (opinion.hr_bpm, opinion.rmssd_ms, opinion.why) == (66.0, 30.0, "")
    (run,) = asked
    assert 0.9 * 120 < sum(run) / 1000 <= 120.5
    assert run == rr[-len(run) - 2 : -2]  # verdicts come two beats late
    assert opinion.until_s - opinion.from_s == pytest.approx(sum(run[1:]) / 1000, abs=1e-3)


@lived
async def test_a_gap_parts_what_is_asked() -> None:
    helper = Played()
    async with worn(helper) as life:
        life.wear(40)
        life.at_s += 20
        life.wear(40)
        await until(lambda: len(helper.asked) == 1)
        helper.go.release()
    runs = json.loads(helper.asked[0])["runs"]
    assert len(runs) == 2
    assert max(map(max, runs)) < 1100  # the silence is in none of them


@lived
async def test_few_beats_are_not_asked_about() -> None:
    helper = Played()
    async with worn(helper) as life:
        life.wear(45)
        await settle()
        assert helper.asked == []


@lived
async def test_while_one_is_on_its_way_no_other_is_asked() -> None:
    helper = Played()
    async with worn(helper) as life:
        life.wear(600)  # no answer in all that time: a session that runs fast
        await until(lambda: len(helper.asked) == 1)
        life.wear(600)
        await settle()
        assert len(helper.asked) == 1
        life.clock.advance(2.0)
        helper.go.release()
        await until(lambda: len(life.given) == 1)
        await settle()
        life.wear(60)
        await settle()
        assert len(helper.asked) == 1  # it took 2 s, so it rests for 8
        life.clock.advance(2.0 * REST_SHARE)
        life.wear(20)
        await until(lambda: len(helper.asked) == 2)
        helper.go.release()


@lived
async def test_it_is_asked_every_fifteen_seconds_of_the_session() -> None:
    helper = Played()
    helper.go = threading.Semaphore(1000)
    async with worn(helper) as life:
        asked_s = []
        while life.at_s < 240:
            life.wear(0.5)
            if life.adviser.busy:
                asked_s.append(life.at_s)
                await until(lambda: not life.adviser.busy)
        between_s = [b - a for a, b in pairwise(asked_s)]
        assert len(between_s) > 8
        assert all(SETTINGS.every_s <= s < SETTINGS.every_s + 2 for s in between_s)
        assert len(life.given) == len(asked_s)


@lived
async def test_another_session_begins_with_none_of_the_old_beats() -> None:
    helper = Played()
    async with worn(helper) as life:
        life.wear(100)
        await until(lambda: len(helper.asked) == 1)
        life.running, life.at_s = session("s2", life.clock), 0.0
        life.adviser.began(life.running)
        helper.go.release()
        await until(lambda: len(life.given) == 1)
        assert life.given[0][0] == "s1"  # it is not handed in: that session is over
        life.wear(45)
        await settle()
        assert len(helper.asked) == 1
        life.wear(45)
        await until(lambda: len(helper.asked) == 2)
        helper.go.release()
        await until(lambda: len(life.given) == 2)
        assert life.given[1][0] == "s2"


@pytest.mark.parametrize(
    "answer", ["", "Traceback", "[]", "{}", '{"hr_bpm": "x", "rmssd_ms": 1, "why": ""}', GOOD[:-4]]
)
@lived
async def test_no_answer_is_told_once_and_tried_again_later_each_time(answer: str) -> None:
    helper = Played(answer=answer)
    helper.go = threading.Semaphore(1000)
    async with worn(helper) as life:
        wait_s = AGAIN_S
        for failure in range(1, 9):
            life.wear(100)
            await until(lambda: helper.closed == failure)  # noqa: B023 - awaited in its round
            await settle()
            life.clock.advance(wait_s - 0.5)
            life.wear(20)
            await settle()
            assert len(helper.asked) == failure
            life.clock.advance(0.5)
            wait_s = min(AGAIN_MAX_S, 2 * wait_s)
        assert [o.why for _, o in life.given] == [NOT_AVAILABLE]
        assert life.given[0][1].hr_bpm is None
        helper.answer = GOOD
        life.wear(20)
        await until(lambda: len(life.given) == 2)
        assert life.given[1][1].hr_bpm == 66.0


@lived
async def test_a_new_session_is_told_too_that_there_is_none() -> None:
    helper = Played(answer="")
    helper.go = threading.Semaphore(1000)
    async with worn(helper) as life:
        life.wear(100)
        await until(lambda: len(life.given) == 1)
        life.running, life.at_s = session("s2", life.clock), 0.0
        life.adviser.began(life.running)
        life.clock.advance(AGAIN_S)
        life.wear(100)
        await until(lambda: len(life.given) == 2)
        assert [(n, o.why) for n, o in life.given] == [("s1", NOT_AVAILABLE), ("s2", NOT_AVAILABLE)]


# ---- real children


@pytest.mark.parametrize("module", ["biocoach.there_is_no_such_module", "this"])
@lived
async def test_a_child_that_cannot_run_or_talks_nonsense(module: str) -> None:
    async with worn(Child(module)) as life:
        life.wear(100)
        assert (await life.hear(1)).why == NOT_AVAILABLE


@lived
async def test_a_child_that_hangs_is_ended() -> None:
    child = Child("json.tool")  # reads its input to the end, which never comes
    async with worn(child) as life:
        life.wear(100)
        await until(lambda: child.running)
        await settle()
        assert life.given == []
        life.clock.advance(FIRST_PATIENCE_S)
        assert (await life.hear(1)).why == NOT_AVAILABLE
        await until(lambda: not child.running)


@lived
async def test_the_real_child_answers_as_neurokit_does_and_is_started_again() -> None:
    child = Child("biocoach.review.opinion")
    async with worn(child) as life:
        rr = life.wear(100)
        first = await life.hear(1)
        assert first.hr_bpm == pytest.approx(60000 * len(rr) / sum(rr), abs=1.0)
        assert first.rmssd_ms == pytest.approx(own_reading([rr[1:]])["rmssd_ms"], rel=0.05)
        child.kill()  # somebody ends it: said once, and then there is another
        life.clock.advance(300)
        life.wear(20)
        assert (await life.hear(2)).why == NOT_AVAILABLE
        life.clock.advance(AGAIN_S)
        life.wear(20)
        assert (await life.hear(3)).hr_bpm is not None


def test_neurokit_is_never_on_the_way_to_a_page() -> None:
    """All that a served biocoach imports, its routes and its review, knows no NeuroKit2."""
    program = (
        "import sys\n"
        "import biocoach.cli.app, biocoach.cli.opened, biocoach.cli.house, dashboard.app\n"
        "import biocoach.review.sessions, biocoach.review.analysis, biocoach.review.opinion\n"
        "heavy = {'neurokit2', 'pandas', 'matplotlib', 'sklearn'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
