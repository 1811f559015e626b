"""The sentences of a note, in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """A content file: groups of words by key."""

    groups: Mapping[str, Mapping[str, str]]

    def of(self, group: str, key: str, **values: Any) -> str:
        """The sentence with its values; with an ``n``, the wording for that number."""
        known = self.groups[group]
        form = "one" if values.get("n") == 1 else "other"
        text = known.get(f"{key}.{form}") or known[key]
        return text.format(**values)


def shipped_words(language: str = LANGUAGE) -> Words:
    folder = files("biocoach.review.note").joinpath("content", language)
    return Words(tomllib.loads(folder.joinpath("note.toml").read_text(encoding="utf-8")))
