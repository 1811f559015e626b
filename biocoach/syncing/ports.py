"""What a round needs: a clinic at the other end, and the record at this one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from biocoach.syncing.membership import Member
from biocoach.syncing.messages import Trouble
from biocoach.syncing.wire import (
    Bodies,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Leave,
    Lines,
    Position,
    Spoken,
)


class Clinic(Protocol):
    """A clinic's server. Each call gives what it says, or what went wrong; none raises."""

    async def join(self, message: Join) -> Joined | Trouble: ...

    async def hello(self, token: str, message: Hello) -> Held | Trouble: ...

    async def lines(self, token: str, message: Lines) -> Held | Trouble: ...

    async def bodies(self, token: str, message: Bodies) -> Done | Trouble: ...

    async def leave(self, token: str, message: Leave) -> Done | Trouble: ...


class Local(Protocol):
    """The record here; called in threads, one at a time. Raises what its store raises."""

    def member(self) -> Member | None:
        """As it is kept now."""

    def fork(self) -> Member | None:
        """A new journal in place of the one that the clinic knows, kept before it is used."""

    def heard(self, said: Member, held: Held) -> Member | None:
        """What the clinic answered to a hello that ``said`` what is agreed to, kept: an item that
        was withdrawn after that is agreed to no more."""

    def compare(self, spoken: Spoken, items: Collection[str]) -> None:
        """What is noted here with what the clinic says that it has; where they differ, the notes
        are doubted from now on: a backup may have been put back, or an answer lost."""

    def has(self, at: Position) -> bool: ...

    def behind(self, at: Position) -> int:
        """How many lines there are after this one."""

    def lines(self, journal: str, after: Position, items: Collection[str]) -> Lines | None:
        """What follows, noted as sent; None: nothing."""

    def lines_kept(self, message: Lines) -> None:
        """The clinic has them."""

    def to_take(self, journal: str, items: Collection[str], *, whole: bool) -> Bodies | None: ...

    def to_give(self, journal: str, items: Collection[str], upto: int, after: int) -> Bodies | None:
        """The next ones that the clinic lacks, noted as sent; None: there are no more."""

    def bodies_kept(self, message: Bodies) -> None:
        """The clinic has done so."""
