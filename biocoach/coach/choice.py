"""Which practice is offered: each in its turn or, where the person asked for it, by trying.

A session's choice is the same at every replay: what there is to choose from is an input of it
(``Repertoire``), and a draw comes from its seed alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from statistics import NormalDist

from biocoach.types import PracticeFacts, Repertoire

BREATHING = "slow-paced-4-6"
GROUNDING = "grounding-5-4-3-2-1"
ORIENTING = "orienting"
# What sessions had before they were told: they go on as they did.
BEFORE = Repertoire(
    practices=(
        PracticeFacts(id=BREATHING, rank=1),
        PracticeFacts(id=GROUNDING, rank=2, eyes_open=True),
        PracticeFacts(id=ORIENTING, eyes_open=True),
    )
)
UNKNOWN_QUICKNESS = (0.0, 0.35)  # one that was hardly used may well be a third quicker or slower
DRAW_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """``how``: turn, sampling, or "" where only one fitted."""

    practice: str
    how: str


class Chooser:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0
        self._last: dict[str, int] = {}  # when each was offered, counted in offers
        self._told: Repertoire | None = None

    def told(self, repertoire: Repertoire) -> None:
        self._told = repertoire

    @property
    def practices(self) -> tuple[PracticeFacts, ...]:
        return (self._told or BEFORE).practices

    def facts(self, practice: str) -> PracticeFacts | None:
        """What is known of a practice; None where there is none of that name. Before sessions
        were told, one that is not known was not fit for closed eyes, and no more."""
        found = next((p for p in self.practices if p.id == practice), None)
        return PracticeFacts(id=practice) if found is None and self._told is None else found

    def pick(self, fitting: list[PracticeFacts]) -> Chosen:
        """One of those that fit, at least one; the choice counts as its turn."""
        if self._told is not None and self._told.sampling and len(fitting) > 1:
            found, how = min(fitting, key=self._drawn), "sampling"
        else:
            found = min(fitting, key=lambda p: (self._last.get(p.id, -1), p.rank, p.id))
            how = "turn" if len(fitting) > 1 else ""
        self._last[found.id] = self._count
        self._count += 1
        return Chosen(practice=found.id, how=how)

    def _drawn(self, facts: PracticeFacts) -> float:
        """Thompson (1933): a draw of how quick it may be, from what is believed of it.

        The draw is a hash of seed, count and name: no library's generator gives the same numbers
        in all its versions.
        """
        mean, deviation = facts.quickness or UNKNOWN_QUICKNESS
        digest = sha256(f"{self._seed}:{self._count}:{facts.id}".encode()).digest()
        whole = int.from_bytes(digest[:DRAW_BYTES], "big")
        chance = (whole + 0.5) / 2 ** (8 * DRAW_BYTES)
        return mean + deviation * NormalDist().inv_cdf(chance)
