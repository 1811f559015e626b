"""The recordings in one file: whatever ``analyze`` reads, packed or not, a record's sessions, and
the tables of beats that ``evaluate`` knows. Each is folded only when its turn comes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from biocoach.review import imports
from biocoach.review.evaluation.recordings import Recording, read_text
from biocoach.review.filetimes import running
from biocoach.review.imported import Imported, Timed, fingerprint
from biocoach.review.incoming import INPUTS_MAX, LENGTH_MAX_S, TOO_LONG, TOO_MUCH
from biocoach.review.record import Record, fold, framed
from biocoach.review.study.source import printable
from biocoach.review.study.whole_record import sessions_in
from biocoach.settings import Settings
from biocoach.types import Ecg, InputBody, Refusal

UNPACKED_MAX = 250_000_000
DAMAGED = "a packed file that can't be unpacked: it is damaged"
UNPACKS_TO_MORE = "it unpacks to more than a recording should be: split it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One recording. ``piece`` names it in its file, "" where it is all of it. ``why``: it can't
    be read, and ``folded`` is not to be asked."""

    piece: str
    kind: str = ""
    beats_sha256: str = ""
    device: str = ""
    person: str = ""
    simulated: bool = False
    started_utc: str = ""
    problems: int = 0
    cut_off: bool = False
    why: str = ""
    folded: Callable[[], Record] = Record


def pieces_of(data: bytes, path: Path, settings: Settings) -> Iterator[Piece]:
    """All recordings in a file's bytes; ``path`` is where a child reads it again, for FIT."""
    if imports.sniff(data[:4096]) == "fit":
        yield _of_file(imports.read(path), settings)
        return
    packed = data.startswith(imports.GZIP)
    plain = _unpacked(data) if packed else data
    if isinstance(plain, Refusal):
        yield Piece(piece="", why=plain.why)
    elif plain.startswith(imports.RECORD):
        for session in sessions_in(plain, settings):
            yield Piece(**session)
    elif not (tables := list(_tables(plain, settings))):
        yield _of_file(_read(plain), settings)
    else:
        yield from tables


def _read(plain: bytes) -> Imported | Refusal:
    return imports.read_bytes(plain) if plain else Refusal(why="the file is empty")


def _unpacked(data: bytes) -> bytes | Refusal:
    """What a packed file holds, up to a limit."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, UNPACKED_MAX)
    except zlib.error:
        return Refusal(why=DAMAGED)
    if unpacker.unconsumed_tail:
        return Refusal(why=UNPACKS_TO_MORE)
    if not unpacker.eof:
        return Refusal(why=DAMAGED)
    return found


# ---- one recording a file


def _of_file(found: Imported | Refusal, settings: Settings) -> Piece:
    if isinstance(found, Refusal):
        return Piece(piece="", why=printable(found.why))
    if found.length_s > LENGTH_MAX_S or len(found.inputs) > INPUTS_MAX:
        return Piece(piece="", why=TOO_LONG if found.length_s > LENGTH_MAX_S else TOO_MUCH)
    # A start without a zone would be another moment on another computer.
    started_utc = "" if found.zone_assumed else found.started_utc or ""
    return Piece(
        piece="",
        kind=found.kind,
        beats_sha256=fingerprint(found.inputs),
        device=printable(found.device),
        simulated=found.simulated,
        started_utc=printable(started_utc),
        problems=len(found.problems),
        cut_off=found.cut_off,
        folded=partial(_folded, found, settings),
    )


def _folded(found: Imported, settings: Settings) -> Record:
    rows = [row for row in found.inputs if not isinstance(row[1], Ecg)]
    return fold(framed(rows, settings), settings, found.length_s)


# ---- tables of labelled beats


def _tables(plain: bytes, settings: Settings) -> Iterator[Piece]:
    """None where it is no such table."""
    found = read_text(plain)
    if found is None:
        return
    for recording in found.recordings:
        name = recording.name if len(found.recordings) > 1 else ""
        yield _of_table(name, recording, settings)
    for person, conditions in found.people.items():
        for condition, rr_ms in conditions.items():
            piece = Recording(name=person, collection=condition, rr_ms=rr_ms)
            yield _of_table(f"{person}/{condition}", piece, settings, person)


def _of_table(name: str, found: Recording, settings: Settings, person: str = "") -> Piece:
    rr_ms = tuple(found.rr_ms.tolist())
    inputs: list[Timed] = list(running(rr_ms))
    if inputs[-1][0] > LENGTH_MAX_S:
        return Piece(piece=printable(name), why=TOO_LONG)
    return Piece(
        piece=printable(name),
        kind="table",
        beats_sha256=fingerprint(inputs),
        person=printable(person),
        folded=partial(_folded_table, inputs, settings),
    )


def _folded_table(inputs: list[tuple[float, InputBody]], settings: Settings) -> Record:
    return fold(framed(inputs, settings), settings, inputs[-1][0])
