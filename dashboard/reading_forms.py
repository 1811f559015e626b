"""What a therapist's page may send while reading: forms with limits."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from biocoach.settings import SHARING
from dashboard.wire import Form, Name


class OpenForm(Form):
    id: Name


class DraftForm(Form):
    practise: Annotated[str, Field(max_length=SHARING.note_letters_max)] = ""
    changes: Annotated[list[dict[str, Any]], Field(max_length=40)] = Field(default_factory=list)
