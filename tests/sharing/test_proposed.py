"""A proposed change, with what it is now and what it would be."""

from __future__ import annotations

from typing import Any

import pytest

from biocoach.sharing.proposed import proposed

STEPS: list[dict[str, Any]] = [
    {"id": "a", "title": "To a", "support": "ask", "planned_s": 600.0, "expected_suds": 30},
    {"id": "away", "title": "Away", "put_away": True},
    {"id": "b", "title": "To b", "support": "delay", "planned_s": 60.0, "expected_suds": 0},
]
LADDERS: list[dict[str, Any]] = [{"id": "other", "steps": []}, {"id": "l", "steps": STEPS}]


@pytest.mark.parametrize(
    ("step", "change", "told"),
    [
        ("a", {"planned_s": 300}, {"what": "planned_s", "was": 600.0, "to": 300}),
        ("b", {"expected_suds": 5}, {"what": "expected_suds", "was": 0, "to": 5}),
        ("a", {"support": "observe"}, {"what": "support", "was": "ask", "to": "observe"}),
        ("b", {"place": 0}, {"what": "place", "was": 2, "to": 1}),
        ("a", {"place": 40}, {"what": "place", "was": 1, "to": 2}),
        ("a", {"way": "hold"}, {"what": "hold"}),
    ],
)
def test_it_has_its_values(step: str, change: dict[str, Any], told: dict[str, Any]) -> None:
    about = {"ladder": "l", "step": step, "reason": "x"}
    assert proposed(about | change, LADDERS) == {"title": f"To {step}"} | told


@pytest.mark.parametrize("ladder", ["l", "other", "gone"])
def test_what_is_not_there_any_more_is_not_known(ladder: str) -> None:
    about = {"ladder": ladder, "step": "gone", "reason": "x"}
    assert proposed(about | {"planned_s": 60}, LADDERS) == {
        "title": "", "what": "planned_s", "was": None, "to": 60,
    }  # fmt: skip
    assert proposed(about | {"place": 0}, LADDERS)["was"] is None


def test_one_that_was_put_away_has_no_place() -> None:
    about = {"ladder": "l", "step": "away", "reason": "x", "place": 1}
    assert proposed(about, LADDERS) == {"title": "Away", "what": "place", "was": None, "to": 2}
