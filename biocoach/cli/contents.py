"""The shipped practices and crisis lines, as the page reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

from biocoach.coach import shipped

Json = dict[str, Any]


class Contents:
    """The dashboard's library."""

    @cached_property
    def _practices(self) -> list[Json]:
        rows = []
        for practice in shipped.shipped().practices.values():
            row = asdict(practice)
            rows.append(row | {"stop": " ".join(practice.stop)})
        return rows

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

    def practices(self) -> Sequence[Json]:
        return self._practices

    def crisis_lines(self) -> Sequence[Json]:
        return self._lines
