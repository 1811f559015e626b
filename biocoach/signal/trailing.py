"""The last values of a stream, kept sorted beside their order: quantiles without sorting."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque


class Trailing:
    """A window of the last ``size`` values."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._order: deque[float] = deque()
        self._ranks: list[float] = []

    def __len__(self) -> int:
        return len(self._ranks)

    def add(self, value: float) -> None:
        self._order.append(value)
        insort(self._ranks, value)
        if len(self._order) > self._size:
            self.drop_oldest()

    def drop_oldest(self) -> None:
        """Forget the value that came first. Needs one value at least."""
        del self._ranks[bisect_left(self._ranks, self._order.popleft())]

    def quantile(self, share: float) -> float:
        """Linear between ranks, as NumPy's default. Needs one value at least."""
        place = share * (len(self._ranks) - 1)
        low = int(place)
        high = min(low + 1, len(self._ranks) - 1)
        return self._ranks[low] + (place - low) * (self._ranks[high] - self._ranks[low])
