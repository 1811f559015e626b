"""The packet in one packed file: each of its forms, and the raw data of its sessions as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from biocoach.cli.packet_files import MEDIA, packet_bytes
from biocoach.cli.setting_down import one_file, write_zip
from biocoach.cli.taking_out import TakingOut, Wish
from biocoach.review.exporting.piece import Piece
from biocoach.settings import Settings
from biocoach.store import Reader

Json = dict[str, Any]
RAW = "raw/"  # where the tables lie in it


def write_whole(to: Path, document: Json, reader: Reader, *, simulated: bool) -> None:
    """Under its name only once it is whole. Raises OSError, StoreError, TakeOutError: a session is
    under way and is kept still."""
    with one_file(to) as file:
        write_zip(file, whole_pieces(document, reader, simulated=simulated))


def whole_pieces(
    document: Json,
    reader: Reader,
    tell: Callable[[int, int], None] = lambda *_: None,
    *,
    simulated: bool,
) -> Iterator[Piece]:
    """Of the packet's sessions alone, with what was said in them and noted beside them; worksheets
    and totals of those days stay, since nobody chose them. ``tell``: how many sessions are done, of
    how many. The first step raises TakeOutError, any StoreError."""
    names = frozenset(one["id"] for one in document["sessions"])
    wish = Wish(format="csv", sessions=names)
    taking = TakingOut(reader, Settings(), wish, simulated=simulated)
    if names:  # an empty wish would be for everything
        taking.check()
    for kind in MEDIA:
        yield Piece(name=f"packet.{kind}", chunks=iter([packet_bytes(document, kind)]))
    if names:
        for piece in taking.pieces(tell):
            yield replace(piece, name=RAW + piece.name)
