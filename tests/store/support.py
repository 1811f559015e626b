"""What the store's tests share: a clock that stands still, entries, the three kinds of store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from biocoach.clock import Clock
from biocoach.store import Journal, Key, memory_store, open_store
from biocoach.store.codec import Body
from biocoach.types import Begin, Closed, Entry, Rating

ROOT = Path(__file__).parents[2]
KEY = Key(bytes(range(32)))
PLAIN = Key(None)


class StillClock:
    """Always the same moment."""

    boot_id = "boot"

    def now_s(self) -> float:
        return 1000.0

    def wall(self) -> datetime:
        return datetime(2026, 1, 31, 9, tzinfo=UTC)

    async def sleep_until(self, at_s: float) -> None:
        raise AssertionError("the store never sleeps")


CLOCK: Clock = StillClock()


@dataclass
class Place:
    """Where a store lives: opened as often as a test likes, all closed at the end."""

    kind: str
    folder: Path
    opened: list[Journal] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return KEY if self.kind == "encrypted" else PLAIN

    def open(self) -> Journal:
        if self.kind == "memory":
            journal = memory_store(writer="this-computer", clock=CLOCK)
        else:
            journal = open_store(self.folder, self.key, writer="this-computer", clock=CLOCK)
        self.opened.append(journal)
        return journal

    def bytes_on_disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


def entry(
    body: Body, *, at_s: float = 0.0, session: str = "s1", person: str = "me", number: int = 0
) -> Entry:
    return Entry(
        person=person,
        writer="this-computer",
        session=session,
        boot_id="boot",
        at_s=at_s,
        wall_utc=f"2026-01-31T09:00:{at_s % 60:06.3f}Z",
        body=body,
        settings_hash="hash",
        number=number,
    )


def begin(session: str = "s1", person: str = "me") -> Entry:
    return entry(Begin(seed=7, settings_hash="hash"), session=session, person=person)


def closed(session: str = "s1") -> Entry:
    return entry(Closed(at_s=9.0, reason="ended"), session=session)


def ratings(count: int, session: str = "s1") -> list[Entry]:
    return [
        entry(Rating(suds=place % 101), at_s=float(place), session=session, number=place)
        for place in range(count)
    ]


def tamper(journal: Journal, statement: str) -> None:
    """Somebody with the key changes the file behind the journal's back."""
    with journal._database.writing() as connection:
        connection.exec_driver_sql(statement)
