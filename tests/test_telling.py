"""A step without strap or screen is told afterwards, and is a session like the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.practised import Practised
from biocoach.keeping import Keeper, sweep
from biocoach.review.prior import Moment, prior_of
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Journal, memory_store
from biocoach.telling import AGO_MAX, Told, tell
from biocoach.types import Came, Debrief, Fit, Presence
from tests.fakes import FIT, FakeClock
from tests.strategies import plan, proven

SETTINGS = Settings()
NO_FEAR = Debrief(came=Came.NO, probability_pct=20, beyond_plan=False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def journal(clock: FakeClock) -> Iterator[Journal]:
    journal = memory_store(writer="t", clock=clock)
    yield journal
    journal.close()


def keeper_with(journal: Journal, clock: FakeClock, fit: Fit | None = FIT) -> Keeper:
    names = count(1)
    return Keeper(
        journal=journal, clock=clock, settings=SETTINGS, writer="t", fit=lambda: fit,
        new_id=lambda: f"r{next(names)}",
    )  # fmt: skip


@pytest.fixture
def keeper(journal: Journal, clock: FakeClock) -> Keeper:
    return keeper_with(journal, clock)


def yesterday(clock: FakeClock, **other: object) -> Told:
    told = Told(
        started=clock.wall() - timedelta(days=1), plan=plan(), stayed_s=900.0, over=True,
        debrief=NO_FEAR,
    )  # fmt: skip
    return replace(told, **other)  # type: ignore[arg-type]


def row(journal: Journal) -> Practised:
    (found,) = Shelf(journal, SETTINGS).practised()
    return found


def test_it_is_a_closed_session_and_done(
    keeper: Keeper, journal: Journal, clock: FakeClock
) -> None:
    assert tell(keeper, yesterday(clock)) == ("r1", "")
    found = row(journal)
    assert (found.session, found.bare, found.done, found.stayed_s) == ("r1", True, True, 900.0)
    assert (found.step, found.came, found.after_pct) == ("shop", Came.NO, 20)
    (listed,) = Shelf(journal, SETTINGS).sessions()
    assert listed["elsewhere"]["where"] == "word"
    review = Shelf(journal, SETTINGS).session("r1")
    assert isinstance(review, dict)
    assert (review["debrief"]["came"], review["end_reason"]) == ("no", "told")
    assert review["coverage"] == 0.0
    assert sweep(journal) == 0
    assert journal.open_session() is None


def test_ended_early_is_not_done(keeper: Keeper, journal: Journal, clock: FakeClock) -> None:
    tell(keeper, yesterday(clock, stayed_s=300.0, over=False))
    assert (row(journal).stayed, row(journal).done) == (False, False)


def test_they_came_back_early_is_for_the_person_to_say(
    keeper: Keeper, journal: Journal, clock: FakeClock
) -> None:
    tell(keeper, yesterday(clock, stayed_s=300.0))
    assert row(journal).stayed is None


def test_what_was_not_said_is_unknown(keeper: Keeper, journal: Journal, clock: FakeClock) -> None:
    tell(keeper, yesterday(clock, debrief=Debrief()))
    found = row(journal)
    assert (found.stayed, found.beyond_plan, found.done) == (True, None, False)


def test_longer_than_what_may_be_planned_is_kept_as_it_was(
    keeper: Keeper, journal: Journal, clock: FakeClock
) -> None:
    long = replace(plan(suds=90), planned_s=5 * 3600.0)
    assert tell(keeper, yesterday(clock, plan=long, stayed_s=5 * 3600.0))[1] == ""
    assert row(journal).planned_s == 5 * 3600.0


@pytest.mark.parametrize("ago", [timedelta(seconds=10), AGO_MAX + timedelta(days=1)])
def test_neither_before_it_was_over_nor_long_ago(
    keeper: Keeper, journal: Journal, clock: FakeClock, ago: timedelta
) -> None:
    assert tell(keeper, yesterday(clock, started=clock.wall() - ago)) == ("", "not_then")
    assert Shelf(journal, SETTINGS).sessions() == []


@pytest.mark.parametrize(
    ("fit", "why"), [(None, "fit_first"), (Fit(ladder_waits=True), "ladder_waits")]
)
def test_the_ladder_that_waits_waits_here_too(
    journal: Journal, clock: FakeClock, fit: Fit | None, why: str
) -> None:
    assert tell(keeper_with(journal, clock, fit), yesterday(clock)) == ("", why)
    assert journal.sessions() == []


def test_it_counts_for_its_day_and_a_hard_one_asks_for_rest(
    keeper: Keeper, journal: Journal, clock: FakeClock
) -> None:
    hour_ago = clock.wall() - timedelta(hours=1)
    tell(keeper, yesterday(clock, started=hour_ago, debrief=Debrief(presence=Presence.NUMB)))
    now = Moment(clock_s=clock.now_s(), boot_id=clock.boot_id, wall=clock.wall())
    prior = prior_of(journal.summaries().values(), now, SETTINGS)
    assert (prior.practised_today, prior.hard_today) == (1, True)
    assert prior.baselines == ()
    assert row(journal).away


@proven(60)
@given(
    stayed_s=st.floats(0, 80_000),
    over=st.booleans(),
    too_much=st.booleans(),
    debrief=st.builds(
        Debrief,
        came=st.none() | st.sampled_from(Came),
        stayed=st.none() | st.booleans(),
        beyond_plan=st.none() | st.booleans(),
    ),
)
def test_the_persons_word_stands_in_whatever_is_told(
    stayed_s: float, over: bool, too_much: bool, debrief: Debrief
) -> None:
    clock = FakeClock()
    journal = memory_store(writer="t", clock=clock)
    told = yesterday(
        clock, stayed_s=round(stayed_s, 3), over=over, too_much=too_much, debrief=debrief
    )
    assert tell(keeper_with(journal, clock), told) == ("r1", "")
    found = row(journal)
    journal.close()
    assert found.came is debrief.came
    assert found.too_much is too_much
    if debrief.stayed is not None:
        assert found.stayed is debrief.stayed
    assert found.beyond_plan is debrief.beyond_plan
    assert found.done is (found.stayed is True and debrief.beyond_plan is False)


def test_what_is_told_late_stands_where_it_was(
    keeper: Keeper, journal: Journal, clock: FakeClock
) -> None:
    """Two of one day, told the later first: the ladder reads them in the order they were lived."""
    later = yesterday(clock)
    earlier = yesterday(clock, started=later.started - timedelta(minutes=40))
    assert tell(keeper, later) == ("r1", "")
    assert tell(keeper, earlier) == ("r2", "")
    shelf = Shelf(journal, SETTINGS)
    assert len({row.day for row in shelf.practised()}) == 1
    assert [row.session for row in shelf.practised()] == ["r2", "r1"]
    assert [row.session for row in shelf.urged()] == ["r2", "r1"]
