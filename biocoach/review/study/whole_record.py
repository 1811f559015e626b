"""The sessions of a whole record, as ``biocoach export --format json`` wrote it, for a study.

Lines are kept as they are until their session's turn: entries take ten times the room of text.
Nothing but the heart's inputs and the marks is read; no word of a person comes into a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from typing import Any

from biocoach.review.afterwards import elsewhere_of, until_closed
from biocoach.review.imported import fingerprint
from biocoach.review.record import Record
from biocoach.review.sessions import folded
from biocoach.review.study.source import printable
from biocoach.settings import Settings
from biocoach.store.codec import Body, canonical, from_json, parse
from biocoach.store.taking_in import CHANGED, CUT, TransferError, header_of
from biocoach.store.transfer import END, ENTRY
from biocoach.types import Begin, Closed, Ecg, Entry, InputBody, Refusal, Strap

Json = dict[str, Any]
ENTRY_BEGINS = b'{"entry":'
ODD = "a line of it makes no sense: it was changed, or a newer biocoach wrote it"


def sessions_in(plain: bytes, settings: Settings) -> Iterator[Json]:
    """The fields of each session's ``Piece``, in the record's order."""
    lines = plain.splitlines()
    why = _why_not(lines)
    if why:
        yield {"piece": "", "why": why}
        return
    simulated = header_of(lines[0].decode()).simulated
    for name, own in _by_session(lines).items():
        yield {"piece": printable(name), "kind": "record"} | _session(own, settings, simulated)


def _why_not(lines: list[bytes]) -> str:
    """Whether header and end line agree with all between them."""
    try:
        header_of(lines[0].decode("utf-8"))
    except (TransferError, UnicodeDecodeError) as error:
        return str(error) if isinstance(error, TransferError) else ODD
    end = _object(lines[-1])
    if END not in end:
        return CUT
    digest = sha256()
    for line in lines[:-1]:
        digest.update(line + b"\n")
    good = {END: len(lines) - 1, "sha256": digest.hexdigest()}
    return "" if canonical(end) == canonical(good) else CHANGED


def _by_session(lines: list[bytes]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for line in lines[1:-1]:
        if line.startswith(ENTRY_BEGINS):
            entry = _object(line).get(ENTRY)
            name = entry.get("session") if isinstance(entry, dict) else None
            found.setdefault(str(name), []).append(line)
    return found


def _object(line: bytes) -> Json:
    found = parse(line.decode("utf-8", "replace"))
    return found if isinstance(found, dict) else {}


def _session(lines: list[bytes], settings: Settings, simulated: bool) -> Json:
    entries = [_entry(line) for line in lines]
    good = [e for e in entries if e is not None and not isinstance(e.body, Ecg)]
    if any(e is None for e in entries) or not good or not isinstance(good[0].body, Begin):
        return {"why": ODD}
    if not isinstance(until_closed(good)[-1].body, Closed):
        return {"why": "the session had not ended"}
    rows = [(e.at_s, e.body) for e in good if isinstance(e.body, InputBody)]
    elsewhere, begin = elsewhere_of(good), good[0].body
    dated = elsewhere is None or elsewhere.dated
    straps = [body.name for _, body in rows if isinstance(body, Strap)]
    return {
        "beats_sha256": fingerprint(rows),
        "device": printable(straps[-1] if straps else elsewhere.device if elsewhere else ""),
        "person": printable(good[0].person),
        "simulated": simulated or begin.simulated,
        "started_utc": printable(good[0].wall_utc) if dated else "",
        "folded": partial(_folded, good, settings),
    }


def _folded(entries: list[Entry], settings: Settings) -> Record:
    return folded(entries, settings)


def _entry(line: bytes) -> Entry | None:
    found = _object(line).get(ENTRY)
    try:
        body: Body | Refusal = from_json(found["body"])  # type: ignore[index]
        if isinstance(body, Refusal):
            return None
        return Entry(
            person=str(found["person"]),  # type: ignore[index]
            writer=str(found["writer"]),  # type: ignore[index]
            session=str(found["session"]),  # type: ignore[index]
            boot_id=str(found["boot_id"]),  # type: ignore[index]
            at_s=float(found["at_s"]),  # type: ignore[index]
            wall_utc=str(found["wall_utc"]),  # type: ignore[index]
            body=body,
            settings_hash=str(found["settings_hash"]),  # type: ignore[index]
            number=found["number"],  # type: ignore[index]
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
