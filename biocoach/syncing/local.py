"""The record's side of a round: what is sent, and what is noted of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from biocoach.clock import iso_utc
from biocoach.store.outgoing import Outgoing
from biocoach.syncing.membership import Member, Membership
from biocoach.syncing.wire import Bodies, Held, Lines, Position, Spoken


class LocalJournal:
    """A ``Local`` over the journal. Raises StoreError."""

    def __init__(
        self, outgoing: Outgoing, membership: Membership, wall: Callable[[], datetime]
    ) -> None:
        self._outgoing = outgoing
        self._membership = membership
        self._wall = wall

    def member(self) -> Member | None:
        return self._membership.now()

    def fork(self) -> Member | None:
        """What the clinic has is doubted first: cut off after that, it is only given again."""
        self._outgoing.doubt()
        return self._membership.change(lambda member: member.forked(iso_utc(self._wall())))

    def heard(self, said: Member, held: Held) -> Member | None:
        now = iso_utc(self._wall())

        def heard(member: Member) -> Member:
            if member.token != said.token:  # left, and joined anew, in this very moment
                return member
            return member.heard(said.since, held.withdrawn, held.known_utc, now)

        return self._membership.change(heard)

    def compare(self, spoken: Spoken, items: Collection[str]) -> None:
        if spoken != self._outgoing.spoken(items):
            self._outgoing.doubt()

    def has(self, at: Position) -> bool:
        return self._outgoing.has_line(at)

    def behind(self, at: Position) -> int:
        return max(0, self._outgoing.head().seq - at.seq)

    def lines(self, journal: str, after: Position, items: Collection[str]) -> Lines | None:
        batch = self._outgoing.after(after, items)
        if batch is None:
            return None
        self._outgoing.note_sent(batch.told)
        return Lines(
            journal=journal, after=after, rows=batch.rows, salts=batch.salts,
            settings=batch.settings,
        )  # fmt: skip

    def lines_kept(self, message: Lines) -> None:
        self._outgoing.note_given([row.seq for row in message.rows if row.body is not None])

    def to_take(self, journal: str, items: Collection[str], *, whole: bool) -> Bodies | None:
        seqs = self._outgoing.to_take(items, whole=whole)
        return Bodies(journal=journal, take=tuple(seqs)) if seqs else None

    def to_give(self, journal: str, items: Collection[str], upto: int, after: int) -> Bodies | None:
        given = self._outgoing.to_give(items, upto, after)
        if not given.bodies:
            return None
        self._outgoing.note_sent([one.seq for one in given.bodies])
        return Bodies(
            journal=journal, give=given.bodies, salts=given.salts, settings=given.settings
        )

    def bodies_kept(self, message: Bodies) -> None:
        self._outgoing.note_given([one.seq for one in message.give])
        self._outgoing.note_taken(message.take)
