"""The packet's words: one content file a language, and how figures are put into them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

LANGUAGE = "en"


def languages() -> list[str]:
    """Those that there is a content file for."""
    found = files("biocoach.review.packet").joinpath("content").iterdir()
    return sorted(folder.name for folder in found if folder.joinpath("packet.toml").is_file())


def words(language: str = LANGUAGE) -> Words:
    file = files("biocoach.review.packet").joinpath("content", language, "packet.toml")
    return Words(table=tomllib.loads(file.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    table: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The words of ``key`` ("part.name") with the values in them. KeyError for one that is
        not there; a test reads them all."""
        return str(self._at(key)).format(**values)

    def some(self, key: str, n: int, **values: object) -> str:
        """The same with ``n``; nothing where that is none, so that no page is full of noughts."""
        return self(key, n=n, **values) if n else ""

    def all(self, key: str) -> list[str]:
        return [str(one) for one in self._at(key)]

    def has(self, key: str) -> bool:
        try:
            self._at(key)
        except KeyError:
            return False
        return True

    def _at(self, key: str) -> Any:
        found: Any = self.table
        for part in key.split("."):
            found = found[part]
        return found

    # ---- figures

    def length(self, length_s: float | None) -> str:
        """A length in the two units that matter."""
        if length_s is None:
            return self("unknown")
        whole = round(length_s)
        if whole < 60:
            return self("length.s", s=whole)
        if whole < 600:
            rest = whole % 60
            return (
                self("length.min_s", min=whole // 60, s=rest)
                if rest
                else self("length.min", min=whole // 60)
            )
        minutes = round(length_s / 60)
        if minutes < 60:
            return self("length.min", min=minutes)
        rest = minutes % 60
        return (
            self("length.h_min", h=minutes // 60, min=rest)
            if rest
            else self("length.h", h=minutes // 60)
        )

    def clock(self, at_s: float) -> str:
        """Minutes and seconds from the session's start."""
        return f"{int(at_s) // 60}:{int(at_s) % 60:02d}"

    def day(self, text: str, *, year: bool = False) -> str:
        """A local day, or the day of a moment."""
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            return text or self("unknown")
        month = self.all("months")[day.month - 1]
        return self("day_year" if year else "day", day=day.day, month=month, year=day.year)

    def pct(self, share: float | None) -> str:
        return self("unknown") if share is None else f"{share * 100:.0f}"

    def number(self, value: float | None) -> str:
        if value is None:
            return self("unknown")
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"

    def said(self, text: str) -> str:
        """What a person wrote, on one line."""
        return " ".join(text.split()) or self("not_said")

    def cut(self, text: str, letters: int, where: str) -> str:
        """On one line; what is too long is cut with a mark that says where all of it stands."""
        line = " ".join(text.split())
        if len(line) <= letters:
            return line or self("not_said")
        return self("cut", text=line[:letters].rstrip(), where=where)
