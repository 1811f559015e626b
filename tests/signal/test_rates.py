"""A strap that sends no beat intervals: its own rate, with gaps, and what can be had of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.review.record import Record, fold
from biocoach.settings import Settings
from biocoach.signal.pipeline import Context, Pipeline
from biocoach.signal.rates import RateWindows
from biocoach.types import Gap, InputBody, Link, Prior, Quality, Reading, Second, Strap
from devices.virtual import scenario_events, truth
from tests.signal.hearts import BEGIN

SET = Settings()
ARMBAND = Strap(name="TICKR FIT 1", sends=("battery",), lacks=("rr",))


def windows() -> RateWindows:
    return RateWindows(SET.features, SET.beats)


def test_the_rate_is_the_mean_of_twenty_seconds() -> None:
    rates = windows()
    for second in range(1, 21):
        assert rates.add(float(second), 60 + 2 * (second > 10)) is None
    found = rates.at(20.0)
    assert (found.hr_bpm, found.quick_bpm) == (61.0, 62.0)
    assert (found.rmssd_ms, found.sdnn_ms, found.why) == (None, None, "no_rr")
    assert found.coverage == pytest.approx(1.0)


def test_too_few_rates_are_no_rate() -> None:
    rates = windows()
    assert rates.at(1.0).why == "no_beats"
    for second in range(1, 6):
        rates.add(float(second), 60)
    found = rates.at(6.0)
    assert (found.hr_bpm, found.why) == (None, "too_few")


def test_a_rate_of_nought_says_nothing() -> None:
    rates = windows()
    assert rates.add(1.0, 0) is None
    assert rates.at(2.0).why == "no_beats"


def test_a_silence_is_a_gap_and_is_never_crossed() -> None:
    rates = windows()
    for second in range(1, 31):
        rates.add(float(second), 60)
    assert rates.add(40.0, 90) == Gap(start_s=30.0, end_s=40.0, reason="no_beats")
    assert rates.at(41.0).hr_bpm is None  # the old rates went with the gap
    rates.break_off("dropped")
    assert rates.add(43.0, 90) == Gap(start_s=40.0, end_s=43.0, reason="dropped")


def without_rr(seed: int, *, strap: Strap) -> Record:
    """A virtual separation as a strap without intervals would tell of it."""
    rows: list[tuple[float, InputBody]] = [(0.0, BEGIN)]
    for event in scenario_events(seed, "separation"):
        body = event.body
        if isinstance(body, Strap):
            body = strap
        elif isinstance(body, Reading):
            body = replace(body, rr_1024=())
        rows.append((event.at_s, body))
    return fold(rows, SET)


def test_recovery_can_be_timed_and_variability_cannot() -> None:
    record, told = without_rr(7, strap=ARMBAND), truth(7, "separation")
    assert len(record.activations) == len(told["rises"])  # type: ignore[arg-type]
    for found, rise in zip(record.activations, told["rises"], strict=True):  # type: ignore[call-overload]
        assert record.recoveries[found.number].half_s == pytest.approx(rise["half_s"], abs=20)
        assert found.terms.rmssd == 0.0
    read = [s for s in record.seconds if s.hr_bpm is not None]
    assert len(read) > 0.95 * len(record.seconds)
    assert all(s.rmssd_ms is None and s.quality is not Quality.GOOD for s in record.seconds)
    assert {s.quality_why for s in read if s.quality is Quality.FAIR} == {"no_rr"}


def test_a_strap_that_leaves_its_intervals_out_is_not_believed() -> None:
    """An H10 off the body can send a plausible rate."""
    record = without_rr(7, strap=Strap(name="Polar H10 1", sends=("rr",)))
    assert all(s.hr_bpm is None for s in record.seconds)


def test_a_lost_link_is_a_gap_with_its_reason() -> None:
    rows: list[tuple[float, InputBody]] = [(0.0, BEGIN), (0.0, ARMBAND)]
    beat = Reading(raw=b"\x00\x3c", bpm=60)
    rows += [(float(second), beat) for second in range(1, 40)]
    rows += [(40.0, Link(up=False, reason="dropped")), (60.0, Link(up=True))]
    rows += [(float(second), beat) for second in range(61, 90)]
    record = fold(rows, SET)
    assert record.gaps[0] == Gap(start_s=39.0, end_s=61.0, reason="dropped")
    assert all(s.hr_bpm is None for s in record.seconds if 41 < s.at_s < 61)


def gaps_of(bodies: list[tuple[float, InputBody]]) -> list[Gap]:
    pipeline = Pipeline(SET, Prior(), rhythm_unreliable=False)
    found = []
    for at_s, body in bodies:
        if isinstance(body, Strap):
            pipeline.strap(body)
        elif isinstance(body, Link):
            pipeline.link(at_s, body)
        elif isinstance(body, Reading):
            found += [o for o in pipeline.reading(at_s, body) if isinstance(o, Gap)]
    return found


RATES = [(float(s), Reading(raw=b"", bpm=60)) for s in range(1, 100)]
BEATS = [(float(s), Reading(raw=b"", bpm=60, rr_1024=(1024,))) for s in range(1, 100)]
SENDS = Strap(name="X", sends=("rr",))
LACKS = Strap(name="X", lacks=("rr",))


def later(by_s: float, items: list[tuple[float, Reading]]) -> list[tuple[float, InputBody]]:
    return [(at_s + by_s, body) for at_s, body in items]


def test_a_strap_that_begins_to_send_intervals_leaves_no_gap_where_its_rates_were() -> None:
    assert gaps_of([(0.5, LACKS), *RATES, (100.0, SENDS), *later(100, BEATS)]) == []


def test_a_strap_that_leaves_its_intervals_out_leaves_no_gap_where_its_beats_were() -> None:
    assert gaps_of([*BEATS, (100.0, LACKS), *later(100, RATES)]) == []


def test_a_silence_between_the_two_is_a_gap() -> None:
    gap = Gap(start_s=99.0, end_s=120.0, reason="no_beats")
    assert gaps_of([(0.5, LACKS), *RATES, (115.0, SENDS), *later(120, BEATS)]) == [gap]


def test_a_gap_between_beats_has_the_reason_of_the_link() -> None:
    down: list[tuple[float, InputBody]] = [(99.5, Link(up=False, reason="adapter_off"))]
    gap = Gap(start_s=99.0, end_s=120.0, reason="adapter_off")
    assert gaps_of([*BEATS, *down, (120.0, Link(up=True)), *later(120, BEATS)]) == [gap]


def test_a_strap_that_says_nought_is_silent() -> None:
    pipeline = Pipeline(SET, Prior(), rhythm_unreliable=False)
    pipeline.strap(LACKS)
    for second in range(1, 9):
        pipeline.reading(second, Reading(raw=b"", bpm=0))
    (second_8,) = (o for o in pipeline.tick(8, Context()) if isinstance(o, Second))
    assert second_8.why == "silent"
