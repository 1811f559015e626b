"""A port is ours alone on every system."""

from __future__ import annotations

import socket

from dashboard.server import alone


def test_the_option_that_shares_a_port_on_windows_is_not_set_there() -> None:
    assert (alone("linux"), alone("darwin")) == (socket.SO_REUSEADDR, socket.SO_REUSEADDR)
    assert (
        alone("win32") == ~4
    )  # SO_EXCLUSIVEADDRUSE (Microsoft, winsock2.h): ((int)(~SO_REUSEADDR))
