"""A seeded share of the campaign, and proof that it would notice each rule that is taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from biocoach.coach import coach, policy
from biocoach.coach.coach import Coach
from biocoach.coach.policy import Policy, Standing
from biocoach.types import AgeBand, PracticeFacts
from tests.faults import offers
from tests.faults.campaign import Order

SHARE = Order(count=20_000, seed=7)
may_begin = policy.may_begin


def test_nothing_that_is_offered_or_begun_breaks_a_rule_of_care() -> None:
    outcome = offers.run(SHARE)
    assert outcome.failures == []
    assert outcome.counts["states"] == SHARE.count
    assert outcome.counts["offers"] > 200
    assert outcome.counts["silences"] > 2000
    assert outcome.counts["practices begun"] > 100


def begins_with(**changes: Any) -> Callable[[PracticeFacts, Standing], str]:
    """The gate, blind to some of what it should look at."""
    of_facts = {k: v for k, v in changes.items() if k in PracticeFacts.__dataclass_fields__}
    of_now = {k: v for k, v in changes.items() if k in Standing.__dataclass_fields__}
    return lambda facts, now: may_begin(replace(facts, **of_facts), replace(now, **of_now))


REAL_GATE = Policy._gate


def blind_gate(**changes: Any) -> Callable[..., str]:
    return lambda self, at_s, now, because: REAL_GATE(self, at_s, replace(now, **changes), because)


BROKEN: list[tuple[str, object, str, object, str]] = [
    ("doubt", policy, "doubt", lambda second, plan: "", "data"),
    ("budget", Policy, "_budget", lambda self, at_s: "", "in ten minutes"),
    ("child", Policy, "_gate", blind_gate(age=AgeBand.ADULT), "to a child"),
    ("practising", Policy, "_gate", blind_gate(practising=False), "while practising"),
    ("unknown", policy, "_unknown", lambda second: "", "not known"),
    ("fits", policy, "_fits", lambda facts, now: True, "not for"),
    ("closed", policy, "may_begin", begins_with(closed=""), "closed"),
    ("strains", policy, "may_begin", begins_with(strains=False), "panic"),
    ("eyes", coach, "may_begin", begins_with(eyes_open=True), "far away"),
    ("panic", coach, "may_begin", begins_with(panic=False), "panic"),
    ("lost", Policy, "lost", lambda self, at_s: None, "with the link"),
    ("over", Policy, "over", lambda self, at_s: None, "outlives its activation"),
    ("no longer", Policy, "_no_longer", lambda self, now: "", "outlives"),
    ("ask", Coach, "_may_ask", lambda self, second, scene: True, "settled"),
    ("silence", Policy, "_silence", lambda self, at_s, now, why: None, "neither offer nor"),
    ("away", policy, "AWAY", (), "far away: orienting"),
    ("end", Coach, "_end_unfit", lambda self, at_s, standing: [], "goes on"),
    ("go on", coach, "may_go_on", lambda facts, now: "", "goes on: panic"),
    ("end away", Coach, "_end_not_eyes_open", lambda self, at_s, why: [], "while far away"),
    ("end too much", Coach, "_end_not_eyes_open", lambda self, at_s, why: [], "after too much"),
]


@pytest.mark.parametrize(("owner", "name", "instead", "told"), [row[1:] for row in BROKEN],
                         ids=[row[0] for row in BROKEN])  # fmt: skip
def test_the_watch_notices(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, instead: object, told: str
) -> None:
    monkeypatch.setattr(owner, name, instead)
    failures = offers.run(SHARE).failures
    assert any(told in line for line in failures), failures[:5]
