"""``biocoach import`` of a whole record: what ``export --format json`` wrote, into an empty one."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from biocoach.cli.own_record import own_record
from biocoach.cli.say import fail, out, out_json, progress, progress_gone
from biocoach.clock import SystemClock
from biocoach.review.imports import GZIP, RECORD
from biocoach.review.summing_up import sum_up_missing
from biocoach.settings import Settings
from biocoach.sharing.taking import FOLD_ERRORS
from biocoach.store import Journal, NotEmptyError, StoreError
from biocoach.store.taking_in import Taken, TransferError, header_of, take_in

END = b'{"end":'
LINE_MAX = 32_000_000  # the largest picture or voice is 8 MB as text
SERVED = "biocoach is running with this data folder: stop it first"
NOT_EMPTY = "there is a record in this data folder already: give an empty one as --data-dir"
TOO_LONG = "it has a line that no record has: it was changed or damaged"
UNREADABLE = (OSError, EOFError, zlib.error)


def is_record(path: Path) -> bool:
    """By its first bytes. What can't be read is none."""
    try:
        if not path.is_file():
            return False
        with _opened(path) as file:
            return file.read(len(RECORD)) == RECORD
    except UNREADABLE:
        return False


def take_in_file(
    path: Path, base: Path | None, passphrase: str | None, *, plain: bool, as_json: bool
) -> None:
    """All of it or nothing; ends the command in one line where it can't be."""
    try:
        with _opened(path) as file:
            simulated = header_of(next(_lines(file), "")).simulated
            file.seek(0)
            with own_record(
                base, SystemClock(), passphrase=passphrase, served=SERVED, simulated=simulated,
                plain=plain, all_or_nothing=True,
            ) as journal:  # fmt: skip
                found = taken_whole(
                    journal, _lines(file), lambda done, of: progress("Summing up", done, of)
                )
    except NotEmptyError:
        fail(NOT_EMPTY)
    except (TransferError, StoreError) as error:
        fail(f"{path}: {error}; nothing was taken in")
    except UNREADABLE as error:
        fail(f"{path}: it can't be read to its end ({error}); nothing was taken in")
    except KeyboardInterrupt:
        progress_gone()
        fail("stopped; nothing was taken in")
    told = {"sessions": found.sessions, "entries": found.entries, "facts": found.facts}
    if as_json:
        out_json({"file": str(path), "ok": True, "simulated": simulated} | told)
    else:
        what = "simulated sessions" if simulated else "sessions"
        out(f"{path}: a whole record, {found.sessions} {what}, {found.facts} facts beside them")


def taken_whole(
    journal: Journal, lines: Iterable[str], tell: Callable[[int, int], None] = lambda *_: None
) -> Taken:
    """The lines in an empty journal, and a summary of each session: summaries do not travel, and
    without them a report would find nothing practised. Raises TransferError, NotEmptyError,
    StoreError."""
    found = take_in(journal, lines)
    try:
        sum_up_missing(journal, Settings(), tell)
    except FOLD_ERRORS:
        raise TransferError("a session in it makes no sense: it was changed or damaged") from None
    return found


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as inner:
                yield cast(BinaryIO, inner)
        else:
            yield file


def _lines(file: BinaryIO) -> Iterator[str]:
    """Raises TransferError."""
    while line := file.readline(LINE_MAX):
        if len(line) == LINE_MAX:
            raise TransferError(TOO_LONG)
        if line.startswith(END) and file.read(1):
            raise TransferError("more follows its end: it was changed or damaged")
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise TransferError("it holds what is no text: it was changed or damaged") from None
