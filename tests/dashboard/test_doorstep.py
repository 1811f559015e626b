"""The phones' listening socket, knocked at by others."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from dashboard.doorstep import PACE_PER_S, STRANGERS_MOST, Doorstep
from dashboard.server import DEFAULT_PORT, bind, doorstep

HERE = "127.0.0.1"
PATIENCE_S = 10.0


class Street:
    """A doorstep, and who comes along."""

    def __init__(self) -> None:
        self.now_s = 5.0
        self.step = Doorstep(socket.AF_INET, lambda: self.now_s)
        self.step.bind((HERE, 0))
        self.step.listen()
        self._ends: list[socket.socket] = []

    def comes(self) -> tuple[socket.socket, socket.socket]:
        """Its own end of the connection, and ours."""
        theirs = socket.create_connection(self.step.getsockname(), PATIENCE_S)
        self._ends.append(theirs)
        ours, _ = self.step.accept()
        ours.settimeout(PATIENCE_S)
        self._ends.append(ours)
        return theirs, ours

    def leave(self) -> None:
        for end in (*self._ends, self.step):
            end.close()


@pytest.fixture
def street() -> Iterator[Street]:
    made = Street()
    yield made
    made.leave()


def is_over(end: socket.socket) -> bool:
    """The other side has ended it."""
    end.setblocking(False)
    try:
        return end.recv(1) == b""
    except BlockingIOError:
        return False


def test_the_oldest_stranger_gives_way(street: Street) -> None:
    first, ours = street.comes()
    others = [street.comes()[0] for _ in range(STRANGERS_MOST - 1)]
    assert not is_over(first)
    last, _ = street.comes()
    assert ours.recv(1) == b""  # whoever serves it finds its end, and closes it
    assert is_over(first)
    assert not any(is_over(end) for end in (*others, last))


def test_a_phone_that_is_known_gives_way_to_nobody(street: Street) -> None:
    mine, _ = street.comes()
    street.step.knows(mine.getsockname())
    for _ in range(2 * STRANGERS_MOST):
        street.now_s += 1
        street.comes()
    assert not is_over(mine)


def test_who_has_gone_counts_no_more(street: Street) -> None:
    first, _ = street.comes()
    for _ in range(3 * STRANGERS_MOST):
        street.now_s += 1
        for end in street.comes():
            end.close()
    assert not is_over(first)


def test_they_come_slowly(street: Street) -> None:
    for _ in range(PACE_PER_S):
        street.comes()
    with pytest.raises(ConnectionAbortedError):
        street.comes()
    street.now_s += 1
    assert not is_over(street.comes()[0])


@pytest.mark.skipif(sys.platform == "win32", reason="another option there")
def test_a_socket_is_of_one_address_alone() -> None:
    for made in (bind(DEFAULT_PORT), doorstep(DEFAULT_PORT, HERE, lambda: 0.0)):
        with made:
            assert made.getsockname()[0] == HERE
            with socket.socket() as beside, pytest.raises(OSError, match="in use"):
                beside.bind(("0.0.0.0", made.getsockname()[1]))
