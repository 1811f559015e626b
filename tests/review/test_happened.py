"""An old session's review: the heart is read anew, what the coach did stays what it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.review import sessions
from biocoach.review.ways_back import ways_back
from biocoach.settings import Settings
from biocoach.types import (
    Entry,
    Offer,
    Phase,
    PhaseChange,
    PracticeEnded,
    PracticeLog,
    PracticeMoment,
    Refused,
    Silence,
)
from tests.review.test_sessions import journal

SETTINGS = Settings()
BREATH = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, paced=True)
SIGH = replace(BREATH, practice="nobody-knows")
Decided = Offer | PhaseChange | PracticeEnded | Refused | Silence


def ran(*decided: Decided) -> list[Entry]:
    """A session as its journal has it: the inputs, and what was decided of them then."""
    entries = journal("separation", (531.0, BREATH), (900.0, SIGH))
    phase = PhaseChange(at_s=0.0, phase=Phase.PLAN, because="begin")
    bodies: tuple[Decided, ...] = (phase, *decided)
    lines = [replace(entries[0], at_s=float(d.at_s), body=d, number=None) for d in bodies]
    return sorted([*entries, *lines], key=lambda entry: entry.at_s)


def number_of(log: PracticeLog) -> int:
    return next(e.number for e in ran() if e.body == log and e.number is not None)


def test_the_coach_made_the_offers_that_it_made_and_no_other() -> None:
    without = sessions.review("s", ran(), SETTINGS)
    assert (without["offers"], without["silences"]) == ([], [])
    assert len(without["activations"]) == 2  # the heart is read again
    offer = Offer(at_s=540.0, practice="orienting", because="activation", activation=1)
    kept = sessions.review("s", ran(offer, Silence(at_s=700.0, because="ask")), SETTINGS)
    assert [(o["at_s"], o["practice"]) for o in kept["offers"]] == [(540.0, "orienting")]
    assert kept["silences"] == [{"at_s": 700.0, "because": "ask"}]


@pytest.mark.parametrize("made", [True, False])
def test_a_way_back_was_offered_to_only_where_an_offer_was_made(made: bool) -> None:
    offer = Offer(at_s=540.0, practice="orienting", because="activation", activation=1)
    entries = ran(offer) if made else ran()
    first = ways_back(sessions.folded(entries, SETTINGS), SETTINGS.recovery)[0]
    assert first["offered"] is made


def test_a_practice_began_where_it_was_let_begin_then() -> None:
    rows = sessions.review("s", ran(), SETTINGS)["practices"]
    assert [(r["practice"], r["start_s"]) for r in rows] == [
        ("slow-paced-4-6", 531.0),
        ("nobody-knows", 900.0),
    ]
    no = Refused(at_s=531.0, number=number_of(BREATH), why="eyes_open_only")
    over = PracticeEnded(at_s=950.0, practice="nobody-knows", because="numb")
    rows = sessions.review("s", ran(no, over), SETTINGS)["practices"]
    assert [(r["practice"], r["end_s"]) for r in rows] == [("nobody-knows", 950.0)]
