"""A seeded share of the campaign, and proof that it would notice a model that claims too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.review import settling_model
from biocoach.review.settled import Effect, Settled
from biocoach.settings import HelpsSettings
from tests.faults import helps
from tests.faults.campaign import Order
from tests.faults.helps_people import World, person

LIGHT = replace(HelpsSettings(), warm_up=50, draws=250)
SHARE = Order(count=288, seed=7)
real = settling_model.effects


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer draws, so that it takes seconds; nobody is looked at all along."""
    monkeypatch.setattr(helps, "HelpsSettings", lambda: LIGHT)
    monkeypatch.setattr(helps, "LOOKS", 10_000)


def test_little_is_claimed_of_nothing_and_the_interval_holds_the_truth() -> None:
    outcome = helps.run(SHARE)
    assert outcome.failures == []
    assert outcome.counts["people"] == SHARE.count
    assert outcome.counts["practices told of"] > 150
    assert any("false claims" in note for note in outcome.notes)


def bold(rows: list[Settled], settings: HelpsSettings) -> dict[str, Effect]:
    """Its intervals are a third as wide as they should be."""
    found = real(rows, settings)
    return {
        name: replace(
            e,
            low=e.factor * (e.low / e.factor) ** (1 / 3),
            high=e.factor * (e.high / e.factor) ** (1 / 3),
        )
        for name, e in found.items()
    }


def blind(rows: list[Settled], settings: HelpsSettings) -> dict[str, Effect]:
    """It knows of steps, rises and days nothing, and takes what was cut for what it took."""
    one = [replace(r, step="", known=(), place=0.5, day=str(n)) for n, r in enumerate(rows)]
    return real(one, settings)


def test_the_campaign_notices_what_is_too_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling_model, "effects", bold)
    told = "\n".join(helps.run(SHARE).failures)
    assert "false claims" in told
    assert "the interval held the truth" in told


def test_the_campaign_notices_what_matches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling_model, "effects", blind)
    monkeypatch.setattr(helps, "WORLDS", [w for w in helps.WORLDS if w.name == "hard and high"])
    monkeypatch.setattr(helps, "JUDGED", ["hard and high"])
    monkeypatch.setattr(helps, "LIMITS", [])
    assert any("false claims" in line for line in helps.run(Order(count=120, seed=7)).failures)


def test_what_is_made_is_what_was_meant() -> None:
    """Without noise a practice that began in time makes the way back 0.6 times as long."""
    world = World(
        name="still", ways=(300, 300), noise=(1e-9, 1e-9), step_sd=0.0, slope=0.0, trend=(0.0, 0.0)
    )
    found = person(world, "strong", [1])
    assert list(found.truth.values()) == pytest.approx([0.6] * len(found.truth))
    ways = [w for s in found.summaries for w in s["ways_back"] if w["half_s"] is not None]
    without = {w["half_s"] for w in ways if not w["begun"]}
    having = {w["half_s"] for w in ways if w["begun"] and w["begun"][0]["after_s"] <= 0}
    late = [w for w in ways if w["begun"] and w["begun"][0]["after_s"] > 0]
    assert len(without) == len(having) == 1
    (long_s,), (short_s,) = without, having
    assert short_s == pytest.approx(0.6 * long_s, abs=0.2)
    for way in late:
        gone_s = way["begun"][0]["after_s"]
        assert way["half_s"] == pytest.approx(gone_s + 0.6 * (long_s - gone_s), abs=0.3)
    assert late


def test_the_same_seed_makes_the_same_people() -> None:
    world = helps.WORLDS[0]
    assert person(world, "mixed", [1, 2]) == person(world, "mixed", [1, 2])
    assert person(world, "mixed", [1, 2]) != person(world, "mixed", [1, 3])
