"""Who may come in by the phone's door: phones that were paired, at exactly its addresses.

Nothing here opens the page on this computer, and nothing from there opens this: another cookie,
another secret, another kind of code, https instead of http.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.guard import CODE_LIFE_S, foreign_host, foreign_origin

TOKEN_BYTES = 32
# Without letters and digits that look alike, so that it can be typed: 10 of 30 are 49 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz2345678"
CODE_LETTERS = 10
# Guesses at one code, of whoever is in this network; then it opens nothing. One in 10^11 would be
# enough to find it. Fewer would make it easy to keep the person from letting in their own phone.
WRONG_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A paired phone. ``token``: only the SHA-256 of what the phone has; ``added`` and ``seen``
    are days, as ISO dates."""

    id: str
    name: str
    token: str = field(repr=False)
    added: str
    seen: str


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_id() -> str:
    return secrets.token_hex(8)


def hash_of(token: str) -> str:
    """Of 256 random bits: nothing slower is needed against guessing."""
    return hashlib.sha256(token.encode()).hexdigest()


class Pairing:
    """One code at a time, for one phone, once, within ten minutes. It is nowhere but here and on
    the screen, so that only who gave the passphrase can make one. ``now_s``: since 1970."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._code = ""
        self._name = ""
        self._until_s = 0.0
        self._wrong = 0

    def begin(self, name: str) -> str:
        """A code for the phone of this name; one before it opens nothing any more."""
        drawn = "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
        half = CODE_LETTERS // 2
        self._code, self._name, self._wrong = f"{drawn[:half]}-{drawn[half:]}", name, 0
        self._until_s = self._now_s() + CODE_LIFE_S
        return self._code

    def redeem(self, code: str) -> str | None:
        """The name of the phone that comes in, once."""
        if not self.waits():
            return None
        if not hmac.compare_digest(code.strip().lower().encode(), self._code.encode()):
            self._wrong += 1
            return None
        self.end()
        return self._name

    def end(self) -> None:
        self._code = ""

    def waits(self) -> bool:
        """A code is out that would open."""
        in_time = self._now_s() < self._until_s
        return bool(self._code) and in_time and self._wrong < WRONG_MOST


class PhoneGuard:
    """The rules of one door. ``phones`` are those that are paired now."""

    words = "This phone is not paired, or not any more. It is paired at the computer."
    for_people = True

    def __init__(
        self, record: str, hosts: Iterable[str], phones: Callable[[], Sequence[Phone]]
    ) -> None:
        """``record``: a word of its own for each record, since browsers keep cookies by address
        alone; ``hosts``: with the port."""
        self.hosts = frozenset(hosts)
        self.cookie_name = f"__Host-biocoach-{record}"
        self._phones = phones

    def refuses_host(self, hosts: Iterable[str]) -> bool:
        return foreign_host(hosts, self.hosts)

    def refuses_origin(self, origin: str | None, *, needed: bool) -> bool:
        return foreign_origin(origin, "https://", self.hosts, needed=needed)

    def knows(self, cookies: Mapping[str, str]) -> bool:
        return self.phone(cookies) is not None

    def phone(self, cookies: Mapping[str, str]) -> Phone | None:
        """Whose cookie this is."""
        told = hash_of(cookies.get(self.cookie_name, ""))
        return next((p for p in self._phones() if hmac.compare_digest(p.token, told)), None)
