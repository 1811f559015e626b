"""What the card about a clinic's copy may send."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from dashboard.wire import Form

Item = Literal[
    "sessions", "check_ins", "ladder", "measures", "moments", "worksheets", "notes", "study"
]
Items = Annotated[list[Item], Field(max_length=len(get_args(Item)))]


class ClinicJoinForm(Form):
    """``code``: from the invitation."""

    code: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    items: Items


class ClinicAgreeForm(Form):
    """To these, and no others."""

    items: Items


class ClinicLeaveForm(Form):
    """``anyway``: also where the clinic can't be told."""

    erase: bool
    anyway: bool = False
