"""Whether what was noted of who looked is whole: all of it once a day, between that what is new.

A busy clinic notes some hundred thousand deeds a year; walking them all at each look would make
people wait for what was found whole a minute ago.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from biocoach.store.clinic import ClinicEngine, audit
from biocoach.store.clinic.audit import Head

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """All was well up to ``head``; ``at_s``: when all of it was walked."""

    head: Head
    at_s: float


class Chain:
    """``now_s``: any clock that runs on. Usable from any thread."""

    def __init__(self, engine: ClinicEngine, now_s: Callable[[], float]) -> None:
        self._engine = engine
        self._now_s = now_s
        self._found: dict[UUID, _Found] = {}  # by who asked: of one clinic each
        self._lock = Lock()

    def whole(self, admin: UUID) -> bool:
        """Raises StoreError. Once it is not, all of it is walked each time."""
        with self._lock:
            before, now_s = self._found.get(admin), self._now_s()
        fresh = before is not None and now_s - before.at_s < DAY_S
        known = before.head if before else None
        checked = audit.check(self._engine, admin, known, whole=not fresh)
        well = not checked.problems
        at_s = before.at_s if before and fresh else now_s
        with self._lock:
            if well:
                self._found[admin] = _Found(head=checked.head, at_s=at_s)
            elif before:  # what was there once is asked for again
                self._found[admin] = _Found(head=before.head, at_s=now_s - DAY_S)
        return well
