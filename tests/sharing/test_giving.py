"""The sealed file: one way for the command and for the page, and it can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from biocoach.sharing.giving import add_person, give, note_given, why_not_new
from biocoach.sharing.leaving import Wish
from biocoach.sharing.people import RECIPIENTS, identity_in, people_in, sent_in
from biocoach.store import Journal, memory_store
from biocoach.store.bundle import unpack
from biocoach.store.seal import SealError, new_identity
from biocoach.types import Mark, MarkKind
from tests.store.support import CLOCK, begin, closed, entry

NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
VALE = new_identity()


@pytest.fixture
def journal() -> Iterator[Journal]:
    with closing(memory_store(writer="test", clock=CLOCK)) as journal:
        note = Mark(kind=MarkKind.NOTE, text="To Kim")
        journal.append([begin("one"), entry(note, session="one"), closed("one")])
        row = {"id": "one", "started_utc": "2026-02-01T09:00:00Z", "planned": True}
        journal.put_summary("one", row)
        yield journal


def test_a_file_is_for_one_person_and_for_oneself_where_wished(journal: Journal) -> None:
    vale, mine = add_person(journal, " Dr Vale ", VALE.address, NOW), identity_in(journal)
    assert (vale.name, vale.added) == ("Dr Vale", NOW.astimezone().date().isoformat())
    given = give(journal, vale, Wish(names=("Kim",)), mine, NOW, sender=" Robin ")
    bundle = unpack(given.packed, VALE)
    assert bundle.manifest == given.manifest
    assert (bundle.manifest.name, bundle.manifest.redacted) == ("Robin", 1)
    text = "\n".join(bundle.lines())
    assert "Kim" not in text
    assert "To [name 1]" in text
    with pytest.raises(SealError):
        unpack(given.packed, mine)
    copy = give(journal, vale, Wish(), mine, NOW, copy=True)
    assert unpack(copy.packed, mine).manifest.to == (VALE.address, mine.address)
    assert sent_in(journal) == ()
    note_given(journal, given, NOW)
    assert [one.id for one in sent_in(journal)] == [given.manifest.id]
    assert people_in(journal, RECIPIENTS)[0].used == vale.added


def test_how_far_it_is_only_grows_and_it_can_be_stopped(journal: Journal) -> None:
    vale, told = add_person(journal, "Dr Vale", VALE.address, NOW), list[tuple[int, int]]()
    mine = identity_in(journal)
    give(journal, vale, Wish(), mine, NOW, tell=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert len({of for _, of in told}) == 1

    def stop(done: int, of: int) -> None:
        if done > 0:
            raise KeyError

    with pytest.raises(KeyError):
        give(journal, vale, Wish(), mine, NOW, tell=stop)


def test_ones_own_address_and_somebody_known(journal: Journal) -> None:
    mine = identity_in(journal)
    assert why_not_new(journal, "Me", mine.address) == "own"
    assert why_not_new(journal, "Dr Vale", VALE.address) == ""
    add_person(journal, "Dr Vale", VALE.address, NOW)
    assert why_not_new(journal, "Other", VALE.address) == "known"
    assert why_not_new(journal, "dr vale", new_identity().address) == "name_taken"
