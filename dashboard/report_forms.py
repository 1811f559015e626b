"""What a page may ask of reports: forms with limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dashboard.recording_forms import Day
from dashboard.wire import Form, Name

# As many days before are compared with; the calendar must not end there.
SaneDay = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]


class ExportForm(Form):
    """One session, or a period; neither: everything. Local days, both included; "" is open."""

    format: Literal["csv", "kubios", "edf", "json", "fhir"]
    session: Name = ""
    since: Day = ""
    until: Day = ""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.session and (self.since or self.until):
            raise ValueError("one session has no period")
        return self

    @property
    def days(self) -> tuple[date | None, date | None]:
        since, until = (date.fromisoformat(d) if d else None for d in (self.since, self.until))
        return since, until


class NoteDraftForm(Form):
    """``since``, ``until``: local days, both included."""

    kind: Literal["dap", "soap"]
    since: SaneDay
    until: SaneDay
    talk: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since > self.until:
            raise ValueError("the days are not in order")
        return self
