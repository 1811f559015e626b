"""A person's record that lives, and the rounds by which a clinic's copy follows it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from biocoach.clock import iso_utc
from biocoach.store import Journal, Key, open_store
from biocoach.store.codec import parse
from biocoach.store.outgoing import Outgoing
from biocoach.store.schema import entries
from biocoach.syncing import round as rounds
from biocoach.syncing.items import ITEMS, item_of
from biocoach.syncing.local import LocalJournal
from biocoach.syncing.membership import Member, Membership, new_name
from biocoach.syncing.messages import Trouble
from biocoach.syncing.ports import Clinic
from biocoach.syncing.wire import Row
from tests.store.support import CLOCK, PLAIN, begin, closed, ratings

T = TypeVar("T")
SHEET = {"state": "kept", "makes": "moment", "answers": {"a": "words"}}
# Facts as they are written in real life: what they are called, what they say, whether they replace.
FACTS: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("check_in", {"session": "s", "date": "2026-01-01"}, False),
    ("ladders", {"ladders": []}, True),
    ("arc", {"stages": []}, True),
    ("total:x", {"scale": "wsas", "total": 9}, True),
    ("sheet:m", SHEET, True),
    ("sheet:w", SHEET | {"makes": "journal"}, True),
    ("sheet:d", SHEET | {"state": "draft"}, True),
    ("beside:s1:note:n", {"text": "a note"}, True),
    ("draft:talk", {"text": "not to leave"}, True),
    ("contacts", {"who": "somebody"}, False),
    ("fit", {"age": "adult"}, False),
)


def at_once(working: Coroutine[Any, Any, T]) -> T:
    """Of what never waits for anything."""
    try:
        working.send(None)
    except StopIteration as end:
        found: T = end.value
        return found
    raise AssertionError("it waited")


class Living:
    """``folder`` holds the record, and beside it the backups that were made of it."""

    def __init__(self, folder: Path, seed: str, key: Key = PLAIN) -> None:
        self.folder, self.key = folder, key
        self.dice = random.Random(seed)
        self.settled: frozenset[str] | None = None
        self.sessions: list[str] = []
        self.copies: list[Path] = []
        self.trouble: Trouble | None = None
        self.open()

    def open(self) -> None:
        self.journal: Journal = open_store(self.folder, self.key, writer="w", clock=CLOCK)
        self.membership = Membership(self.journal)
        self.outgoing: Outgoing = self.journal.outgoing()
        self.local = LocalJournal(self.outgoing, self.membership, CLOCK.wall)
        self.settled = None
        self.sessions = [row.session for row in self.journal.sessions()]

    def close(self) -> None:
        self.outgoing.close()
        self.journal.close()

    def again(self) -> None:
        """The program was killed, or ended, and started again."""
        self.close()
        self.open()

    def join(self, token: str, *items: str, url: str = "https://clinic.example") -> Member:
        now = iso_utc(CLOCK.wall())
        member = Member(
            url=url, token=token, journal=new_name(), clinic="c", therapist="t", alias="a",
            joined_utc=now, changed_utc=now,
        )  # fmt: skip
        self.membership.begin(member.agreeing(items, now))
        self.outgoing.forget()
        return self.member

    @property
    def member(self) -> Member:
        found = self.membership.now()
        assert found is not None
        return found

    # ---- what happens in it

    def practise(self, lines: int = 0) -> None:
        name = f"s{new_name()[:8]}"
        count = lines or self.dice.randint(1, 12)
        self.journal.put_settings("hash", {"a": 1})
        self.journal.append([begin(name), *ratings(count, name)])
        if self.dice.random() < 0.7:
            self.journal.append([closed(name)])
        self.sessions.append(name)

    def write(self) -> None:
        name, value, replaces = self.dice.choice(FACTS)
        put = self.journal.replace_fact if replaces else self.journal.put_fact
        put(name, value | {"rev": new_name()})

    def erase(self) -> None:
        if self.sessions and self.dice.random() < 0.6:
            self.journal.erase_session(self.dice.choice(self.sessions[-6:]))
        else:
            self.journal.erase_fact(self.dice.choice(FACTS)[0])

    def agree(self, *items: str) -> None:
        chosen = items or tuple(item for item in ITEMS if self.dice.random() < 0.6)
        now = f"2026-02-{self.dice.randint(10, 27)}T00:00:00.000Z"
        self.membership.change(lambda member: member.agreeing(chosen, now))

    def back_up(self) -> None:
        self.close()
        place = self.folder.with_name(f"copy{len(self.copies)}")
        shutil.copytree(self.folder, place)
        self.copies.append(place)
        self.open()

    def restore(self) -> None:
        if self.copies:
            self.close()
            shutil.rmtree(self.folder)
            shutil.copytree(self.dice.choice(self.copies), self.folder)
            self.open()

    def anything(self) -> str:
        deeds: list[Callable[[], object]] = [
            self.practise, self.practise, self.write, self.write, self.write, self.erase,
            self.agree, self.back_up, self.restore, self.again,
        ]  # fmt: skip
        deed = self.dice.choice(deeds)
        deed()
        return deed.__name__

    # ---- rounds

    def round(self, clinic: Clinic, *, cut: int = -1, lost: bool = False) -> bool:
        """Whether it came to its end. Cut at the message ``cut``: before it arrives, or with its
        answer ``lost``."""
        running = rounds.begin(self.local, self.member, self.settled)
        self.settled = None
        try:
            message = next(running)
            while True:
                if cut == 0 and not lost:
                    return False
                heard = at_once(rounds.say(clinic, self.member.token, message))
                if cut == 0:
                    return False
                cut -= 1
                message = running.send(heard)
        except StopIteration as end:
            self.settled, self.trouble = end.value.items, end.value.trouble
            return self.trouble is None
        finally:
            running.close()

    # ---- what is to be there

    def expected(self) -> list[Row]:
        """Every line, with its words where they are agreed to."""
        items = self.member.items
        with closing(self.journal.reader()) as reader, reader._database.reading() as connection:
            rows = connection.execute(select(entries).order_by(entries.c.seq)).all()
        found = []
        for row in rows:
            told = row._asdict()
            value = parse(row.body) if row.body is not None else None
            if row.body is None or item_of(row.session, row.kind, value) not in items:
                told |= {"kind": None, "body": None}
            found.append(Row(**told))
        return found


def unlike(expected: list[Row], found: list[Row]) -> list[str]:
    """Lines that are lost, doubled, others, or that don't say what they may."""
    wrong = []
    numbers = [row.seq for row in found]
    if len(numbers) != len(set(numbers)):
        wrong.append("lines are there twice")
    if lost := {row.seq for row in expected} - set(numbers):
        wrong.append(f"{len(lost)} lines are lost")
    if more := set(numbers) - {row.seq for row in expected}:
        wrong.append(f"{len(more)} lines too many")
    for one, other in zip(expected, found, strict=False):
        if one != other:
            wrong.append(f"line {one.seq} is not the same: {one.kind}, there {other.kind}")
    return wrong[:5]
