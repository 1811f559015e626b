"""What is erased is gone from every file, and nothing else with it.

Somebody's record in the clear, with a canary of its own in every text, picture and voice; backups
of many days; then something is erased as the page or the command does it, and all bytes are read.
A share is encrypted: there no canary may ever be seen, and what is left is read through the key.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from biocoach.cli.erasing import everything_in, person_in, session_in
from biocoach.store import Journal, Key, NoKeyring, StoreError, Vault, open_store
from biocoach.store.backup import backups_in
from biocoach.store.days import daily, want_anew
from biocoach.syncing.items import ITEMS
from biocoach.types import Entry, Mark, MarkKind
from tests.faults.campaign import Campaign, Order, Outcome, Piece, each_alone, in_pieces
from tests.faults.durable.deeds import note_sent
from tests.store.support import CLOCK, begin, closed, entry, ratings

PASSPHRASE = "a quiet green door"
START = datetime(2026, 1, 31, 9, tzinfo=UTC)
PERSONS = ("me", "kim")
SESSIONS, DAYS, PIECE = 4, 2, 10
LATER = 20  # lines that erasing itself writes
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Owner:
    """A record full of canaries, each known by whose it is."""

    folder: Path
    draw: random.Random
    plain: bool
    canaries: dict[str, set[str]] = field(default_factory=dict)  # by session, person, or name

    def __post_init__(self) -> None:
        vault = Vault(self.folder, NoKeyring())
        key = vault.create(None if self.plain else PASSPHRASE, plain=self.plain)
        assert isinstance(key, Key)
        self.key = key

    def canary(self, *whose: str) -> str:
        told = f"canary-{self.draw.getrandbits(64):016x}-sings"
        for each in whose:
            self.canaries.setdefault(each, set()).add(told)
        return told

    def open(self) -> Journal:
        return open_store(self.folder, self.key, writer="w", clock=CLOCK)

    def fill(self) -> None:
        with closing(self.open()) as journal:
            for number in range(SESSIONS):
                person = self.draw.choice(PERSONS)
                self._practise(journal, f"s{number}", person)
                daily(self.folder, self.key, START + timedelta(days=number % DAYS))
            journal.attach("picture", "image/png", _PNG + self.canary("picture").encode())
            journal.replace_fact("own", {"text": self.canary("own"), "rev": "1"})
            note_sent(journal)
            daily(self.folder, self.key, START + timedelta(days=DAYS))

    def _practise(self, journal: Journal, session: str, person: str) -> None:
        notes = [self._note(session, person) for _ in range(self.draw.randrange(1, 40))]
        journal.append([begin(session, person)])
        journal.append([*ratings_of(session, person, 30), *notes])
        journal.append([entry(closed().body, at_s=9.0, session=session, person=person)])
        whose = (session, person)
        journal.put_summary(session, {"step_title": self.canary(*whose)})
        journal.put_thin_review(session, "v1", {"words": self.canary(*whose)})
        told = {"text": self.canary(*whose)}
        journal.replace_fact(f"beside:{session}:note:1", told)
        if self.draw.random() < 0.5:
            journal.put_fact("check_in", {"session": session, "words": self.canary(*whose)})
        if self.draw.random() < 0.5:
            items = [{"kind": "note", "session": session, "text": self.canary(*whose)}]
            journal.replace_fact(f"reply:{session}", {"items": items, "rev": "1"})

    def _note(self, session: str, person: str) -> Entry:
        words = self.canary(session, person) * self.draw.randrange(1, 30)
        mark = Mark(kind=MarkKind.NOTE, text=words)
        return entry(mark, at_s=5.0, session=session, person=person)

    def seen(self) -> set[str]:
        """Canaries that can be read: in any byte of any file; or, by the key, in what the record
        and its backups still hold."""
        raw = b"".join(p.read_bytes() for p in self.folder.rglob("*") if p.is_file())
        if not self.plain and self.folder.exists():
            raw += b"".join(self._by_key())
        everything = set().union(*self.canaries.values())
        return {one for one in everything if one.encode() in raw}

    def in_the_clear(self) -> bool:
        """Whether anything at all can be read without the key, the words around it too."""
        raw = b"".join(p.read_bytes() for p in self.folder.rglob("*") if p.is_file())
        return b"canary-" in raw or b"CREATE TABLE" in raw or _PNG in raw

    def _by_key(self) -> Iterable[bytes]:
        for place in [self.folder, *(b.path for b in backups_in(self.folder))]:
            with closing(open_store(place, self.key, writer="w", clock=CLOCK)) as journal:
                for table in ("entries", "summaries", "thin_reviews", "attachments"):
                    yield repr(journal._database.run(f"SELECT * FROM {table}")).encode()


def ratings_of(session: str, person: str, count: int) -> list[Entry]:
    return [
        entry(one.body, at_s=one.at_s, session=session, person=person, number=one.number or 0)
        for one in ratings(count, session)
    ]


def _session(owner: Owner, journal: Journal) -> set[str]:
    name = f"s{owner.draw.randrange(SESSIONS)}"
    want_anew(owner.folder)
    session_in(journal, name)
    daily(owner.folder, owner.key, START + timedelta(days=9))
    return owner.canaries[name]


def _person(owner: Owner, journal: Journal) -> set[str]:
    person = owner.draw.choice(PERSONS)
    alone = {row.person for row in journal.sessions()} == {person}
    want_anew(owner.folder)
    person_in(journal, person)
    daily(owner.folder, owner.key, START + timedelta(days=9))
    theirs = owner.canaries.get(person, set())
    return theirs | owner.canaries["own"] | owner.canaries["picture"] if alone else theirs


def _all(owner: Owner, journal: Journal) -> set[str]:
    journal.close()
    everything_in(owner.folder)
    return set().union(*owner.canaries.values())


def _picture(owner: Owner, journal: Journal) -> set[str]:
    want_anew(owner.folder)
    journal.detach(["picture"])
    journal.scrub_log()
    daily(owner.folder, owner.key, START + timedelta(days=9))
    return owner.canaries["picture"]


ACTS: tuple[Callable[[Owner, Journal], set[str]], ...] = (
    _session,
    _session,
    _person,
    _all,
    _picture,
)


def one(folder: Path, seed: str) -> str:
    """What was wrong with this one, or nothing."""
    draw = random.Random(seed)
    owner = Owner(folder, draw, plain=draw.random() < 0.8)
    owner.fill()
    before = owner.seen()
    everything = set().union(*owner.canaries.values())
    if before != everything:
        return f"{seed}: {len(everything - before)} canaries were not there to begin with"
    if owner.in_the_clear() is not owner.plain:
        return f"{seed}: plain is {owner.plain}, and the files are not"
    act, journal = draw.choice(ACTS), owner.open()
    with ExitStack() as stack:
        if act is not _all:
            stack.callback(journal.close)
        gone = act(owner, journal)
        left = owner.seen()  # while the record stays open, as it does on the page
    what = act.__name__.strip("_")
    if left & gone:
        return f"{seed}: {len(left & gone)} canaries of an erased {what} are still on the disk"
    if left != everything - gone:
        return f"{seed}: {len(everything - gone - left)} canaries went with an erased {what}"
    return "" if act is _all else _whole(owner, seed)


def _whole(owner: Owner, seed: str) -> str:
    try:
        with closing(owner.open()) as journal:
            problems = [*journal.verify().problems, *_noted(journal)]
    except StoreError as error:
        return f"{seed}: does not open any more: {error.code}"
    kept = backups_in(owner.folder)
    if len(kept) != 1:
        return f"{seed}: {len(kept)} backups instead of one"
    return f"{seed}: {problems[0]}" if problems else ""


def _noted(journal: Journal) -> list[str]:
    """What is kept of what a clinic has: numbers, and those of all that was erased, so that it goes
    there too."""
    rows = journal._database.run("SELECT * FROM synced")
    erased = journal._database.run(
        "SELECT e.seq FROM entries e JOIN synced USING (seq) WHERE body IS NULL"
    )
    with closing(journal.outgoing()) as outgoing:
        taken = outgoing.to_take(ITEMS, whole=False)
        wrong = [] if outgoing.head().seq - len(rows) <= LATER else ["what was sent is forgotten"]
    if any(len(row) != 2 or not isinstance(row[0], int) or row[1] not in (0, 1) for row in rows):
        wrong.append("more than numbers is kept of what a clinic has")
    if sorted(taken) != sorted(seq for (seq,) in erased):
        wrong.append("not all that was erased is taken from the clinic")
    return wrong


def _piece(piece: Piece) -> Outcome:
    return each_alone(piece, "erased", one)


def run(order: Order) -> Outcome:
    return in_pieces(order, "erase", PIECE, _piece)


CAMPAIGN = Campaign(
    promise="no byte of what was erased is left, and nothing else goes", count=200, run=run
)
