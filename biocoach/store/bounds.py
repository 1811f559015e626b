"""What a record of somebody else may hold at most, so that no file keeps its reader for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from biocoach.settings import SHARING, SharingSettings
from biocoach.store.plans import Json

TOO_LONG = "a time before a session, or longer than a session can be; ask for the file again"
TOO_MANY = "more than one person can have practised in years; ask for a shorter period"
# A strap's own clock runs from where it likes, and nothing walks along it.
_UNBOUNDED = frozenset({"clock_s"})


@dataclass(slots=True)
class Bounds:
    """Told each entry, says why it is too much. A fold walks each second of each session."""

    limits: SharingSettings = SHARING
    _lengths_s: dict[tuple[str, str], float] = field(default_factory=dict)
    _sum_s: float = 0.0

    def why_not(self, person: str, session: str, at_s: float, body: Json) -> str:
        """In words for people; "" for an entry that is within them. ``at_s``: since the session's
        beginning; ``body``: as JSON."""
        if not 0.0 <= at_s <= self.limits.session_max_s or not self._is_within(body):
            return TOO_LONG
        moment = body.get("moment_s")
        until_s = max(at_s, moment) if isinstance(moment, int | float) else at_s
        name = (person, session)
        longer_s = max(0.0, until_s - self._lengths_s.get(name, 0.0))
        self._lengths_s[name] = self._lengths_s.get(name, 0.0) + longer_s
        self._sum_s += longer_s
        many = len(self._lengths_s) > self.limits.sessions_max
        return TOO_MANY if many or self._sum_s > self.limits.sessions_max_s else ""

    def _is_within(self, value: Json) -> bool:
        """No time in it, however deep, that is beyond a session."""
        if isinstance(value, dict):
            return all(
                self._is_time(one) if key.endswith("_s") and key not in _UNBOUNDED
                else self._is_within(one)
                for key, one in value.items()
            )  # fmt: skip
        return not isinstance(value, list) or all(map(self._is_within, value))

    def _is_time(self, value: object) -> bool:
        if not isinstance(value, int | float):
            return True
        return isfinite(value) and abs(value) <= self.limits.session_max_s
