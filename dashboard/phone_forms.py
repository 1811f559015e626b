"""What the card about phones may send."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dashboard.wire import Form

Passphrase = Annotated[str, Field(max_length=1000)]
PhoneName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")]


class PhoneOnForm(Form):
    """``address``: one of those that were told."""

    passphrase: Passphrase
    address: Annotated[str, Field(max_length=60)]


class PhonePairForm(Form):
    passphrase: Passphrase
    name: PhoneName
