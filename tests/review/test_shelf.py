"""What is on the shelf: planned sessions, and nothing of one that must be still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.review import sessions
from biocoach.review.progress import Asked
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store
from biocoach.types import (
    Begin,
    Closed,
    End,
    Entry,
    Fit,
    InputBody,
    Mark,
    MarkKind,
    Plan,
    Refusal,
    Step,
    Support,
)
from tests.fakes import FakeClock

OBSERVED = Plan(step=Step(id="a", title="A", support=Support.OBSERVE), planned_s=600)
APART, BACK = Mark(kind=MarkKind.APART), Mark(kind=MarkKind.BACK)


class Room:
    """A journal with one session, and the shelf before it."""

    def __init__(self) -> None:
        self.journal: Journal = memory_store(writer="t", clock=FakeClock())
        self.shelf = Shelf(self.journal, Settings())
        self._said = 0
        self.say(Begin(seed=7, settings_hash="", fit=Fit()))

    def say(self, *bodies: InputBody | Closed) -> None:
        for body in bodies:
            entry = Entry(
                person="me", writer="t", session="s", boot_id="b", at_s=float(self._said),
                wall_utc="2026-01-31T09:00:00.000Z", body=body, settings_hash="",
                number=self._said,
            )  # fmt: skip
            self._said += 1
            self.journal.append([entry])

    def ids(self) -> list[str]:
        return [row["id"] for row in self.shelf.sessions()]


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    yield room
    room.journal.close()


def test_a_still_session_is_refused_until_it_is_over(room: Room) -> None:
    """By the record alone: a restart, or another page, is no way round."""
    room.say(OBSERVED)
    assert isinstance(room.shelf.session("s"), dict)
    room.say(APART)
    assert isinstance(room.shelf.session("s"), Refusal)
    assert room.ids() == []
    room.say(BACK)
    assert isinstance(room.shelf.session("s"), dict)
    assert room.ids() == ["s"]


def test_whoever_is_not_the_wearer_reads_what_is_over_and_never_looks_on(room: Room) -> None:
    """Under every policy: the session is neither in a list nor to be opened until it is closed."""
    theirs = Shelf(room.journal, Settings(), over_only=True)
    room.say(replace(OBSERVED, step=Step(id="a", title="A")), APART)
    assert room.ids() == ["s"]
    assert (theirs.sessions(), theirs.everything(), theirs.practised()) == ([], [], [])
    assert theirs.session("s") == Refusal(why="not_over")
    assert theirs.session("another") is None
    room.say(BACK, End(), Closed(at_s=9.0, reason="ended"))
    assert [row["id"] for row in theirs.sessions()] == ["s"]
    assert isinstance(theirs.session("s"), dict)


def test_what_is_not_there_is_not_there(room: Room) -> None:
    assert room.shelf.session("another") is None
    room.say(End())
    assert room.ids() == []  # it was never planned


def test_what_helps_is_told_from_summaries_and_nothing_of_a_still_session(room: Room) -> None:

    def lived(name: str, practice: str, count: int) -> dict[str, Any]:
        way = {
            "where": "apart", "half_s": 40.0, "seen_s": 300.0, "amplitude_bpm": 14.0, "up_s": 60.0,
            "begun": [{"practice": practice, "after_s": -9.0}] if practice else [], "left_out": "",
        }  # fmt: skip
        return {
            "id": name, "step": "a", "simulated": False, "suds_before": 40,
            "ways_back": [way] * count,
        }  # fmt: skip

    assert room.shelf.quickness(simulated=False) == {}
    room.journal.put_summary("s", lived("s", "orienting", 9) | {"still": False})
    apart, _ = room.shelf.helps(simulated=False)["groups"]
    (row,) = apart["practices"]
    assert (row["practice"], row["n"], row["says"]) == ("orienting", 9, "not_enough")
    assert list(room.shelf.quickness(simulated=False)) == ["orienting"]
    assert room.shelf.quickness(simulated=True) == {}
    room.journal.put_summary("s", lived("s", "orienting", 9) | {"still": True})
    assert room.shelf.helps(simulated=False)["groups"][0]["practices"] == []


@pytest.mark.parametrize("simulated", [False, True])
def test_progress_never_mixes_a_simulated_heart_with_a_real_one(
    room: Room, *, simulated: bool
) -> None:
    way = {"where": "apart", "used": False, "half_s": 40.0, "seen_s": 300.0, "left_out": ""}
    row = Practised(session="s", day="2026-01-31", ladder="l", step="a", support=Support.ASK)
    kept: dict[str, Any] = {"id": "s", "started_utc": "2026-01-31T09:00:00.000Z"}
    kept |= {"ways_back": [way], "practised": row.told(), "simulated": simulated}
    room.journal.put_summary("s", kept)
    ladder = Ladder(id="l", title="L", steps=(LadderStep(id="a", title="A"),))
    for asked in (False, True):
        found = room.shelf.progress([ladder], Asked(), date(2026, 2, 1), simulated=asked)
        assert len(found["ladders"][0]["marks"]) == (asked is simulated)
        assert sum(group["n"] for group in found["groups"]) == (asked is simulated)


def test_the_open_session_is_folded_once_for_all_that_ask(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded: list[str] = []
    summary = sessions.summary

    def counted(name: str, *rest: Any) -> dict[str, Any]:
        folded.append(name)
        return summary(name, *rest)

    monkeypatch.setattr(sessions, "summary", counted)
    room.say(Plan(step=Step(id="a", title="A"), planned_s=600))
    assert (room.ids(), room.shelf.practised(), room.shelf.urged()) == (["s"], [], [])
    assert folded == ["s"]
    room.say(APART)
    assert [row.step for row in room.shelf.practised()] == ["a"]  # what was said since counts
    assert folded == ["s", "s"]
