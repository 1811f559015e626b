"""The packet on the page: made beside everything else, ended at will, gone with the record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from biocoach.cli.report_desk import ReportDesk
from biocoach.cli.year_made import Wish, make
from biocoach.clock import StoryClock
from biocoach.review.packet.material import Review
from biocoach.review.packet.reading import Readers, read_session, reply
from biocoach.settings import Settings
from biocoach.store import Journal, Key, open_store
from dashboard.ports import Outcome

START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 1, 26, tzinfo=UTC)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    folder = tmp_path_factory.mktemp("record")
    clock = StoryClock(START)
    found = open_store(folder, Key(None), writer="t", clock=clock)
    make(found, clock, Wish(folder=folder, seed=7, weeks=3, start=START), lambda *_: None)
    yield found
    found.close()


@pytest.fixture
def desk(journal: Journal) -> Iterator[ReportDesk]:
    desk = ReportDesk(lambda: NOW, Settings())
    asyncio.run(desk.opened(journal, simulated=True))
    yield desk
    asyncio.run(desk.closing())


def finished(desk: ReportDesk, name: str) -> Json:
    """Waits for the thread itself, not for a time."""
    work = desk._one.named(name)
    assert work is not None
    assert work.thread is not None
    work.thread.join()
    found = desk.view(name)
    assert isinstance(found, dict)
    return found


def test_a_packet_is_made_looked_at_and_saved(desk: ReportDesk) -> None:
    name = desk.begin(None, None, "The door")["id"]
    found = finished(desk, name)
    assert found["state"] == "ready"
    assert found["done"] == found["of"] == found["sessions"] > 3
    first = found["first"]
    assert [part["number"] for part in first["parts"]] == list(range(1, 10))
    assert first["parts"][0]["items"][0]["text"] == "The door"
    assert "SIMULATED" in found["mark"]
    pdf, html = desk.file(name, "pdf"), desk.file(name, "html")
    assert isinstance(pdf, bytes)
    assert pdf.startswith(b"%PDF")
    assert isinstance(html, bytes)
    assert b"The door" in html


def test_another_takes_its_place_and_what_was_dropped_is_gone(desk: ReportDesk) -> None:
    first = desk.begin(None, None, "")["id"]
    second = desk.begin(date(2026, 1, 5), date(2026, 1, 6), "")["id"]
    assert desk.view(first) == Outcome(why="not_there")
    assert finished(desk, second)["state"] == "ready"
    assert desk.drop(second) == Outcome()
    assert desk.drop(second) == desk.view(second) == desk.file(second, "pdf")
    assert desk.drop(second) == Outcome(why="not_there")


def test_days_the_wrong_way_round_and_a_closed_record(journal: Journal) -> None:
    desk = ReportDesk(lambda: NOW, Settings())
    assert desk.begin(None, None, "") == {"ok": False, "why": "locked"}
    late, soon = date(2026, 1, 9), date(2026, 1, 8)
    assert desk.begin(late, soon, "") == {"ok": False, "why": "no_days"}
    asyncio.run(desk.opened(journal, simulated=True))
    name = desk.begin(None, None, "")["id"]
    asyncio.run(desk.closing())  # while it is under way
    assert desk.view(name) == Outcome(why="not_there")
    assert desk.begin(None, None, "") == {"ok": False, "why": "locked"}


def test_children_read_what_is_read_here(journal: Journal) -> None:
    """Each by a child, by one that can't be started, and here: all the same."""
    reader = journal.reader()
    names = [row.session for row in reader.sessions()][:5]
    here = {name: read_session(reader, name, Settings()) for name in names}
    readers = Readers(reader, Settings(), names, children=2)
    by_child = {name: readers.read(name) for name in names}
    readers.close()
    readers.close()
    assert all(by_child.values())
    for name in names:
        assert _plain(by_child[name]) == _plain(here[name])
    reader.close()


def _plain(review: Review | None) -> Json:
    """As JSON has it: a tuple is a list there."""
    import json

    assert review is not None
    found: Json = json.loads(json.dumps({"told": review.told, "by": review.recorded_by}))
    return found


def test_a_child_that_dies_costs_nobody_a_session(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("biocoach.review.packet.reading.MODULE", "biocoach.nothing_of_this_name")
    reader = journal.reader()
    names = [row.session for row in reader.sessions()][:4]
    readers = Readers(reader, Settings(), names, children=2)
    found = [readers.read(name) for name in names]
    readers.close()
    assert all(found)
    reader.close()


def test_what_a_child_can_not_read_it_gives_back(journal: Journal) -> None:
    newer = (
        '["s1", [["", 0.0, "2026-01-05T00:00:00.000Z", 0, "h", 1, "{\\"kind\\": \\"newer\\"}"]]]'
    )
    assert reply(newer, Settings()) == ""
    assert reply('["nobody", []]', Settings()) == "null"
