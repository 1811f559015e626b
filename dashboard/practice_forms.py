"""What a page may send about practices: forms with limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from biocoach.coach.repertoire import PACE_MAX, PACE_MIN
from dashboard.wire import Form, Name, Words


class ChoiceForm(Form):
    """Exactly one thing is said of a practice."""

    opted_in: StrictBool | None = None
    asked: Literal["clear", "not_for_me", "again"] | None = None
    enabled_by: Name | None = None
    offered: StrictBool | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.said()) != 1:
            raise ValueError("exactly one of the fields")
        return self

    def said(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


class SamplingForm(Form):
    sampling: StrictBool


class PaceForm(Form):
    """Breaths a minute; None: none any more."""

    per_min: Annotated[StrictInt | StrictFloat, Field(ge=PACE_MIN, le=PACE_MAX)] | None


class WordsForm(Form):
    """By field; a practice has few."""

    words: Annotated[dict[Name, Words], Field(max_length=40)]
    rev: Name
    afresh: StrictBool = False


class ForgetForm(Form):
    at_utc: Name
