"""Tables as text: RFC 4180 (Shafranovich 2005), UTF-8, and no cell that a spreadsheet would run.

A text that begins as a formula does, runs when the table is opened (OWASP, "CSV Injection"); it
gets an apostrophe before it, and so does one that begins with an apostrophe, so that taking one
off gives every text back. Numbers are numbers, negative ones too.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence

GUARD = "'"
# The last four are the wide forms of the first, which some spreadsheets take for the same.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", GUARD, "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What some spreadsheets leave off before they look at a cell.
UNSEEN = " \x00\x0b\x0c\xa0\xad\u200b\u200e\u200f\u2028\u2029\u202e\u2060\u3000\ufeff"


def cell(value: object) -> str:
    """A value as the text of its cell. None is empty: it is not known, or was not said.

    Raises ValueError for a number that is none, TypeError for what has no place in a cell.
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return GUARD + value if value.lstrip(UNSEEN).startswith(RISKY) else value
        case int():
            return str(value)
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{value} is no number that a table can hold")
            return repr(value)
        case _:
            raise TypeError(f"a cell can't hold {type(value).__name__}")


def text_of(written: str) -> str:
    """The text behind a cell of text: what ``cell`` put before it is taken off."""
    return written.removeprefix(GUARD)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Line by line, the header first."""
    yield _line(columns)
    for row in rows:
        yield _line(row)


def _line(row: Sequence[object]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([cell(value) for value in row])
    return out.getvalue().encode("utf-8", "replace")  # half a letter has no bytes
