"""Where in a home's network this computer is. Public addresses are never served on."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
# RFC 1918, RFC 3927 and RFC 4193. An address of IPv6's own link (fe80::) needs the name of an
# interface behind it, which no browser takes. ``is_private`` would let in more than these.
HOME = tuple(
    ip_network(word)
    for word in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7")
)
# Nothing is sent there: the system only says from which address it would be.
ASKED = ("192.168.255.254", "10.255.255.254", "172.31.255.254", "169.254.255.254", "192.0.2.1")
ASKED_6 = ("fd00::1",)
# What a home's router gives out, since Python can't ask for the real size.
SIZE, SIZE_6 = 24, 64


def at_home(found: Iterable[Address]) -> list[Address]:
    """Those that only a home's network reaches, in their order, each once."""
    return [a for a in dict.fromkeys(found) if any(a in network for network in HOME)]


def network_of(address: Address) -> str:
    """The range around an address that counts as the same network."""
    size = SIZE if address.version == 4 else SIZE_6
    return str(ip_network(f"{address}/{size}", strict=False))


def choose(here: Iterable[Address], *, address: str, network: str) -> Address | None:
    """The address to serve on: the one that was, else another one of the same network."""
    same = [a for a in here if network_of(a) == network]
    return next((a for a in same if str(a) == address), same[0] if same else None)


def host_of(address: Address, port: int) -> str:
    """As browsers write it."""
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def addresses_here() -> list[Address]:
    """This computer's addresses at home."""
    four = [_from(socket.AF_INET, there) for there in ASKED]
    six = [_from(socket.AF_INET6, there) for there in ASKED_6]
    return at_home(a for a in (*four, *six) if a is not None)


def _from(family: socket.AddressFamily, there: str) -> Address | None:
    """The address that the system would send from; None where there is no way."""
    with suppress(OSError, ValueError), socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.connect((there, 9))
        return ip_address(asking.getsockname()[0])
    return None
