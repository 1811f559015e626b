"""A small seeded share of the campaigns of broken and silent links."""

from __future__ import annotations

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from biocoach.types import Arrival, Link, Reading
from tests.faults.ble import BEAT, WAYS, Outage, Story, disconnects, gaps_of, stalls, unrecorded
from tests.faults.campaign import Order


def test_a_strap_that_breaks_in_every_way_comes_back() -> None:
    found = disconnects(Order(count=12, seed=3))
    assert found.failures == []
    assert found.counts == {"disconnects": 12, "recovered": 12}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_breaking_comes_to_an_end(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.ble.WAYS", {way: WAYS[way]})
    found = disconnects(Order(count=2, seed=3))
    assert found.failures == []


def test_a_silent_strap_is_noticed() -> None:
    found = stalls(Order(count=6, seed=3))
    assert found.failures == []
    assert found.counts == {"stalls": 6, "recovered": 6}


def _story(*, last_s: float) -> Story:
    beat = Reading(raw=BEAT, bpm=60, rr_1024=(1024,))
    before = [Arrival(clock_s=float(s), body=beat) for s in range(1, 11)]
    after = [Arrival(clock_s=float(s), body=beat) for s in range(30, 35)]
    down = Arrival(clock_s=10.2, body=Link(up=False, reason="dropped"))
    told = Outage(
        kind="drop", last_s=last_s, reachable_s=29.0, back_s=30.0, down_s=0.2, reason="dropped"
    )
    return Story(arrivals=[*before, down, *after], outages=[told])


def test_the_campaign_notices_a_gap_that_is_recorded_wrongly() -> None:
    assert [gap.reason for gap in gaps_of(_story(last_s=10.0).arrivals)] == ["dropped"]
    assert unrecorded(_story(last_s=10.0)) == []
    assert len(unrecorded(_story(last_s=12.0))) == 1
