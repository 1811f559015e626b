"""What is kept of a session's review for reports: small, and saying the same."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review import sessions, thin
from biocoach.review.summing_up import sum_up
from biocoach.settings import Settings
from biocoach.store import memory_store
from biocoach.types import Begin, Entry, Fit
from devices.virtual import scenario_events
from tests.fakes import FakeClock
from tests.store.support import closed, entry
from tests.strategies import PROVEN

Json = dict[str, Any]
SETTINGS = Settings()
rates = st.none() | st.floats(40, 200)


def series(rows: list[float | None]) -> Json:
    return {"t_s": list(range(1, len(rows) + 1))} | {name: list(rows) for name in thin.LINES}


@PROVEN
@given(rows=st.lists(rates, max_size=300), points=st.integers(1, 50))
def test_a_thinned_line_is_short_and_says_no_more_than_was_read(
    rows: list[float | None], points: int
) -> None:
    found = thin.thinned(series(rows), points)
    every = found["every_s"]
    assert len(found["t_s"]) <= points
    assert every * len(found["t_s"]) >= len(rows)
    for n, told in enumerate(found["hr_bpm"]):
        part = rows[n * every : (n + 1) * every]
        known = [rate for rate in part if rate is not None]
        if 2 * len(known) <= len(part):
            assert told is None
        else:
            assert told is not None
            assert min(known) - 0.1 <= told <= max(known) + 0.1


def lived() -> list[Entry]:
    events = scenario_events(7, "separation", ("dropout",))
    fit = Fit(with_therapist=True)
    begin = Begin(seed=7, settings_hash=SETTINGS.hash(), fit=fit, simulated=True)
    rows = [entry(begin, number=0)]
    rows += [entry(e.body, at_s=e.at_s, number=n) for n, e in enumerate(events, 1)]
    return [*rows, closed()]


@pytest.fixture(scope="module")
def told() -> Json:
    return sessions.review("s1", lived(), SETTINGS)


def test_it_says_what_the_review_says(told: Json) -> None:
    found = thin.thin(told, "then")
    for key in thin.KEPT:
        assert found[key] == told[key]
    assert (found["recorded_by"], found["heard"]) == ("then", True)
    start_s, end_s = thin.apart_s(told) or (0.0, 0.0)
    rows = zip(told["series"]["t_s"], told["series"]["hr_bpm"], strict=True)
    apart = [rate is not None for at_s, rate in rows if start_s <= at_s <= end_s]
    assert found["read_apart"] == pytest.approx(sum(apart) / len(apart), abs=0.01)
    assert 0 < found["read_apart"] < 1  # it had a hole


def test_of_nobody_apart_nothing_is_said(told: Json) -> None:
    never = told | {"phases": [p | {"withdrawn": True} for p in told["phases"]]}
    assert thin.thin(never, "")["read_apart"] is None


def test_both_are_kept_from_one_fold_and_go_with_the_session(told: Json) -> None:
    with closing(memory_store(writer="t", clock=FakeClock())) as journal:
        journal.append(lived())
        sum_up(journal, "s1", SETTINGS)
        made_by = thin.made_by(SETTINGS)
        assert journal.summary("s1") == sessions.summary("s1", list(journal.read("s1")), SETTINGS)
        kept = journal.thin_review("s1", made_by)
        assert kept is not None
        assert kept["activations"] == told["activations"]
        assert journal.thin_review("s1", "another version") is None
        journal.erase_session("s1")
        assert journal.thin_review("s1", made_by) is None
        assert journal.summary("s1") is None
