"""``biocoach year``: a simulated person's practice, made by the parts that a real one uses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from biocoach.cli.year_made import NotEmptyError, Wish, make
from biocoach.clock import StoryClock, moment_of
from biocoach.exposure.answers import Unfit, judged
from biocoach.exposure.shipped_forms import shipped_forms
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store
from biocoach.types import Activation, Debrief, Offer, Phase, PhaseChange, Plan, Reading
from devices.virtual_year import weeks
from devices.virtual_year_sheets import written
from tests.cli.support import call, one_line_of_trouble, run

START = datetime(2026, 1, 5, tzinfo=UTC)
WEEKS = 3


def wish(folder: Path, seed: int, weeks: int) -> Wish:
    return Wish(folder=folder, seed=seed, weeks=weeks, start=START)


def made(folder: Path, seed: int, weeks: int) -> Journal:
    clock = StoryClock(START)
    journal = memory_store(writer="t", clock=clock)
    make(journal, clock, wish(folder, seed, weeks), lambda *_: None)
    return journal


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    return made(tmp_path_factory.mktemp("year"), 7, WEEKS)


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


def test_they_write_as_well(journal: Journal) -> None:
    sheets = list(journal.facts("sheet:").values())
    assert {sheet["form"] for sheet in sheets} >= {"gad-7", "moment"}
    assert all(sheet["state"] == "kept" for sheet in sheets)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_they_write_fits_its_form(seed: int) -> None:
    forms = shipped_forms().forms
    for week in weeks(seed, 60):
        for sheet in written(seed, week, START.date()):
            found = judged(forms[sheet.form], sheet.answers, keep=True)
            assert not isinstance(found, Unfit), (sheet, found)


def test_the_same_seed_gives_the_same_year(journal: Journal, tmp_path: Path) -> None:
    def said(found: Journal, weeks: int) -> list[object]:
        rows = [r for r in found.sessions() if (moment_of(r.started_utc) - START).days < 7 * weeks]
        return [(e.at_s, e.wall_utc, e.body) for row in rows for e in found.read(row.session)]

    assert said(made(tmp_path, 7, 1), 1) == said(journal, 1)


def test_not_among_other_sessions(journal: Journal, tmp_path: Path) -> None:
    clock = StoryClock(START)
    with pytest.raises(NotEmptyError):
        make(journal, clock, wish(tmp_path, 1, 1), lambda *_: None)


def test_the_command(tmp_path: Path) -> None:
    asked = ["year", "--weeks", "1", "--until", "2026-01-11", "--data-dir", "d"]
    told = run(tmp_path, *asked)
    assert told.returncode == 0, told.stderr
    assert "sessions in 1 weeks" in told.stdout
    said = one_line_of_trouble(call(tmp_path, *asked))
    assert said.endswith("give another --data-dir")
    bad = call(tmp_path, "year", "--until", "soon", "--data-dir", "e")
    assert bad.returncode == 2
