"""What is open at a clinic ends with the right to it: over real sockets, with a clock in hand."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from biocoach.store import Journal
from biocoach.syncing.wire import Leave, told
from dashboard.clinic.parting import LATER, LOOK_S, OVER
from dashboard.clinic.ports import Member
from dashboard.clinic.sittings import CHECKED_S, COOKIE, IDLE_S
from tests.cli.clinic.house import HOST, ORIGIN, House, People
from tests.cli.clinic.test_clinic_odd_days import goes_away
from tests.fakes import PATIENCE_S
from tests.syncing.served_clinic import OnASocket

Opened = Callable[[TestClient], ClientConnection]


@pytest.fixture
def opened(house: House, people: People, lived: Journal) -> Iterator[Opened]:
    """A page of Bo's record, with its socket, as somebody has it open."""
    people.sends(lived)
    served = OnASocket(house.app)
    pages = ExitStack()

    def page(who: TestClient) -> ClientConnection:
        way = socket.create_connection(("127.0.0.1", served.port))
        cookie = {"Cookie": f"{COOKIE}={who.cookies[COOKIE]}"}
        address = f"ws://{HOST}{people.at('ws')}"
        found = pages.enter_context(
            connect(address, sock=way, origin=Origin(ORIGIN), additional_headers=cookie)
        )
        assert json.loads(found.recv(PATIENCE_S))["state"]["app"]["reading"]["clinic"]
        return found

    with pages:
        yield page
    served.stop()


def asks(page: ClientConnection) -> None:
    """As each page does every two seconds where it hears nothing."""
    page.send('{"type": "snapshot?"}')


def is_told(page: ClientConnection) -> bool:
    asks(page)
    return bool(json.loads(page.recv(PATIENCE_S))["type"] == "snapshot")


def ends(page: ClientConnection) -> int:
    """With what."""
    try:
        while page.recv(PATIENCE_S):
            pass  # what was on its way
    except ConnectionClosed as error:
        return error.rcvd.code if error.rcvd else 0
    raise AssertionError("it goes on")


def test_it_ends_with_the_sitting_and_leaves_the_others(people: People, opened: Opened) -> None:
    first, second, other = opened(people.tess), opened(people.tess), opened(people.ruth)
    assert people.tess.post("/api/sign-out", json={}).status_code == 200
    assert (ends(first), ends(second)) == (OVER, OVER)  # nobody asked, no time went by
    assert is_told(other)


def test_it_ends_where_somebody_signs_in_anew(people: People, house: House, opened: Opened) -> None:
    page = opened(people.tess)
    again = people.ines.post(f"/api/people/{people.ids['Tess']}/again", json={}).json()["code"]
    house.enrolled(again, "Tess")
    assert ends(page) == OVER


def test_it_ends_soon_for_whoever_is_disabled(people: People, house: House, opened: Opened) -> None:
    page = opened(people.tess)
    assert people.ines.post(f"/api/people/{people.ids['Tess']}/disable", json={}).json()["ok"]
    house.clock.advance(CHECKED_S)
    asks(page)
    assert ends(page) == OVER


def test_it_ends_soon_for_whoever_was_taken_off(
    people: People, house: House, opened: Opened
) -> None:
    page, over = opened(people.tess), opened(people.ruth)
    off = {"member": people.ids["Tess"], "yes": False}
    assert people.ines.post(f"/api/clients/{people.bo}/assigned", json=off).json()["ok"]
    house.clock.advance(LOOK_S)
    for one in (page, over):
        asks(one)
        assert ends(one) == OVER


@pytest.mark.parametrize("by", ["their page", "their computer"])
def test_it_ends_soon_once_the_copy_is_erased(
    people: People, house: House, opened: Opened, by: str
) -> None:
    page = opened(people.tess)
    if by == "their page":
        sure = {"sure": "erase"}
        assert people.bo_page.post(f"/api/clients/{people.bo}/erase", json=sure).json()["ok"]
    else:
        leaves = told(Leave(erase=True))
        assert house.computer(people.token).post("/sync/leave", json=leaves).status_code == 200
    house.clock.advance(LOOK_S)
    asks(page)
    assert ends(page) == OVER


def test_a_page_that_is_only_open_keeps_nobody_signed_in(
    people: People, house: House, opened: Opened
) -> None:
    page = opened(people.tess)
    for _ in range(int(IDLE_S // CHECKED_S) - 1):
        house.clock.advance(CHECKED_S)
        assert is_told(page)
    house.clock.advance(2 * CHECKED_S)
    asks(page)
    assert ends(page) == OVER
    assert people.tess.get("/api/me").status_code == 401


def test_the_database_is_asked_now_and_then_only(
    people: People, house: House, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(people.tess)
    asked: list[str] = []
    still = house.sittings._still

    def counted(who: str) -> Member | None:
        asked.append(who)
        return still(who)

    monkeypatch.setattr(house.sittings, "_still", counted)
    for _ in range(30):
        assert is_told(page)
    assert asked == []
    for _ in range(6):
        house.clock.advance(LOOK_S)
        assert is_told(page)
    assert len(asked) == 6 * LOOK_S // CHECKED_S


def test_where_the_database_is_away_it_is_tried_again_later(
    people: People, house: House, opened: Opened
) -> None:
    page = opened(people.tess)
    goes_away(people)
    house.clock.advance(LOOK_S)
    asks(page)
    assert ends(page) == LATER
