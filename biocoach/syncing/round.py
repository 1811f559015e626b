"""One round: the clinic's copy is brought up to where the record stands.

It is a generator that says one message after the other and is told each answer, so that it can be
left after any of them: what was done is done, and the next round finds out where the copy stands.
Whatever is said twice is the same as said once.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeAlias

from biocoach.store.schema import HEAD
from biocoach.syncing.membership import Member
from biocoach.syncing.messages import FORKED, POSITION, UNREADABLE, Trouble
from biocoach.syncing.ports import Clinic, Local
from biocoach.syncing.wire import SPEAKS, Bodies, Done, Held, Hello, Lines, Position

Said: TypeAlias = Hello | Lines | Bodies
Heard: TypeAlias = Held | Done | Trouble
CORRECTIONS = 3  # of the position, in one round: another round of this record may be under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """``at``: where the copy stands. ``items``: those for which it is whole up to there; None:
    they were changed meanwhile, or the round came to nothing."""

    at: Position
    items: frozenset[str] | None
    forked: bool = False
    trouble: Trouble | None = None


Round: TypeAlias = Generator[Said, Heard, Came]


def begin(local: Local, member: Member, settled: frozenset[str] | None) -> Round:
    """``settled``: the items of ``Came.items`` of the round before, in this run; then only new
    lines and what was erased is looked for. None: all is looked through."""
    return _Round(local, member, settled).run()


async def say(clinic: Clinic, token: str, message: Said) -> Heard:
    """The message to the clinic's own call for it."""
    if isinstance(message, Hello):
        return await clinic.hello(token, message)
    if isinstance(message, Lines):
        return await clinic.lines(token, message)
    return await clinic.bodies(token, message)


class _EndError(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble


class _Round:
    def __init__(self, local: Local, member: Member, settled: frozenset[str] | None) -> None:
        self._local = local
        self._member = member
        self._settled = settled
        self._at = Position()
        self._forked = False

    def run(self) -> Round:
        try:
            yield from self._hello()
            yield from self._lines()
            yield from self._bodies()
        except _EndError as end:
            return Came(at=self._at, items=None, forked=self._forked, trouble=end.trouble)
        items = frozenset(self._member.items)
        whole = items if self._local.member() == self._member else None
        return Came(at=self._at, items=whole, forked=self._forked)

    def _hello(self) -> Generator[Said, Heard, None]:
        counted = self._whole
        held = yield from self._ask_where(count=counted)
        if self._local.has(self._at):
            if counted:
                self._local.compare(held.spoken, self._member.items)
            return
        # Restored from an old backup: the clinic has lines that this record has not.
        member = self._local.fork()
        if member is None:
            raise _EndError(Trouble(code=FORKED))
        self._member, self._settled, self._forked = member, None, True
        yield from self._ask_where()  # nothing to compare: it began in doubt
        if not self._local.has(self._at):
            raise _EndError(Trouble(code=FORKED))

    def _ask_where(self, *, count: bool = False) -> Generator[Said, Heard, Held]:
        member = self._member
        heard = yield Hello(
            speaks=SPEAKS, journal=member.journal, schema=HEAD, items=member.items,
            agreed_utc=member.changed_utc, before=member.before, since=member.since,
            count=count,
        )  # fmt: skip
        held = _held(heard)
        self._at = held.at
        if held.withdrawn or held.known_utc > member.changed_utc:
            self._overruled(held)
        return held

    @property
    def _whole(self) -> bool:
        return self._settled != frozenset(self._member.items)

    def _overruled(self, held: Held) -> None:
        """This record is older than what the clinic was told. What the person changed in this very
        moment is said in the next round."""
        since = {
            item: utc for item, utc in self._member.since.items() if item not in held.withdrawn
        }
        found = self._local.heard(self._member, held)
        same = found is not None and found.since == since
        self._member = found if found and same else replace(self._member, since=since)

    def _lines(self) -> Generator[Said, Heard, None]:
        corrections = 0
        while message := self._local.lines(self._member.journal, self._at, self._items()):
            heard = yield message
            if isinstance(heard, Trouble) and heard.code == POSITION and corrections < CORRECTIONS:
                corrections += 1
                if not self._local.has(heard.at):
                    raise _EndError(heard)  # the next round's hello begins anew
                self._at, self._settled = heard.at, None  # it has lines whose answer was lost
                continue
            at = _held(heard).at
            if not self._local.has(at):
                raise _EndError(Trouble(code=POSITION, at=at))
            if at.seq <= self._at.seq:
                raise _EndError(Trouble(code=UNREADABLE, detail="it took lines and stands still"))
            if at.seq == message.rows[-1].seq:
                self._local.lines_kept(message)
            else:
                self._settled = None
            self._at = at

    def _bodies(self) -> Generator[Said, Heard, None]:
        journal, items, after = self._member.journal, self._items(), 0
        whole = self._whole
        while message := self._local.to_take(journal, items, whole=whole):
            yield from self._say(message)
        while whole and (
            message := self._local.to_give(journal, self._items(), self._at.seq, after)
        ):
            after = message.give[-1].seq
            yield from self._say(message)

    def _say(self, message: Bodies) -> Generator[Said, Heard, None]:
        heard = yield message
        if isinstance(heard, Trouble):
            raise _EndError(heard)
        self._local.bodies_kept(message)

    def _items(self) -> tuple[str, ...]:
        """Never more than what is agreed at this moment, nor than what was said in the hello."""
        now = self._local.member()
        if now is None:
            return ()
        return tuple(item for item in self._member.items if item in now.since)


def _held(heard: Heard) -> Held:
    if isinstance(heard, Held):
        return heard
    if isinstance(heard, Trouble):
        raise _EndError(heard)
    raise _EndError(Trouble(code=UNREADABLE))
