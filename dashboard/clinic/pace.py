"""How often something may be tried: so many at once, and then one every so often."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from threading import Lock

MOST_KEYS = 10_000


class Pace:
    """A bucket for each key (Turner, 1986): ``most`` at once, full again after ``per_s``.

    ``now_s``: a clock that only goes forward. Of more keys than fit the oldest are forgotten.
    Usable from any thread: of many who try at once no more come through.
    """

    def __init__(self, most: int, per_s: float, now_s: Callable[[], float]) -> None:
        self._most = most
        self._per_s = per_s
        self._now_s = now_s
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def takes(self, key: str) -> bool:
        """Whether one more is let through, which it counts."""
        with self._lock:
            now = self._now_s()
            left, at = self._left.pop(key, (float(self._most), now))
            left = min(self._most, left + (now - at) * self._most / self._per_s)
            good = left >= 1
            self._left[key] = (left - 1 if good else left, now)
            if len(self._left) > MOST_KEYS:
                del self._left[next(iter(self._left))]
        return good

    def wait_s(self, key: str) -> int:
        """After how many whole seconds one more will be let through; at least one."""
        with self._lock:
            left, at = self._left.get(key, (float(self._most), self._now_s()))
            lacks = (1 - left) * self._per_s / self._most - (self._now_s() - at)
        return max(1, ceil(lacks))

    def forget(self, key: str) -> None:
        with self._lock:
            self._left.pop(key, None)
