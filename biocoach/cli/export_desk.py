"""Taking one's data out on the page: the dashboard's ``Exports``, made beside everything else.

What is made waits in a ``SealedFile`` until it is taken, dropped, replaced, or the record closes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from biocoach.cli.facts import LOCKED
from biocoach.cli.in_the_making import GONE, READY, CannotError, Making, OneInTheMaking
from biocoach.cli.packet_whole import whole_pieces
from biocoach.cli.setting_down import Writable, write_single, write_zip
from biocoach.cli.taking_out import FOLDERS, TakeOutError, TakingOut, Wish, some
from biocoach.review.shelf import STILL, Shelf
from biocoach.settings import Settings
from biocoach.store import Journal, Reader, StoreError, Trouble
from biocoach.store.sealed_file import SealedFile
from dashboard.ports import Leaving, Outcome

Json = dict[str, Any]
# Nothing of the person in the file's name: it may lie about in a folder of downloads.
NAMES = {
    "csv": ("tables", ".zip", "application/zip"),
    "kubios": ("heart-beats", ".zip", "application/zip"),
    "edf": ("edf", ".zip", "application/zip"),
    "json": ("record", ".jsonl.gz", "application/gzip"),
    "fhir": ("clinic", ".json", "application/fhir+json"),
    "packet": ("packet", ".zip", "application/zip"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """``files``: how many are in it."""

    file: SealedFile
    name: str
    media: str
    sessions: int
    files: int


class ExportDesk:
    """``opened`` and ``closing`` are of the house; the rest is called in threads."""

    def __init__(self, settings: Settings, new_id: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._settings = settings
        self._one = OneInTheMaking[_Ready]("export", new_id, lambda ready: ready.file.close())

    async def opened(self, journal: Journal, *, simulated: bool) -> None:
        """Raises StoreError."""
        await self._one.opened(journal, simulated=simulated)

    async def closing(self) -> None:
        await self._one.closing()

    def begin(self, kind: str, session: str, since: date | None, until: date | None) -> Json:
        if since and until and since > until:
            return {"ok": False, "why": "no_days"}
        sessions = frozenset([session] if session else [])
        wish = Wish(format=kind, sessions=sessions, since=since, until=until)

        def make(work: Making[_Ready], reader: Reader, simulated: bool) -> _Ready:
            taking = TakingOut(reader, self._settings, wish, simulated=simulated)
            return _made(taking, wish.format, work, simulated=simulated)

        return self._one.begin(make)

    def begin_packet(self, document: Json) -> Json:
        def make(work: Making[_Ready], reader: Reader, simulated: bool) -> _Ready:
            pieces = whole_pieces(document, reader, work.tell, simulated=simulated)
            held = len(document["sessions"])
            write = partial(write_zip, pieces=pieces)
            return _sealed("packet", work, write, lambda: held, simulated=simulated)

        return self._one.begin(make)

    def view(self, name: str) -> Json | Outcome:
        work = self._one.named(name)
        if work is None:
            return GONE
        told = work.told()
        if told["state"] == READY and work.made is not None:
            made = work.made
            told |= {"name": made.name, "bytes": made.file.size}
            told |= {"sessions": made.sessions, "files": made.files}
        return told

    def drop(self, name: str) -> Outcome:
        return self._one.drop(name)

    def take(self, name: str) -> Leaving | Outcome:
        try:
            found = self._one.take(name, self._still)
        except StoreError:
            return LOCKED
        if isinstance(found, Outcome):
            return found
        file = found.file
        return Leaving(name=found.name, media=found.media, size=file.size, chunks=file.chunks())

    def _still(self, reader: Reader) -> str:
        """A step may have begun since, and become still: its heart is in what was made."""
        return STILL if Shelf(reader, self._settings).must_be_still() else ""


def _made(taking: TakingOut, kind: str, work: Making[_Ready], *, simulated: bool) -> _Ready:
    """Raises CannotError, DroppedError, StoreError."""

    def write(into: Writable) -> int:
        taking.check()
        pieces = some(taking.pieces(work.tell))
        if kind in FOLDERS:
            return write_zip(into, pieces)
        return write_single(into, pieces, packed=NAMES[kind][1].endswith(".gz"))

    return _sealed(kind, work, write, lambda: len(taking.sessions), simulated=simulated)


def _sealed(
    kind: str,
    work: Making[_Ready],
    write: Callable[[Writable], int],
    sessions: Callable[[], int],
    *,
    simulated: bool,
) -> _Ready:
    """``write``: how many files it wrote; ``sessions`` is asked afterwards. Raises CannotError,
    DroppedError, StoreError."""
    stem, suffix, media = NAMES[kind]
    file = SealedFile()
    try:
        files = write(_Into(file, work))
    except TakeOutError as error:
        file.close()
        raise CannotError(error.code) from error
    except StoreError as error:
        file.close()
        if error.code is Trouble.DISK_FULL:
            raise CannotError("no_room") from error
        raise
    except BaseException:
        file.close()
        raise
    name = stem + ("-simulated" if simulated else "") + suffix
    return _Ready(file=file, name=name, media=media, sessions=sessions(), files=files)


class _Into:
    """Writes as long as somebody wants it: one session can be large."""

    def __init__(self, file: SealedFile, work: Making[_Ready]) -> None:
        self._file = file
        self._work = work

    def write(self, content: bytes) -> int:
        self._work.go_on()
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()
