"""A clinic's copy of the record that is open: joined, agreed to item by item, kept up, left.

The dashboard's ``Clinic``. Nothing is sent before the person has joined, nor of an item that they
have not agreed to; nor ever to another address than the one where they joined.
"""

from __future__ import annotations

import asyncio
import platform
import re
import ssl
from collections.abc import Callable, Collection, Coroutine
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from biocoach.cli.in_thread import to_its_end
from biocoach.clock import Clock, iso_utc
from biocoach.sharing.leaving import USUAL, WARNING
from biocoach.store import Journal, StoreError
from biocoach.store.outgoing import Outgoing
from biocoach.sync import Standing, Synchroniser, in_time
from biocoach.syncing.items import ITEMS
from biocoach.syncing.local import LocalJournal
from biocoach.syncing.membership import Member, Membership, new_name
from biocoach.syncing.messages import AWAY, TOKEN, UNREADABLE, Trouble
from biocoach.syncing.ports import Clinic
from biocoach.syncing.wire import SPEAKS, Join, Joined, Leave
from dashboard.ports import Outcome

Json = dict[str, Any]
T = TypeVar("T")
LOCKED, NOT_WRITTEN = Outcome(why="locked"), Outcome(why="not_recording")
NOT_SERVED, NOT_JOINED = Outcome(why="not_served"), Outcome(why="not_joined")
JOINED, SIMULATED = Outcome(why="joined"), Outcome(why="simulated")
ELSEWHERE = "elsewhere"  # joined at another address than the one that this run was given
NAME_LETTERS = 80
_TOKEN = re.compile(r"[\x21-\x7e]{8,500}")


