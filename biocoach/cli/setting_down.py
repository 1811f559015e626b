"""Pieces on the disk: all of them under their name, or nothing.

A file or folder is written beside its place, under a name that begins with a dot and says that it
is not whole, and moved there when it is. Others on this computer can't read it.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from biocoach.cli.say import fail
from biocoach.cli.taking_out import TakeOutError
from biocoach.review.exporting.piece import Piece

MARK = ".biocoach-export"  # in every folder that was written here, so that it may be replaced
UNFINISHED = ".unfinished-"


class Writable(Protocol):
    """What a packed file is written into: it need not be able to go back."""

    def write(self, content: bytes, /) -> int: ...

    def flush(self) -> None: ...


def may_fill(folder: Path, force: bool) -> None:
    """A folder is made, or was made by an earlier export and is replaced with ``--force``."""
    if folder.is_file():
        fail(f"{folder} is a file; give a folder's name, or one that ends in .zip")
    if not folder.parent.is_dir():
        fail(f"{folder.parent} is not a folder; make it first")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARK).is_file():
        fail(f"{folder} holds other things; give another name")
    if not force:
        fail(f"{folder} exists; give another name, or --force to replace it")


def fill_folder(folder: Path, pieces: Iterable[Piece]) -> int:
    """How many files there are. Raises OSError."""
    new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    try:
        _private(new / MARK).close()
        count = 0
        for piece in pieces:
            path = new / piece.name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with _private(path) as file:
                file.writelines(piece.chunks)
            count += 1
        _replace(folder, new)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return count


def _replace(folder: Path, new: Path) -> None:
    """What was there goes only once the new one stands."""
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent)) / "old"
    try:
        folder.rename(old)
        new.rename(folder)
    finally:
        if not folder.exists() and old.exists():
            old.rename(folder)
        shutil.rmtree(old.parent, ignore_errors=True)


@contextmanager
def one_file(path: Path) -> Iterator[BinaryIO]:
    """Open for bytes; under its name only once all of it is written. Raises OSError."""
    number, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_zip(file: Writable, pieces: Iterable[Piece]) -> int:
    """The pieces in one packed file; how many. Without times: the same again gives the same."""
    count = 0
    with zipfile.ZipFile(cast(BinaryIO, file), "w", zipfile.ZIP_DEFLATED) as packed:
        for piece in pieces:
            about = zipfile.ZipInfo(piece.name)
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with packed.open(about, "w", force_zip64=True) as inside:
                for chunk in piece.chunks:
                    inside.write(chunk)
            count += 1
    return count


def write_single(file: Writable, pieces: Iterator[Piece], *, packed: bool) -> int:
    """The one piece that there is, packed or as it is. Raises TakeOutError: there are several."""
    first = next(pieces)
    if packed:
        whole = gzip.GzipFile(fileobj=cast(BinaryIO, file), mode="wb", filename="", mtime=0)
        with whole as inner:
            cast(BinaryIO, inner).writelines(first.chunks)
    else:
        for chunk in first.chunks:
            file.write(chunk)
    if next(pieces, None) is not None:
        raise TakeOutError(
            "several", "it makes several files (it has gaps): give a folder as --out"
        )
    return 1


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
