"""The analysis as the outside reads it: whatever is null says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from biocoach.review import contract
from biocoach.review.record import fold
from biocoach.settings import Settings
from devices.virtual import scenario_events
from tests.signal.hearts import BEGIN, Rows, heart, worn

SETTINGS = Settings()
MEASURES = ("half_s", "half_plain_s", "tau_s", "full_s")


def ways(rows: Rows) -> list[dict[str, Any]]:
    record = fold(rows, SETTINGS)
    found = contract.analysis(
        record, file="a", kind="capture", settings=SETTINGS, beats=False, timeline=False
    )
    return [a["recovery"] for a in found["activations"]]


def rise(back_bpm: Callable[[float], float], until_s: float) -> dict[str, Any]:
    """The way back of a heart that goes from 64 to 92 bpm at 400 s and back from 560 s on."""

    def rate_bpm(at_s: float) -> float:
        return 64.0 if at_s < 400 else 92.0 if at_s < 560 else back_bpm(at_s - 560)

    (way,) = ways(worn(heart(until_s, rate_bpm, breath_ms=10)))
    return way


@pytest.mark.parametrize("until_s", range(600, 1640, 40))
def test_every_null_has_its_why(until_s: int) -> None:
    """However early the recording ends."""
    events = [(e.at_s, e.body) for e in scenario_events(7, "separation") if e.at_s < until_s]
    for way in ways([(0.0, BEGIN), *events]):
        unknown = [name for name in MEASURES if way[name] is None]
        assert (way["why"] is None) is (unknown == [])
        if way["half_s"] is not None:
            assert [name for name in MEASURES if name in (way["why"] or "")] == unknown
            assert not way["censored"]


def test_half_way_back_and_then_cut_off() -> None:
    way = rise(lambda _: 72.0, 640)
    assert way["half_s"] is not None
    assert way["full_s"] is None
    assert "full_s: not seen all the way back by the end" in way["why"]


def test_half_way_back_and_never_further() -> None:
    way = rise(lambda _: 75.0, 1300)
    assert way["half_s"] is not None
    assert way["why"] == (
        "tau_s: the way back is not like an exponential; "
        "full_s: not seen all the way back within 10 minutes"
    )


def test_a_whole_way_back_has_nothing_to_explain() -> None:
    way = rise(lambda t: 64.0 + 28.0 * 0.5 ** (t / 40), 1300)
    assert way["half_s"] == pytest.approx(40, abs=10)
    assert way["tau_s"] == pytest.approx(40 / 0.693, rel=0.2)
    assert way["why"] is None
