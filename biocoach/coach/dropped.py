"""Practices of one's own: files that a person or their therapist puts into a folder."""

from __future__ import annotations

from pathlib import Path

from biocoach import own_files
from biocoach.coach.library import join
from biocoach.coach.practice import Library
from biocoach.coach.shipped import LANGUAGE


def own_folder(data_folder: Path) -> Path:
    """Where files of one's own belong."""
    return data_folder / "practices" / LANGUAGE


class Dropped(own_files.Dropped[Library]):
    """Beside ``known``, the practices that come with biocoach."""

    def __init__(self, folder: Path, known: Library) -> None:
        super().__init__(folder, known, join, lambda library: library.practices)
