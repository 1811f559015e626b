"""The signal's parts together, on hearts and on the virtual person, told against its truth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from biocoach.review.record import Record, fold
from biocoach.settings import Settings
from biocoach.types import (
    BaselineReady,
    Contact,
    Fit,
    HeartState,
    Link,
    Motion,
    Movement,
    Quality,
    Reading,
    Verdict,
)
from devices.virtual import scenario_events, truth
from tests.signal.hearts import BEGIN, Rows, heart, worn
from tests.strategies import motion

SEEDS = [1, 2, 3]


def virtual(seed: int, scenario: str, *faults: str) -> tuple[Record, dict[str, Any]]:
    events = [(e.at_s, e.body) for e in scenario_events(seed, scenario, faults)]
    return fold([(0.0, BEGIN), *events], Settings()), truth(seed, scenario, faults)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scenario", ["separation", "panic"])
def test_rises_are_found_and_their_way_back_timed(seed: int, scenario: str) -> None:
    record, told = virtual(seed, scenario)
    assert len(record.activations) == len(told["rises"])
    for found, rise in zip(record.activations, told["rises"], strict=True):
        assert -5 <= found.onset_s - rise["onset_s"] <= 45
        assert rise["onset_s"] < found.alarm_s <= rise["onset_s"] + 60
        assert found.movement is Movement.STILL
        assert found.baseline_bpm == pytest.approx(rise["baseline_bpm"], abs=4)
        way = record.recoveries[found.number]
        assert way.where == rise["where"]
        assert way.half_s == pytest.approx(rise["half_s"], abs=15)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scenario", ["calm", "walk"])
def test_calm_and_a_walk_raise_no_alarm(seed: int, scenario: str) -> None:
    record, told = virtual(seed, scenario)
    assert record.activations == []
    for walk in told["walks"]:
        during = [s for s in record.seconds if walk["start_s"] + 15 < s.at_s < walk["end_s"]]
        assert {s.movement for s in during} == {Movement.MOVING}
        assert {s.state for s in during} == {HeartState.UNKNOWN}


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_are_gaps_or_flags_never_alarms(seed: int) -> None:
    record, told = virtual(seed, "calm", "dropout", "silence", "contact", "ectopy")
    assert record.activations == []
    for gap in told["gaps"]:
        if gap["reason"] != "contact":
            near = [g for g in record.gaps if abs(g.start_s - gap["start_s"]) < 3]
            assert near, gap
            assert near[0].end_s == pytest.approx(gap["end_s"], abs=3)
    silent = [s for s in record.seconds if 1106 < s.at_s <= 1119]
    assert {(s.state, s.quality) for s in silent} == {(HeartState.UNKNOWN, Quality.POOR)}
    assert all(s.why == "link_down" for s in silent)


def test_without_an_accelerometer_every_second_is_unverified() -> None:
    record, _ = virtual(1, "panic", "noacc")
    assert {s.movement for s in record.seconds} == {Movement.UNVERIFIED}
    assert {a.movement for a in record.activations} == {Movement.UNVERIFIED}


def test_every_interval_of_every_packet_is_a_beat_in_order() -> None:
    events = list(scenario_events(4, "separation", ("ectopy", "contact", "dropout")))
    sent = [v for e in events if isinstance(e.body, Reading) for v in e.body.rr_1024]
    rows = [(e.at_s, e.body) for e in events if not isinstance(e.body, Motion)]
    record = fold([(0.0, BEGIN), *rows[:-1]], Settings())
    closing = [e for e in events if e.at_s > 1560 and isinstance(e.body, Reading)]
    late = sum(len(e.body.rr_1024) for e in closing if isinstance(e.body, Reading))
    assert [round(b.beat.rr_ms * 1.024) for b in record.beats] == sent[: len(sent) - late]
    times = [b.beat.beat_s for b in record.beats]
    assert times == sorted(times)


def test_a_real_step_of_the_heart_is_seen_by_the_features() -> None:
    rr = heart(900, lambda t: 60 if t < 600 else 86)
    record = fold(worn(rr), Settings())
    assert record.seconds[595].hr_bpm == pytest.approx(60, abs=2)
    assert record.seconds[640].hr_bpm == pytest.approx(86, abs=2)
    assert len(record.activations) == 1
    assert sum(b.verdict is Verdict.OK for b in record.beats) / len(record.beats) > 0.97


def test_a_stale_accelerometer_forbids_a_conclusion_until_it_counts_as_gone() -> None:
    rr = heart(500, lambda t: 62 + min(28, max(0, t - 330)))
    rows = [r for r in worn(rr) if not (isinstance(r[1], Motion) and r[0] > 320)]
    record = fold(rows, Settings())
    assert all(a.alarm_s > 380 for a in record.activations)
    blind = [s for s in record.seconds if 326 <= s.at_s <= 380]
    assert {(s.state, s.why) for s in blind} == {(HeartState.UNKNOWN, "no_motion")}


def test_the_baseline_is_not_gathered_from_moving_seconds() -> None:
    rows = worn(heart(500, 62), still=False)
    shaken: Rows = [(t + 0.5, motion(200)) for t in range(1, 500)]
    record = fold(sorted(rows + shaken, key=lambda r: r[0]), Settings())
    assert not [d for d in record.decisions if isinstance(d, BaselineReady)]
    assert {s.state for s in record.seconds if s.hr_bpm} == {HeartState.SETTLING}


def test_an_unreliable_rhythm_gives_no_activation_and_no_hrv() -> None:
    fit = Fit(with_therapist=True, rhythm_unreliable=True)
    rr = heart(900, lambda t: 60 if t < 600 else 110)
    record = fold(worn(rr, begin=replace(BEGIN, fit=fit)), Settings())
    assert record.activations == []
    assert {s.rmssd_ms for s in record.seconds} == {None}
    assert {s.state for s in record.seconds if s.hr_bpm} <= {HeartState.UNKNOWN}


def test_lost_contact_and_a_down_link_take_the_reading_away() -> None:
    rows = worn(heart(200))
    lost = [
        (t, replace(b, contact=Contact.LOST)) if isinstance(b, Reading) and t > 150 else (t, b)
        for t, b in rows
    ]
    found = fold(lost, Settings()).seconds
    assert all(s.hr_bpm is None and s.why == "contact" for s in found if s.at_s > 152)
    down = [*rows, (200.5, Link(up=False, reason="out of range"))]
    assert fold(down, Settings(), 203).seconds[-1].why == "link_down"


def test_the_same_input_gives_the_same_record() -> None:
    assert virtual(5, "separation", "ectopy") == virtual(5, "separation", "ectopy")


def test_there_is_no_date_inside() -> None:
    """Shifting the clock's zero in ``Begin`` (all that ties a record to a date) changes nothing."""
    events = [(e.at_s, e.body) for e in scenario_events(2, "separation")]
    here = fold([(0.0, BEGIN), *events], Settings())
    there = fold([(0.0, replace(BEGIN, clock_s=1e9)), *events], Settings())
    assert replace(there, inputs=[]) == replace(here, inputs=[])


