"""The detector: one alarm for one rise, with its terms; evidence that is dropped; limits."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import ActivationSettings
from biocoach.signal.activation import Detector, Moment
from biocoach.types import Activation, BaselineFigures, HeartState, Movement
from tests.signal.moments import moments, told
from tests.strategies import proven

SET = ActivationSettings()
BASE = BaselineFigures(hr_bpm=64.0, spread_bpm=3.0, ln_rmssd=3.6, length_s=300.0)
QUIET = Moment(
    at_s=0,
    hr_bpm=64.0,
    rmssd_ms=math.exp(3.6),
    baseline=BASE,
    movement=Movement.STILL,
    movement_mg=6.0,
    slow_breath=False,
    gated=False,
)


story = partial(moments, QUIET)


def test_a_rise_gives_one_alarm_with_its_terms_and_its_end() -> None:
    (alarm,), (over,) = told(story((120, 64.0), (150, 84.0), (120, 64.0)))
    assert alarm.number == 1
    assert alarm.onset_s == 120
    # 20 / 3.6 spreads are clipped at 5: 2.5 a second up to 21.
    assert alarm.alarm_s == 129
    assert alarm.terms.heart_rate == pytest.approx(20 / 3)
    assert alarm.terms.rmssd == pytest.approx(0.0)
    assert alarm.terms.movement == 6.0
    assert (alarm.baseline_bpm, alarm.spread_bpm, alarm.hr_bpm) == (64.0, 3.0, 84.0)
    assert alarm.level_bpm == 64.0
    assert "20 above where it was before" in alarm.why
    assert "20 above your baseline" in alarm.why
    assert "while still" in alarm.why
    assert "below 73 bpm" in alarm.why  # 64 + 2.5 x 3.6
    assert (over.number, over.peak_bpm) == (1, 84.0)
    assert over.end_s == 271


def test_a_rise_is_measured_from_where_the_heart_was_lately() -> None:
    """Hearts wander by some bpm in an hour: from up there as well, ten more are a rise."""
    wandered = story((400, 70.0), (120, 84.0))
    (alarm,), _ = told(wandered)
    assert alarm.level_bpm == 70.0
    assert alarm.onset_s == 400


def test_a_slow_climb_is_noticed_too_and_says_that_it_was_slow() -> None:
    slow = [64.0 + min(26.0, t / 60) for t in range(3600)]
    (alarm,), _ = told([replace(QUIET, at_s=t + 1, hr_bpm=v) for t, v in enumerate(slow)])
    assert alarm.level_bpm == 64.0
    assert "in a slow climb" in alarm.why
    assert alarm.onset_s < alarm.alarm_s - 200


def test_a_heart_that_stays_up_ends_its_activation_and_is_never_called_near() -> None:
    detector = Detector(SET)
    alarms, overs = told(story((120, 64.0), (5000, 90.0)), detector)
    assert len(alarms) == len(overs) == 1
    assert overs[0].end_s - alarms[0].alarm_s == SET.longest_s
    assert detector.state is HeartState.RISING
    # Down again, the next climb counts anew.
    later = [replace(m, at_s=m.at_s + 5120) for m in story((600, 64.0), (60, 90.0))]
    assert len(told(later, detector)[0]) == 1


def test_a_quiet_heart_gives_none_and_a_small_rise_only_goes_up_a_little() -> None:
    assert told(story((3600, 66.0))) == ([], [])
    detector = Detector(SET)
    told(story((60, 64.0), (8, 76.0)), detector)
    assert detector.state is HeartState.RISING
    assert detector.active is None


def test_states_in_their_order() -> None:
    detector, seen = Detector(SET), list[HeartState]()
    for moment in story((60, 64.0), (60, 84.0), (15, 70.0), (60, 64.0)):
        detector.step(moment)
        if not seen or seen[-1] is not detector.state:
            seen.append(detector.state)
    assert seen == [
        HeartState.NEAR_BASELINE,
        HeartState.RISING,
        HeartState.ACTIVATED,
        HeartState.RECOVERING,
        HeartState.NEAR_BASELINE,
    ]


def test_a_gap_drops_the_evidence() -> None:
    climbing = (10, 78.0)  # 15 spread-seconds of 21
    assert told(story((60, 64.0), climbing, (4, None), (10, 78.0)))[0]
    gap = told(story((60, 64.0), climbing, (20, None), (10, 78.0)))
    assert gap == ([], [])


def test_a_second_without_a_reading_is_unknown_never_calm() -> None:
    detector = Detector(SET)
    told(story((60, 64.0), (1, None)), detector)
    assert detector.state is HeartState.UNKNOWN
    assert detector.score is None


def test_hrv_neither_makes_nor_hides_an_alarm_and_counts_in_the_score() -> None:
    found = []
    for rmssd_ms in (None, 10.0, 200.0):
        detector = Detector(SET)
        (alarm,), _ = told(story((60, 64.0), (60, 80.0), rmssd_ms=rmssd_ms), detector)
        found.append((alarm.alarm_s, alarm.terms.rmssd, detector.score))
    none, fallen, risen = found
    most = SET.rmssd_weight * SET.rmssd_clip
    assert none[0] == fallen[0] == risen[0]
    assert [none[1], fallen[1], risen[1]] == pytest.approx([0.0, most, -most])
    assert none[2] is not None
    assert fallen[2] == pytest.approx(none[2] + most)


def test_slow_breathing_sets_the_rmssd_term_to_zero() -> None:
    (alarm,), _ = told(story((60, 64.0), (60, 80.0), rmssd_ms=10.0, slow_breath=True))
    assert alarm.terms.rmssd == 0.0


def test_movement_forbids_an_alarm_and_leaves_no_evidence_behind() -> None:
    moving = story((60, 64.0), (300, 110.0), gated=True, movement=Movement.MOVING)
    detector = Detector(SET)
    assert told(moving, detector) == ([], [])
    assert detector.score is not None  # it is known, and concludes nothing
    still = [replace(m, at_s=m.at_s + 360) for m in story((1, 70.0))]
    assert told(still, detector) == ([], [])
    assert detector.state is HeartState.NEAR_BASELINE


def test_the_way_back_from_a_walk_is_no_rise_and_a_new_one_from_there_is() -> None:
    detector = Detector(SET)
    walk = story((300, 100.0), gated=True, movement=Movement.MOVING)
    back = [64.0 + 36.0 * math.exp(-t / 60) for t in range(400)]
    before = story((400, 64.0))
    after = [replace(QUIET, at_s=t + 1, hr_bpm=v) for t, v in enumerate(back)]
    moments = before + [replace(m, at_s=m.at_s + 400) for m in walk]
    moments += [replace(m, at_s=m.at_s + 700) for m in after]
    assert told(moments, detector) == ([], [])
    again = [replace(m, at_s=m.at_s + 1100) for m in story((60, 84.0))]
    assert len(told(again, detector)[0]) == 1


def test_an_activation_without_readings_ends_where_they_ended() -> None:
    blind = int(SET.longest_s) + 60
    (alarm,), (over,) = told(story((120, 64.0), (60, 84.0), (blind, None)))
    assert over.end_s == 180
    assert over.end_s >= alarm.alarm_s


def test_nothing_within_the_refractory_time() -> None:
    alarms, overs = told(story((60, 64.0), (60, 84.0), (21, 64.0), (400, 84.0)))
    assert [a.number for a in alarms] == [1, 2]
    assert overs[0].end_s == 121
    assert alarms[1].alarm_s == 121 + SET.over_s + SET.refractory_s


def test_dismissals_raise_the_threshold_up_to_its_cap_and_can_be_taken_back() -> None:
    detector = Detector(SET)
    found = []
    for dismissed in range(10):
        detector.learn(dismissed)
        found.append(detector.threshold)
    assert found[:6] == [2.5, 2.5, 2.75, 2.75, 3.0, 3.0]
    assert max(found) == SET.drift_max
    detector.learn(1)
    assert detector.threshold == 2.5
    assert Detector(SET, 9.0).threshold == SET.drift_max


def test_without_a_baseline_nothing_is_concluded() -> None:
    detector = Detector(SET)
    assert told(story((300, 120.0), baseline=None), detector) == ([], [])
    assert detector.state is HeartState.SETTLING


@given(
    st.lists(
        st.tuples(st.none() | st.floats(40, 180), st.none() | st.floats(1, 200), st.booleans()),
        max_size=400,
    )
)
@proven(100)
def test_alarms_and_ends_take_turns_and_never_come_from_gated_seconds(
    rows: list[tuple[float | None, float | None, bool]],
) -> None:
    detector, open_number, count = Detector(SET), None, 0
    for at_s, (rate, rmssd, gated) in enumerate(rows, start=1):
        moment = replace(QUIET, at_s=at_s, hr_bpm=rate, rmssd_ms=rmssd, gated=gated)
        for event in detector.step(moment):
            if isinstance(event, Activation):
                assert open_number is None
                assert rate is not None
                assert not gated
                count += 1
                assert event.number == count
                assert 0 <= event.onset_s < event.alarm_s == at_s
                open_number = event.number
            else:
                assert event.number == open_number
                assert event.peak_s <= event.end_s <= at_s
                open_number = None
        assert detector.active == open_number
        assert (detector.score is None) == (rate is None)


def gapped(blind_s: int, after: Movement) -> list[Moment]:
    """The accelerometer falls silent as the heart rises by 30, and comes back or does not."""
    rows = story((240, 64.0), (200, 94.0))
    silent = range(238, 238 + blind_s)
    return [
        replace(m, gated=True)
        if m.at_s in silent
        else replace(m, movement=after if m.at_s >= silent.stop else m.movement)
        for m in rows
    ]


def test_an_accelerometer_that_dies_swallows_no_rise() -> None:
    (alarm,), _ = told(gapped(55, Movement.UNVERIFIED))
    assert alarm.movement is Movement.UNVERIFIED
    assert alarm.alarm_s <= 238 + 55 + 15
    assert alarm.level_bpm == pytest.approx(64.0, abs=1)


def test_what_an_accelerometer_missed_may_have_been_a_walk() -> None:
    assert told(gapped(30, Movement.STILL))[0] == []


def test_a_walk_is_no_peak_of_an_activation() -> None:
    rows = story((240, 64.0), (60, 84.0), (60, 120.0), (60, 84.0), (120, 64.0))
    walks = range(301, 361)
    moments = [
        replace(m, gated=True, movement=Movement.MOVING) if m.at_s in walks else m for m in rows
    ]
    _, (over,) = told(moments)
    assert over.peak_bpm == 84.0
    assert over.end_s > 420
