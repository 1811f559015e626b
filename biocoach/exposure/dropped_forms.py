"""Forms of one's own: files that a person or their therapist puts into a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from biocoach.exposure.form import FormLibrary
from biocoach.exposure.forms import join
from biocoach.exposure.shipped_forms import LANGUAGE
from biocoach.own_files import OwnFiles


def forms_folder(data_folder: Path) -> Path:
    """Where files of one's own belong."""
    return data_folder / "worksheets" / LANGUAGE


@dataclass(slots=True)
class DroppedForms:
    """``known`` comes first: nothing in the folder takes its place. ``mine``: the ids from it."""

    folder: Path
    known: FormLibrary
    library: FormLibrary = field(init=False)
    _files: OwnFiles = field(init=False)

    def __post_init__(self) -> None:
        self.library = self.known
        self._files = OwnFiles(self.folder)

    @property
    def mine(self) -> frozenset[str]:
        return frozenset(self.library.forms) - frozenset(self.known.forms)

    def make(self) -> None:
        """So that there is a folder to put files into. Where it can't be made there are none."""
        self._files.make()

    def look(self) -> bool:
        """Read the folder again where it changed; whether it did."""
        if not self._files.look():
            return False
        joined = join(self.known, self._files.texts)
        problems = (*joined.problems, *self._files.problems)
        self.library = FormLibrary(forms=joined.forms, problems=problems)
        return True