@pytest.mark.parametrize("stuck_ms", [900.0, 500.0])
def test_a_strap_that_repeats_one_beat_is_neither_calm_nor_an_activation(stuck_ms: float) -> None:
    rows = worn(heart(400.0) + [stuck_ms] * round(200_000 / stuck_ms))
    record = fold(rows, Settings())
    stuck = [s for s in record.seconds if s.at_s > 430]
    assert {s.quality for s in stuck} == {Quality.POOR}
    assert {(s.state, s.why, s.score) for s in stuck} == {(HeartState.UNKNOWN, "flat", None)}
    assert record.activations == []


def test_a_heart_far_below_its_baseline_is_unknown_and_one_that_stays_high_is_said_to_be() -> None:
    low = fold(worn(heart(700, lambda t: 66 if t < 400 else 33)), Settings())
    assert {(s.state, s.why) for s in low.seconds if 460 < s.at_s < 600} == {
        (HeartState.UNKNOWN, "far_below")
    }
    high = fold(worn(heart(2400, lambda t: 66 + min(24, max(0, t - 400)))), Settings())
    late = {(s.state, s.why) for s in high.seconds if 1500 < s.at_s < 1600}
    assert late == {(HeartState.RISING, "above")}


def test_words_that_come_twice_are_not_believed() -> None:
    """A second program on the link can double them; the differences between beats then halve."""
    rows: Rows = [(0.0, BEGIN)]
    for event in scenario_events(1, "calm"):
        rows.append((event.at_s, event.body))
        if isinstance(event.body, Reading) and event.at_s > 300:
            rows.append((event.at_s, event.body))
    seconds = fold(rows, Settings()).seconds
    assert {s.quality for s in seconds if 200 < s.at_s < 300} == {Quality.GOOD}
    assert {s.quality for s in seconds if 340 < s.at_s < 600} == {Quality.POOR}
