"""Forms of one's own: files that a person or their therapist puts into a folder."""

from __future__ import annotations

from pathlib import Path

from biocoach import own_files
from biocoach.exposure.form import FormLibrary
from biocoach.exposure.forms import join
from biocoach.exposure.shipped_forms import LANGUAGE


def forms_folder(data_folder: Path) -> Path:
    """Where files of one's own belong."""
    return data_folder / "worksheets" / LANGUAGE


class DroppedForms(own_files.Dropped[FormLibrary]):
    """Beside ``known``, the forms that come with biocoach."""

    def __init__(self, folder: Path, known: FormLibrary) -> None:
        super().__init__(folder, known, join, lambda library: library.forms)
