"""Whether intervals are in ms or in 1/1024 s, told by the clock."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Reading
from devices.decode import Decoder
from devices.heart_rate import encode
from devices.rr_units import RrUnits


def told(rr_s: list[float], unit: int, *, lost: int = 0) -> RrUnits:
    """Beats of these lengths, in this unit, one a packet; every ``lost``-th never arrives."""
    units, at_s = RrUnits(), 100.0
    for n, length_s in enumerate(rr_s):
        at_s += length_s
        if not lost or n % lost:
            units.add(at_s, (round(length_s * unit),))
    return units


@given(st.randoms(use_true_random=False))
def test_the_clock_tells_the_unit(dice: Random) -> None:
    rr_s = [dice.uniform(0.5, 1.4) for _ in range(450)]
    assert told(rr_s, 1000).are_ms
    assert not told(rr_s, 1024).are_ms


def test_too_short_a_stretch_says_nothing() -> None:
    assert not told([1.0] * 170, 1000).are_ms


def test_a_pause_begins_anew() -> None:
    assert not told([1.0] * 100 + [20.0] + [1.0] * 100, 1000).are_ms


def test_a_packet_without_an_interval_neither_ends_a_stretch_nor_lengthens_it() -> None:
    units = RrUnits()
    for second in range(400):
        units.add(float(second), (1000,))
        units.add(second + 0.5, ())
    assert units.are_ms
    units = RrUnits()
    for second in range(0, 400, 4):  # a beat every four seconds, and nothing in between
        units.add(float(second), (1000,) * 4)
        units.add(second + 2.0, ())
    assert not units.are_ms


@pytest.mark.parametrize(("pause_s", "ms"), [(3.0, True), (3.5, False)])
def test_three_seconds_are_no_pause_yet(pause_s: float, ms: bool) -> None:
    assert told([1.0] * 100 + [pause_s] + [1.0] * 80, 1000).are_ms is ms


@pytest.mark.parametrize(("beats", "ms"), [(180, False), (181, True)])
def test_three_minutes_between_the_first_packet_and_the_last_are_enough(
    beats: int, ms: bool
) -> None:
    assert told([1.0] * beats, 1000).are_ms is ms


def test_milliseconds_become_1024ths_to_the_nearest() -> None:
    assert RrUnits.converted((0, 1, 600, 1000, 1407)) == (0, 1, 614, 1024, 1441)


def test_many_lost_beats_are_not_milliseconds() -> None:
    assert not told([1.0] * 400, 1024, lost=10).are_ms


def test_a_stretch_with_lost_beats_changes_nothing() -> None:
    units, at_s = told([1.0] * 400, 1000), 600.0
    assert units.are_ms
    for n in range(400):
        at_s += 1.0
        if n % 10:
            units.add(at_s, (1000,))
    assert units.are_ms
    for _ in range(400):
        at_s += 1.0
        units.add(at_s, (1024,))
    assert not units.are_ms


def test_only_a_strap_that_is_known_for_it_is_checked() -> None:
    decoder = Decoder("Polar H10 1")
    for second in range(400):
        body = decoder.input("2a37", encode(60, [1000]), float(second))
        assert isinstance(body, Reading)
        assert body.rr_1024 == (1000,)
