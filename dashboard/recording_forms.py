"""What a page may send about sessions that were not streamed: recordings, and what is told."""

from __future__ import annotations

from datetime import UTC, date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
)

from biocoach.review.progress import Asked
from biocoach.telling import Told
from biocoach.types import Afterwards, MarkKind, NotAfterwards
from dashboard.wire import DAY_S, DebriefForm, Form, Name, Percent, PlanForm, Words


class AfterwardsForm(Form):
    """Said of a recording: a mark or a rating, ``at_s`` seconds from its beginning."""

    at_s: Annotated[StrictInt | StrictFloat, Field(ge=0, le=7 * DAY_S)]
    mark: Literal["baseline", "apart", "back", "note"] | None = None
    text: Words = ""
    suds: Percent | None = None
    plan: PlanForm | None = None
    debrief: DebriefForm | None = None

    def body(self) -> Afterwards:
        return Afterwards(
            moment_s=float(self.at_s),
            mark=None if self.mark is None else MarkKind(self.mark),
            text=self.text,
            suds=self.suds,
            plan=self.plan.body() if self.plan else None,
            debrief=self.debrief.body() if self.debrief else None,
        )


class ToldForm(Form):
    """A step that was practised without strap or screen."""

    started_utc: AwareDatetime
    plan: PlanForm
    stayed_s: Annotated[StrictInt | StrictFloat, Field(ge=0, le=DAY_S)]
    over: StrictBool
    too_much: StrictBool = False
    debrief: DebriefForm

    def told(self) -> Told:
        return Told(
            started=self.started_utc.astimezone(UTC),
            plan=self.plan.body(),
            stayed_s=float(self.stayed_s),
            over=self.over,
            too_much=self.too_much,
            debrief=self.debrief.body(),
        )


class PlanAheadForm(Form):
    """A plan that no live session follows: told afterwards, or kept by the strap's memory."""

    way: Literal["bare", "errand"]
    plan: PlanForm
    planned_utc: AwareDatetime


class WithdrawForm(Form):
    number: Annotated[StrictInt, Field(ge=0)]

    def body(self) -> NotAfterwards:
        return NotAfterwards(of_number=self.number)


def _day(text: str) -> str:
    """A local day as YYYY-MM-DD, or "" for none."""
    if text:
        date.fromisoformat(text)
    return text


Day = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$"), AfterValidator(_day)]


class ProgressForm(Form):
    """Of which time, and of what, the page wants to see the weeks; "" is all."""

    since: Annotated[Day, Field(alias="from")] = ""
    until: Annotated[Day, Field(alias="to")] = ""
    ladder: Name = ""
    step: Name = ""
    support: Literal["", "regulate", "delay", "ask", "observe"] = ""

    def asked(self) -> Asked:
        return Asked(**self.model_dump())
