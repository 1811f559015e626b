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


HangUp = Callable[[], None]


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
        self._hang_ups: dict[str, list[HangUp]] = {}
        self._lock = Lock()

    def begin(self, member: Member) -> str:
        """The cookie's value."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._now_s()
        fresh = Sitting(member=member, ends_s=now + MOST_S, seen_s=now, checked_s=now)
        self._end(lambda one: not self._goes_on(one, now))
        with self._lock:
            self._open[_hash(token)] = fresh
        return token

    def end(self, cookies: Mapping[str, str]) -> Member | None:
        """Who it was."""
        return self._end_one(_hash(cookies.get(COOKIE, "")))

    def end_all(self, member: str) -> None:
        """Whoever is signed in as this member."""
        self._end(lambda one: one.member.id == member)

    def who(self, cookies: Mapping[str, str]) -> Member | None:
        """Who asks; asking keeps it open. Raises what ``still`` does."""
        return self._asked(_hash(cookies.get(COOKIE, "")), keeps=True)

    def goes_on(self, cookies: Mapping[str, str]) -> bool:
        """Whether they are still signed in; a page that is only open does not keep it so."""
        return self._asked(_hash(cookies.get(COOKIE, "")), keeps=False) is not None

    def at_end(self, cookies: Mapping[str, str], hang_up: HangUp) -> HangUp:
        """``hang_up`` is called from any thread once they are out, or at once if they are; what
        comes back takes that off again."""
        key = _hash(cookies.get(COOKIE, ""))
        with self._lock:
            out = key not in self._open
            self._hang_ups.setdefault(key, []).append(hang_up)
        if out:
            hang_up()
        return lambda: self._take_off(key, hang_up)

    def _take_off(self, key: str, hang_up: HangUp) -> None:
        with self._lock:
            left = [one for one in self._hang_ups.pop(key, []) if one is not hang_up]
            if left:
                self._hang_ups[key] = left

    def _asked(self, key: str, *, keeps: bool) -> Member | None:
        now = self._now_s()
        with self._lock:
            found = self._open.get(key)
        if found is None:
            return None
        member: Member | None = found.member if self._goes_on(found, now) else None
        checked_s = found.checked_s
        if member is not None and now - checked_s >= CHECKED_S:
            member, checked_s = self._still(member.id), now
        if member is None:
            self._end_one(key)
            return None
        with self._lock:
            if key not in self._open:
                return None
            seen_s = now if keeps else self._open[key].seen_s
            self._open[key] = replace(found, member=member, checked_s=checked_s, seen_s=seen_s)
        return member

    def _end(self, over: Callable[[Sitting], bool]) -> None:
        with self._lock:
            keys = [key for key, one in self._open.items() if over(one)]
        for key in keys:
            self._end_one(key)

    def _end_one(self, key: str) -> Member | None:
        with self._lock:
            found = self._open.pop(key, None)
            hang_ups = tuple(self._hang_ups.get(key, ()))
        for hang_up in hang_ups:
            hang_up()
        return found.member if found else None

    @staticmethod
    def _goes_on(one: Sitting, now: float) -> bool:
        return now < one.ends_s and now - one.seen_s < IDLE_S


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
