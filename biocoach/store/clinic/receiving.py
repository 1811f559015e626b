"""The clinic's half of a round, as plain values: what a client's computer says, and the answer.

A journal's row is locked while its lines are looked at and kept, so that two computers or two
connections can't come between each other. What came twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, text

from biocoach.clock import same_utc
from biocoach.store.clinic import arriving, audit, consent, copies
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.doors import Holder
from biocoach.store.clinic.engine import ClinicEngine
from biocoach.store.clinic.own import erase
from biocoach.store.clinic.troubles import NotAllowedError
from biocoach.store.errors import StoreError, Trouble
from biocoach.syncing.wire import (
    Bodies,
    Done,
    Held,
    Hello,
    Leave,
    Lines,
    Position,
    Refused,
    Row,
    Spoken,
)

T = TypeVar("T")
_NO_JOURNAL = Refused(why="position", detail="this journal was not begun here: say hello first")


class _RefusedError(Exception):
    """Leaves the transaction, so that nothing of it is kept."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.why)
        self.refused = refused


class Receiving:
    """For one device. Every answer is a value: a database that is away or full is refused too.
    ``agreed_anew``: the last hello changed what is agreed to."""

    agreed_anew = False

    def __init__(self, engine: ClinicEngine, holder: Holder) -> None:
        self._engine = engine
        self._holder = holder
        self._client = holder.client

    def hello(self, said: Hello) -> Held | Refused:
        """What is agreed from now on, and where the journal stands here."""
        if refused := arriving.unfit_hello(said):
            return refused
        since = {item: same_utc(said.since.get(item, said.agreed_utc)) for item in said.items}

        def do(connection: Connection) -> Held:
            own = copies.whose(self._client, said.journal)
            at, before = copies.begin_journal(connection, own, said.schema, said.before)
            if before != said.before and said.before:
                raise _RefusedError(Refused(why="bad", detail="this journal began after another"))
            change = consent.agree(connection, self._holder, since, same_utc(said.agreed_utc))
            if change.detail:
                audit.append(connection, What.CONSENT, self._client, change.detail)
            self.agreed_anew = bool(change.detail)
            spoken = copies.spoken(connection, own) if said.count else Spoken()
            return Held(
                at=at, withdrawn=change.withdrawn, known_utc=change.known_utc, spoken=spoken
            )

        return self._done(do)

    def lines(self, said: Lines) -> Held | Refused:
        """Lines that follow ``after``. Those that are here already are passed over where they are
        the very same; else ``position``."""
        found, salts = arriving.bodies_of(said.rows), arriving.salts_of(said.salts)
        refused = arriving.follows(said.after, said.rows)
        for one in (refused, found, salts):
            if isinstance(one, Refused):
                return one
        assert not isinstance(found, Refused)
        assert not isinstance(salts, Refused)
        if refused := arriving.fit_settings(found, said.settings):
            return refused

        def do(connection: Connection) -> Held:
            own = copies.whose(self._client, said.journal)
            held = self._held(connection, own)
            new = _new(connection, own, held, said)
            if not new:
                return Held(at=held)
            bodies = [one for one in found if one[0].seq > held.seq]
            good = self._salts(connection, own, salts, {line.session for line, _ in bodies})
            items = consent.agreed_now(connection, self._client)
            if refused := arriving.said(bodies, good, items):
                raise _RefusedError(refused)
            copies.add(connection, own, new)
            spoken = {line.session for line, _ in bodies}
            copies.keep_salts(connection, own, {s: good[s] for s in good if s in spoken})
            copies.keep_settings(connection, self._client, said.settings)
            return Held(at=Position(seq=new[-1].seq, chain=new[-1].chain_sha256))

        return self._done(do)

    def bodies(self, said: Bodies) -> Done | Refused:
        """What lines say that are here, and which are to say nothing any more."""
        salts = arriving.salts_of(said.salts)
        if isinstance(salts, Refused):
            return salts

        def do(connection: Connection) -> Done:
            own = copies.whose(self._client, said.journal)
            held = self._held(connection, own)
            seqs = {body.seq for body in said.give} | set(said.take)
            known = copies.known(connection, own, seqs)
            if len(known) < len(seqs):
                raise _RefusedError(Refused(why="position", at=held))
            pairs = [(known[body.seq][0], body) for body in said.give]
            if any(known[b.seq][1] not in ("", b.body) for b in said.give):
                raise _RefusedError(
                    Refused(why="damaged", detail="a line says something else here")
                )
            good = self._salts(connection, own, salts, {line.session for line, _ in pairs})
            items = consent.agreed_now(connection, self._client)
            refused = arriving.said(pairs, good, items)
            if refused := refused or arriving.fit_settings(pairs, said.settings):
                raise _RefusedError(refused)
            copies.give(connection, own, said.give)
            copies.keep_settings(connection, self._client, said.settings)
            spoken = {line.session for line, _ in pairs}
            copies.keep_salts(connection, own, {s: good[s] for s in good if s in spoken})
            copies.take(connection, own, said.take)
            told = {known[seq][0].session for seq in seqs}
            for one in (own, *copies.take_before(connection, own, said.take)):
                copies.recount(connection, one, told)
            return Done()

        return self._done(do)

    def leave(self, said: Leave) -> Done | Refused:
        """This device's token is worth nothing from now on; ``erase``: nor is anything of theirs
        kept, nor any other device's token worth more."""

        def go(connection: Connection) -> Done:
            query = text("UPDATE clinic.devices SET revoked = now() WHERE device = :device")
            connection.execute(query, {"device": self._holder.device})
            audit.append(connection, What.LEAVE, self._client, str(self._holder.device))
            return Done()

        def all_of_it(connection: Connection) -> Done:
            erase(connection, self._client)
            return go(connection)

        return self._done(all_of_it if said.erase else go, leaving=True, erasing=said.erase)

    # ---- inside

    def _done(
        self, do: Callable[[Connection], T], *, leaving: bool = False, erasing: bool = False
    ) -> T | Refused:
        """In one transaction; all of it or none."""
        what = What.ERASE if erasing else What.SYNC
        try:
            with _answered(), self._open(what) as connection:
                if not leaving:
                    self._still_joined(connection)
                return do(connection)
        except _RefusedError as error:
            return error.refused

    @contextmanager
    def _open(self, what: What) -> Iterator[Connection]:
        member = self._holder.member
        deed = (
            audit.begin(self._engine, member, what, self._client)
            if what is What.ERASE
            else audit.standing(self._engine, member, self._client)
        )
        with self._engine.as_member(member, deed=deed) as connection:
            yield connection

    def _still_joined(self, connection: Connection) -> None:
        """The token was good a moment ago, and an erasing may have ended it since: whatever came
        in then would lie there for good. So the device's row is locked first, here as there."""
        query = text(
            "SELECT FROM clinic.devices WHERE device = :device AND revoked IS NULL FOR SHARE"
        )
        if connection.execute(query, {"device": self._holder.device}).first() is None:
            raise NotAllowedError

    @staticmethod
    def _held(connection: Connection, own: copies.Whose) -> Position:
        held = copies.locked(connection, own)
        if held is None:
            raise _RefusedError(_NO_JOURNAL)
        return held

    @staticmethod
    def _salts(
        connection: Connection, own: copies.Whose, told: arriving.Salts, sessions: set[str]
    ) -> arriving.Salts:
        kept = copies.salts(connection, own, sessions | set(told))
        if any(told[name] != kept[name] for name in told if name in kept):
            raise _RefusedError(Refused(why="damaged", detail="a session's salt is another"))
        return {**told, **kept}


