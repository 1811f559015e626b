"""Notes on a session that is over, over a real record: pinned, changed, erased for good."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli import margin
from biocoach.types import Closed, Entry
from dashboard.ports import Outcome
from tests.cli.note_support import KEYS, Writer, written_by

CANARY = "canary-of-the-coal-mine"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    yield from written_by(tmp_path, KEYS["plain"])


@pytest.fixture
def over(writer: Writer) -> Writer:
    """With a session of ten minutes that is over."""
    writer.lived("s1", length_s=600.0)
    end = Entry(
        person="me", writer="t", session="s1", boot_id="b", at_s=600.0, settings_hash="",
        wall_utc="2026-01-31T09:10:00.000Z", body=Closed(at_s=600.0, reason="ended"), number=None,
    )  # fmt: skip
    writer.record.append([end])
    return writer


def seen(writer: Writer, session: str = "s1") -> list[dict[str, Any]]:
    found = writer.margin.notes(session)
    assert not isinstance(found, Outcome), found
    notes: list[dict[str, Any]] = found["notes"]
    return notes


def test_notes_stand_by_their_moments_with_when_they_were_written(over: Writer) -> None:
    first = over.margin.add("s1", 120.5, "The door")
    over.clock.advance(2 * 86_400)
    assert over.margin.add("s1", 30, "Before it")["ok"]
    over.margin.change("s1", first["id"], 120.5, "The front door", first["rev"])
    assert [(row["at_s"], row["text"]) for row in seen(over)] == [
        (30, "Before it"),
        (120.5, "The front door"),
    ]
    early, late = seen(over)
    assert early["written_utc"] == early["changed_utc"] == late["changed_utc"]
    assert late["written_utc"][:10] < late["changed_utc"][:10]


def test_two_of_the_same_moment_stand_as_they_were_written(over: Writer) -> None:
    for n in range(12):  # their ids are random: no order of ids is this one by chance
        over.margin.add("s1", 30, str(n))
        over.clock.advance(1)
    assert [row["text"] for row in seen(over)] == [str(n) for n in range(12)]


def test_the_session_itself_stays_as_it_was(over: Writer) -> None:
    before = list(over.record.read("s1"))
    over.margin.add("s1", 10, "later")
    assert list(over.record.read("s1")) == before


def test_of_two_windows_the_later_one_is_told(over: Writer) -> None:
    made = over.margin.add("s1", 10, "one")
    changed = over.margin.change("s1", made["id"], 12, "two", made["rev"])
    assert changed["ok"]
    late = over.margin.change("s1", made["id"], 10, "mine", made["rev"])
    assert late == {"ok": False, "why": "changed"}
    assert over.margin.erase("s1", made["id"], made["rev"]) == {"ok": False, "why": "changed"}
    assert [(row["at_s"], row["text"]) for row in seen(over)] == [(12, "two")]


def test_of_many_at_once_exactly_one_is_written(over: Writer) -> None:
    made = over.margin.add("s1", 10, "one")
    with ThreadPoolExecutor(8) as pool:
        tries = [
            pool.submit(over.margin.change, "s1", made["id"], 10, str(n), made["rev"])
            for n in range(8)
        ]
    assert sum(one.result()["ok"] for one in tries) == 1


def test_an_erased_note_and_each_earlier_wording_are_nowhere_on_the_disk(over: Writer) -> None:
    made = over.margin.add("s1", 10, CANARY + " one")
    made = over.margin.change("s1", made["id"], 10, CANARY + " two", made["rev"])
    assert (CANARY + " one").encode() not in over.on_disk()
    assert over.margin.erase("s1", made["id"], made["rev"]) == {"ok": True}
    assert seen(over) == []
    assert over.margin.erase("s1", made["id"], made["rev"])["why"] == "not_there"
    assert CANARY.encode() not in over.on_disk()


def test_they_go_with_their_session(over: Writer) -> None:
    over.margin.add("s1", 10, CANARY)
    over.lived("s2", length_s=10.0)
    over.record.erase_session("s1")
    assert over.margin.notes("s1") == Outcome(why="not_there")
    assert over.record.facts("beside:") == {}
    assert CANARY.encode() not in over.on_disk()


def test_only_a_session_that_is_over_and_only_its_own_moments(over: Writer) -> None:
    over.lived("s2", length_s=600.0)
    assert over.margin.add("s2", 10, "x")["why"] == "open_session"
    assert over.margin.add("nobody", 10, "x")["why"] == "not_there"
    assert over.margin.add("s1", 700, "x")["why"] == "not_in_session"
    made = over.margin.add("s1", 600.4, "the last moment")
    assert made["ok"]
    assert over.margin.change("s1", made["id"], 700, "x", made["rev"])["why"] == "not_in_session"
    assert over.margin.change("s2", made["id"], 10, "x", made["rev"])["why"] == "not_there"


def test_so_many_and_no_more(over: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(margin, "NOTES_MAX", 2)
    assert [over.margin.add("s1", 1, "x").get("why") for _ in range(3)] == [None, None, "full"]


def test_a_locked_record_tells_nothing(over: Writer) -> None:
    over.margin.add("s1", 10, "x")
    over.goes()
    assert over.margin.notes("s1") == Outcome(why="locked")
    assert over.margin.add("s1", 10, "x") == {"ok": False, "why": "locked"}
    over.comes()
    assert [row["text"] for row in seen(over)] == ["x"]
