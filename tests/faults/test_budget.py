"""Some weeks keep to the budget; and each breach of it is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from biocoach.types import Support
from tests.faults.budget import Said, broken, run
from tests.faults.campaign import Order

AT = datetime(2026, 1, 31, 9, tzinfo=UTC)


def minutes(*at: float) -> tuple[datetime, ...]:
    return tuple(AT + timedelta(minutes=m) for m in at)


FINE = Said("a", Support.REGULATE, True, AT, minutes(0, 10, 20), (), ())


def test_some_weeks_keep_to_it() -> None:
    found = run(Order(count=4, seed=7))
    assert found.failures == []
    assert found.counts["sessions"] >= 6
    assert found.counts["offers"] >= 1


def test_a_day_within_the_budget_is_fine() -> None:
    later = replace(FINE, session="b", started=AT + HOUR, offers=minutes(60, 70, 80))
    assert broken([FINE, later]) == []


HOUR = timedelta(hours=1)
BREACHES = {
    "two offers": [replace(FINE, offers=minutes(0, 9))],
    "a fourth offer": [FINE, replace(FINE, session="b", offers=minutes(40))],
    "offered under": [replace(FINE, support=Support.OBSERVE)],
    "offered while practising": [
        replace(FINE, offers=minutes(5), practising=((minutes(4)[0], minutes(6)[0]),))
    ],
    "offered while snoozed": [replace(FINE, offers=minutes(59), snoozes=minutes(0))],
    "3 practices": [replace(FINE, session=name, offers=()) for name in "abc"],
}


@pytest.mark.parametrize("breach", BREACHES)
def test_each_breach_is_noticed(breach: str) -> None:
    found = broken(BREACHES[breach])
    assert len(found) == 1
    assert breach in found[0]
