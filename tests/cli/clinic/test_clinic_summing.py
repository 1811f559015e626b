"""What is summed up again by itself: after a database that was away, and after a withdrawal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast
from uuid import UUID

from biocoach.cli.clinic.summing import AGAIN_MOST_S, AGAIN_S, Summing, Sums
from biocoach.store import Journal, StoreError, Trouble
from biocoach.store.clinic import ClinicEngine, NotAllowedError
from biocoach.store.clinic.doors import Holder
from biocoach.syncing.items import ITEMS
from biocoach.syncing.wire import told
from tests.cli.clinic.house import DAYS, TODAY, House, People
from tests.fakes import FakeClock, until
from tests.postgres import Base
from tests.store.clinic.support import JOURNAL, hello

ME = Holder(device=UUID(int=1), client=UUID(int=1), member=UUID(int=1), clinic=UUID(int=1))
YOU = Holder(device=UUID(int=2), client=UUID(int=2), member=UUID(int=2), clinic=UUID(int=1))


class Failing(Sums):
    """Each summing up raises what comes next in ``fails``, if anything is left of it."""

    def __init__(self, *fails: Exception) -> None:
        super().__init__(cast("ClinicEngine", None), lambda: TODAY, lambda _: None)
        self.fails = list(fails)
        self.tried: list[UUID] = []

    def up(self, member: UUID, client: UUID, journal: str) -> None:
        self.tried.append(client)
        if self.fails:
            raise self.fails.pop(0)


@asynccontextmanager
async def running(sums: Sums, clock: FakeClock) -> AsyncIterator[Summing]:
    summing = Summing(sums, clock)
    task = asyncio.create_task(summing.run())
    try:
        yield summing
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_a_copy_that_failed_is_tried_again_later_each_time() -> None:
    async def work() -> None:
        waits = [15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 600.0, 600.0]
        assert (waits[0], waits[-1]) == (AGAIN_S, AGAIN_MOST_S)
        sums, clock = Failing(*[StoreError(Trouble.AWAY) for _ in waits]), FakeClock()
        async with running(sums, clock) as summing:
            summing.came(ME, JOURNAL)
            for number, wait in enumerate(waits, start=1):
                await until(lambda: clock.sleepers > 0)
                assert len(sums.tried) == number
                due_s = clock.next_wake_s
                assert due_s == clock.now_s() + wait
                clock.advance(wait)
                await until(lambda n=number: len(sums.tried) > n)  # type: ignore[misc]
            summing.came(YOU, JOURNAL)  # nothing is left to be tried again
            await until(lambda: sums.tried[-1] == YOU.client)
            await until(lambda: not summing._waiting)
            assert clock.sleepers == 0

    asyncio.run(work())


def test_others_do_not_wait_for_one_that_failed_and_news_of_it_are_heard_at_once() -> None:
    async def work() -> None:
        sums, clock = Failing(StoreError(Trouble.BUSY)), FakeClock()
        async with running(sums, clock) as summing:
            summing.came(ME, JOURNAL)
            await until(lambda: clock.sleepers == 1)
            summing.came(YOU, JOURNAL)
            await until(lambda: sums.tried == [ME.client, YOU.client])
            summing.came(ME, JOURNAL)
            await until(lambda: sums.tried == [ME.client, YOU.client, ME.client])
            await until(lambda: not summing._waiting)

    asyncio.run(work())


def test_who_may_not_any_more_is_not_tried_again() -> None:
    async def work() -> None:
        sums, clock = Failing(NotAllowedError(), KeyError("scale")), FakeClock()
        async with running(sums, clock) as summing:
            summing.came(ME, JOURNAL)
            summing.came(YOU, JOURNAL)
            await until(lambda: len(sums.tried) == 2 and not summing._waiting)
            assert clock.sleepers == 0

    asyncio.run(work())


def away(people: People, yes: bool) -> None:
    with Base(folder=people.base.folder, name="postgres").root() as root:
        root.execute(f"ALTER DATABASE {people.base.name} ALLOW_CONNECTIONS {not yes}")
        if yes:
            root.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [people.base.name],
            )


def digest(people: People) -> object:
    (row,) = people.tess.get("/api/clients").json()["clients"]
    return row["digest"]


def test_after_the_database_was_away_a_copy_is_summed_up_without_more_of_it(
    house: House, people: People, lived: Journal
) -> None:
    people.sends(lived)
    assert digest(people) is None
    (came,) = dict.fromkeys(house.came)
    said: list[str] = []
    done: list[UUID] = []

    class Counted(Sums):
        def up(self, member: UUID, client: UUID, journal: str) -> None:
            super().up(member, client, journal)
            done.append(client)

    async def work() -> None:
        clock = FakeClock()
        async with running(Counted(house.engine, lambda: TODAY, said.append), clock) as summing:
            away(people, True)
            summing.came(*came)
            await until(lambda: clock.sleepers > 0)
            away(people, False)
            clock.advance(AGAIN_S)
            await until(lambda: bool(done))

    asyncio.run(work())
    assert len(said) == 1
    assert "wait to be summed up" in said[0]
    found = digest(people)
    assert isinstance(found, dict)
    assert found["sessions"] == DAYS


def test_what_a_list_shows_is_made_anew_at_once_of_what_is_still_agreed(
    house: House, people: People, lived: Journal
) -> None:
    people.sends(lived)
    house.sum_up()
    computer = house.computer(people.token)
    less = tuple(item for item in ITEMS if item != "sessions")
    for items in (less, ()):
        assert computer.post("/sync/hello", json=told(hello(items))).status_code == 200
        assert digest(people) is None
        assert [journal for _, journal in house.came] == [JOURNAL]
        assert house.sum_up() == []
        found = digest(people)
        assert isinstance(found, dict)
        assert (found["shared"], found["sessions"]) == (False, 0)
        assert (
            "no_check_in" not in [one["what"] for one in found["reasons"]] or "check_ins" in items
        )
    assert computer.post("/sync/hello", json=told(hello(()))).status_code == 200
    assert house.came == [], "nothing has changed"
