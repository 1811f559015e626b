"""Nobody but the wearer looks on: not by another journal, not by what is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from biocoach.clock import iso_utc
from biocoach.store import Journal, memory_store
from biocoach.syncing.items import ITEMS
from biocoach.syncing.wire import told
from biocoach.types import Mark, MarkKind
from tests.cli.clinic.house import House, People
from tests.fakes import FakeClock
from tests.store.clinic.support import JOURNAL, hello
from tests.store.support import begin, closed, entry

MOMENT = {
    "state": "kept", "makes": "moment", "form": "moment", "title": "A moment", "answers": {},
    "rev": "r", "began_utc": "2026-01-31T09:00:00Z", "changed_utc": "2026-01-31T09:00:00Z",
}  # fmt: skip
APART = entry(Mark(kind=MarkKind.APART), session="s", number=1)
TOO_MUCH = entry(Mark(kind=MarkKind.TOO_MUCH), session="s", number=2)
UNSHARED = tuple(item for item in ITEMS if item != "sessions")


@pytest.fixture
def running() -> Iterator[Journal]:
    journal = memory_store(writer="bo", clock=FakeClock())
    journal.put_fact("sheet:early", MOMENT)
    journal.append([begin("s"), APART])
    yield journal
    journal.close()


def restored(people: People, house: House) -> None:
    """Another journal says that it took this one's place."""
    said = told(hello(ITEMS, "journal-2", before=JOURNAL))
    assert house.computer(people.token).post("/sync/hello", json=said).status_code == 200


def reopened(people: People, house: House) -> None:
    house.desk._shelf.drop(UUID(people.bo))


def review(people: People) -> tuple[int, str]:
    found = people.tess.get(people.at("api/sessions/s"))
    return found.status_code, found.json().get("why", "")


def export(people: People) -> str:
    return str(people.tess.get(f"/api/clients/{people.bo}/export/{JOURNAL}").text)


def unheard(people: People, for_s: float) -> None:
    """The clinic has heard nothing of any journal for so long."""
    with people.base.root() as root:
        ago = f"UPDATE clinic.journals SET heard = now() - interval '{for_s} seconds'"
        root.execute(ago)


def test_not_either_once_another_journal_took_its_place(
    house: House, people: People, running: Journal
) -> None:
    people.sends(running)
    assert review(people) == (409, "not_over")
    restored(people, house)
    running.append([TOO_MUCH])
    people.sends(running)
    for look in range(2):
        assert review(people) == (409, "not_over"), look
        assert people.tess.get(people.at("api/sessions/s/hrv")).status_code == 409
        assert people.tess.get(people.at("api/sessions")).json() == []
        assert '"entry"' not in export(people)
        reopened(people, house)
    running.append([closed("s")])
    people.sends(running)
    assert review(people) == (200, "")
    assert export(people).count('"entry"') == 4


def test_what_was_cut_off_is_told_a_day_after_it_was_heard_of(
    house: House, people: People, running: Journal
) -> None:
    """And no longer once its computer speaks of it again, on a page that is open all the while."""
    people.sends(running)
    restored(people, house)
    running.put_fact("sheet:now", MOMENT)
    people.sends(running)
    unheard(people, 86_300)
    assert review(people) == (409, "not_over")
    assert '"sheet:now"' not in export(people)
    unheard(people, 86_500)
    assert review(people) == (200, "")
    assert '"sheet:now"' in export(people)
    assert export(people).count('"entry"') == 2
    running.append([TOO_MUCH])
    people.sends(running)
    assert review(people) == (409, "not_over")
    assert '"sheet:now"' not in export(people)
    assert '"entry"' not in export(people)


def test_what_is_kept_meanwhile_waits_for_the_end(people: People, running: Journal) -> None:
    running.put_fact("sheet:now", MOMENT | {"link": {"session": "s", "at_s": 1.0}})
    running.put_fact("check_in", {"session": "r", "date": "2026-01-31"})
    running.append([entry(APART.body, session="s", number=3)])
    people.sends(running)
    sheets = people.tess.get(people.at("api/worksheets"))
    assert sheets.status_code == 200, sheets.text
    assert [one["id"] for one in sheets.json()["sheets"]] == ["early"]
    assert people.tess.get(people.at("api/worksheets/now")).status_code == 404
    text = export(people)
    assert '"sheet:early"' in text
    assert '"sheet:now"' not in text
    assert '"check_in"' not in text
    running.append([closed("s")])
    people.sends(running)
    sheets = people.tess.get(people.at("api/worksheets")).json()["sheets"]
    assert {one["id"] for one in sheets} == {"early", "now"}
    assert people.tess.get(people.at("api/worksheets/now")).status_code == 200
    assert '"sheet:now"' in export(people)
    assert '"check_in"' in export(people)


@pytest.mark.parametrize(("hours", "waits"), [(1, True), (25, False)])
def test_where_its_end_can_not_be_known_a_day_goes_by(
    people: People, *, hours: int, waits: bool
) -> None:
    """Of a client who shares moments and no sessions."""
    journal = memory_store(writer="bo", clock=FakeClock())
    at_utc = iso_utc(datetime.now(UTC) - timedelta(hours=hours))
    journal.append([replace(one, wall_utc=at_utc) for one in (begin("s"), APART, closed("s"))])
    journal.put_fact("sheet:now", MOMENT)
    people.sends(journal, UNSHARED)
    assert ('"sheet:now"' not in export(people)) is waits
    journal.close()
