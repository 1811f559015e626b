"""Ladders to begin with, as data files: several for adults, some for a child with a grown-up.

Each goes from the least frightening up. None of them is real danger, and all of it may be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.resources import files

from biocoach.exposure.ladder import LadderStep, said_of
from biocoach.fields import (
    Problem,
    Table,
    UnfitError,
    each_of,
    flag_of,
    number_of,
    only,
    parse_with,
    text_of,
    texts_of,
    whole_of,
    word_of,
)
from biocoach.settings import LADDER
from biocoach.types import StepKind

LANGUAGE = "en"


class Age(StrEnum):
    ADULT = "adult"
    CHILD = "child"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A ladder that nobody has yet; its steps' ids are its own."""

    id: str
    title: str
    about: str
    age: Age
    steps: tuple[LadderStep, ...]


def texts(language: str = LANGUAGE) -> dict[str, str]:
    """All template files of a language by name."""
    folder = files("biocoach.exposure").joinpath("content", language, "ladders")
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }


def parse(text: str, name: str) -> Template | Problem:
    return parse_with(template_of, text, name)


def load(sources: Mapping[str, str]) -> tuple[tuple[Template, ...], tuple[Problem, ...]]:
    """Those that can be read, by name; and what is wrong with the rest."""
    found = [parse(sources[name], name) for name in sorted(sources)]
    good = [one for one in found if isinstance(one, Template)]
    return tuple(good), tuple(one for one in found if isinstance(one, Problem))


def shipped(language: str = LANGUAGE) -> tuple[Template, ...]:
    """Those that come with biocoach; a test reads every file, so that all can be read."""
    return load(texts(language))[0]


def template_of(table: Table) -> Template:
    """Raises UnfitError."""
    only(table, tuple(Template.__dataclass_fields__))
    name = text_of(table, "id", 60)
    steps = each_of(table, "steps", "step", _step_of, LADDER.steps_max)
    distress = [step.expected_suds for step in steps]
    if distress != sorted(distress):
        raise UnfitError("steps", "the steps must go from the least distress up")
    return Template(
        id=name,
        title=text_of(table, "title", 80),
        about=text_of(table, "about"),
        age=word_of(table, "age", Age),
        steps=tuple(replace(step, id=f"{name}-{n}") for n, step in enumerate(steps, 1)),
    )


def _step_of(table: Table) -> LadderStep:
    only(table, ("title", "kind", "minutes", "expected", "contexts", "contact", "sits"))
    return LadderStep(
        id="template",
        title=text_of(table, "title", 80),
        kind=word_of(table, "kind", StepKind),
        planned_s=60.0 * number_of(table, "minutes", 1, LADDER.longest_s / 60),
        expected_suds=whole_of(table, "expected", 0, 100),
        contexts=texts_of(table, "contexts", LADDER.contexts_max),
        contact=said_of(table, "contact", LADDER.letters_max),
        sits_still=flag_of(table, "sits", default=True),
    )
