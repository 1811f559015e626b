"""The content that comes with biocoach: the one place of the coach that reads files."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from biocoach.coach.library import load
from biocoach.coach.practice import Library
from biocoach.fields import Problem, Table, each_of, only, parse_with, text_of

LANGUAGE = "en"
_CRISIS = "crisis.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisLine:
    """``country``: its usual two letters, or EU. ``reach``: other ways, and when it answers."""

    country: str
    name: str
    phone: str
    reach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisLines:
    """``checked``: the month as of which these were known. ``note`` is always shown with them."""

    checked: str
    note: str
    lines: tuple[CrisisLine, ...]


def _folder(language: str) -> Traversable:
    return files("biocoach.coach").joinpath("content", language)


def texts(language: str = LANGUAGE) -> dict[str, str]:
    """All content files of a language by name."""
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in _folder(language).iterdir()
        if entry.name.endswith(".toml")
    }


def shipped(language: str = LANGUAGE) -> Library:
    """The practices that come with biocoach."""
    return load({name: text for name, text in texts(language).items() if name != _CRISIS})


def crisis_lines(language: str = LANGUAGE) -> CrisisLines:
    """The crisis card's numbers. A test reads the shipped file, so here it can only be right."""
    text = _folder(language).joinpath(_CRISIS).read_text(encoding="utf-8")
    found = parse_with(crisis_of, text, _CRISIS)
    if isinstance(found, Problem):
        raise ValueError(f"{found.file}:{found.line}: {found.why}")
    return found


def crisis_of(table: Table) -> CrisisLines:
    only(table, ("checked", "note", "lines"))
    return CrisisLines(
        checked=text_of(table, "checked"),
        note=text_of(table, "note"),
        lines=each_of(table, "lines", "line", _line_of),
    )


def _line_of(table: Table) -> CrisisLine:
    only(table, ("country", "name", "phone", "reach"))
    return CrisisLine(
        country=text_of(table, "country"),
        name=text_of(table, "name"),
        phone=text_of(table, "phone"),
        reach=text_of(table, "reach"),
    )
