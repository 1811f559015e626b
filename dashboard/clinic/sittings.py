"""Who is signed in: a cookie that says nothing, and what it stands for, in memory alone.

A restart of the server ends them all, which costs a sign-in and leaves nothing to steal on a disk.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

from dashboard.clinic.ports import Member

COOKIE = "__Host-biocoach-clinic"
TOKEN_BYTES = 32
IDLE_S = 30 * 60  # nobody sits there any more
MOST_S = 12 * 3600
CHECKED_S = 15  # how long somebody who was disabled may go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    member: Member
    ends_s: float
    seen_s: float
    checked_s: float


class Sittings:
    """``now_s``: a clock that only goes forward. ``still``: the member as they are now, or None.
    Usable from any thread; whoever goes out while ``still`` is asked stays out."""

    def __init__(self, now_s: Callable[[], float], still: Callable[[str], Member | None]) -> None:
        self._now_s = now_s
        self._still = still
        self._open: dict[str, Sitting] = {}
        self._lock = Lock()

    def begin(self, member: Member) -> str:
        """The cookie's value."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._now_s()
        fresh = Sitting(member=member, ends_s=now + MOST_S, seen_s=now, checked_s=now)
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if self._goes_on(one, now)}
            self._open[_hash(token)] = fresh
        return token

    def end(self, cookies: Mapping[str, str]) -> Member | None:
        """Who it was."""
        with self._lock:
            found = self._open.pop(_hash(cookies.get(COOKIE, "")), None)
        return found.member if found else None

    def end_all(self, member: str) -> None:
        """Whoever is signed in as this member."""
        with self._lock:
            self._open = {k: one for k, one in self._open.items() if one.member.id != member}

    def who(self, cookies: Mapping[str, str]) -> Member | None:
        """Who asks; asking keeps it open. Raises what ``still`` does."""
        key, now = _hash(cookies.get(COOKIE, "")), self._now_s()
        with self._lock:
            found = self._open.get(key)
        if found is None:
            return None
        member: Member | None = found.member if self._goes_on(found, now) else None
        checked_s = found.checked_s
        if member is not None and now - checked_s >= CHECKED_S:
            member, checked_s = self._still(member.id), now
        with self._lock:
            if key not in self._open:
                return None
            if member is None:
                del self._open[key]
            else:
                self._open[key] = replace(found, member=member, checked_s=checked_s, seen_s=now)
        return member

    @staticmethod
    def _goes_on(one: Sitting, now: float) -> bool:
        return now < one.ends_s and now - one.seen_s < IDLE_S


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
