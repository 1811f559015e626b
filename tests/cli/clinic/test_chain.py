"""All of the audit's chain once a day, what is new each time; what was changed shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from biocoach.cli.clinic.chain import DAY_S, Chain
from biocoach.store.clinic import ClinicEngine, audit, doors
from biocoach.store.clinic.audit import Checked, Head
from tests.fakes import FakeClock
from tests.postgres import Base
from tests.store.clinic.support import Clinic, made


@dataclass
class Watched:
    clinic: Clinic
    base: Base
    clock: FakeClock = field(default_factory=FakeClock)
    walked: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chain = Chain(self.clinic.engine, self.clock.now_s)

    def whole(self) -> bool:
        return self.chain.whole(self.clinic.admin)

    def signs_in(self) -> None:
        doors.sign_in(self.clinic.engine, self.clinic.therapist, "passkey")

    def head(self) -> Head:
        return audit.head(self.clinic.engine, self.clinic.admin)

    def changed(self, what: str) -> None:
        with self.base.root() as root:
            root.execute(what.encode())


@pytest.fixture
def watched(base: Base, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    engine = ClinicEngine(base.app)
    found = Watched(made(base, engine, "Elm"), base)
    real = audit.check

    def check(
        engine: ClinicEngine, admin: UUID, known: Head | None = None, *, whole: bool = True
    ) -> Checked:
        found.walked.append(1 if whole or known is None else known.number)
        return real(engine, admin, known, whole=whole)

    monkeypatch.setattr(audit, "check", check)
    yield found
    engine.close()


def test_all_of_it_once_a_day_and_between_what_is_new(watched: Watched) -> None:
    first = watched.head().number
    assert watched.whole()
    watched.signs_in()
    assert watched.whole()
    assert watched.whole()
    assert watched.walked == [1, first, first + 1]
    watched.clock.advance(DAY_S)
    assert watched.whole()
    assert watched.walked[-1] == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE clinic.deeds SET detail = 'x' WHERE number = (SELECT number FROM clinic.heads)",
        "DELETE FROM clinic.deeds WHERE number = (SELECT number FROM clinic.heads)",
        "UPDATE clinic.heads SET hash = 'x'",
        "UPDATE clinic.deeds SET hash = 'x' WHERE number = (SELECT number - 1 FROM clinic.heads)",
    ],
)
def test_what_was_changed_since_shows_at_once_and_stays(change: str, watched: Watched) -> None:
    assert watched.whole()
    watched.signs_in()
    watched.changed(change)
    assert not watched.whole()
    watched.signs_in()
    assert not watched.whole()
    assert watched.walked[-1] == 1


def test_what_was_changed_long_before_shows_when_all_of_it_is_walked(watched: Watched) -> None:
    assert watched.whole()
    watched.changed("UPDATE clinic.deeds SET detail = 'x' WHERE number = 2")
    watched.clock.advance(DAY_S)
    assert not watched.whole()


def test_an_end_that_was_taken_off_with_its_head_shows(watched: Watched) -> None:
    watched.signs_in()
    assert watched.whole()
    watched.changed("DELETE FROM clinic.deeds WHERE number = (SELECT number FROM clinic.heads)")
    watched.changed(
        "UPDATE clinic.heads SET number = number - 1, hash ="
        " (SELECT hash FROM clinic.deeds ORDER BY number DESC LIMIT 1)"
    )
    assert not watched.whole()
    assert not watched.whole(), "it was written down, and is still missing"
