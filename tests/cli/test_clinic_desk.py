"""The card's desk, before a clinic in memory: joined, agreed to, left; and where it may not be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli.clinic_desk import ClinicDesk, ClinicError, Way, way_to
from biocoach.store import StoreError, Trouble
from biocoach.store.transfer import lines_of
from biocoach.syncing import messages
from biocoach.syncing.membership import FACT, Membership
from dashboard.ports import Outcome
from tests.fakes import PATIENCE_S, FakeClock, until
from tests.store.support import Place, begin, ratings
from tests.syncing.memory_clinic import MemoryClinic

Json = dict[str, Any]
URL = "https://clinic.example"


class Memory(MemoryClinic):
    async def close(self) -> None:
        pass


class Home:
    def __init__(self, folder: Path) -> None:
        self.place = Place("plain", folder)
        self.journal = self.place.open()
        self.journal.put_settings("hash", {"a": 1})
        self.journal.append([begin(), *ratings(5)])
        self.clinic = Memory("code", "other-code")
        self.told: list[Json | None] = []
        self.clock = FakeClock()

    @asynccontextmanager
    async def open(
        self, *, url: str = URL, simulated: bool = False, served: bool = True
    ) -> AsyncIterator[ClinicDesk]:
        way = Way(url=url, host="clinic.example", open=lambda: self.clinic) if served else None
        desk = ClinicDesk(way, self.clock, tell=self.told.append)
        running = asyncio.create_task(desk.run(self.journal, simulated=simulated))
        if not simulated:
            await until(lambda: desk.view() != Outcome(why="locked"))
        else:
            await running
        try:
            yield desk
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def is_up_to_date(self) -> Json:
        await until(lambda: bool(self.told) and (self.told[-1] or {}).get("state") == "up_to_date")
        found = self.told[-1]
        assert found is not None
        return found


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    found = Home(tmp_path / "record")
    yield found
    for journal in found.place.opened:
        journal.close()


def member(desk: ClinicDesk) -> Json | None:
    view = desk.view()
    assert isinstance(view, dict)
    found: Json | None = view["member"]
    return found


def test_joined_agreed_withdrawn_and_left(home: Home) -> None:
    async def work() -> None:
        async with home.open() as desk:
            assert member(desk) is None
            assert home.told[-1] == {
                "host": "clinic.example", "joined": False, "clinic": "", "items": [],
                "state": "off", "at_utc": "", "behind": 0, "why": "",
            }  # fmt: skip
            assert home.clinic.calls == 0, "nothing is said before it is joined"
            assert await desk.join(" co de ", ["sessions", "notes"]) == Outcome()
            told = await home.is_up_to_date()
            assert (told["clinic"], told["items"]) == ("Harbour Clinic", ["sessions", "notes"])
            shown = member(desk)
            assert shown is not None
            assert (shown["therapist"], shown["alias"], shown["url"]) == ("Dr Vale", "R.", URL)
            assert "token" not in str(shown)
            assert set(shown["since"]) == {"sessions", "notes"}
            assert any(row.body for row in home.clinic.rows(journal_of(home)))
            assert await desk.join("other-code", []) == Outcome(why="joined")

            home.clock.advance(60)
            assert await desk.agree(["notes"]) == Outcome()
            await until(lambda: home.clinic.client.items == {"notes"})
            await home.is_up_to_date()
            assert not any(row.body for row in home.clinic.rows(journal_of(home)))
            assert await desk.withdraw() == Outcome()
            await until(lambda: home.clinic.client.items == set())

            assert await desk.leave(erase=True, anyway=False) == Outcome()
            assert home.clinic.gone[0].erased
            assert member(desk) is None
            await until(lambda: (home.told[-1] or {}).get("state") == "off")
            assert await desk.leave(erase=True, anyway=False) == Outcome(why="not_joined")
            assert await desk.agree([]) == Outcome(why="not_joined")

    asyncio.run(work())


def test_what_was_withdrawn_by_a_later_state_of_the_record_is_shown_so(home: Home) -> None:
    async def work() -> None:
        async with home.open() as desk:
            assert await desk.join("code", ["sessions", "notes"]) == Outcome()
            await home.is_up_to_date()
            client = home.clinic.client
            client.withdrawn["sessions"] = client.agreed.pop("sessions")
            home.clock.advance(60)
            assert await desk.agree(["sessions", "notes", "ladder"]) == Outcome()
            await until(lambda: set((member(desk) or {})["overruled"]) == {"sessions"})
            assert set((member(desk) or {})["since"]) == {"notes", "ladder"}
            await until(lambda: (home.told[-1] or {})["items"] == ["ladder", "notes"])
            await home.is_up_to_date()
            assert not any(row.body for row in home.clinic.rows(journal_of(home)) if row.session)
            assert await desk.agree(["sessions", "notes", "ladder"]) == Outcome()
            await until(lambda: client.items == {"sessions", "notes", "ladder"})
            await home.is_up_to_date()
            assert (member(desk) or {})["overruled"] == {}
            assert any(row.body for row in home.clinic.rows(journal_of(home)) if row.session)

    asyncio.run(work())


def journal_of(home: Home) -> str:
    fact = home.journal.fact(FACT)
    assert fact is not None
    return str(fact["journal"])


def test_why_it_could_not_be_joined(home: Home) -> None:
    async def work() -> None:
        async with home.open() as desk:
            assert await desk.join("wrong", []) == Outcome(why="code")
            home.clinic.refuses = messages.Trouble(code="away")
            assert await desk.join("code", []) == Outcome(why="away")
            assert home.journal.fact(FACT) is None
        async with home.open(served=False) as desk:
            assert await desk.join("code", []) == Outcome(why="not_served")
            assert home.told[-1] is None
        async with home.open(simulated=True) as desk:
            assert desk.view() == Outcome(why="simulated")
            assert await desk.join("code", []) == Outcome(why="simulated")
        assert await desk.join("code", []) == Outcome(why="simulated")

    asyncio.run(work())


def test_a_membership_that_can_t_be_kept_is_given_back(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        def full(*_: object) -> None:
            raise StoreError(Trouble.DISK_FULL)

        monkeypatch.setattr(Membership, "begin", full)
        async with home.open() as desk:
            assert await desk.join("code", ["sessions"]) == Outcome(why="not_recording")
            assert member(desk) is None
            assert home.clinic.gone[0].erased

    asyncio.run(work())


@pytest.mark.parametrize("leaving", [False, True])
def test_a_clinic_that_is_silent_holds_up_no_closing(home: Home, leaving: bool) -> None:
    asked = asyncio.Event()

    async def silent(*_: object) -> Any:
        asked.set()
        await asyncio.Event().wait()

    async def work() -> None:
        async with home.open() as desk:
            if leaving:
                assert await desk.join("code", []) == Outcome()
                home.clinic.leave = silent  # type: ignore[assignment, method-assign]
                asking = asyncio.create_task(desk.leave(erase=True, anyway=False))
            else:
                home.clinic.join = silent  # type: ignore[assignment, method-assign]
                asking = asyncio.create_task(desk.join("code", []))
            await asked.wait()
        found = await asyncio.wait_for(asking, PATIENCE_S)
        assert found == Outcome(why=messages.AWAY)
        assert (Membership(home.journal).now() is not None) is leaving

    asyncio.run(asyncio.wait_for(work(), PATIENCE_S))


def test_left_although_the_clinic_can_t_be_told(home: Home) -> None:
    async def work() -> None:
        async with home.open() as desk:
            await desk.join("code", ["sessions"])
            await home.is_up_to_date()
            home.clinic.refuses = messages.Trouble(code="away")
            assert await desk.leave(erase=False, anyway=False) == Outcome(why="away")
            assert member(desk) is not None
            assert await desk.leave(erase=False, anyway=True) == Outcome()
            assert member(desk) is None

    asyncio.run(work())


def test_it_goes_on_after_a_start_but_never_to_another_address(home: Home) -> None:
    async def work() -> None:
        async with home.open() as desk:
            await desk.join("code", ["sessions"])
            await home.is_up_to_date()
        home.journal.append(ratings(3))
        calls = home.clinic.calls
        async with home.open(url="https://other.example") as desk:
            told = home.told[-1] or {}
            assert (told["state"], told["why"], told["joined"]) == ("stopped", "elsewhere", True)
            assert await desk.leave(erase=True, anyway=False) == Outcome(why="elsewhere")
        async with home.open(served=False) as desk:
            told = home.told[-1] or {}
            assert (told["state"], told["why"]) == ("stopped", "not_served")
            assert await desk.agree(["sessions", "ladder"]) == Outcome()
        assert home.clinic.calls == calls
        home.told.clear()
        async with home.open():
            await home.is_up_to_date()
        assert home.clinic.client.items == {"sessions", "ladder"}
        assert len(home.clinic.rows(journal_of(home))) == 6 + 3 + 2  # of which the fact is two

    asyncio.run(work())


def test_the_token_never_leaves_in_an_export_and_only_the_latest_is_kept(home: Home) -> None:
    async def work() -> None:
        async with home.open() as desk:
            await desk.join("code", ["sessions"])
            await desk.agree([])
            await desk.agree(["ladder"])

    asyncio.run(work())
    assert len(home.journal.every(FACT)) == 1
    assert "token-of-code" not in "\n".join(lines_of(home.journal))
    assert FACT not in "\n".join(lines_of(home.journal))


def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    clock = FakeClock()
    assert way_to("", None, clock) is None
    for url, trust, words in (
        ("http://clinic.example", None, "https"),
        ("", tmp_path, "--sync says no address"),
        (URL, tmp_path / "none.pem", "--sync-trust"),
    ):
        with pytest.raises(ClinicError, match=words):
            way_to(url, trust, clock)
    found = way_to(f"{URL}/", None, clock)
    assert found is not None
    assert (found.url, found.host) == (URL, "clinic.example")
