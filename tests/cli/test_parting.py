"""Planned separations over a real record: made as sheets, moved by dates and by a word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.ports import Outcome
from tests.cli.note_support import KEYS, Writer, written_by

# The fake clock begins on 2026-01-31 at 09:00 UTC.
SOON: dict[str, Any] = {
    "who": "K",
    "whole_days": False,
    "begins": "2026-01-31T10:00Z",
    "ends": "2026-01-31T12:00Z",
    "goodbye": "See you at the stove.",
}
LATER: dict[str, Any] = {
    "who": "Dr B",
    "whole_days": True,
    "first_day": "2026-03-02",
    "last_day": "2026-03-15",
}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    yield from written_by(tmp_path, KEYS["plain"])


def seen(writer: Writer) -> dict[str, Any]:
    found = writer.partings.separations()
    assert not isinstance(found, Outcome)
    return found


def states(writer: Writer) -> dict[str, str]:
    found = seen(writer)
    return {row["who"]: row["state"] for row in [*found["coming"], *found["past"]]}


def test_what_is_coming_is_told_with_the_next_one_first(writer: Writer) -> None:
    writer.begins("therapy-break", **LATER)
    writer.begins("separation-ahead", **SOON)
    writer.begins("separation-ahead", keep=False, **SOON)
    found = seen(writer)
    assert [(row["who"], row["kind"]) for row in found["coming"]] == [
        ("K", "apart"),
        ("Dr B", "therapy_break"),
    ]
    assert found["past"] == []
    assert found["coming"][0]["goodbye"] == "See you at the stove."


def test_the_dates_move_it(writer: Writer) -> None:
    writer.begins("separation-ahead", **SOON)
    told = []
    for _ in range(4):
        told.append(states(writer)["K"])
        writer.clock.advance(timedelta(hours=1).total_seconds())
    assert told == ["announced", "under_way", "under_way", "over"]
    assert [row["who"] for row in seen(writer)["past"]] == ["K"]


def test_a_word_moves_it_and_can_be_taken_back(writer: Writer) -> None:
    name = writer.begins("separation-ahead", **SOON)
    rev = writer.sees(name)["rev"]
    assert writer.partings.say(name, "back", rev)["why"] == "wrong_state"
    off = writer.partings.say(name, "call_off", rev)
    assert off["ok"]
    assert states(writer) == {"K": "called_off"}
    assert writer.partings.say(name, "on_again", rev)["why"] == "changed"
    on = writer.partings.say(name, "on_again", off["rev"])
    assert states(writer) == {"K": "announced"}
    writer.clock.advance(5400)
    back = writer.partings.say(name, "back", on["rev"])
    assert states(writer) == {"K": "over"}
    assert writer.partings.say(name, "on_again", back["rev"])["ok"]
    assert states(writer) == {"K": "under_way"}
    assert writer.sees(name)["answers"] == SOON


def test_only_a_planned_one_hears_a_word(writer: Writer) -> None:
    name = writer.begins("journal", words="x")
    rev = writer.sees(name)["rev"]
    assert writer.partings.say(name, "call_off", rev)["why"] == "not_there"
    assert writer.partings.say("nobody", "call_off", rev)["why"] == "not_there"
    assert writer.partings.calendar(name, None) == Outcome(why="not_there")


def test_it_ends_no_sooner_than_it_begins(writer: Writer) -> None:
    wrong = SOON | {"ends": SOON["begins"]}
    found = writer.begin("separation-ahead", None, wrong, keep=True)
    assert (found["field"], found["what"]) == ("ends", "range")
    assert writer.begin("separation-ahead", None, wrong, keep=False)["ok"]


def test_the_calendar_file_says_when_and_that_it_was_called_off(writer: Writer) -> None:
    name = writer.begins("separation-ahead", **SOON)
    content = writer.partings.calendar(name, 60)
    assert isinstance(content, bytes)
    assert b"DTSTART:20260131T100000Z\r\n" in content
    assert b"TRIGGER:-PT1H\r\n" in content
    assert b"stove" not in content
    writer.partings.say(name, "call_off", writer.sees(name)["rev"])
    off = writer.partings.calendar(name, None)
    assert isinstance(off, bytes)
    assert b"STATUS:CANCELLED" in off
    assert b"VALARM" not in off
