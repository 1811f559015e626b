"""What a record must hold after it was cut, by what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from biocoach.store import Reader
from biocoach.types import Entry, Mark
from tests.faults.durable.life import digest


def all_entries(journal: Reader) -> list[Entry]:
    """In the journal's order."""
    found = [entry for row in journal.sessions() for entry in journal.read(row.session)]
    return sorted(found, key=lambda entry: entry.seq or 0)


@dataclass(slots=True)
class Account:
    """``known``: the digests that were there when it was looked at last."""

    known: list[str] = field(default_factory=list)
    shown: int = 0  # entries that were acknowledged

    def problems(self, journal: Reader, said: Sequence[str]) -> list[str]:
        """What is wrong with the record after what was said since; it is known from now on."""
        found = [digest(entry) for entry in all_entries(journal)]
        tried = [line.split()[1:] for line in said if line.startswith("tries ")]
        shown = [word for line in said if line.startswith("shown ") for word in line.split()[1:]]
        wrong = list(journal.verify().problems)
        borders = set(accumulate(map(len, tried), initial=len(self.known)))
        expected = self.known + [word for batch in tried for word in batch]
        lost = len(set(shown) - set(found))
        if lost:
            wrong.append(f"{lost} of {len(shown)} acknowledged entries are lost")
        if found != expected[: len(found)]:
            wrong.append("the record is not what was written, in its order")
        elif len(found) not in borders:
            wrong.append("an append was cut in half")
        self.known, self.shown = found, self.shown + len(shown)
        return wrong


def to_go_on_with(journal: Reader) -> str | None:
    """The session that the next start goes on in; one that was only planned is closed instead."""
    name = journal.open_session()
    if name is None:
        return None
    marked = any(isinstance(entry.body, Mark) for entry in journal.read(name))
    return name if marked else None
