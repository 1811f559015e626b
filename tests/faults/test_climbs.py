"""A seeded share of the campaign, and proof that it would notice each rule that is taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from biocoach.exposure import evidence, ladder, titration
from biocoach.exposure.decided import Decisions, Way
from biocoach.exposure.evidence import Evidence
from biocoach.types import Support
from tests.faults import climbs
from tests.faults.campaign import Order

SHARE = Order(count=60, seed=7)


def test_nothing_is_lost_and_nothing_breaks_a_rule() -> None:
    outcome = climbs.run(SHARE)
    assert outcome.failures == []
    assert outcome.counts["climbs"] == SHARE.count
    for what in ("advance", "fade", "bare_repeat", "shorter", "step_back", "rest", "overrules"):
        assert outcome.counts[what] > 5, what


def _less_first(place: Any) -> Any:
    found = REAL_LESS(place)
    if found is None or not place.ladder.before(place.step.id):
        return found
    return replace(found, way=Way.STEP_BACK)


REAL_LESS, REAL_KEPT, REAL_FADE = titration._less, ladder.kept, titration._fade
REAL_DONE = evidence.is_done


def _fades_to_the_end(place: Any) -> Any:
    found = REAL_FADE(place)
    return found and replace(found, support=Support.OBSERVE)


BROKEN: dict[str, tuple[tuple[Any, str, Callable[..., Any]], ...]] = {
    "one context is enough": (
        (Evidence, "reached", lambda self, s: bool(self.done and self.why_learnt(s))),
    ),
    "nothing need be learnt": (
        (Evidence, "why_learnt", lambda self, s=None: "expectancy_low"),
    ),
    "a guess is done": (
        (evidence, "is_done", lambda step, row: row.stayed is not False),
        (titration, "evidence_of", evidence.evidence_of),
    ),
    "shorter is as good": (
        (evidence, "is_done", lambda step, row: REAL_DONE(replace(step, planned_s=0.0), row)),
    ),
    "no limits": ((titration, "within", lambda step, limits: True),),
    "no rest": ((titration, "_rests", lambda rows, around: False),),
    "a step back at once": ((titration, "_less", _less_first),),
    "once is too much": (
        (titration, "_less", lambda place: REAL_LESS(
            replace(place, around=replace(
                place.around, settings=replace(place.around.settings, strain_twice=1))))),
    ),
    "all help goes at once": ((titration, "_fade", _fades_to_the_end),),
    "nobody holds": ((Decisions, "overrule_of", lambda *_: None),),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_that_is_taken_away_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for where, what, broken in BROKEN[name]:
        monkeypatch.setattr(where, what, broken)
    assert climbs.run(SHARE).failures


def test_a_lost_step_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(climbs, "kept", lambda before, wish, past: wish)
    assert any("lost" in failure for failure in climbs.run(SHARE).failures)


def test_a_state_without_a_way_up_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(climbs, "taken", lambda ladder, step, told, way: ladder)
    monkeypatch.setattr(titration, "_forward", lambda place: None)
    monkeypatch.setattr(Evidence, "reached", lambda self, limits=None: False)
    assert any("mastered" in failure for failure in climbs.run(SHARE).failures)
