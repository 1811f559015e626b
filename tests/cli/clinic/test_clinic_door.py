"""The computers' way in, before somebody who guesses: they are slowed, and nobody beside them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from biocoach.store.clinic import ClinicEngine
from biocoach.syncing.wire import told
from dashboard.clinic.app import ASKING, GUESSING, GUESSING_S
from dashboard.clinic.pace import Pace
from tests.cli.clinic.house import House, People
from tests.store.clinic.support import hello


@contextmanager
def transactions(engine: ClinicEngine) -> Iterator[list[object]]:
    """Those that are begun meanwhile."""
    begun: list[object] = []

    def count(connection: object) -> None:
        begun.append(connection)

    event.listen(engine._engine, "begin", count)
    yield begun
    event.remove(engine._engine, "begin", count)


def guesses(house: House, many: int) -> list[tuple[int, str | None]]:
    """What is answered to as many tokens out of the air, all from one address."""
    found = []
    for _ in range(many):
        page = house.computer(secrets.token_urlsafe(48))
        answer = page.post("/sync/hello", json=told(hello()))
        found.append((answer.status_code, answer.headers.get("retry-after")))
        assert answer.json()["why"] == ("token" if answer.status_code == 401 else "slow_down")
    return found


def test_whoever_guesses_is_slowed_down_and_costs_no_transaction(
    house: House, people: People
) -> None:
    with transactions(house.engine) as begun:
        found = guesses(house, GUESSING + 3)
    assert found == [(401, None)] * GUESSING + [(429, "2")] * 3
    assert begun == []
    house.clock.advance(2)
    assert [status for status, _ in guesses(house, 2)] == [401, 429]
    house.clock.advance(GUESSING_S)
    assert [status for status, _ in guesses(house, 2)] == [401, 401]


def test_a_joined_computer_at_the_same_address_meets_none_of_it(
    house: House, people: People
) -> None:
    """Also one that this server has not heard since it started."""
    guesses(house, 2 * GUESSING)
    answer = house.computer(people.token).post("/sync/hello", json=told(hello()))
    assert answer.status_code == 200
    again = House(house.engine)
    guesses(again, 2 * GUESSING)
    assert again.computer(people.token).post("/sync/hello", json=told(hello())).status_code == 200
    assert again.computer().post("/sync/hello", json={}).status_code == 429


def test_a_joined_computer_has_a_pace_of_its_own(house: House, people: People) -> None:
    other = people.joins()
    mine = house.computer(people.token)
    found = [mine.post("/sync/hello", json={}).status_code for _ in range(ASKING + 1)]
    assert found == [400] * ASKING + [429]
    assert house.computer(other).post("/sync/hello", json=told(hello())).status_code == 200


@pytest.mark.parametrize(("most", "per_s", "waits_s"), [(1, 0.1, 1), (3, 30.0, 10), (10, 7.0, 1)])
def test_a_pace_tells_how_long_to_wait(most: int, per_s: float, waits_s: int) -> None:
    clock = [0.0]
    pace = Pace(most, per_s, lambda: clock[0])
    assert pace.wait_s("nobody yet") == 1
    assert [pace.takes("a") for _ in range(most + 1)] == [True] * most + [False]
    assert pace.wait_s("a") == waits_s
    clock[0] += waits_s
    assert pace.takes("a")
