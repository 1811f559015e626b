"""What a page may send about worksheets, totals and separations: forms with limits.

What is in an answer is judged by its worksheet, not here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from dashboard.wire import Form, Name, Seconds

Rev = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{1,64}$")]
Answers = Annotated[dict[Name, Any], Field(max_length=100)]


class BeginForm(Form):
    form: Name
    link: dict[Name, Any] | None = None
    answers: Answers
    keep: StrictBool = False


class WriteForm(Form):
    answers: Answers
    rev: Rev
    keep: StrictBool = False


class EraseForm(Form):
    rev: Rev


class TotalForm(Form):
    scale: Name
    day: Name
    total: StrictInt | StrictFloat
    note: Annotated[str, Field(max_length=300)] = ""


class TotalAgainForm(TotalForm):
    rev: Rev


class NoteForm(Form):
    """``at_s``: the moment of the session that it is pinned to."""

    at_s: Annotated[Seconds, Field(ge=0)]
    text: Annotated[str, StringConstraints(max_length=2000, pattern=r"\S")]


class NoteAgainForm(NoteForm):
    rev: Rev


class SaidForm(Form):
    said: Literal["call_off", "back", "on_again"]
    rev: Rev
