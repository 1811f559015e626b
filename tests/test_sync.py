"""A clinic's copy is kept up beside everything else, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from biocoach.cli.in_thread import to_its_end
from biocoach.store import StoreError
from biocoach.store import Trouble as StoreTrouble
from biocoach.sync import LOOK_S, SOON_S, Standing, Synchroniser
from biocoach.syncing.messages import Trouble
from biocoach.syncing.wire import Held, Join, Joined, Lines
from tests.fakes import FakeClock, until
from tests.store.support import closed
from tests.syncing.memory_clinic import MemoryClinic
from tests.syncing.record import Living, unlike

ITEMS = ("sessions", "ladder", "measures")


@dataclass
class Copying:
    living: Living
    clinic: MemoryClinic = field(default_factory=lambda: MemoryClinic("code"))
    clock: FakeClock = field(default_factory=FakeClock)
    told: list[Standing] = field(default_factory=list)
    keeper: Synchroniser = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = Synchroniser(
            self.clinic, self.living.local, self.clock, in_thread=to_its_end,
            tell=self.told.append,
        )  # fmt: skip

    async def join(self, *items: str) -> None:
        found = await self.clinic.join(Join(speaks=1, code="code", device="d"))
        assert isinstance(found, Joined)
        self.living.join(found.token, *items)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.keeper.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def rests(self) -> Standing:
        """It sleeps, or waits to be joined."""
        await until(lambda: self.clock.sleepers > 0 and self.keeper.standing.state != "working")
        return self.keeper.standing

    async def passes(self, seconds: float) -> Standing:
        self.clock.advance(seconds)
        for _ in range(20):  # who has woken begins
            await asyncio.sleep(0)
        return await self.rests()

    def same(self) -> bool:
        living = self.living
        return not unlike(living.expected(), self.clinic.rows(living.member.journal))


@pytest.fixture
def copying(tmp_path: Path) -> Iterator[Copying]:
    living = Living(tmp_path / "record", "s")
    living.practise(5)
    yield Copying(living)
    living.close()


def test_a_round_while_there_is_something_new_and_a_look_now_and_then(copying: Copying) -> None:
    async def work() -> None:
        await copying.join(*ITEMS)
        clinic = copying.clinic
        async with copying.running():
            standing = await copying.rests()
            assert (standing.state, standing.behind, standing.why) == ("up_to_date", 0, "")
            assert copying.same()
            assert clinic.client.hellos == 1
            calls = clinic.calls
            await copying.passes(SOON_S)
            assert clinic.calls == calls, "it asked without anything new"
            copying.living.journal.append([closed(copying.living.sessions[0])])
            await copying.passes(SOON_S)
            assert copying.same()
            copying.living.journal.erase_session(copying.living.sessions[0])
            await copying.passes(SOON_S)
            assert copying.same()
            hellos = clinic.client.hellos
            for _ in range(int(LOOK_S / SOON_S) + 1):
                await copying.passes(SOON_S)
            assert clinic.client.hellos == hellos + 1

    asyncio.run(work())


def test_nothing_is_said_before_somebody_has_joined(copying: Copying) -> None:
    async def work() -> None:
        async with copying.running():
            for _ in range(20):
                await asyncio.sleep(0)
            assert copying.keeper.standing == Standing()
            assert copying.clinic.calls == 0
            await copying.join(*ITEMS)
            copying.keeper.changed()
            await until(lambda: copying.keeper.standing.state == "up_to_date")
            assert copying.same()
            copying.living.membership.end()
            copying.keeper.changed()
            await until(lambda: copying.keeper.standing.state == "off")

    asyncio.run(work())


def test_what_was_agreed_to_anew_goes_at_once(copying: Copying) -> None:
    async def work() -> None:
        await copying.join()
        async with copying.running():
            await copying.rests()
            hellos = copying.clinic.client.hellos
            copying.living.agree("sessions")
            copying.keeper.changed()
            await until(lambda: copying.clinic.client.hellos > hellos)
            await copying.rests()
            assert any(row.body for row in copying.clinic.rows(copying.living.member.journal))
            assert copying.same()

    asyncio.run(work())


def test_trouble_waits_longer_each_time_and_ends_by_itself(copying: Copying) -> None:
    async def work() -> None:
        await copying.join(*ITEMS)
        clinic = copying.clinic
        clinic.refuses = Trouble(code="away")
        async with copying.running():
            standing = await copying.rests()
            assert (standing.state, standing.why, standing.at_utc) == ("trouble", "away", "")
            for waits in (15, 30, 60, 120, 240, 480, 600, 600):
                calls = clinic.calls
                await copying.passes(waits - 1)
                assert clinic.calls == calls
                await copying.passes(1)
                assert clinic.calls == calls + 1
            clinic.refuses = None
            standing = await copying.passes(LOOK_S)
            assert standing.state == "up_to_date"
            assert copying.same()

    asyncio.run(work())


@pytest.mark.parametrize("code", ["token", "older", "newer", "certificate", "clock", "damaged"])
def test_what_only_a_person_ends_is_not_asked_often(code: str, copying: Copying) -> None:
    async def work() -> None:
        await copying.join(*ITEMS)
        copying.clinic.refuses = Trouble(code=code)
        async with copying.running():
            assert (await copying.rests()).why == code
            calls = copying.clinic.calls
            await copying.passes(LOOK_S - 1)
            assert copying.clinic.calls == calls

    asyncio.run(work())


def test_a_message_that_hangs_is_left_when_the_record_closes(copying: Copying) -> None:
    async def work() -> None:
        await copying.join(*ITEMS)
        hangs = asyncio.Event()

        async def lines(token: str, message: Lines) -> Held | Trouble:
            hangs.set()
            await asyncio.Event().wait()
            raise AssertionError

        copying.clinic.lines = lines  # type: ignore[method-assign]
        async with copying.running():
            await hangs.wait()
            copying.living.practise(3)  # the journal is nobody's but the writer's
            assert copying.keeper.standing.state == "working"
        copying.living.again()
        assert not copying.living.journal.verify().problems

    asyncio.run(work())


def test_a_disk_that_refuses_here_is_a_trouble_like_any(
    copying: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        await copying.join(*ITEMS)

        def full(_: object) -> None:
            raise StoreError(StoreTrouble.DISK_FULL)

        with monkeypatch.context() as broken:
            broken.setattr(copying.living.outgoing, "note_sent", full)
            async with copying.running():
                assert (await copying.rests()).why == "store"
                assert not copying.clinic.rows(copying.living.member.journal)
        async with copying.running():
            assert (await copying.rests()).state == "up_to_date"
            assert copying.same()

    asyncio.run(work())


def test_a_restored_record_goes_on_by_itself(copying: Copying) -> None:
    async def work() -> None:
        await copying.join(*ITEMS)
        async with copying.running():
            await copying.rests()
        copying.living.back_up()
        copying.living.practise(4)
        again = Copying(copying.living, copying.clinic)
        async with again.running():
            await again.rests()
        copying.living.restore()
        copying.living.practise(2)
        last = Copying(copying.living, copying.clinic)
        async with last.running():
            assert (await last.rests()).state == "up_to_date"
            assert last.same()
            assert last.living.member.before

    asyncio.run(work())


def test_a_word_that_comes_back_there_after_it_was_taken_is_taken_again(copying: Copying) -> None:
    """A request that was given up here may still be done there, after what took its words."""

    async def work() -> None:
        await copying.join(*ITEMS)
        clinic, living = copying.clinic, copying.living
        async with copying.running():
            await copying.rests()
            rows = clinic.rows(living.member.journal)
            spoken = list(rows)
            living.journal.erase_session(living.sessions[0])
            await copying.passes(SOON_S)
            assert not any(row.body for row in rows)
            rows[:] = spoken
            await copying.passes(LOOK_S)
            assert copying.same()
            assert not any(row.body for row in clinic.rows(living.member.journal))

    asyncio.run(work())
