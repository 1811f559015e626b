"""Uploads to the record that is open: one that stops half-way holds up nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from biocoach.cli import recordings
from biocoach.cli.recordings import Recordings, keeper_of
from biocoach.settings import Settings
from biocoach.store import Key, open_store
from biocoach.types import Afterwards, MarkKind
from tests.fakes import FakeClock

NOTE = Afterwards(moment_s=1.0, mark=MarkKind.NOTE, text="x")
GUARD_S = 30.0  # only a failing test waits as long


@pytest.fixture
def brought(tmp_path: Path) -> Iterator[Recordings]:
    clock = FakeClock()
    journal = open_store(tmp_path, Key(None), writer="t", clock=clock)
    found = Recordings()
    found.opened(keeper_of(journal, clock, Settings(), simulated=False))
    yield found
    journal.close()


class Stalled:
    """An upload of which nothing more comes after its first piece."""

    def __init__(self) -> None:
        self.began = asyncio.Event()

    async def pieces(self) -> AsyncIterator[bytes]:
        yield b"800\n"
        self.began.set()
        await asyncio.Event().wait()


def test_it_holds_up_neither_a_mark_nor_the_closing(brought: Recordings) -> None:
    async def closed_over_it() -> str:
        upload = Stalled()
        async with asyncio.timeout(GUARD_S):
            waiting = asyncio.create_task(brought.bring_in(upload.pieces()))
            next_one = asyncio.create_task(brought.bring_in(Stalled().pieces()))
            await upload.began.wait()
            assert (await brought.say_afterwards("nothing", NOTE)).why == "not_there"
            await brought.closing()
            return f"{(await waiting)['why']} {(await next_one)['why']}"

    assert asyncio.run(closed_over_it()) == "locked locked"


def test_it_is_given_up_and_the_next_one_has_its_turn(
    brought: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "STALL_S", 0.0)

    async def whole() -> AsyncIterator[bytes]:
        yield b"800\n" * 60

    async def one_after_the_other() -> str:
        async with asyncio.timeout(GUARD_S):
            words: str = (await brought.bring_in(Stalled().pieces()))["words"]
            monkeypatch.setattr(recordings, "STALL_S", GUARD_S)
            assert (await brought.bring_in(whole()))["ok"]
            return words

    assert "nothing more of it came" in asyncio.run(one_after_the_other())