def _new(connection: Connection, own: copies.Whose, held: Position, said: Lines) -> tuple[Row, ...]:
    """The rows that are not here yet, where those that are here are the very same: each hash seals
    all before it, so that two places are enough to look at."""
    wrong = _RefusedError(Refused(why="position", at=held))
    if said.after.seq > held.seq or not said.rows:
        raise wrong
    places = [(said.after.seq, said.after.chain)]
    places += [(row.seq, row.chain_sha256) for row in said.rows if row.seq <= held.seq][-1:]
    for seq, chain in places:
        here = held.chain if seq == held.seq else copies.chain_at(connection, own, seq)
        if here != chain:
            raise wrong
    return tuple(row for row in said.rows if row.seq > held.seq)


_AS = {Trouble.DISK_FULL: "full", Trouble.READ_ONLY: "full"}


@contextmanager
def _answered() -> Iterator[None]:
    """What the database can't do now is an answer too."""
    try:
        yield
    except NotAllowedError:
        raise _RefusedError(
            Refused(why="token", detail="this place is not open any more")
        ) from None
    except StoreError as error:
        raise _RefusedError(Refused(why=_AS.get(error.code, "busy"), detail=str(error))) from None
    except RecursionError:
        raise _RefusedError(Refused(why="bad", detail="what a line says is too deep")) from None
