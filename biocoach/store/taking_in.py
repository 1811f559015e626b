"""Lines of ``transfer`` into an empty record: each checked, all of them or none."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any

from sqlalchemy.dialects.sqlite import insert

from biocoach.clock import moment_of
from biocoach.store import attachments as kept
from biocoach.store.bounds import Bounds
from biocoach.store.codec import canonical, from_json, parse
from biocoach.store.journal import Carried, Journal
from biocoach.store.lines import Line
from biocoach.store.plans import Json
from biocoach.store.reader import fact_kind
from biocoach.store.schema import FACTS, attachments, settings_documents
from biocoach.store.transfer import (
    END,
    ENTRY,
    ENTRY_COLUMNS,
    FACT,
    FACT_COLUMNS,
    FORMAT,
    HEADER,
    NEVER,
    SETTINGS,
)
from biocoach.types import Refusal

FIRST_YEAR, LAST_YEAR = 1900, 2200
CUT = "the file ends too early: it was cut off on its way; copy it again"
CHANGED = "the file is not as it was written: it was changed or damaged on its way; copy it again"


class TransferError(Exception):
    """The lines can't be taken in; the text is one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many of each came; ``simulated``: as the header says."""

    simulated: bool
    entries: int
    facts: int
    sessions: int


def header_of(line: str) -> Header:
    """What the first line says. Raises TransferError."""
    found = parse(line)
    if not isinstance(found, dict) or HEADER not in found:
        raise TransferError("not a record that biocoach has exported")
    if found[HEADER] != FORMAT:
        raise TransferError("exported by a newer biocoach; update biocoach and try again")
    if set(found) != {HEADER, "simulated"} or not isinstance(found["simulated"], bool):
        raise TransferError("the first line is not one that biocoach writes")
    return Header(simulated=found["simulated"])


def take_in(journal: Journal, lines: Iterable[str], bounds: Bounds | None = None) -> Taken:
    """All lines, with or without line ends, in one transaction into an empty journal.

    ``bounds``: what the record of somebody else may hold at most; one's own may hold anything.

    Raises TransferError, with nothing taken in, where the lines are cut, changed, written by a
    newer version or make no sense; NotEmptyError; StoreError.
    """
    reading = _Reading(lines, bounds)
    journal.take_in(reading.carried())
    assert reading.header is not None
    return Taken(
        simulated=reading.header.simulated,
        entries=reading.entries,
        facts=reading.facts,
        sessions=len(reading.sessions),
    )


class _Reading:
    """One pass over the lines. What it has counted is right once ``carried`` has ended."""

    def __init__(self, lines: Iterable[str], bounds: Bounds | None) -> None:
        self._lines, self._bounds = lines, bounds
        self.header: Header | None = None
        self.entries = self.facts = 0
        self.sessions: set[tuple[str, str]] = set()

    def carried(self) -> Iterator[Carried]:
        for number, found in enumerate(self._checked(), start=1):
            try:
                yield self._of(found)
            except _UnfitError as unfit:
                raise TransferError(f"line {number + 1}: {unfit}") from None

    def _checked(self) -> Iterator[Json]:
        """The values between the header and the end line, which must come and must agree."""
        digest = sha256()
        for count, text in enumerate(self._lines):
            line = text.rstrip("\r\n")
            found = parse(line)
            if isinstance(found, dict) and END in found:
                if found != {END: count, "sha256": digest.hexdigest()} or self.header is None:
                    raise TransferError(CHANGED)
                return
            digest.update(line.encode(errors="surrogatepass") + b"\n")
            if self.header is None:
                self.header = header_of(line)
            elif isinstance(found, Refusal):
                raise TransferError(f"line {count + 1}: {found.why}")
            else:
                yield found
        if self.header is None:
            raise TransferError("not a record that biocoach has exported: it is empty")
        raise TransferError(CUT)

    def _of(self, found: Json) -> Carried:
        if isinstance(found, dict) and set(found) == {SETTINGS, "document"}:
            return Carried(beside=_settings(found))
        if isinstance(found, dict) and set(found) == {ENTRY}:
            line = _entry(_columns(found[ENTRY], (*ENTRY_COLUMNS, "body")))
            self._must_be_within(line, found[ENTRY]["body"])
            self.entries += 1
            self.sessions.add((line.person, line.session))
            return Carried(line=line)
        if isinstance(found, dict) and FACT in found:
            self.facts += 1
            return _fact(found)
        raise _UnfitError("not one that this biocoach knows: update biocoach and try again")

    def _must_be_within(self, line: Line, body: Json) -> None:
        if self._bounds is None:
            return
        if why := self._bounds.why_not(line.person, line.session, line.at_s, body):
            raise _UnfitError(why)


