"""Sleep is held off and let go: logind on a real bus, a real companion, and honest refusals."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from devices import awake
from devices.awake import (
    LOGIN1,
    NOT_ALLOWED,
    Caffeinate,
    ExecutionState,
    Login1,
    Unsupported,
    open_sleepless,
)
from tests.devices.bluez_here import why_no_bluez
from tests.devices.private_bus import PrivateBus

WHY = "A practice is running"
ROUNDS = 10
on_a_bus = pytest.mark.skipif(bool(why_no_bluez()), reason=why_no_bluez() or "-")


class FakeLogind:
    """``org.freedesktop.login1``'s Inhibit, which gives the end of a pipe as systemd does."""

    def __init__(self, *, error: str = "", answers: bool = True) -> None:
        self._error = error
        self._answers = answers
        self.asked: list[list[str]] = []
        self.pipes: list[int] = []

    def handle(self, message: Message) -> Message | bool | None:
        if message.member != "Inhibit":
            return None
        self.asked.append(list(message.body))
        if not self._answers:
            return True
        if self._error:
            return Message.new_error(message, self._error, "no")
        ours, theirs = os.pipe()
        self.pipes += [ours]
        self._given = theirs
        return Message(
            message_type=MessageType.METHOD_RETURN, reply_serial=message.serial,
            destination=message.sender, signature="h", body=[0], unix_fds=[theirs],
        )  # fmt: skip

    async def let_go(self) -> bool:
        """Waits for the other end of the last pipe to be closed; the bus lets its own copy go a
        moment after it has passed it on."""
        os.close(self._given)  # our copy of what was sent
        return await asyncio.to_thread(os.read, self.pipes[-1], 1) == b""

    def held(self) -> bool:
        """The other end is still open somewhere, our own copy not counted."""
        os.close(self._given)
        os.set_blocking(self.pipes[-1], False)
        try:
            return os.read(self.pipes[-1], 1) != b""
        except BlockingIOError:
            return True


@asynccontextmanager
async def logind(fake: FakeLogind) -> AsyncIterator[FakeLogind]:
    private = PrivateBus()
    await private.begin()
    bus = await MessageBus(
        bus_address=os.environ["DBUS_SYSTEM_BUS_ADDRESS"], negotiate_unix_fd=True
    ).connect()
    bus.add_message_handler(fake.handle)
    await bus.request_name(LOGIN1)
    try:
        yield fake
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        await private.end()


@on_a_bus
def test_logind_holds_sleep_and_idle_until_it_is_let_go() -> None:
    async def test() -> None:
        async with logind(FakeLogind()) as fake:
            login1 = Login1()
            assert await login1.hold(WHY) == ""
            assert await login1.hold(WHY) == ""  # held already
            assert fake.asked == [["sleep:idle", "biocoach", WHY, "block"]]
            await login1.release()
            await login1.release()
            assert await fake.let_go()

    asyncio.run(test())


@on_a_bus
def test_nothing_of_it_stays_open_however_often_it_is_held() -> None:
    async def test() -> None:
        async with logind(FakeLogind()) as fake:
            login1 = Login1()
            open_then = []
            for _ in range(ROUNDS):
                assert await login1.hold(WHY) == ""
                await login1.release()
                assert await fake.let_go()
                os.close(fake.pipes[-1])
                open_then.append(len(list(Path("/proc/self/fd").iterdir())))
            # The last connection may still be closing; a leak would grow with each round.
            assert open_then[-1] - open_then[0] < ROUNDS / 2

    asyncio.run(test())


@on_a_bus
def test_a_logind_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awake, "PATIENCE_S", 0.05)

    async def test() -> str:
        async with logind(FakeLogind(answers=False)) as fake:
            found = await asyncio.wait_for(Login1().hold(WHY), 20)
            assert fake.asked
            return found

    assert asyncio.run(test()) == "no_service"


@on_a_bus
def test_while_it_is_held_the_pipe_stays_open() -> None:
    async def test() -> None:
        async with logind(FakeLogind()) as fake:
            login1 = Login1()
            assert await login1.hold(WHY) == ""
            assert fake.held()
            await login1.release()

    asyncio.run(test())


@on_a_bus
@pytest.mark.parametrize("error", NOT_ALLOWED)
def test_a_no_of_the_system_is_told_as_one(error: str) -> None:
    async def test() -> str:
        async with logind(FakeLogind(error=error)):
            return await Login1().hold(WHY)

    assert asyncio.run(test()) == "refused"


@on_a_bus
def test_a_bus_without_logind_has_no_service() -> None:
    async def test() -> str:
        private = PrivateBus()
        await private.begin()
        try:
            return await Login1().hold(WHY)
        finally:
            await private.end()

    assert asyncio.run(test()) == "no_service"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs hardware: a Linux computer")
@pytest.mark.parametrize("address", ["unix:path={}/nowhere", "nonsense"])
def test_no_bus_at_all_has_no_service(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address.format(tmp_path))
    assert asyncio.run(Login1().hold(WHY)) == "no_service"


def test_a_companion_runs_until_it_is_let_go(tmp_path: Path) -> None:
    program = tmp_path / "stays"
    program.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    program.chmod(0o755)

    async def test() -> None:
        kept = Caffeinate(str(program))
        assert await kept.hold(WHY) == ""
        first = kept._running
        assert await kept.hold(WHY) == ""
        assert kept._running is first
        assert first is not None
        seen = [first.alive]
        await kept.release()
        assert [*seen, first.alive] == [True, False]
        await kept.release()

    asyncio.run(test())


def test_without_the_program_there_is_no_service(tmp_path: Path) -> None:
    assert asyncio.run(Caffeinate(str(tmp_path / "none")).hold(WHY)) == "no_service"


@pytest.mark.skipif(sys.platform == "win32", reason="needs hardware: a computer without Windows")
def test_elsewhere_windows_words_are_refused() -> None:
    assert asyncio.run(ExecutionState().hold(WHY)) == "refused"


@pytest.mark.parametrize(
    ("system", "kind"),
    [("linux", Login1), ("darwin", Caffeinate), ("win32", ExecutionState), ("aix", Unsupported)],
)
def test_each_system_has_its_way(system: str, kind: type) -> None:
    assert isinstance(open_sleepless(system), kind)


def test_an_unknown_system_says_so() -> None:
    assert asyncio.run(Unsupported().hold(WHY)) == "unsupported"
