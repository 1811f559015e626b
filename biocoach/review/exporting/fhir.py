"""to come"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from biocoach.review.exporting.piece import Piece
from biocoach.review.exporting.taken import Beside, Taken


def fhir_pieces(sessions: Iterable[Taken], beside: Beside, *, simulated: bool) -> Iterator[Piece]:
    yield from ()
