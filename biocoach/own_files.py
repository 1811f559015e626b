"""Files of one's own: what a person or their therapist puts into a folder, as texts.

They are read again when the folder changed. A file that is too large, too many, or no file at all
is a problem like any other: named, and the rest is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from biocoach.fields import Problem, line_of

FILE_MAX_BYTES = 64 * 1024
FILES_MAX = 200
Stamp = tuple[tuple[str | int, ...], ...]


class Named(Protocol):
    @property
    def id(self) -> str: ...


class Library(Protocol):
    @property
    def problems(self) -> tuple[Problem, ...]: ...


T = TypeVar("T", bound=Named)
L = TypeVar("L", bound=Library)


def joined(
    known: Mapping[str, T],
    problems: tuple[Problem, ...],
    files: Mapping[str, str],
    parse: Callable[[str, str], T | Problem],
) -> tuple[dict[str, T], tuple[Problem, ...]]:
    """More files beside what is known, by name; none of them takes the place of another."""
    things, wrong = dict(known), list(problems)
    for name in sorted(files):
        found = parse(files[name], name)
        if isinstance(found, Problem):
            wrong.append(found)
        elif found.id in things:
            line = line_of(files[name], (("id", 0),))
            wrong.append(Problem(file=name, line=line, why=f"the id {found.id!r} is taken"))
        else:
            things[found.id] = found
    return things, tuple(wrong)


@dataclass(slots=True)
class OwnFiles:
    """``texts`` by the name that is shown."""

    folder: Path
    texts: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    _stamp: Stamp | None = None

    def look(self) -> bool:
        """Read the folder again where it changed; whether it did. A folder that is not there has
        no files; one that can't be read is a problem."""
        names, trouble = _listed(self.folder)
        stamp = ((trouble,), *(_stamp_of(self.folder / name) for name in names))
        if stamp == self._stamp:
            return False
        self.texts = {}
        problems = [Problem(file="", line=1, why=trouble)] if trouble else []
        for name in names[:FILES_MAX]:
            found = read_file(self.folder / name)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                self.texts[shown(name)] = found
        self.problems, self._stamp = tuple(problems), stamp
        return True

    def make(self) -> None:
        """So that there is one to put files into. Where it can't be made there are none."""
        try:
            for part in (*reversed(self.folder.parents), self.folder):
                if not part.exists():  # ``parents=True`` leaves those above open to others
                    part.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            return


class Dropped(Generic[L]):
    """A folder's files beside ``known``, which comes first: nothing in the folder takes its place.

    ``join`` reads more files into a library, ``ids`` says what is in one.
    """

    def __init__(
        self,
        folder: Path,
        known: L,
        join: Callable[[L, Mapping[str, str]], L],
        ids: Callable[[L], Collection[str]],
    ) -> None:
        self.folder = folder
        self.known = known
        self.library = known
        self._join = join
        self._ids = ids
        self._files = OwnFiles(folder)

    @property
    def mine(self) -> frozenset[str]:
        """The ids from the folder."""
        return frozenset(self._ids(self.library)) - frozenset(self._ids(self.known))

    def make(self) -> None:
        """So that there is a folder to put files into. Where it can't be made there are none."""
        self._files.make()

    def look(self) -> bool:
        """Read the folder again where it changed; whether it did."""
        if not self._files.look():
            return False
        found: Any = self._join(self.known, self._files.texts)
        self.library = replace(found, problems=(*found.problems, *self._files.problems))
        return True


def _listed(folder: Path) -> tuple[list[str], str]:
    """The names of the files, and what is wrong with all of them together."""
    try:
        found = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return [], ""
    except OSError as error:
        return [], f"the folder can't be read: {error.strerror}"
    names = sorted(name for name in found if name.endswith(".toml") and name[0] != ".")
    many = f"{len(names)} files; only the first {FILES_MAX} are used"
    return names, many if len(names) > FILES_MAX else ""


def _stamp_of(path: Path) -> tuple[str | int, ...]:
    """Another one when the file's words, or the right to read them, may have changed."""
    try:
        found = path.stat()
    except OSError:
        return (path.name,)
    return path.name, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def shown(name: str) -> str:
    """A file's name as one line of text, whatever bytes it has."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


def read_file(path: Path) -> str | Problem:
    """A file's text, or why it can't be used. Never more than a file may have, whatever it says of
    itself; a pipe is not waited for."""
    try:
        if not path.is_file():
            return Problem(file=shown(path.name), line=1, why="not a file")
        with path.open("rb") as file:
            content = file.read(FILE_MAX_BYTES + 1)
    except OSError as error:
        return Problem(file=shown(path.name), line=1, why=f"can't be read: {error.strerror}")
    if len(content) > FILE_MAX_BYTES:
        return Problem(
            file=shown(path.name), line=1, why=f"larger than {FILE_MAX_BYTES // 1024} kB"
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Problem(file=shown(path.name), line=line, why="not UTF-8 text; save it as UTF-8")
