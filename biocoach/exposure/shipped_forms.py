"""The forms and scales that come with biocoach: the one place that reads their files."""

from __future__ import annotations

from importlib.resources import files

from biocoach.exposure import measures
from biocoach.exposure.form import FormLibrary
from biocoach.exposure.forms import load

LANGUAGE = "en"


def texts(kind: str, language: str = LANGUAGE) -> dict[str, str]:
    """All content files of a kind (``forms``, ``scales``) by name."""
    folder = files("biocoach.exposure").joinpath("content", language, kind)
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }


def shipped_forms(language: str = LANGUAGE) -> FormLibrary:
    return load(texts("forms", language))


def shipped_scales(language: str = LANGUAGE) -> dict[str, measures.Scale]:
    return measures.load(texts("scales", language))