class Closing(Clinic, Protocol):
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way to the clinic that ``serve --sync`` names. ``open`` makes no connection yet."""

    url: str
    host: str
    open: Callable[[], Closing]


class ClinicError(Exception):
    """One line for people."""


def way_to(url: str, trust: Path | None, clock: Clock) -> Way | None:
    """None without an address. Raises ClinicError."""
    if not url:
        if trust is not None:
            raise ClinicError("--sync-trust says whom to believe, but --sync says no address")
        return None
    try:
        from biocoach.syncing.over_http import AddressError, OverHttp, address_of, trusting
    except ImportError as error:
        words = "--sync needs a part that is not installed: pip install 'biocoach[sync]'"
        raise ClinicError(words) from error
    try:
        address, tls = address_of(url), trusting(trust)
    except AddressError as error:
        raise ClinicError(str(error)) from error

    def opened(tls: ssl.SSLContext = tls) -> Closing:
        return OverHttp(address, tls, wall=clock.wall, in_thread=to_its_end)

    return Way(url=address.url, host=address.host, open=opened)


@dataclass(slots=True)
class _Open:
    """What there is while a record is open."""

    journal: Journal
    outgoing: Outgoing
    membership: Membership
    clinic: Closing | None
    keeper: Synchroniser | None = None


class _Here(LocalJournal):
    """The record, to the clinic where it joined alone: the token is worth something there only."""

    def __init__(self, record: _Open, url: str, clock: Clock) -> None:
        super().__init__(record.outgoing, record.membership, clock.wall)
        self._url = url

    def member(self) -> Member | None:
        found = super().member()
        return found if found is not None and found.url == self._url else None


class ClinicDesk:
    """``tell`` tells the pages; None: there is nothing to be seen of it."""

    def __init__(
        self, way: Way | None, clock: Clock, *, tell: Callable[[Json | None], None]
    ) -> None:
        self._way, self._clock, self._tell = way, clock, tell
        self._changing = asyncio.Lock()
        self._asking: asyncio.Task[Any] | None = None
        self._open: _Open | None = None
        self._simulated = False

    async def run(self, journal: Journal, *, simulated: bool) -> None:
        """While this record is open; until cancelled."""
        self._simulated = simulated
        if simulated:
            return
        try:
            record = await to_its_end(lambda: self._opened(journal))
        except StoreError:
            return  # what is recorded does not depend on it; the next start tries again
        self._open = record
        try:
            self._say()
            if record.keeper is None:
                await asyncio.Event().wait()  # a membership can be looked at, and left
            else:
                await record.keeper.run()
        finally:
            if self._asking is not None:
                self._asking.cancel()  # a clinic that is silent holds up no other record
            async with self._changing:  # whoever changes something comes to an end first
                self._open = None
                if record.clinic is not None:
                    await record.clinic.close()
                await to_its_end(record.outgoing.close)

    def _opened(self, journal: Journal) -> _Open:
        record = _Open(journal, journal.outgoing(), Membership(journal), None)
        if self._way is not None:
            record.clinic = self._way.open()
            record.keeper = Synchroniser(
                record.clinic, _Here(record, self._way.url, self._clock), self._clock,
                in_thread=to_its_end, tell=lambda _: self._say(),
            )  # fmt: skip
        return record

    # ---- the page's

    def view(self) -> Json | Outcome:
        if self._simulated:
            return SIMULATED
        if self._open is None:
            return LOCKED
        member = self._open.membership.now()
        return {
            "told": self._told(),
            "all": list(ITEMS),
            "usual": list(USUAL),
            "warning": WARNING,
            "member": _shown(member) if member else None,
        }

    async def join(self, code: str, items: Collection[str]) -> Outcome:
        async with self._changing:
            record, way = self._open, self._way
            if record is None or way is None or record.clinic is None:
                return SIMULATED if self._simulated else NOT_SERVED if way is None else LOCKED
            if record.membership.now() is not None:
                return JOINED
            device = f"biocoach on {platform.system() or 'a computer'}"
            join = Join(speaks=SPEAKS, code="".join(code.split()), device=device)
            found = await self._ask(record.clinic.join(join))
            if isinstance(found, Joined) and not _TOKEN.fullmatch(found.token):
                found = Trouble(code=UNREADABLE)
            if isinstance(found, Trouble):
                return Outcome(why=found.code)
            try:
                await to_its_end(lambda: self._begin(record, way, found, items))
            except StoreError:
                # Without the token nobody could leave; so it is left at once, if it can be.
                await self._ask(record.clinic.leave(found.token, Leave(erase=True)))
                return NOT_WRITTEN
            return self._changed(record)

    async def agree(self, items: Collection[str]) -> Outcome:
        """To these, and no others."""
        async with self._changing:
            record = self._open
            if record is None or record.membership.now() is None:
                return NOT_JOINED if record else LOCKED
            now = iso_utc(self._clock.wall())
            change = record.membership.change
            try:
                await to_its_end(lambda: change(lambda member: member.agreeing(items, now)))
            except StoreError:
                return NOT_WRITTEN
            return self._changed(record)

    async def withdraw(self) -> Outcome:
        """Everything: the clinic keeps that there are lines, and when."""
        return await self.agree(())

    async def leave(self, *, erase: bool, anyway: bool) -> Outcome:
        """``erase``: the clinic's copy too. ``anyway``: also where the clinic can't be told."""
        async with self._changing:
            record = self._open
            member = record.membership.now() if record else None
            if record is None or member is None:
                return NOT_JOINED if record else LOCKED
            why = await self._tell_clinic(record, member, erase)
            if why and not anyway:
                return Outcome(why=why)
            try:
                await to_its_end(lambda: _end(record))
            except StoreError:
                return NOT_WRITTEN
            return self._changed(record)

    # ---- inside

    async def _ask(self, asked: Coroutine[Any, Any, T | Trouble]) -> T | Trouble:
        """What the clinic says; AWAY where its answer drips, or the record closes meanwhile."""
        self._asking = asking = asyncio.create_task(asked)
        try:
            return await in_time(asking)
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if own is None or own.cancelling():
                raise
            return Trouble(code=AWAY, detail="the record closes")
        finally:
            self._asking = None

    def _begin(self, record: _Open, way: Way, found: Joined, items: Collection[str]) -> None:
        now = iso_utc(self._clock.wall())
        member = Member(
            url=way.url, token=found.token, journal=new_name(), clinic=_short(found.clinic),
            therapist=_short(found.therapist), alias=_short(found.alias), joined_utc=now,
            changed_utc=now,
        )  # fmt: skip
        record.outgoing.forget()
        record.membership.begin(member.agreeing(items, now))

    async def _tell_clinic(self, record: _Open, member: Member, erase: bool) -> str:
        """Why it could not be told."""
        if record.clinic is None or self._way is None:
            return NOT_SERVED.why
        if member.url != self._way.url:
            return ELSEWHERE
        found = await self._ask(record.clinic.leave(member.token, Leave(erase=erase)))
        gone = not isinstance(found, Trouble) or (found.code == TOKEN and not erase)
        return "" if gone or not isinstance(found, Trouble) else found.code

    def _changed(self, record: _Open) -> Outcome:
        if record.keeper is not None:
            record.keeper.changed()
        self._say()
        return Outcome()

    def _say(self) -> None:
        if self._open is not None:
            self._tell(self._told())

    def _told(self) -> Json | None:
        """What every page shows: None where there is neither an address nor a membership."""
        record = self._open
        member = record.membership.now() if record else None
        if record is None or (self._way is None and member is None):
            return None
        standing = record.keeper.standing if record.keeper else Standing()
        if member is not None and self._way is None:
            standing = Standing(state="stopped", why=NOT_SERVED.why)
        elif member is not None and self._way is not None and member.url != self._way.url:
            standing = Standing(state="stopped", why=ELSEWHERE)
        elif member is not None and standing.state == "off":
            standing = Standing(state="waiting")
        return {
            "host": self._way.host if self._way else "",
            "joined": member is not None,
            "clinic": member.clinic if member else "",
            "items": list(member.items) if member else [],
            **asdict(standing if member else Standing()),
        }


def _end(record: _Open) -> None:
    record.membership.end()
    record.outgoing.forget()


def _shown(member: Member) -> Json:
    """Without its token."""
    told = asdict(member)
    names = ("url", "clinic", "therapist", "alias", "joined_utc", "forked_utc", "since",
             "overruled")  # fmt: skip
    return {name: told[name] for name in names}


def _short(words: str) -> str:
    """A name that somebody else wrote, for a screen."""
    return "".join(letter for letter in words if letter.isprintable())[:NAME_LETTERS]
