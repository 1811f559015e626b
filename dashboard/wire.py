"""What a page may send: forms with limits, and the session inputs that they become."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt

from biocoach.types import (
    AgeBand,
    Amend,
    Answer,
    Came,
    Debrief,
    End,
    Fit,
    Label,
    Mark,
    MarkKind,
    NumbersShown,
    OfferReply,
    PersonBody,
    Plan,
    PracticeLog,
    PracticeMoment,
    Presence,
    Rating,
    Reply,
    Step,
    StepKind,
    Support,
    Urge,
    UrgeKind,
)

DAY_S = 86_400
# What is kept is what was said: no "50", true or 1 is made into something else.
Percent = Annotated[StrictInt, Field(ge=0, le=100)]
Seconds = Annotated[StrictInt | StrictFloat, Field(le=DAY_S)]
Words = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(max_length=200)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


class StepForm(Form):
    id: Name
    title: Name
    support: Support = Support.REGULATE
    expected_suds: Percent = 0
    delay_s: Annotated[Seconds, Field(ge=0)] | None = None
    delay_suds: Percent | None = None
    ladder: Name = ""
    kind: StepKind = StepKind.APART
    who: Name = ""
    where: Name = ""


class PlanForm(Form):
    kind: Literal["plan"]
    step: StepForm
    planned_s: Annotated[Seconds, Field(ge=60)]
    sits_still: StrictBool = True
    feared: Words = ""
    probability_pct: Percent | None = None
    suds: Percent | None = None
    checkpoints_s: Annotated[list[Annotated[Seconds, Field(ge=0)]], Field(max_length=50)] = []
    context: Name = ""
    contact: Name = ""
    strapless: StrictBool = False
    slept_h: Annotated[StrictInt | StrictFloat, Field(ge=0, le=24)] | None = None
    caffeine: StrictBool | None = None
    medicine: Name = ""

    def body(self) -> Plan:
        said = self.model_dump(exclude={"kind", "step", "checkpoints_s", "planned_s", "slept_h"})
        return Plan(
            step=Step(**self.step.model_dump()),
            planned_s=float(self.planned_s),
            checkpoints_s=tuple(sorted(map(float, self.checkpoints_s))),
            slept_h=None if self.slept_h is None else float(self.slept_h),
            **said,
        )


class MarkForm(Form):
    kind: Literal["mark"]
    mark: MarkKind
    text: Words = ""

    def body(self) -> PersonBody:
        return Mark(kind=self.mark, text=self.text)


class RatingForm(Form):
    kind: Literal["rating"]
    suds: Percent | None = None
    presence: Presence | None = None

    def body(self) -> PersonBody:
        return Rating(suds=self.suds, presence=self.presence)


class UrgeForm(Form):
    kind: Literal["urge"]
    urge: UrgeKind
    acted: StrictBool | None

    def body(self) -> PersonBody:
        return Urge(kind=self.urge, acted=self.acted)


class LabelForm(Form):
    kind: Literal["label"]
    answer: Answer
    activation: Annotated[StrictInt, Field(ge=1)] | None = None

    def body(self) -> PersonBody:
        return Label(answer=self.answer, activation=self.activation)


class OfferReplyForm(Form):
    kind: Literal["offer_reply"]
    reply: Reply

    def body(self) -> PersonBody:
        return OfferReply(reply=self.reply)


class PracticeForm(Form):
    """What breath its step paces is not the page's to say."""

    kind: Literal["practice"]
    practice: Name
    moment: PracticeMoment
    asked: StrictBool = False
    step: Annotated[StrictInt, Field(ge=0, lt=100)] | None = None

    def body(self) -> PracticeLog:
        return PracticeLog(
            practice=self.practice, moment=self.moment, asked=self.asked, step=self.step
        )


class NumbersForm(Form):
    kind: Literal["numbers"]
    shown: StrictBool

    def body(self) -> PersonBody:
        return NumbersShown(shown=self.shown)


class DebriefForm(Form):
    kind: Literal["debrief"]
    happened: Words = ""
    probability_pct: Percent | None = None
    suds: Percent | None = None
    presence: Presence | None = None
    body_words: Words = ""
    learnt: Words = ""
    came: Came | None = None
    coped: StrictBool | None = None
    beyond_plan: StrictBool | None = None
    stayed: StrictBool | None = None

    def body(self) -> Debrief:
        return Debrief(**self.model_dump(exclude={"kind"}))


class EndForm(Form):
    kind: Literal["end"]
    reason: Name = "ended"

    def body(self) -> PersonBody:
        return End(reason=self.reason)


class AmendForm(Form):
    kind: Literal["amend"]
    of_number: Annotated[StrictInt, Field(ge=0)]

    def body(self) -> PersonBody:
        return Amend(of_number=self.of_number)


InputForm = Annotated[
    PlanForm
    | MarkForm
    | RatingForm
    | UrgeForm
    | LabelForm
    | OfferReplyForm
    | PracticeForm
    | NumbersForm
    | DebriefForm
    | EndForm
    | AmendForm,
    Field(discriminator="kind"),
]


class NothingForm(Form):
    """A word that needs no more said."""


class UnlockForm(Form):
    passphrase: Annotated[str, Field(max_length=1000)]


class FitForm(Form):
    """The first run's answers. Of the second group only the route is kept (``hard_times``)."""

    pacemaker: StrictBool
    atrial_fibrillation: StrictBool
    heart_slowing: StrictBool
    pregnancy: StrictBool
    age: AgeBand
    hard_times: StrictBool
    with_therapist: StrictBool

    def fit(self) -> Fit:
        child = self.age is not AgeBand.ADULT
        return Fit(
            rhythm_unreliable=self.pacemaker or self.atrial_fibrillation,
            heart_slowing=self.heart_slowing,
            pregnancy=self.pregnancy,
            ladder_waits=self.hard_times or (child and not self.with_therapist),
            with_therapist=self.with_therapist,
            age=self.age,
        )


class ContactForm(Form):
    name: Name
    phone: Name
    parted_from: StrictBool = False


class ContactsForm(Form):
    contacts: Annotated[list[ContactForm], Field(max_length=20)]


class CheckInForm(Form):
    """How it is on the day after a hard ending; all of it may stay empty."""

    session: Name
    presence: Presence | None = None
    suds: Percent | None = None
    words: Words = ""


class ChooseForm(Form):
    source: Name


class EcgForm(Form):
    """Whether the strap is asked for its ECG."""

    on: bool


class ErrandForm(Form):
    """``replace``: the person's yes to taking off the strap what another program left there."""

    replace: StrictBool = False
