"""One recording in every format that can say it: the same beats each time."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from biocoach.captures import header_line, line
from biocoach.clock import iso_utc
from biocoach.review.incoming import Incoming, receive
from biocoach.review.parser import printed
from devices import heart_rate
from tests.fakes import START
from tests.fit_maker import activity

Ticks = Sequence[int]  # intervals in 1/1024 s, as a strap sends them


def heart(dice: random.Random) -> Ticks:
    return [dice.randrange(700, 1100) for _ in range(dice.randrange(40, 120))]


def _ms(ticks: Ticks) -> list[int]:
    return [round(value * 1000 / 1024) for value in ticks]


def _capture(ticks: Ticks, day: int) -> bytes:
    started = iso_utc(START - timedelta(days=day))
    lines, at_s = [header_line(started, "H10")], 0.0
    for value in ticks:
        at_s += value / 1024
        body = heart_rate.decode(heart_rate.encode(60, [value]))
        lines.append(line(at_s, body) or "")  # type: ignore[arg-type]
    return "\n".join(lines).encode()


def _rows(ticks: Ticks, between: str, head: str = "") -> bytes:
    return (head + between.join(map(str, _ms(ticks)))).encode()


# By format, given the intervals and the day it began; what does not tell its day is known by its
# beats alone.
FORMATS: dict[str, Callable[[Ticks, int], bytes]] = {
    "capture": _capture,
    "packed capture": lambda ticks, day: gzip.compress(_capture(ticks, day), mtime=0),
    "rr-text": lambda ticks, _: _rows(ticks, "\n"),
    "rr-text of Windows": lambda ticks, _: b"\xef\xbb\xbf" + _rows(ticks, "\r\n"),
    "csv": lambda ticks, _: _timed(ticks, "t_s,rr_ms\n", 1),
    "time-rr": lambda ticks, _: _timed(ticks, "", 1000),
    "fit": lambda ticks, day: activity(_ms(ticks), START - timedelta(days=day)),
}


def _timed(ticks: Ticks, head: str, divisor: int) -> bytes:
    rows = [f"{n},{value / divisor:g}" for n, value in enumerate(_ms(ticks))]
    return (head + "\n".join(rows)).encode()


def read_in(data: bytes) -> Incoming:
    """As the child that reads a file tells it to its parent."""
    found = receive([f"{row}\n".encode() for row in printed(data, None)])
    if not isinstance(found, Incoming):
        raise TypeError(found.why)
    return found