class _UnfitError(Exception):
    """Why a line does not fit."""


def _columns(found: Json, names: tuple[str, ...]) -> Json:
    if not isinstance(found, dict) or set(found) != set(names):
        raise _UnfitError("other columns than this biocoach knows: update biocoach and try again")
    for name in ("person", "writer", "boot_id", "wall_utc"):
        if not isinstance(found[name], str):
            raise _UnfitError(f"{name} is not a text")
    if not _is_number(found["at_s"]):
        raise _UnfitError("at_s is not a number")
    try:
        year = moment_of(found["wall_utc"]).year
    except ValueError:
        raise _UnfitError("wall_utc is not a moment") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:  # beyond, a moment has no local day
        raise _UnfitError("wall_utc is not a moment")
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _entry(found: Json) -> Line:
    session, number = found["session"], found["number"]
    if not isinstance(session, str) or session == FACTS:
        raise _UnfitError("session is not a name")
    if not (number is None or (type(number) is int and 0 <= number < 2**63)):
        raise _UnfitError("number is not a whole number")
    if not isinstance(found["settings_hash"], str):
        raise _UnfitError("settings_hash is not a text")
    body = from_json(found["body"]) if isinstance(found["body"], dict) else Refusal(why="no body")
    if isinstance(body, Refusal):
        raise _UnfitError(body.why)
    return _line(found, kind=found["body"]["kind"], text=_text(found["body"]))


def _fact(found: Json) -> Carried:
    columns = (FACT, "value", *FACT_COLUMNS)
    carries = "content" in found
    _columns(found, (*columns, "content") if carries else columns)
    name, value = found[FACT], found["value"]
    if not isinstance(name, str) or name.startswith(NEVER):
        raise _UnfitError("a fact that never leaves a record")
    line = _line(found, kind=fact_kind(name), text=_text(value))
    if carries is not (name == kept.FACT):
        raise _UnfitError("a picture or a voice without its bytes, or bytes without their line")
    return Carried(line=line, beside=_attachment(found) if carries else None)


def _line(found: Json, *, kind: str, text: str) -> Line:
    return Line(
        person=found["person"],
        writer=found["writer"],
        session=found.get("session", FACTS),
        number=found.get("number"),
        boot_id=found["boot_id"],
        at_s=float(found["at_s"]),
        wall_utc=found["wall_utc"],
        settings_hash=found.get("settings_hash", ""),
        kind=kind,
        text=text,
    )


def _text(value: Json) -> str:
    try:
        return canonical(value)
    except (ValueError, RecursionError):
        raise _UnfitError("a value that is no plain JSON") from None


def _attachment(found: Json) -> Any:
    """Writes the bytes beside their line, if they are those that the line tells of."""
    try:
        content = b64decode(found["content"], validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise _UnfitError("the bytes of a picture or a voice can't be read") from None
    value = found["value"]
    told = value if isinstance(value, dict) else {}
    name, kind = told.get("id"), told.get("type")
    if not isinstance(name, str) or not isinstance(kind, str):
        raise _UnfitError("a picture or a voice without a name")
    row = kept.row_of(name, found["person"], kind, content, found["wall_utc"])
    if kept.told_added(row) != value:
        raise _UnfitError("a picture or a voice is not the one that was kept")
    return lambda connection, seq: connection.execute(attachments.insert(), [row | {"seq": seq}])


def _settings(found: Json) -> Any:
    name, document = found[SETTINGS], found["document"]
    if not isinstance(name, str) or not isinstance(document, dict):
        raise _UnfitError("a settings document that can't be read")
    row = {"hash": name, "json": _text(document)}
    new = insert(settings_documents).on_conflict_do_nothing()
    return lambda connection, _seq: connection.execute(new, [row])
