"""A few commits of each kind; how they compare is for the campaign to tell."""

from __future__ import annotations

import pytest

from tests.faults import cost
from tests.faults.campaign import Order


def test_both_are_written_and_compared() -> None:
    outcome = cost.cost(Order(count=5, seed=1))
    assert outcome.counts == {"commits each": 5}
    assert "times plain" in outcome.notes[0]


def test_it_would_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "MOST", 0.0)
    assert cost.cost(Order(count=5, seed=1)).failures
