"""A real PostgreSQL of the tests' own: one server a test process, a fresh database a test.

It lies in a temporary folder, listens on a socket there and on nothing else, and runs as a user
without rights. Who connects over that socket is believed: the rules on rows are what is tested.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from biocoach.store.clinic.engine import APP
from biocoach.store.clinic.owning import migrate

OWNER = "biocoach_owner"
TEMPLATE = "clinic_template"
_NUMBERS = count(1)
# Nothing of it outlives the tests, so nothing is forced onto the disk.
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB",
          "max_connections=60", "listen_addresses=", "autovacuum=off", "jit=off")  # fmt: skip


def program(name: str) -> str | None:
    """Debian keeps them off the path."""
    found = shutil.which(name)
    if found is None:
        places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
        found = str(places[0]) if places else None
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """One database. ``root``: the server's superuser, for whom no rule holds."""

    folder: Path
    name: str

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/{self.name}?host={self.folder}"

    @property
    def app(self) -> str:
        return self.url(APP)

    @property
    def owner(self) -> str:
        return self.url(OWNER)

    def root(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url("postgres"), autocommit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    folder: Path
    data: Path
    user: str | None

    def run(self, name: str, *words: str) -> None:
        found = program(name)
        assert found is not None
        subprocess.run(
            [found, *words], check=True, user=self.user, stdout=subprocess.DEVNULL, cwd=self.folder,
            stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )  # fmt: skip

    def start(self, *more: str) -> None:
        """``more``: settings beside the quick ones."""
        options = " ".join(
            f"-c {one}" for one in (*_QUICK, f"unix_socket_directories={self.folder}", *more)
        )
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def base(self, template: str = TEMPLATE) -> Base:
        """A fresh database, with its tables."""
        base = Base(folder=self.folder, name=f"clinic_{os.getpid()}_{next(_NUMBERS)}")
        with Base(folder=self.folder, name="postgres").root() as root:
            root.execute(f"CREATE DATABASE {base.name} TEMPLATE {template} OWNER {OWNER}")
        if template == TEMPLATE:
            migrate(base.owner, today())
        return base

    def drop(self, base: Base) -> None:
        with Base(folder=self.folder, name="postgres").root() as root:
            root.execute(f"DROP DATABASE {base.name} WITH (FORCE)")


def fresh() -> Iterator[Base]:
    """For a fixture: a database of the test's own, which goes with it."""
    own = needed()
    base = own.base()
    yield base
    own.drop(base)


def today() -> date:
    """By the server's clock, as far as the months go."""
    from biocoach.clock import SystemClock

    return SystemClock().wall().date()


@cache
def server() -> Server:
    """This process's own; it ends with the process."""
    return _began()


def secured(pem: Path, port: int) -> Server:
    """Another one, which listens on the loopback over TLS with this certificate and key."""
    found = _made()
    own = found.folder / "server.pem"
    own.write_bytes(pem.read_bytes())
    own.chmod(0o600)
    if found.user:
        shutil.chown(own, found.user)
    files = (f"ssl_cert_file={own}", f"ssl_key_file={own}")
    found.start("ssl=on", *files, "listen_addresses=127.0.0.1", f"port={port}")
    return found


def _began() -> Server:
    found = _made()
    found.start()
    atexit.register(found.stop)
    with Base(folder=found.folder, name="postgres").root() as root:
        root.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
        root.execute(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
    migrate(Base(folder=found.folder, name=TEMPLATE).owner, today())
    return found


def _made() -> Server:
    folder = Path(tempfile.mkdtemp(prefix="biocoach-pg-"))
    folder.chmod(0o755)
    user = None
    if os.geteuid() == 0:
        user = next(
            n for n in ("postgres", "nobody") if any(n == p.pw_name for p in pwd.getpwall())
        )
        shutil.chown(folder, user)
    found = Server(folder=folder, data=folder / "data", user=user)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # ICU's order of letters is not SQLite's: what is compared must say for itself how.
    found.run("initdb", "-D", str(found.data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
              "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "-N")  # fmt: skip
    return found


def needed() -> Server:
    """The server; a test that lacks it is skipped, or fails in CI."""
    if program("initdb") is None:
        why = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return server()
