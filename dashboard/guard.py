"""Who may come in. A page on loopback is within reach of every site and every user here.

Two secrets in the data folder. One survives restarts, and makes a cookie whose name holds the
port. The other is of this run alone, and signs the one-time codes of first visits: none that was
used works again after a restart. Host and Origin are compared with an exact list, on HTTP and on
WebSocket alike.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from biocoach.store.folder import write_private, write_private_bytes

KEPT_IN = "page-secret"
RUN_KEPT_IN = "run-secret"
SECRET_BYTES = 32
CODE_LIFE_S = 600
ASK_WORDS = "Please open biocoach by the address that `./run link` (or `biocoach link`) prints."
SAFE_METHODS = ("GET", "HEAD")
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data:; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


def load_secret(folder: Path) -> bytes:
    """The folder's secret, made at the first call; only its owner can read it.

    On the disk before it is used: after a power cut it must not be zeros, which anyone could guess.
    """
    path = folder / KEPT_IN
    try:
        found = path.read_bytes()
        if len(found) == SECRET_BYTES:
            return found
    except FileNotFoundError:
        pass
    write_private_bytes(path, secrets.token_bytes(SECRET_BYTES), beside=str(os.getpid()))
    return path.read_bytes()


def new_run_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def keep_run_secret(folder: Path, secret: bytes) -> None:
    """For other processes of the same user, which make codes for this run. Raises StoreError."""
    write_private(folder / RUN_KEPT_IN, secret.hex())


def run_secret(folder: Path) -> bytes:
    """The secret of the run that holds this folder. Raises OSError, ValueError."""
    return bytes.fromhex((folder / RUN_KEPT_IN).read_text(encoding="ascii"))


def forget_run_secret(folder: Path) -> None:
    (folder / RUN_KEPT_IN).unlink(missing_ok=True)


def new_code(secret: bytes, now_s: float) -> str:
    """A code that opens the page once, within ten minutes. ``secret``: the run's; ``now_s``:
    seconds since 1970."""
    nonce, until = secrets.token_hex(8), int(now_s) + CODE_LIFE_S
    return f"{until}.{nonce}.{_sign(secret, f'code:{until}:{nonce}')}"


def name_of(code: str) -> str:
    """What may be told of a code: without its signature it opens nothing."""
    return code.rpartition(".")[0]


def _sign(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def foreign_host(hosts: Iterable[str], ours: Collection[str]) -> bool:
    """Not exactly one Host header, or not exactly one of ours."""
    found = list(hosts)
    return len(found) != 1 or found[0].lower() not in ours


def foreign_origin(origin: str | None, scheme: str, ours: Collection[str], *, needed: bool) -> bool:
    """A foreign or ``null`` Origin, or none where one is needed."""
    if origin is None:
        return needed
    return not origin.startswith(scheme) or origin.removeprefix(scheme) not in ours


class Doorkeeper(Protocol):
    """The rules of one way in. ``words`` for who is not known; ``for_people``: a browser that
    asks for the page is answered with them alone, and not with JSON."""

    @property
    def words(self) -> str: ...

    @property
    def for_people(self) -> bool: ...

    def refuses_host(self, hosts: Iterable[str]) -> bool: ...

    def refuses_origin(self, origin: str | None, *, needed: bool) -> bool: ...

    def knows(self, cookies: Mapping[str, str]) -> bool: ...


@dataclass(slots=True)
class Guard:
    """The rules for one server. ``now_s`` gives seconds since 1970; ``spent`` is told the name
    of each code that was used."""

    secret: bytes
    run_secret: bytes
    port: int
    now_s: Callable[[], float]
    spent: Callable[[str], None] = lambda name: None
    _used: dict[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return ASK_WORDS

    @property
    def for_people(self) -> bool:
        return False

    @property
    def cookie_name(self) -> str:
        return f"biocoach_{self.port}"

    @property
    def cookie_value(self) -> str:
        return _sign(self.secret, f"cookie:{self.port}")

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]"))

    def redeem(self, code: str) -> bool:
        """True once for each good code."""
        until, _, rest = code.partition(".")
        nonce, _, sign = rest.partition(".")
        if not until.isdecimal() or not nonce.isalnum() or not until.isascii():
            return False
        good = hmac.compare_digest(
            sign.encode(), _sign(self.run_secret, f"code:{until}:{nonce}").encode()
        )
        now = self.now_s()
        self._used = {n: u for n, u in self._used.items() if u > now}
        if not good or int(until) <= now or nonce in self._used:
            return False
        self._used[nonce] = int(until)
        self.spent(name_of(code))
        return True

    def refuses_host(self, hosts: Iterable[str]) -> bool:
        return foreign_host(hosts, self.hosts)

    def refuses_origin(self, origin: str | None, *, needed: bool) -> bool:
        return foreign_origin(origin, "http://", self.hosts, needed=needed)

    def knows(self, cookies: Mapping[str, str]) -> bool:
        found = cookies.get(self.cookie_name, "")
        return hmac.compare_digest(found.encode(), self.cookie_value.encode())
