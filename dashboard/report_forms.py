"""What a page may ask of reports: forms with limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dashboard.wire import Form


class NoteDraftForm(Form):
    """``since``, ``until``: local days, both included."""

    kind: Literal["dap", "soap"]
    since: date
    until: date
    talk: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since > self.until or self.since.year < 1900:
            raise ValueError("the days are not in order")
        return self
