"""What was decided on the day beside what today's rules would say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.record import fold
from biocoach.review.sessions import folded
from biocoach.review.then_and_now import SAME_RISE_S, changed, paired, then_and_now
from biocoach.settings import Settings
from biocoach.types import (
    Activation,
    ActivationOver,
    BaselineReady,
    Begin,
    Entry,
    Fit,
    Gap,
    Offer,
    Recovery,
)
from devices.virtual import scenario_events
from tests.strategies import proven

TODAY = Settings()
OTHER = replace(TODAY, activation=replace(TODAY.activation, drift=2.9))
KEPT = (BaselineReady, Activation, ActivationOver, Recovery, Gap)
Json = dict[str, Any]


def kept_with(settings: Settings, seed: int = 7, scenario: str = "separation") -> list[Entry]:
    """A session as its journal has it, decided by these settings."""
    begin = Begin(seed=seed, settings_hash=settings.hash(), fit=Fit(), simulated=True)
    events = [(e.at_s, e.body) for e in scenario_events(seed, scenario)]
    rows: list[tuple[float, Any]] = [(0.0, begin), *events]
    record = fold(rows, settings, events[-1][0])
    bodies: Iterable[Any] = [
        *record.activations, *record.overs.values(), *record.recoveries.values(), *record.gaps,
        *(d for d in record.decisions if isinstance(d, KEPT)),
    ]  # fmt: skip
    last_s = rows[-1][0]
    return [
        Entry(
            person="me", writer="biocoach 0.0", session="s", boot_id="b", at_s=at_s,
            wall_utc="2026-01-31T09:00:00.000Z", body=body, settings_hash=settings.hash(),
            number=number,
        )
        for at_s, body, number in [
            *((at_s, body, n) for n, (at_s, body) in enumerate(rows)),
            *((last_s, body, None) for body in bodies),
        ]
    ]  # fmt: skip


def laid(entries: list[Entry], then: Settings) -> Json:
    document = json.loads(then.document())
    found = then_and_now(entries, folded(entries, TODAY), TODAY, document)
    json.dumps(found, allow_nan=False)
    return found


@pytest.mark.parametrize("scenario", ["separation", "calm", "panic"])
@pytest.mark.parametrize("seed", [1, 7, 23])
def test_the_same_rules_say_the_same(seed: int, scenario: str) -> None:
    found = laid(kept_with(TODAY, seed, scenario), TODAY)
    assert found["decided"]
    assert found["same"], found
    assert found["changed"] == []
    assert all(pair["then"] and pair["now"] for pair in found["activations"])


def test_other_thresholds_are_named_and_what_they_changed() -> None:
    found = laid(kept_with(OTHER), OTHER)
    assert not found["same"]
    assert found["changed"] == [{"name": "activation.drift", "then": 2.9, "now": 2.5}]
    assert found["settings"] == {"then": OTHER.hash(), "now": TODAY.hash()}
    for pair in found["activations"]:
        if pair["then"] and pair["now"]:
            assert (pair["then"]["threshold"], pair["now"]["threshold"]) == (2.9, 2.5)
    assert any(pair["now"] for pair in found["activations"])


def test_what_was_decided_stays_and_no_offer_is_made_up() -> None:
    entries = [e for e in kept_with(TODAY) if not isinstance(e.body, Activation)]
    found = laid(entries, TODAY)
    assert all(pair["then"] is None for pair in found["activations"])
    assert not any(isinstance(e.body, Offer) for e in entries)
    assert "offers" not in found


def test_of_a_recording_nothing_was_decided_on_the_day() -> None:
    found = laid([e for e in kept_with(TODAY) if not isinstance(e.body, KEPT)], TODAY)
    assert (found["decided"], found["same"]) == (False, False)


def test_settings_that_came_or_went_are_told() -> None:
    assert changed({"a": {"x": 1, "old": 2}}, {"a": {"x": 1, "new": 3}}) == [
        {"name": "a.new", "then": None, "now": 3},
        {"name": "a.old", "then": 2, "now": None},
    ]


onsets = st.lists(st.floats(0, 2000), max_size=6).map(sorted)


@proven(300)
@given(onsets, onsets)
def test_each_is_laid_beside_one_at_most_and_none_is_lost(
    then: list[float], now: list[float]
) -> None:
    pairs = paired([{"onset_s": t} for t in then], [{"onset_s": t} for t in now])
    assert sorted(p["then"]["onset_s"] for p in pairs if p["then"]) == then
    assert sorted(p["now"]["onset_s"] for p in pairs if p["now"]) == now
    for pair in pairs:
        if pair["then"] and pair["now"]:
            assert abs(pair["then"]["onset_s"] - pair["now"]["onset_s"]) <= SAME_RISE_S
