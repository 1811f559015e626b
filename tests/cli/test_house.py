"""The house while a record opens: whoever chooses another strap then leaves nothing open."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event

import pytest

from biocoach.cli import house as house_module
from biocoach.cli.choice import Choice, chosen
from biocoach.cli.house import House
from biocoach.cli.note_desk import NoteDesk, OpenRecord
from biocoach.clock import SystemClock
from biocoach.store import Journal, Key, Vault, data_folder, open_store
from dashboard.hub import Hub
from dashboard.ports import Outcome

PATIENCE_S = 60.0


def locked_house(base: Path) -> House:
    """The made-up record is open to all; the real one waits for its passphrase."""
    real = data_folder(base)
    real.mkdir(parents=True, exist_ok=True)
    Vault(real).create("correct horse battery")
    house = House(
        base=base, clock=SystemClock(), hub=Hub(), choice=Choice(spec=chosen("virtual"), speed=1.0),
        passphrase=None, plain=False, say=lambda _: None,
    )  # fmt: skip
    house.hold()
    return house


async def another_while(house: House, opening: Event, go_on: Event) -> None:
    """The real record is chosen in the midst of ``opening``; back once its passphrase is asked."""
    running = asyncio.create_task(house.run())
    try:
        assert await asyncio.to_thread(opening.wait, PATIENCE_S)
        house.wearing.choice = Choice(spec=None, speed=1.0)
        house.wearing.changed.set()
        await asyncio.sleep(0)  # the house hears of it
        go_on.set()
        async with asyncio.timeout(PATIENCE_S):
            await house.reachable.wait()
    finally:
        go_on.set()
        running.cancel()
        await asyncio.wait({running})
        house.leave()


def test_a_desk_that_was_just_opening_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks, opening, go_on = list[NoteDesk](), Event(), Event()
    really = NoteDesk._open

    def slowly(desk: NoteDesk, journal: Journal, simulated: bool) -> None:
        desks.append(desk)
        opening.set()
        assert go_on.wait(PATIENCE_S)
        really(desk, journal, simulated)

    def read(record: OpenRecord) -> int:
        return len(record.reader.sessions())

    async def tried() -> int | Outcome:
        house = locked_house(tmp_path)
        await another_while(house, opening, go_on)
        return desks[0].do(read)

    monkeypatch.setattr(NoteDesk, "_open", slowly)
    assert asyncio.run(tried()) == Outcome(why="locked")


def test_a_record_that_was_just_opening_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, opening, go_on = list[Journal](), Event(), Event()
    really = Journal.close

    def slowly(folder: Path, key: Key, *, writer: str, clock: SystemClock) -> Journal:
        opening.set()
        assert go_on.wait(PATIENCE_S)
        return open_store(folder, key, writer=writer, clock=clock)

    def closing(journal: Journal) -> None:
        closed.append(journal)
        really(journal)

    monkeypatch.setattr(house_module, "open_store", slowly)
    monkeypatch.setattr(Journal, "close", closing)
    asyncio.run(another_while(locked_house(tmp_path), opening, go_on))
    assert len(closed) == 1
