"""The computer is held awake from the baseline to the debrief, whichever way the session goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.cli.awake import HELD, PHASES, Awake
from biocoach.cli.listeners import All
from biocoach.running import Running
from biocoach.settings import Settings
from biocoach.types import Phase
from tests.fakes import FakeClock


class FakeSleepless:
    def __init__(self, refusal: str = "") -> None:
        self.refusal = refusal
        self.held = False

    async def hold(self, why: str) -> str:
        self.held = not self.refusal
        return self.refusal

    async def release(self) -> None:
        self.held = False


class Told:
    def __init__(self, refusal: str = "") -> None:
        self.sleepless = FakeSleepless(refusal)
        self.said: list[str] = []
        self.awake = Awake(self.sleepless, self.said.append)
        clock = FakeClock()
        self.running = Running(
            id="s", person="me", writer="t", settings=Settings(),
            start_clock_s=clock.now_s(), started=datetime(2026, 1, 31, 9, tzinfo=UTC),
        )  # fmt: skip

    async def goes(self, phase: Phase) -> None:
        self.running.session.phase = phase
        self.awake.stepped(self.running, ())
        for _ in range(5):  # its task has its turn
            await asyncio.sleep(0)


def run(*phases: Phase, refusal: str = "") -> Told:
    async def test() -> Told:
        told = Told(refusal)
        running = asyncio.create_task(told.awake.run())
        for phase in phases:
            await told.goes(phase)
            assert told.sleepless.held == (phase in PHASES and not refusal)
        running.cancel()
        await asyncio.wait({running})
        assert not told.sleepless.held
        return told

    return asyncio.run(test())


def test_it_is_held_once_and_let_go_once() -> None:
    told = run(Phase.PLAN, Phase.BASELINE, Phase.APART, Phase.BACK, Phase.DEBRIEF, Phase.CLOSED)
    assert told.said == [HELD, ""]


def test_a_session_that_goes_on_after_a_start_is_held_at_once() -> None:
    assert run(Phase.APART).said == [HELD]


def test_a_session_that_is_closed_lets_go_whatever_its_phase() -> None:
    async def test() -> None:
        told = Told()
        running = asyncio.create_task(told.awake.run())
        await told.goes(Phase.APART)
        told.awake.closed(told.running)
        for _ in range(5):
            await asyncio.sleep(0)
        assert (told.sleepless.held, told.said) == (False, [HELD, ""])
        running.cancel()
        await asyncio.wait({running})

    asyncio.run(test())


@pytest.mark.parametrize("hears", ["began", "stepped", "closed"])
def test_it_hears_of_a_session_beside_the_screen_and_after_it(hears: str) -> None:
    heard: list[str] = []

    class Hears:
        def __init__(self, who: str) -> None:
            self.who = who

        def __getattr__(self, what: str) -> Callable[..., None]:
            return lambda *_: heard.append(f"{self.who} {what}")

    names = ("screen", "adviser", "awake", "watching")
    screen, adviser, awake, watching = (cast("Any", Hears(who)) for who in names)
    everybody = All(screen, adviser, awake, watching, lambda: heard.append("over"))
    running = Told().running
    getattr(everybody, hears)(*((running, ()) if hears == "stepped" else (running,)))
    last = [f"awake {hears}", f"watching {hears}", *(["over"] if hears == "closed" else [])]
    assert (heard[0], heard[-len(last) :]) == (f"screen {hears}", last)


@pytest.mark.parametrize("why", ["no_service", "refused", "unsupported"])
def test_why_it_is_not_held_is_told(why: str) -> None:
    assert run(Phase.BASELINE, refusal=why).said == [why]


@given(st.lists(st.sampled_from(Phase), max_size=12))
def test_no_order_of_phases_leaves_it_held_or_asleep(phases: list[Phase]) -> None:
    run(*phases)
