"""The parent's side of ``parser``: a recording that comes in from a child, piece by piece.

A file that somebody else made may have got the better of the child, so that nothing it says is
believed: how much it is, which types and numbers there are. Never more than a line of it and
one input are held here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from biocoach import captures
from biocoach.review.imported import FORMATS, Problem, Timed
from biocoach.types import Intervals, Motion, Refusal

GAVE_UP = "it could not be read: it is damaged, or it would take too long"
TOO_LONG = "it lasts longer than a day: split it"
TOO_MUCH = "it holds more than can be shown here: split it"
LENGTH_MAX_S = 26 * 3600.0  # a day and some; its review takes about 100 MB
INPUTS_MAX = 400_000
MOTION_MAX = 600_000  # samples: seven hours at 25 Hz
LINE_MAX = 1_000_000
TEXT_MAX = 200  # of a device's name, or of a problem's words
PATIENCE_S = 150.0  # for the next piece; the child's own limit is shorter
RR_MAX_MS = 1e10  # as absurd as a file may be, in the larger unit
NAMES = ("kind", "started_utc", "device", "beats_sha256")


class BrokenOffError(Exception):
    """The child's account stops, or stops making sense, after its head; one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Like ``Imported``, but its ``inputs`` can be gone through once, and raise BrokenOffError."""

    kind: str
    inputs: Iterator[Timed]
    length_s: float
    beats_sha256: str
    started_utc: str | None
    device: str
    simulated: bool
    problems: tuple[Problem, ...]
    problem_count: int
    cut_off: bool
    zone_assumed: bool


def receive(chunks: Iterable[bytes]) -> Incoming | Refusal:
    """What a parser prints, as it comes."""
    lines = _lines(chunks)
    head = _object(next(lines, b""))
    if head is None:
        return Refusal(why=GAVE_UP)
    if isinstance(head.get("refused"), str):
        return Refusal(why=_text(head["refused"], TEXT_MAX))
    try:
        return _incoming(head, lines)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Refusal(why=GAVE_UP)


def _incoming(head: dict[str, Any], lines: Iterator[bytes]) -> Incoming | Refusal:
    """Raises what ``receive`` catches."""
    length_s, count = float(head["length_s"]), int(head["inputs"])
    if head["kind"] not in FORMATS or not math.isfinite(length_s) or length_s < 0:
        raise ValueError
    if length_s > LENGTH_MAX_S:
        return Refusal(why=TOO_LONG)
    if count > INPUTS_MAX:
        return Refusal(why=TOO_MUCH)
    started, device = head["started_utc"], _text(head["device"], TEXT_MAX)
    return Incoming(
        kind=str(head["kind"]),
        inputs=_inputs(_decoded(lines, device, str(head["kind"])), count, length_s),
        length_s=length_s,
        beats_sha256=bytes.fromhex(_text(head["beats_sha256"], 64)).hex(),
        started_utc=None if started is None else _text(started, 64),
        device=device,
        simulated=head["simulated"] is True,
        problems=tuple(
            Problem(line=int(line), why=_text(why, TEXT_MAX)) for line, why in head["problems"][:20]
        ),
        problem_count=int(head["problem_count"]),
        cut_off=head["cut_off"] is True,
        zone_assumed=head["zone_assumed"] is True,
    )


def _text(value: object, most: int) -> str:
    """One line without what a terminal or a page could stumble over. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError
    said = "".join(c if c.isprintable() else " " for c in value[:most])
    return said.encode("utf-8", "replace").decode("utf-8")


# ---- lines


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of at most LINE_MAX bytes; a longer one ends it, and so does half a line."""
    waiting = b""
    for chunk in chunks:
        *whole, waiting = (waiting + chunk).split(b"\n")
        yield from whole
        if len(waiting) > LINE_MAX:
            return


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


# ---- inputs


def _inputs(decoded: Iterator[Timed], count: int, length_s: float) -> Iterator[Timed]:
    """As many as the head promised, none of them after the end."""
    seen = moved = 0
    last_s = 0.0
    for at_s, body in decoded:
        seen += 1
        moved += len(body.samples_mg) if isinstance(body, Motion) else 0
        if seen > count or not last_s <= at_s <= length_s + 0.001:
            raise BrokenOffError(GAVE_UP)
        if moved > MOTION_MAX:
            raise BrokenOffError(TOO_MUCH)
        last_s = at_s
        yield at_s, body
    if seen != count:
        raise BrokenOffError(GAVE_UP)


def _decoded(lines: Iterator[bytes], device: str, kind: str) -> Iterator[Timed]:
    """Intervals are numbers; what came from a capture is a capture's line again."""
    texts = (line.decode("utf-8", "replace") + "\n" for line in lines)
    if kind != "capture":
        yield from (_intervals(text) for text in texts)
        return
    for item in captures.read(chain([captures.header_line("", device) + "\n"], texts)):
        if isinstance(item, captures.Problem):
            raise BrokenOffError(GAVE_UP)
        if isinstance(item, captures.Timed):
            yield item.at_s, item.body


def _intervals(text: str) -> Timed:
    found = _object(text.encode()) or {}
    values, at_s = found.get("rr_ms"), found.get("at_s")
    if not isinstance(values, list) or not values:
        raise BrokenOffError(GAVE_UP)
    if not all(_is_number(v) for v in [at_s, *values]) or not all(
        0 < v < RR_MAX_MS for v in values
    ):
        raise BrokenOffError(GAVE_UP)
    arrived = bool(found.get("arrived"))
    return float(found["at_s"]), Intervals(rr_ms=tuple(map(float, values)), arrived=arrived)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
