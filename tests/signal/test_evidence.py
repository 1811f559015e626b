"""The evidence to the second: what each adds, where a rise began, and when it is over."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest

from biocoach.settings import ActivationSettings
from biocoach.signal.activation import Detector, Moment
from biocoach.signal.evidence import Evidence
from biocoach.types import (
    BaselineFigures,
    HeartState,
    Movement,
    Rise,
)
from tests.signal.moments import moments, told

SET = ActivationSettings()
BASE = BaselineFigures(hr_bpm=64.0, spread_bpm=4.0, ln_rmssd=3.6, length_s=300.0)
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


def gathered(
    evidence: Evidence, first_s: int, rates: list[float], threshold: float = SET.drift
) -> Evidence:
    for at_s, rate in enumerate(rates, start=first_s):
        evidence.gather(at_s, rate, rate, BASE, threshold)
    return evidence


def spreads(count: float) -> float:
    """A rate so many spreads of a quick rise above the baseline."""
    return BASE.hr_bpm + count * SET.quick_spread_bpm


def test_each_second_adds_what_lies_beyond_the_threshold_and_at_most_five_spreads() -> None:
    assert gathered(Evidence(SET), 1, [spreads(4.0)] * 3).quick == pytest.approx(3 * 1.5)
    assert gathered(Evidence(SET), 1, [spreads(9.0)] * 3).quick == pytest.approx(3 * 2.5)
    assert gathered(Evidence(SET), 1, [spreads(4.0)] * 3, 3.0).quick == pytest.approx(3 * 1.0)
    fallen = gathered(Evidence(SET), 1, [spreads(4.0)] * 3 + [spreads(1.0)] * 2)
    assert fallen.quick == pytest.approx(4.5 - 2 * 1.5)
    assert gathered(fallen, 6, [spreads(-5.0)]).quick == 0.0


def test_a_climb_is_counted_over_the_baseline_in_its_own_spreads() -> None:
    up = [BASE.hr_bpm + 4 * BASE.spread_bpm] * 5
    assert gathered(Evidence(SET), 1, up).climb == pytest.approx(5 * 1.0)
    assert gathered(Evidence(SET), 1, up, 2.75).climb == pytest.approx(5 * 0.75)  # as was taught
    far = [BASE.hr_bpm + 40 * BASE.spread_bpm] * 5
    assert gathered(Evidence(SET), 1, far).climb == pytest.approx(5 * 2.0)
    assert gathered(Evidence(SET), 1, up + [50.0] * 9).climb == 0.0


def test_an_alarm_is_beyond_its_limit_and_a_climb_rests_until_the_heart_was_down() -> None:
    quick = gathered(Evidence(SET), 1, [spreads(5.5)] * 8)
    assert quick.quick == pytest.approx(20)
    assert not quick.quick_alarm
    assert gathered(quick, 9, [spreads(5.5)]).quick_alarm
    high = [BASE.hr_bpm + 5 * BASE.spread_bpm]
    climb = gathered(Evidence(SET), 1, high * 250)
    assert climb.climb == pytest.approx(500)
    assert not climb.climb_alarm
    assert gathered(climb, 251, high).climb_alarm
    climb.over(252, high[0], stays_up=True)
    assert not gathered(climb, 253, high * 300).climb_alarm
    gathered(climb, 553, [BASE.hr_bpm + 1] * 600)  # not yet down to the baseline
    assert not gathered(climb, 1153, high * 300).climb_alarm
    gathered(climb, 1453, [BASE.hr_bpm] * 600)
    assert gathered(climb, 2053, high * 300).climb_alarm
    climb.over(2353, high[0], stays_up=False)
    assert gathered(climb, 2354, high * 300).climb_alarm


def test_a_rise_began_at_the_last_second_that_was_near_its_level() -> None:
    near = spreads(SET.near) - 1e-6
    found = gathered(Evidence(SET), 1, [64.0] * 10 + [near] + [spreads(0.4)] * 4 + [90.0] * 9)
    assert found.quick_alarm
    assert found.onset_s() == 11
    never = gathered(Evidence(SET), 1, [spreads(1.0)] * 30 + [90.0] * 12)
    assert never.onset_s() == 1
    long = gathered(Evidence(SET), 1, [64.0] + [spreads(1.0)] * 200 + [90.0] * 12)
    assert long.onset_s() == 214 - SET.onset_back_s


def test_a_climb_began_at_the_last_second_without_evidence_or_where_it_was_dropped() -> None:
    high = [BASE.hr_bpm + 4 * BASE.spread_bpm]
    assert gathered(Evidence(SET), 1, high * 3).onset_s() == 0.0  # it was up from the beginning
    found = gathered(Evidence(SET), 1, [64.0] * 20 + high * 20 + [64.0] * 7 + high * 3)
    assert found.onset_s() == 47
    found.drop(60)
    assert (found.quick, found.climb) == (0.0, 0.0)
    assert gathered(found, 61, high * 5).onset_s() == 60
    found.moving(70, 64.0)
    assert gathered(found, 71, high * 5).onset_s() == 70
    found.over(80, 64.0, stays_up=False)
    assert gathered(found, 81, high * 5).onset_s() == 80


def test_the_level_is_the_baseline_then_where_it_was_lately_and_after_a_walk_the_lowest() -> None:
    evidence = Evidence(SET)
    for at_s in range(1, 200):
        evidence.note(at_s, 70.0)
    assert evidence.level_bpm(60, BASE) == 64.0  # a minute of it is too little
    assert evidence.level_bpm(199, BASE) == 70.0
    evidence.moving(200, 95.0)
    gathered(evidence, 201, [90.0, 85.0, 88.0])
    assert evidence.level_bpm(204, BASE) == 85.0
    gathered(evidence, 204, [66.0])
    assert evidence.level_bpm(205, BASE) == 70.0  # back where it was before
    evidence.over(206, 80.0, stays_up=False)
    assert evidence.level_bpm(206, BASE) == 80.0


# ---- the detector


story = partial(moments, QUIET)


def test_an_alarm_says_in_words_what_it_was_and_what_would_not_have_been_one() -> None:
    rise = story((120, 64.0), (12, 84.0), rmssd_ms=math.exp(3.4))
    (alarm,), _ = told(rise)
    assert alarm.why == (
        "heart rate 20 above where it was before, 20 above your baseline, rising for 9 s, "
        "while still; RMSSD +0.4 beside it; below 73 bpm it would not have been noted"
    )
    assert (alarm.kind, alarm.would_not_below_bpm) == (Rise.QUICK, 64 + 2.5 * 3.6)
    unseen, _ = told([replace(m, movement=Movement.UNVERIFIED) for m in rise])
    assert "movement not checked" in unseen[0].why
    taught, _ = told(rise, Detector(SET, 3.0))
    assert (taught[0].threshold, taught[0].would_not_below_bpm) == (3.0, 64 + 3.0 * 3.6)
    assert taught[0].alarm_s == 131  # two spreads a second, up to 21


def test_a_slow_climb_says_so_and_its_rate_is_over_the_baseline() -> None:
    slow = [64.0 + min(24.0, t / 100) for t in range(3600)]
    moments = [replace(QUIET, at_s=t + 1, hr_bpm=v, rmssd_ms=None) for t, v in enumerate(slow)]
    (alarm,), _ = told(moments)
    assert (alarm.kind, alarm.level_bpm) == (Rise.SLOW_CLIMB, 64.0)
    assert "above your baseline, in a slow climb, " in alarm.why
    assert alarm.would_not_below_bpm == 64 + 3.0 * 4.0
    (taught,), _ = told(moments, Detector(SET, 2.75))
    assert taught.would_not_below_bpm == 64 + 3.25 * 4.0
    assert taught.alarm_s > alarm.alarm_s


def test_rmssd_counts_by_its_fall_in_logarithms_within_its_bounds() -> None:
    def term(ln_ms: float, **changes: object) -> float:
        detector = Detector(SET)
        detector.step(replace(QUIET, at_s=1, rmssd_ms=math.exp(ln_ms), **changes))  # type: ignore[arg-type]
        assert detector.score is not None
        return detector.score

    assert term(3.6 - 0.25) == pytest.approx(0.5)
    assert term(3.6 + 0.125) == pytest.approx(-0.25)
    assert term(1.0) == pytest.approx(1.0)
    assert term(6.0) == pytest.approx(-1.0)
    assert term(1.0, slow_breath=True) == 0.0
    assert term(1.0, baseline=replace(BASE, ln_rmssd=None)) == 0.0


def test_small_movement_is_taken_off_what_rises_quickly() -> None:
    rise = story((120, 64.0), (60, 78.0))
    (plain,), _ = told(rise)
    (less,), _ = told([replace(m, effort_bpm=2.0) if m.at_s > 120 else m for m in rise])
    assert less.alarm_s > plain.alarm_s
    assert told([replace(m, effort_bpm=6.0) if m.at_s > 120 else m for m in rise])[0] == []
    quick = [replace(m, quick_bpm=64.0) for m in rise]  # the ten-second rate did not rise
    assert told(quick)[0] == []


def test_an_activation_is_over_after_twenty_seconds_under_what_is_left_of_it() -> None:
    left = 64 + SET.over_share * 20
    for rate, ends in ((left, False), (left - 0.1, True)):
        _, overs = told(story((120, 64.0), (60, 84.0), (21, rate)))
        assert [(o.end_s, o.peak_bpm) for o in overs] == ([(181, 84.0)] if ends else [])
    assert told(story((120, 64.0), (60, 84.0), (20, 66.0)))[1] == []
    _, (torn,) = told(story((120, 64.0), (60, 84.0), (15, 66.0), (1, 84.0), (40, 66.0)))
    assert torn.end_s == 197


def test_the_peak_is_where_the_heart_was_highest() -> None:
    _, (over,) = told(story((120, 64.0), (30, 84.0), (10, 96.0), (20, 90.0), (60, 64.0)))
    assert (over.peak_s, over.peak_bpm) == (151, 96.0)


def test_states_at_their_edges() -> None:
    def after(rate: float) -> Detector:
        detector = Detector(SET)
        told(story((120, 64.0), (20, 84.0), (1, rate)), detector)
        return detector

    assert after(82.0).state is HeartState.ACTIVATED  # nine tenths of the rise
    assert after(81.9).state is HeartState.RECOVERING
    assert (after(82.0).active, after(82.0).count) == (1, 1)
    calm = Detector(SET)
    told(story((1, BASE.hr_bpm + 2.5 * BASE.spread_bpm), quick_bpm=64.0), calm)
    assert (calm.state, calm.high) == (HeartState.NEAR_BASELINE, False)
    told(story((1, BASE.hr_bpm + 2.5 * BASE.spread_bpm + 0.1), quick_bpm=64.0), calm)
    assert (calm.state, calm.high) == (HeartState.RISING, True)
    for seconds, state in ((3, HeartState.NEAR_BASELINE), (4, HeartState.RISING)):
        quick = Detector(SET)
        told(story((seconds, 64.0), quick_bpm=spreads(5)), quick)  # 2.5 of 8 spread-seconds each
        assert quick.state is state


def test_a_break_of_five_seconds_forgets_nothing_and_a_longer_one_does() -> None:
    for blind_s, alarms in ((5, 1), (6, 0)):
        found, _ = told(story((60, 64.0), (7, 84.0), (blind_s, None), (2, 84.0)))
        assert len(found) == alarms
    for blind_s, ends in ((5, 1), (6, 0)):  # nor is it low while nobody knows
        rows = story((60, 64.0), (60, 84.0), (12, 66.0), (blind_s, None), (6, 66.0))
        assert len(told(rows)[1]) == ends


def test_an_activation_that_lasts_ends_by_itself_with_a_reading_or_without() -> None:
    longest = int(SET.longest_s)
    (alarm,), overs = told(story((120, 64.0), (9 + longest, 84.0)))
    assert (alarm.alarm_s, [o.end_s for o in overs]) == (129, [129 + longest])
    assert told(story((120, 64.0), (8 + longest, 84.0)))[1] == []
    blind = story((120, 64.0), (30, 84.0), (longest - 21, None))
    assert [o.end_s for o in told(blind)[1]] == [150]
    assert told(blind[:-1])[1] == []


def test_after_an_end_there_is_a_minute_without_an_alarm() -> None:
    rows = story((120, 64.0), (60, 84.0), (21, 64.0), (200, 84.0))
    alarms, (over,) = told(rows)
    assert alarms[1].alarm_s == 201 + SET.refractory_s
    assert (over.number, alarms[1].number) == (1, 2)
