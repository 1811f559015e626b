"""What the card of safekeeping may send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dashboard.phone_forms import Passphrase
from dashboard.wire import Form, Name


class WordsForm(Form):
    passphrase: Passphrase = ""


class KeepWordsForm(Form):
    """The words that were asked for, in their order."""

    words: Annotated[list[Name], Field(max_length=12)]


class NewPassphraseForm(Form):
    old: Passphrase = ""
    new: Passphrase


class EraseAllForm(Form):
    """``sure`` is typed by the person."""

    sure: Literal["erase"]
    passphrase: Passphrase = ""
