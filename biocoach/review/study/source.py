"""Where a study's recordings come from. A folder of files is one source; others can be added:
whoever gives ``Item`` s, and has an opener in ``work.OPENERS``, is one."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Protocol
from unicodedata import normalize

from biocoach.review.imports import SIZE_MAX

ABOUT = "about.csv"
COLUMNS = ("path", "person", "site", "strap")
CHUNK = 1 << 20
WORD_MAX = 80


class SourceError(Exception):
    """It can't be listed; one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a recording beside it; "" where nothing is."""

    person: str = ""
    site: str = ""
    strap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to read. ``opened_by`` names the opener, ``locator`` is what it needs.

    ``sha256`` is of its content: two items with the same are read once. ``why``: it can't be read.
    """

    id: str
    opened_by: str
    locator: str
    sha256: str
    told: Told = field(default_factory=Told)
    why: str = ""


class Source(Protocol):
    @property
    def name(self) -> str:
        """What it is, for the report."""
        ...

    def items(self) -> Iterator[Item]:
        """Everything there is, always in the same order. Raises SourceError."""
        ...


class Folder:
    """Every file under a folder, by name; hidden ones and ``about.csv`` are left out. Links to
    folders are not followed; what can't be looked at is an item with its reason.

    A worker must find the files under the same path.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    @property
    def name(self) -> str:
        return "folder"

    def items(self) -> Iterator[Item]:
        about = _about(self._folder / ABOUT)
        found = ((path.relative_to(self._folder), path) for path in _under(self._folder))
        for inside, path in sorted(found, key=lambda pair: pair[0].parts):
            if inside.as_posix() == ABOUT:
                continue
            digest, why = _digest(path)
            yield Item(
                id=printable(inside.as_posix()),
                opened_by="file",
                locator=str(path),
                sha256=digest,
                told=_told(about, inside.as_posix()),
                why=why,
            )


def _under(folder: Path) -> Iterator[Path]:
    """The files, and folders that can't be opened."""
    closed: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda e: closed.append(Path(e.filename))):
        folders[:] = (name for name in folders if not name.startswith("."))
        paths = (Path(place, name) for name in names if not name.startswith("."))
        yield from filter(_is_file, paths)
    yield from closed


def _is_file(path: Path) -> bool:
    """Or what only claims to be one: its row says why it is none."""
    try:
        return path.is_file() or (path.is_symlink() and not path.exists())
    except OSError:
        return True


def printable(text: str) -> str:
    """A name that every table and terminal can show."""
    said = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said)


def _digest(path: Path) -> tuple[str, str]:
    """The hash of a file's bytes, or why there is none."""
    try:
        size = path.stat().st_size
        if size > SIZE_MAX:
            return "", f"larger than {SIZE_MAX // 1_000_000} MB: split it"
        found = sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
    except OSError as error:
        return "", f"can't be opened: {error.strerror or 'unknown reason'}"
    return found.hexdigest(), ""


def _about(path: Path) -> dict[str, Told]:
    """What ``about.csv`` tells, by path: a file's, or a folder's for all beneath it."""
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if "path" not in (rows.fieldnames or ()):
                raise SourceError(f"{path} has no column path; it may have {', '.join(COLUMNS)}")
            named = ((_place(row["path"] or ""), row) for row in rows)
            return {place: _row(row) for place, row in named if place}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path} can't be read ({error}); save it as CSV in UTF-8") from None


def _place(path: str) -> str:
    """ "" where nothing is named: that would be a word on all of them."""
    return _one_form(PurePosixPath(path.strip()).as_posix()) if path.strip() else ""


def _one_form(name: str) -> str:
    """A Mac may write ü as u and two dots, where a table has one letter."""
    return normalize("NFC", name)


def _row(row: Mapping[str, str | None]) -> Told:
    words = {name: printable((row.get(name) or "").strip()[:WORD_MAX]) for name in COLUMNS[1:]}
    return Told(**words)


def _told(about: Mapping[str, Told], place: str) -> Told:
    """The nearest word counts, each column for itself."""
    here = PurePosixPath(_one_form(place))
    near = [about[p] for p in (here.as_posix(), *map(str, here.parents)) if p in about]
    return Told(
        person=next((t.person for t in near if t.person), ""),
        site=next((t.site for t in near if t.site), ""),
        strap=next((t.strap for t in near if t.strap), ""),
    )
