"""biocoach's own end of the watchdog: what it says, second by second."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from biocoach.cli.watching import Told, Watching
from biocoach.running import Running, Step
from biocoach.settings import WATCH, Settings
from biocoach.types import Input, Phase, Reading
from tests.fakes import FakeClock, until


class Dog:
    """A watchdog that listens; ``gone`` when it has died."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.gone = False
        self.closed = False

    def tell(self, line: str) -> bool:
        if not self.gone:
            self.heard.append(line)
        return not self.gone

    def close(self) -> None:
        self.closed = True


class House:
    """A watching that runs, second by second; ``records``: the runtime takes its steps."""

    def __init__(self, *, simulated_too: bool = False, refuses: int = 0) -> None:
        self.clock = FakeClock()
        self.dogs: list[Dog] = []
        self.refuses = refuses
        self.watching = Watching(self.clock, simulated_too=simulated_too, start=self._start)
        self.running = Running(
            id="s", person="me", writer="t", settings=Settings(),
            start_clock_s=self.clock.now_s(), started=datetime(2026, 1, 31, 9, tzinfo=UTC),
        )  # fmt: skip
        self.running.session.phase = Phase.APART

    def _start(self) -> Dog:
        if self.refuses:
            self.refuses -= 1
            raise OSError("no")
        self.dogs.append(Dog())
        return self.dogs[-1]

    @property
    def heard(self) -> list[str]:
        return self.dogs[-1].heard

    async def passes(self, seconds: int, *, records: bool = True, beats: bool = False) -> None:
        for _ in range(seconds):
            if records:
                self.watching.stepped(self.running, [BEAT] if beats else ())
            self.clock.advance(1.0)
            await until(lambda: self.clock.sleepers == 1)


BEAT = Step(
    stamped=Input(at_s=0.0, number=1, body=Reading(bpm=60, rr_1024=(1024,), raw=b"")),
    outputs=[],
    entries=[],
)


def lived(house: House, story: object, *, simulated: bool = False) -> None:
    async def test() -> None:
        running = asyncio.create_task(
            house.watching.run(Path("/tmp/r"), simulated=simulated)  # only told on
        )
        await until(lambda: running.done() or house.clock.sleepers == 1)
        await story(house)  # type: ignore[operator]
        running.cancel()
        await asyncio.wait({running})

    asyncio.run(test())


def test_it_says_that_it_is_alive_while_it_records_and_only_then() -> None:
    house = House()

    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(3)
        assert house.heard == ["at /tmp/r", "begin", *["alive"] * 3]
        await house.passes(60, records=False)  # a disk that hangs, a consumer that has stopped
        assert house.heard.count("alive") <= 3 + WATCH.step_old_s
        house.watching.closed(house.running)
        assert house.heard[-1] == "end"

    lived(house, story)
    assert house.dogs[0].closed


@pytest.mark.parametrize("phase", [Phase.PLAN, Phase.DEBRIEF, Phase.CLOSED])
def test_outside_a_practice_nothing_is_minded(phase: Phase) -> None:
    async def story(house: House) -> None:
        house.running.session.phase = phase
        house.watching.began(house.running)
        await house.passes(30)
        assert house.heard == ["at /tmp/r", "end"]

    lived(House(), story)


def test_a_simulated_practice_is_minded_only_where_asked() -> None:
    async def silent(house: House) -> None:
        house.watching.began(house.running)
        assert house.dogs == []

    async def minded(house: House) -> None:
        house.watching.began(house.running)
        assert house.heard == ["at /tmp/r", "begin"]

    lived(House(), silent, simulated=True)
    lived(House(simulated_too=True), minded, simulated=True)


def test_a_strap_that_was_heard_and_is_long_silent_is_told_once() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(5, beats=True)
        await house.passes(int(WATCH.strap_lost_s) - 2)
        assert "lost strap" not in house.heard
        await house.passes(300)
        assert house.heard.count("lost strap") == 1
        await house.passes(1, beats=True)
        assert [w for w in house.heard if w != "alive"][-1] == "found"

    lived(House(), story)


def test_a_strap_that_was_never_heard_is_not_missed() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(300)
        assert "lost strap" not in house.heard

    lived(House(), story)


def test_the_computer_s_sleep_is_no_loss_of_the_strap() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(5, beats=True)
        house.clock.advance(8 * 3600.0)
        await until(lambda: house.clock.sleepers == 1)
        await house.passes(5)
        assert "lost strap" not in house.heard

    lived(House(), story)


def test_a_disk_that_refuses_is_told_and_biocoach_is_alive_all_the_while() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(2)
        house.watching.recording(False, "disk is full")
        await house.passes(int(WATCH.disk_refuses_s) + 10, records=False)
        assert house.heard.count("lost disk") == 1
        assert house.heard.count("alive") >= 10
        house.watching.recording(True, "")
        assert house.heard[-1] == "found"

    lived(House(), story)


def test_a_watchdog_that_died_is_replaced_and_knows_where_things_stand() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(5, beats=True)
        await house.passes(100)
        house.dogs[0].gone = True
        await house.passes(3)
        assert house.heard[:3] == ["at /tmp/r", "begin", "lost strap"]
        assert house.heard[-1] == "alive"
        assert [dog.closed for dog in house.dogs] == [True, False]

    lived(House(), story)


def test_one_that_can_t_be_started_is_tried_again_later_and_harms_nothing() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(10)
        assert house.dogs == []
        await house.passes(int(WATCH.dog_again_s))
        assert house.heard[:2] == ["at /tmp/r", "begin"]

    lived(House(refuses=1), story)


def test_an_orderly_end_says_goodbye_before_the_pipe_ends() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        house.watching.goodbye()
        assert (house.heard[-1], house.dogs[0].closed) == ("goodbye", False)

    lived(House(), story)


def test_after_a_goodbye_nothing_is_said_and_no_other_watchdog_is_started() -> None:
    """The last requests may take seconds: one that is told of a practice then would call its end a
    death."""

    async def story(house: House) -> None:
        house.watching.began(house.running)
        house.watching.goodbye()
        house.dogs[0].gone = True  # it has ended, as it was told
        await house.passes(10)
        house.watching.closed(house.running)
        house.watching.began(house.running)
        assert (len(house.dogs), house.heard[-1]) == (1, "goodbye")

    lived(House(), story)


def test_a_goodbye_while_a_watchdog_is_being_started_is_none_of_a_practice() -> None:
    """A signal comes at any moment."""

    async def story(house: House) -> None:
        house.watching.began(house.running)
        await house.passes(2)
        start = house.watching._start

        def interrupted() -> Told:
            house.watching.goodbye()
            return start()

        house.watching._start = interrupted
        house.dogs[0].gone = True
        await house.passes(5)
        assert [dog.heard for dog in house.dogs[1:]] == [[]]

    lived(House(), story)


def test_another_choice_in_the_midst_of_a_story_is_no_death() -> None:
    async def story(house: House) -> None:
        house.watching.began(house.running)
        house.watching.moves_on()
        assert house.heard == ["at /tmp/r", "begin", "end"]

    lived(House(simulated_too=True), story, simulated=True)
