"""The database's address: one on another machine only over TLS that proves whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from biocoach.types import Refusal

DRIVER = "postgresql+psycopg"
KINDS = ("postgresql", "postgres", DRIVER)
# What libpq would take from elsewhere, where the address does not say it.
_ELSEWHERE = ("PGHOST", "PGHOSTADDR", "PGSERVICE")


def address_of(text: str, environment: Mapping[str, str]) -> URL | Refusal:
    """The address, ready for SQLAlchemy; or why not, in one line that holds no password."""
    try:
        url = make_url(text)
    except ArgumentError:
        return Refusal(why="the database's address is none: postgresql://name@host/database")
    if url.drivername not in KINDS:
        return Refusal(why=f"a clinic's store is on PostgreSQL, not on {url.drivername}")
    if not url.database:
        return Refusal(
            why="the database's address names no database: postgresql://name@host/database"
        )
    if "service" in url.query or any(name in environment for name in _ELSEWHERE):
        return Refusal(why="say the database's host in its address, not by PGHOST or a service")
    far = next((host for host in _hosts(url) if not _is_here(host)), None)
    if far is not None and url.query.get("sslmode") != "verify-full":
        return Refusal(
            why=f"{far} is another machine: add ?sslmode=verify-full&sslrootcert=FILE to the "
            "address, so that nobody between can read along"
        )
    return url.set(drivername=DRIVER)


def _hosts(url: URL) -> list[str]:
    """All that may be connected to; one address can name several."""
    named = [url.host or ""]
    for key in ("host", "hostaddr"):
        value = url.query.get(key, ())
        named += [value] if isinstance(value, str) else list(value)
    return [host for some in named for host in some.split(",") if host]


def _is_here(host: str) -> bool:
    if host.startswith(("/", "@")) or host == "localhost":
        return True  # a socket, or this machine by name
    host = host.rpartition(":")[0] if host.count(":") == 1 else host
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
