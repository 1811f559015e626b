"""What a form is: values only. ``forms`` makes them from files, ``answers`` judges what is written.

An answer is what JSON has: words, a number, yes or no, a list of values, a list of rows. What is
absent was not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from biocoach.fields import Problem, Source
from biocoach.types import AgeBand

Value = str | int | float | bool


class Shelf(StrEnum):
    """Where it stands on the page."""

    THOUGHTS = "thoughts"
    SELF = "self"
    RELATING = "relating"
    MOMENTS = "moments"
    BEHAVIOURS = "behaviours"
    MEASURES = "measures"
    SEPARATIONS = "separations"
    LIFE = "life"
    PLAN = "plan"


class Kind(StrEnum):
    """What a field asks for.

    said: nothing, it is a paragraph. line, lines: words. scale: a whole number from 0 to 100, with
    ``faces`` shown as five faces. percent: the same in percent. number: from ``least`` to ``most``,
    in ``unit``. choice: the value of one option. many: several. yes_no. date: ``2026-01-31``.
    moment: ``2026-01-31T09:30Z``, in UTC. rows: small groups of ``fields``, at most ``most``.
    link: a session, or an activation in it by its onset in s.
    """

    SAID = "said"
    LINE = "line"
    LINES = "lines"
    SCALE = "scale"
    PERCENT = "percent"
    NUMBER = "number"
    CHOICE = "choice"
    MANY = "many"
    YES_NO = "yes_no"
    DATE = "date"
    MOMENT = "moment"
    ROWS = "rows"
    LINK = "link"


class Makes(StrEnum):
    """What a kept sheet of it is, besides words."""

    MOMENT = "moment"
    BEHAVIOUR = "behaviour"
    SEPARATION = "separation"
    THERAPY_BREAK = "therapy_break"
    LETTER = "letter"
    SIGNS = "signs"


PARTINGS = (Makes.SEPARATION, Makes.THERAPY_BREAK)


class Behaviour(StrEnum):
    PROTEST = "protest"
    AVOIDANCE = "avoidance"
    SAFETY_SEEKING = "safety_seeking"
    APPEASING = "appeasing"
    RUMINATION = "rumination"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """``points``: what it adds to a score; None where nothing is scored."""

    value: str
    label: str
    hint: str = ""
    points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyIf:
    """Shown only while ``field`` is one of these; ``is_`` is written ``is``."""

    field: str
    is_: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What belongs to other kinds is None, False or empty. ``verbatim``: somebody else's exact
    words, by the form's source. ``start``: words of a new sheet, to be changed."""

    id: str
    kind: Kind
    label: str
    hint: str = ""
    optional: bool = False
    verbatim: bool = False
    low: str = ""
    high: str = ""
    faces: bool = False
    start: str = ""
    least: float | None = None
    most: float | None = None
    unit: str = ""
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    only_if: OnlyIf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From this total up, until the next one's; ``words`` are the authors' own."""

    least: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The points of these fields' options, added up. ``scale``: the measure that it gives."""

    scale: str
    fields: tuple[str, ...]
    least: int
    most: int
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``about``: what it is for, before one begins. ``minutes``: about so long. ``ask_first``:
    sentences to say yes to before it is opened. ``quick``: it fits into 20 seconds."""

    id: str
    title: str
    shelf: Shelf
    about: str
    minutes: int
    ages: tuple[AgeBand, ...]
    fields: tuple[Field, ...]
    sources: tuple[Source, ...]
    ask_first: tuple[str, ...] = ()
    scoring: Scoring | None = None
    makes: Makes | None = None
    behaviour: Behaviour | None = None
    quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLibrary:
    """Forms by id, in the order of their files' names, and what could not be read."""

    forms: Mapping[str, Form]
    problems: tuple[Problem, ...]


def told(form: Form) -> dict[str, Any]:
    """As JSON, for the page. A field has the keys of its kind, and no empty ones."""
    told_form = asdict(form)
    told_form["fields"] = [_told(field) for field in form.fields]
    return told_form


def _told(field: Field) -> dict[str, Any]:
    known = asdict(field)
    lean = {key: value for key, value in known.items() if value not in (None, "", (), False)}
    lean |= {"id": field.id, "kind": field.kind, "label": field.label, "hint": field.hint}
    lean["optional"] = field.optional
    if field.kind is Kind.NUMBER:
        lean |= {"least": field.least, "most": field.most}
    if field.fields:
        lean["fields"] = [_told(inner) for inner in field.fields]
    if field.only_if is not None:
        lean["only_if"] = {"field": field.only_if.field, "is": list(field.only_if.is_)}
    return lean
