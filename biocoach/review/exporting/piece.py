"""What an export is made of: files with a name and their bytes, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """``name``: with ``/`` between its folders, safe on every system. ``chunks``: go through once,
    before the next piece is asked for."""

    name: str
    chunks: Iterable[bytes]


def text_piece(name: str, text: str) -> Piece:
    def chunks() -> Iterator[bytes]:
        yield text.encode("utf-8", "replace")

    return Piece(name=name, chunks=chunks())
