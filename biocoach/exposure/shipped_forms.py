"""The forms that come with biocoach: the one place of the exposure's forms that reads files."""

from __future__ import annotations

from importlib.resources import files

from biocoach.exposure.form import FormLibrary
from biocoach.exposure.forms import load

LANGUAGE = "en"


def texts(kind: str = "forms", language: str = LANGUAGE) -> dict[str, str]:
    """All content files of a kind by name."""
    folder = files("biocoach.exposure").joinpath("content", language, kind)
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }


def shipped(language: str = LANGUAGE) -> FormLibrary:
    return load(texts("forms", language))
