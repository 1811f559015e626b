"""One's own things as a page sends them: how many, how long, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from dashboard.wire import Form, Name, Words

PHRASES_MAX = 100
KIT_MAX = 60
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{1,64}$")]


class ThingForm(Form):
    """One thing of the comfort kit; a picture and a voice have media, the others none."""

    id: Id
    kind: Literal["word", "object", "scent", "picture", "voice"]
    text: Annotated[str, Field(max_length=300)] = ""
    media: Id | Literal[""] = ""

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> ThingForm:
        if (self.kind in ("picture", "voice")) != bool(self.media):
            raise ValueError
        return self


class ImageryForm(Form):
    text: Words = ""
    by: Name = ""


class OwnForm(Form):
    """``rev`` is that of the state from which this was made."""

    rev: Id
    phrases: Annotated[list[Phrase], Field(max_length=PHRASES_MAX)]
    kit: Annotated[list[ThingForm], Field(max_length=KIT_MAX)]
    imagery: ImageryForm

    @model_validator(mode="after")
    def _each_thing_once(self) -> OwnForm:
        if len({thing.id for thing in self.kit}) != len(self.kit):
            raise ValueError
        return self
