"""What a page may send about ladders: forms with limits, and nothing else."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from biocoach.settings import LADDER
from biocoach.types import StepKind, Support
from dashboard.wire import Form, Name, Percent, Seconds

Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{1,64}$")]
Length = Annotated[StrictInt | StrictFloat, Field(ge=LADDER.shortest_s, le=LADDER.longest_s)]


class LadderStepForm(Form):
    id: Id
    title: Told
    kind: StepKind
    who: Name = ""
    where: Name = ""
    planned_s: Length
    expected_suds: Percent
    contexts: Annotated[list[Told], Field(max_length=LADDER.contexts_max)]
    contact: Name = ""
    support: Support
    delay_s: Annotated[Seconds, Field(ge=0)] | None = None
    delay_suds: Percent | None = None
    checks: Literal["none", "half", "five"]
    sits_still: StrictBool
    put_away: StrictBool = False


class LadderForm(Form):
    """``rev`` is that of the state from which this was made."""

    title: Told
    put_away: StrictBool
    steps: Annotated[list[LadderStepForm], Field(max_length=2 * LADDER.steps_max)]
    rev: Id

    def wish(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class NewLadderForm(Form):
    template: Id | None = None
    title: Name = ""


class AnswerForm(Form):
    proposal: Id
    answer: Literal["yes", "no"]
    way: Literal["shorter", "nearer", "more_support", "step_back"] | None = None


class OverruleForm(Form):
    """Towards less only."""

    step: Id
    way: Literal["hold", "shorter", "nearer", "more_support", "step_back"]
    by: Told
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class LiftForm(Form):
    step: Id


class ArcForm(Form):
    phase: Literal["assessment", "stabilising", "processing", "integration", "maintenance"]
    by: Name = ""


class SignsForm(Form):
    signs: Annotated[
        list[Literal["gap", "urges_acted", "cut_short", "too_much"]], Field(max_length=4)
    ]
