"""What the page of sharing may send: forms with limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from biocoach.settings import SHARING
from biocoach.sharing.leaving import Wish
from dashboard.wire import Form, Name

Line = Annotated[str, Field(max_length=SHARING.address_letters_max)]
Called = Annotated[str, Field(max_length=SHARING.name_letters_max)]
Kind = Literal["sessions", "ladder", "measures", "notes", "moments"]


class AddressForm(Form):
    address: Line


class NewPersonForm(AddressForm):
    name: Called
    passphrase: Annotated[str, Field(max_length=1000)] = ""


class ShareForm(Form):
    """``since``, ``until``: local days, both included. ``sessions``, ``sheets``: one by one.
    ``names``: to take out. ``sender``: what the person is called in it."""

    to: Line
    since: date | None = None
    until: date | None = None
    kinds: Annotated[list[Kind], Field(max_length=5, default_factory=list)]
    sessions: Annotated[list[Name], Field(max_length=20_000, default_factory=list)]
    sheets: Annotated[list[Name], Field(max_length=20_000, default_factory=list)]
    names: Annotated[list[Name], Field(max_length=200, default_factory=list)]
    sender: Called = ""
    copy_for_me: StrictBool = False

    def wish(self) -> Wish:
        return Wish(
            since=self.since.isoformat() if self.since else "",
            until=self.until.isoformat() if self.until else "",
            kinds=frozenset(self.kinds),
            sessions=frozenset(self.sessions),
            sheets=frozenset(self.sheets),
            names=tuple(self.names),
        )


class AnswerForm(Form):
    item: Annotated[str, Field(max_length=10)]
    answer: Literal["accepted", "not_now"]
