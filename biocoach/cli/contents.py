"""The shipped crisis lines, as the page reads them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from biocoach.coach import shipped

Json = dict[str, Any]


class Contents:
    """The dashboard's library."""

    @cached_property
    def _lines(self) -> list[Json]:
        known = shipped.crisis_lines()
        return [
            {
                "country": line.country,
                "name": line.name,
                "phone": line.phone,
                "text": line.reach,
                "checked": known.checked,
                "note": known.note,
            }
            for line in known.lines
        ]

    def crisis_lines(self) -> Sequence[Json]:
        return self._lines
