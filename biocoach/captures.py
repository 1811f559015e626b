"""Capture files: one JSON object a line, a header first, then what arrived, in order.

Reading is total: a line that cannot be used becomes a Problem with its number, and the
rest is used. Notifications are stored as they came and decoded again at every reading.
The format is the contract's, and two lines more, which other readers may skip:
``{"at_s": ..., "battery": 84}`` and ``{"at_s": ..., "strap": {"name": ..., "sends": [...]}}``.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from biocoach import types as t
from biocoach.capture_fields import (
    PARSERS,
    NotJsonError,
    UnusableError,
    at_s_of,
    hex_of,
    text_of,
)
from biocoach.types import InputBody, Strap
from devices.decode import Decoder

VERSION = 1
# Longer than any line that is written: a note of ten thousand letters, each of them escaped.
LINE_MAX = 1_000_000
UNPACKED_MAX = 250_000_000  # letters: a day of everything that a strap sends is a third of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line. ``extra`` holds whatever else stood in it, for its writer."""

    started_utc: str
    device_name: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What arrived ``at_s`` seconds after the start of the capture."""

    at_s: float
    body: InputBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line that could not be used; counted from 1. ``cut_off``: the file breaks off in it."""

    line_number: int
    why: str
    cut_off: bool = False


CaptureItem = Header | Timed | Problem
Items = Iterable[CaptureItem]

# ---- writing


def header_line(started_utc: str, device_name: str, **extra: object) -> str:
    """The first line, without its newline. ``extra`` must be values that JSON knows."""
    head = {"biocoach_capture": VERSION, "started_utc": started_utc}
    return json.dumps(head | {"device": {"name": device_name}} | extra)


def line(at_s: float, body: InputBody) -> str | None:
    """The line of one arrival, without its newline; None where the format has no word for it.

    Microseconds are kept of ``at_s``.
    """
    fields = _fields(body)
    return None if fields is None else json.dumps({"at_s": round(at_s, 6)} | fields)


def _fields(body: InputBody) -> dict[str, object] | None:
    match body:
        case t.Reading():
            return {"notify": "2a37", "hex": body.raw.hex()}
        case t.Motion() | t.Ecg():
            return {"notify": "pmd-data", "hex": body.raw.hex()}
        case t.Unread():
            return {"notify": body.characteristic, "hex": body.raw.hex()}
        case t.Link():
            return {"link": "up" if body.up else "down"} | _given(reason=body.reason)
        case t.Mark():
            return {"mark": body.kind} | _given(text=body.text)
        case t.Rating():
            rated = {} if body.suds is None else {"suds": body.suds}
            return (rated | _given(presence=body.presence)) or None
        case t.Urge():
            return {"urge": body.kind, "acted": body.acted}
        case t.Label(activation=None):
            return {"label": body.answer}
        case t.Label():
            return {"label": body.answer, "activation": body.activation}
        case t.Battery():
            return {"battery": body.percent}
        case Strap():
            named = {"name": body.name} | _given(address=body.address)
            told = _given(lacks=list(body.lacks), trouble=body.trouble)
            return {"strap": named | {"sends": list(body.sends)} | told}
        case _:
            return None


def _given(**words: object) -> dict[str, object]:
    return {name: word for name, word in words.items() if word}


# ---- reading


def read(lines: Iterable[str]) -> Iterator[CaptureItem]:
    """A capture's items in order of arrival: its Header, then Timed ones and Problems.

    Never raises by reason of what the lines say. Without a header the first item is a
    Problem, and the lines are used all the same. A line whose ``at_s`` lies before its
    predecessor's is a Problem: arrivals cannot go back in time. Blank lines are skipped.
    Lines carry their newlines, as files give them: one without, and no JSON, is cut off.
    """
    decoder, last_s, seen_any = Decoder(), 0.0, False
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        first, seen_any = not seen_any, True
        try:
            fields = _json_object(text)
            if first and "biocoach_capture" in fields:
                header = _header(fields)
                decoder.name = header.device_name
                yield header
                continue
            if first:
                yield Problem(line_number=number, why="no header of a biocoach capture")
            at_s = at_s_of(fields, last_s)
            item = Timed(at_s=at_s, body=_body(fields, at_s, decoder))
        except UnusableError as fault:
            cut_off = isinstance(fault, NotJsonError) and not text.endswith("\n")
            yield Problem(line_number=number, why=str(fault), cut_off=cut_off)
            continue
        last_s = item.at_s
        if isinstance(item.body, Strap):
            decoder.name = item.body.name
        yield item


def _json_object(text: str) -> dict[str, object]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotJsonError("not JSON") from fault
    if not isinstance(fields, dict):
        raise UnusableError("not a JSON object")
    return fields


def _header(fields: Mapping[str, object]) -> Header:
    if fields["biocoach_capture"] != VERSION:
        raise UnusableError(f"a capture of another version than {VERSION}")
    device = fields.get("device", {})
    if not isinstance(device, dict):
        raise UnusableError("device is not an object")
    known = ("biocoach_capture", "started_utc", "device")
    return Header(
        started_utc=text_of(fields, "started_utc"),
        device_name=text_of(device, "name", ""),
        extra={name: value for name, value in fields.items() if name not in known},
    )


def _body(fields: Mapping[str, object], at_s: float, decoder: Decoder) -> InputBody:
    if "notify" in fields:
        return decoder.input(text_of(fields, "notify"), hex_of(fields), at_s)
    for word, parse in PARSERS.items():
        if word in fields:
            return parse(fields)
    raise UnusableError("nothing in it that a capture can hold")


# ---- files


def read_file(path: Path) -> Generator[CaptureItem]:
    """The items of a ``.jsonl`` or ``.jsonl.gz`` file; see ``read_stream``.

    Raises OSError where the file cannot be opened.
    """
    with path.open("rb") as file:
        yield from read_stream(file)


def read_stream(raw: BinaryIO) -> Iterator[CaptureItem]:
    """The items of a capture's bytes, packed or not, told apart by content.

    A compressed file that breaks off gives its readable part, then a Problem; so does one with
    a line longer than ``LINE_MAX``, or with more than ``UNPACKED_MAX`` in it, since a small file
    can be packed from an endless one. ``raw`` can seek; it stays open.
    """
    zipped = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    source = gzip.GzipFile(fileobj=raw) if zipped else raw
    broken: list[Problem] = []
    # Some editors put a byte-order mark before the first line.
    file = io.TextIOWrapper(cast(BinaryIO, source), encoding="utf-8-sig", errors="replace")
    try:
        yield from read(_until_broken(file, broken))
        yield from broken
    finally:  # a reader may stop half-way
        file.detach()


def _until_broken(file: TextIO, broken: list[Problem]) -> Iterator[str]:
    count = letters = 0
    try:
        while text := file.readline(LINE_MAX):
            count += 1
            letters += len(text)
            why = ""
            if len(text) == LINE_MAX and not text.endswith("\n"):
                why = f"a line of more than {LINE_MAX // 1_000_000} MB"
            elif letters > UNPACKED_MAX:
                why = f"more than {UNPACKED_MAX // 1_000_000} MB when unpacked"
            if why:
                broken.append(Problem(line_number=count, why=why, cut_off=True))
                return
            yield text
    except (EOFError, zlib.error, OSError) as fault:
        why = f"the file breaks off here: {fault}"
        broken.append(Problem(line_number=count + 1, why=why, cut_off=True))
