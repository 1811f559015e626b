"""The ledger: a recovery is told once, when it is known, and what is left is censored."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from biocoach.settings import RecoverySettings
from biocoach.signal.settling import Settling
from biocoach.types import Activation, ActivationOver, Movement, Recovery, Terms

BEGAN = Activation(
    number=1,
    onset_s=400.0,
    alarm_s=420.0,
    movement=Movement.STILL,
    terms=Terms(heart_rate=6.0, rmssd=0.0, movement=None),
    threshold=2.5,
    baseline_bpm=64.0,
    spread_bpm=3.0,
    level_bpm=64.0,
    hr_bpm=84.0,
    why="",
)
OVER = ActivationOver(number=1, peak_s=500.0, peak_bpm=84.0, end_s=720.0)


def rate(at_s: int, tau_s: float = 45.0) -> float:
    return 64.0 if at_s < 400 else 64.0 + 20 * math.exp(-max(0, at_s - 600) / tau_s)


def played(until_s: int, *, over_s: int = 750, back_s: float | None = None) -> list[Recovery]:
    ledger, told = Settling(RecoverySettings()), []
    for at_s in range(1, until_s + 1):
        if at_s == 420:
            ledger.began(BEGAN)
        if at_s == over_s:
            ledger.over(OVER)
        if back_s is not None and at_s == int(back_s):
            ledger.back(back_s)
        ledger.second(at_s, rate(at_s), False)
        told += ledger.due(at_s)
    return told + ledger.finish(until_s)


def test_it_is_told_once_when_the_way_back_is_known() -> None:
    (found,) = played(2000)
    assert found.activation == 1
    assert found.half_s == pytest.approx(45 * math.log(0.9 / 0.5), abs=15)
    assert found.full_s is not None
    assert not found.censored


def test_the_mark_moves_the_reference() -> None:
    (found,) = played(2000, back_s=600.0)
    assert (found.where, found.reference_s) == ("after_reunion", 600)


def test_what_is_not_known_at_the_end_is_censored() -> None:
    (found,) = played(605)
    assert found.censored
    assert found.half_s is None


def test_seconds_before_the_first_tick_are_unknown() -> None:
    ledger = Settling(RecoverySettings())
    ledger.second(5, 70.0, False)
    ledger.began(BEGAN)
    (found,) = ledger.finish(5)
    assert found.why


def test_nothing_happened_nothing_is_told() -> None:
    ledger = Settling(RecoverySettings())
    ledger.second(1, 64.0, False)
    assert ledger.due(1) == []
    assert ledger.finish(1) == []


def test_the_next_rise_is_no_part_of_the_way_back() -> None:
    def twice(at_s: int) -> float:
        return max(rate(at_s), 64.0 if at_s < 760 else 90.0)

    ledger, told = Settling(RecoverySettings()), []
    for at_s in range(1, 1400):
        if at_s == 420:
            ledger.began(BEGAN)
        if at_s == 750:
            ledger.over(OVER)
        if at_s == 780:
            ledger.began(replace(BEGAN, number=2, onset_s=760.0, alarm_s=780.0))
        ledger.second(at_s, twice(at_s), False)
        told += ledger.due(at_s)
    first = next(found for found in told + ledger.finish(1400) if found.activation == 1)
    assert first.half_plain_s is not None
    assert first.half_s == pytest.approx(45 * math.log(0.9 / 0.5), abs=10)


def told_at(
    rates: list[float], *, moved: range = range(0), over_s: int = 750, end_s: float = 720.0
) -> list[int]:
    """The seconds at which a recovery was told, with the mark at 600."""
    ledger, seconds = Settling(RecoverySettings()), list[int]()
    ledger.back(600.0)
    for at_s, bpm in enumerate(rates, start=1):
        if at_s == 420:
            ledger.began(BEGAN)
        if at_s == over_s:
            ledger.over(replace(OVER, end_s=end_s))
        ledger.second(at_s, bpm, at_s in moved)
        seconds += [at_s for _ in ledger.due(at_s)]
    return seconds


def test_it_is_told_at_the_first_look_at_which_all_that_is_read_is_known() -> None:
    """Looked at every half minute from the end of the activation at 720; the way back is read for
    320 s from the mark, and a rate lies ten behind."""
    assert told_at([rate(t) for t in range(1, 1500)]) == [930]


def test_a_reason_why_there_is_none_is_told_at_the_first_look() -> None:
    assert told_at([rate(t) for t in range(1, 1500)], moved=range(605, 615)) == [750]
    assert told_at([rate(t) for t in range(1, 1500)], moved=range(605, 615), over_s=751) == [780]
    late = told_at([rate(t) for t in range(1, 1500)], moved=range(605, 615), over_s=751, end_s=725)
    assert late == [755]


def test_one_that_is_not_over_is_told_when_it_can_not_be_any_more() -> None:
    """Ten minutes, the minute that has to be low, and the ten seconds that a rate lies behind."""
    assert told_at([64.0] * 399 + [84.0] * 1200) == [1290]


def test_taking_the_mark_back_takes_it_out_of_the_reference() -> None:
    ledger = Settling(RecoverySettings())
    for at_s in range(1, 900):
        ledger.second(at_s, rate(at_s), False)
    ledger.began(BEGAN)
    ledger.over(OVER)
    ledger.back(600.0)
    ledger.back(None)
    (found,) = ledger.finish(899)
    assert found.where == "apart"
    assert ledger.finish(899) == []
