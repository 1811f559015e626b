"""``biocoach year``: a simulated person's practice, made by the parts that a real one uses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from biocoach.cli.year_made import NotEmptyError, Wish, make
from biocoach.clock import StoryClock, moment_of
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store
from biocoach.types import Activation, Debrief, Offer, Phase, PhaseChange, Plan, Reading
from tests.cli.support import call, one_line_of_trouble, run

START = datetime(2026, 1, 5, tzinfo=UTC)
WEEKS = 3


def made(seed: int, weeks: int) -> Journal:
    clock = StoryClock(START)
    journal = memory_store(writer="t", clock=clock)
    make(journal, clock, Wish(seed=seed, weeks=weeks, start=START), lambda *_: None)
    return journal


@pytest.fixture(scope="module")
def journal() -> Journal:
    return made(7, WEEKS)


def test_sessions_are_whole_and_on_their_days(journal: Journal) -> None:
    rows = journal.sessions()
    assert len(rows) >= 5
    for row in rows:
        entries = list(journal.read(row.session))
        assert row.closed
        assert moment_of(row.started_utc) >= START
        assert (moment_of(row.started_utc) - START).days < 7 * WEEKS
        assert sum(isinstance(e.body, Plan) for e in entries) == 1
        assert sum(isinstance(e.body, Debrief) for e in entries) == 1
        assert any(
            isinstance(e.body, PhaseChange) and e.body.phase is Phase.CLOSED for e in entries
        )
    assert journal.open_session() is None
    assert journal.verify().problems == ()


def test_the_person_goes_up_the_ladder_by_what_is_proposed(journal: Journal) -> None:
    rows = Shelf(journal, Settings()).practised()
    steps = [row.step for row in rows]
    assert len(set(steps)) >= 2
    fact = journal.fact("ladders")
    assert fact is not None
    answers = fact["decided"]["answers"]
    assert [a["way"] for a in answers][:1] == ["advance"]
    order = [step["id"] for step in fact["ladders"][0]["steps"]]
    places = [order.index(step) for step in steps]
    assert places == sorted(places)  # nothing went wrong in these weeks
    learnt = [row for row in rows if row.after_pct is not None]
    assert len(learnt) == len(rows)


def test_never_more_than_the_day_allows(journal: Journal) -> None:
    days = [row.day for row in Shelf(journal, Settings()).practised()]
    assert max(days.count(day) for day in days) <= Settings().care.sessions_per_day


def test_there_is_a_heart_in_it(journal: Journal) -> None:
    bodies = [e.body for row in journal.sessions() for e in journal.read(row.session)]
    assert sum(isinstance(body, Reading) for body in bodies) > 4000
    assert any(isinstance(body, Activation) for body in bodies)
    assert any(isinstance(body, Offer) for body in bodies)


def test_the_same_seed_gives_the_same_year(journal: Journal) -> None:
    def said(found: Journal, weeks: int) -> list[object]:
        rows = [r for r in found.sessions() if (moment_of(r.started_utc) - START).days < 7 * weeks]
        return [(e.at_s, e.wall_utc, e.body) for row in rows for e in found.read(row.session)]

    assert said(made(7, 1), 1) == said(journal, 1)


def test_not_among_other_sessions(journal: Journal) -> None:
    clock = StoryClock(START)
    with pytest.raises(NotEmptyError):
        make(journal, clock, Wish(seed=1, weeks=1, start=START), lambda *_: None)


def test_the_command(tmp_path: Path) -> None:
    asked = ["year", "--weeks", "1", "--until", "2026-01-11", "--data-dir", "d"]
    told = run(tmp_path, *asked)
    assert told.returncode == 0, told.stderr
    assert "sessions in 1 weeks" in told.stdout
    said = one_line_of_trouble(call(tmp_path, *asked))
    assert said.endswith("give another --data-dir")
    bad = call(tmp_path, "year", "--until", "soon", "--data-dir", "e")
    assert bad.returncode == 2
