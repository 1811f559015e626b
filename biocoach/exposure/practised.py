"""What a practised step says to the ladder: one row a session, made from its summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from biocoach.types import Came, Support

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """One session in which the person was apart (or told that they were), ``day`` its local date.

    ``planned_s``, ``stayed_s``: lengths; None where not known. ``stayed``: as long as planned.
    ``beyond_plan``: contact or checking beyond the plan. None is unknown in each, never no.
    ``before_pct``, ``after_pct``: how likely the feared seemed. ``away``: far away or numb was
    said. ``hard``: it ended hard. ``bare``: without strap and without screen. ``expected_suds``,
    ``contact``: by its plan, the step's expected distress and what contact was planned. ``open``:
    it is not over yet.
    """

    session: str
    day: str
    ladder: str
    step: str
    support: Support
    planned_s: float | None = None
    stayed_s: float | None = None
    stayed: bool | None = None
    beyond_plan: bool | None = None
    context: str = ""
    before_pct: int | None = None
    after_pct: int | None = None
    came: Came | None = None
    coped: bool | None = None
    suds_before: int | None = None
    suds_after: int | None = None
    too_much: bool = False
    away: bool = False
    hard: bool = False
    bare: bool = False
    expected_suds: int | None = None
    contact: str = ""
    open: bool = False

    @property
    def done(self) -> bool:
        """Stayed as planned, no contact or checking beyond the plan; never by a guess."""
        return self.stayed is True and self.beyond_plan is False

    def told(self) -> Json:
        """As JSON, for a summary and the page."""
        return asdict(self) | {"done": self.done}


def practised_of(row: Mapping[str, Any]) -> Practised:
    """The row that ``told`` wrote."""
    known = {f.name: row[f.name] for f in fields(Practised) if f.name in row}
    came = known.get("came")
    return Practised(
        **known | {"support": Support(row["support"]), "came": Came(came) if came else None}
    )
