"""Practices of one's own: files that a person or their therapist puts into a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from biocoach.coach.library import join
from biocoach.coach.practice import Library
from biocoach.coach.shipped import LANGUAGE
from biocoach.own_files import FILE_MAX_BYTES, FILES_MAX, OwnFiles, read_file, shown

__all__ = ["FILES_MAX", "FILE_MAX_BYTES", "Dropped", "own_folder", "read_file", "shown"]


def own_folder(data_folder: Path) -> Path:
    """Where files of one's own belong."""
    return data_folder / "practices" / LANGUAGE


@dataclass(slots=True)
class Dropped:
    """``known`` comes first: nothing in the folder takes its place. ``mine``: the ids from it."""

    folder: Path
    known: Library
    library: Library = field(init=False)
    _files: OwnFiles = field(init=False)

    def __post_init__(self) -> None:
        self.library = self.known
        self._files = OwnFiles(self.folder)

    @property
    def mine(self) -> frozenset[str]:
        return frozenset(self.library.practices) - frozenset(self.known.practices)

    def look(self) -> bool:
        """Read the folder again where it changed; whether it did."""
        if not self._files.look():
            return False
        joined = join(self.known, self._files.texts)
        problems = (*joined.problems, *self._files.problems)
        self.library = Library(practices=joined.practices, problems=problems)
        return True
