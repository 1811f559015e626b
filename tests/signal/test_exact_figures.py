"""Small parts beside their definitions: baseline, opinion, effort, features, movement, rates."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from biocoach.settings import (
    BaselineSettings,
    BeatSettings,
    FeatureSettings,
    MovementSettings,
    OpinionSettings,
)
from biocoach.signal.baseline import Baseline
from biocoach.signal.effort import Effort
from biocoach.signal.features import FeatureWindows
from biocoach.signal.movement import MovementGate, stuck
from biocoach.signal.opinion import Comparison
from biocoach.signal.rates import RateWindows
from biocoach.types import (
    BaselineFigures,
    Beat,
    CleanBeat,
    Gap,
    Motion,
    Movement,
    SecondOpinion,
    Verdict,
)
from tests.signal.hearts import beats

# ---- the baseline

SAT = BaselineSettings()


def prior(hr_bpm: float, spread_bpm: float, ln_rmssd: float | None = 3.0) -> BaselineFigures:
    return BaselineFigures(hr_bpm=hr_bpm, spread_bpm=spread_bpm, ln_rmssd=ln_rmssd, length_s=300.0)


def sat(
    rates: list[float | None], priors: tuple[BaselineFigures, ...], rmssd_ms: float | None
) -> BaselineFigures:
    """Of rates a second after the first minute."""
    found = Baseline(SAT, priors)
    found.start(1000.0)
    for second, rate in enumerate([None] * 60 + rates, start=1):
        found.gather(1000.0 + second, rate, rmssd_ms)
    figures = found.settle(1000.0 + 60 + len(rates))
    assert figures is not None
    assert found.figures == figures
    return figures


def test_three_minutes_of_ones_own_weigh_as_two_to_one_and_a_half_with_every_figure() -> None:
    earlier = (prior(60, 8.0), prior(70, 9.0, None), prior(50, 5.0, 3.4))
    own = sat([70.0, 66.0, 74.0, 70.0] * 45, earlier, math.exp(3.9))
    share = 180 / (180 + SAT.prior_weight_s)
    spread = SAT.mad_to_sd * 2.0  # half the seconds are off by four, half by none
    assert own.hr_bpm == pytest.approx(share * 70 + (1 - share) * 60)
    assert own.spread_bpm == pytest.approx(
        max(SAT.spread_min_bpm, share * max(spread, SAT.spread_min_bpm) + (1 - share) * 8.0)
    )
    assert own.ln_rmssd == pytest.approx(share * 3.9 + (1 - share) * 3.2)
    assert own.length_s == 240.0


def test_a_narrow_past_does_not_narrow_the_spread_below_its_floor() -> None:
    assert sat([70.0] * 180, (prior(60, 1.0),) * 3, None).spread_bpm == SAT.spread_min_bpm


def test_a_second_of_no_variability_counts_for_the_rate_alone() -> None:
    figures = sat([70.0] * 100, (), 0.0)
    assert (figures.hr_bpm, figures.ln_rmssd) == (70.0, None)
    assert sat([70.0] * 100, (), 0.5).ln_rmssd == pytest.approx(math.log(0.5))


def test_rmssd_is_followed_in_logarithms_and_only_where_it_is_known() -> None:
    def followed(rmssd_ms: float | None, own: float | None) -> float | None:
        found = Baseline(SAT, ())
        found.figures = prior(60, 3.0, own)
        found.track(60.0, rmssd_ms)
        return found.figures.ln_rmssd

    assert followed(math.exp(3.6), 3.0) == pytest.approx(3.0 + 0.6 / SAT.tracking_tau_s)
    assert followed(None, 3.0) == 3.0
    assert followed(0.0, 3.0) == 3.0
    assert followed(math.exp(3.6), None) is None


def test_before_there_is_a_baseline_nothing_is_followed() -> None:
    found = Baseline(SAT, ())
    found.track(70.0, 40.0)
    assert found.figures is None


def test_what_was_gathered_before_a_mistaken_start_and_after_it_counts_together() -> None:
    found = Baseline(SAT, ())
    found.start(0.0)
    for second in range(61, 91):
        found.gather(float(second), 60.0, math.exp(3.0))
    found.start(90.0)
    for second in range(151, 166):
        found.gather(float(second), 90.0, math.exp(4.0))
    alone = found.believable
    found.withdraw()
    assert (alone, found.believable) == (False, True)
    figures = found.settle(165.0)
    assert figures is not None
    assert (figures.hr_bpm, figures.length_s) == (60.0, 165.0)  # thirty of 60, fifteen of 90
    assert figures.ln_rmssd == pytest.approx(3.0)


# ---- the second opinion


def told(
    rr_ms: list[float],
    bad: frozenset[int] = frozenset(),
    *,
    hr_bpm: float | None = 60.0,
    rmssd_ms: float | None = None,
    from_s: float = 0.0,
    until_s: float = 1000.0,
) -> bool:
    comparison = Comparison(OpinionSettings(), FeatureSettings())
    for place, beat in enumerate(beats(rr_ms)):
        verdict = Verdict.ECTOPIC if place in bad else Verdict.OK
        comparison.add(CleanBeat(beat=beat, verdict=verdict))
    from_s = max(from_s, rr_ms[0] / 1000)
    opinion = SecondOpinion(hr_bpm=hr_bpm, rmssd_ms=rmssd_ms, from_s=from_s, until_s=until_s)
    return comparison.differs(opinion, hrv=True)


def test_three_beats_apart_are_no_difference_and_more_are() -> None:
    for by_bpm, differs in ((3.0, False), (3.01, True), (-3.0, False), (-3.01, True)):
        assert told([1000.0] * 100, hr_bpm=60 + by_bpm) is differs


def test_the_beats_of_both_ends_are_compared_and_none_beside_them() -> None:
    rr_ms = [1000.0] * 10 + [500.0] * 20 + [1000.0] * 10
    assert not told(rr_ms, hr_bpm=120.0, from_s=10.5, until_s=20.0)
    mean = 60_000 * 22 / (500 * 20 + 2000)
    assert not told(rr_ms, hr_bpm=mean + 2.9, from_s=10.0, until_s=21.0)
    assert told(rr_ms, hr_bpm=mean + 3.1, from_s=10.0, until_s=21.0)
    assert told(rr_ms, hr_bpm=mean - 3.1, from_s=10.0, until_s=21.0)


def test_a_tenth_of_flagged_beats_is_the_most_for_a_rate_and_a_twentieth_for_rmssd() -> None:
    rr_ms = [990.0, 1010.0] * 50
    few, many = frozenset(range(0, 100, 10)), frozenset(range(0, 99, 9))
    assert told(rr_ms, few, hr_bpm=80.0)
    assert not told(rr_ms, many, hr_bpm=80.0)
    five, six = frozenset({10, 30, 50, 70, 90}), frozenset({10, 30, 50, 70, 90, 95})
    assert told(rr_ms, five, rmssd_ms=60.0)
    assert not told(rr_ms, six, rmssd_ms=60.0)


def test_rmssd_may_differ_by_three_tenths_of_ours_and_needs_thirty_steps() -> None:
    rr_ms = [990.0, 1010.0] * 50  # steps of 20
    for rmssd_ms, differs in ((25.9, False), (26.1, True), (14.1, False), (13.9, True)):
        assert told(rr_ms, rmssd_ms=rmssd_ms) is differs
    assert told([990.0, 1010.0] * 15 + [990.0], rmssd_ms=60.0)
    assert not told([990.0, 1010.0] * 15, rmssd_ms=60.0)


def test_an_answer_about_beats_older_than_four_minutes_is_not_compared() -> None:
    assert told([1000.0] * 241, hr_bpm=90.0)
    assert not told([1000.0] * 242, hr_bpm=90.0)


# ---- small movement

MOVES = MovementSettings()


def test_what_is_taken_off_is_the_ridge_regression_of_its_definition() -> None:
    """Sums over all seconds, each worth less by its age; both signals without their slow part."""
    effort, rows = Effort(MOVES), list[tuple[float, float]]()
    lagged = slow_mg = slow_bpm = 0.0
    for at_s in range(900):
        moved = max(0.0, (45.0 if at_s // 90 % 2 else 5.0) - MOVES.rest_mg)
        rate = 64 + 0.3 * lagged + math.sin(at_s / 7)
        if at_s == 0:
            lagged, slow_mg, slow_bpm = moved, moved, rate
        lagged += (moved - lagged) / MOVES.lag_s
        slow_mg += (lagged - slow_mg) / MOVES.effort_slow_s
        slow_bpm += (rate - slow_bpm) / MOVES.effort_slow_s
        rows.append((lagged - slow_mg, rate - slow_bpm))
        taken = effort.second(moved + MOVES.rest_mg if moved else 5.0, rate, learns=True)
        ages = [math.exp(-(at_s - i) / MOVES.effort_memory_s) for i in range(len(rows))]
        product = math.fsum(w * mg * bpm for w, (mg, bpm) in zip(ages, rows, strict=True))
        square = math.fsum(w * mg * mg for w, (mg, _) in zip(ages, rows, strict=True))
        if at_s % 50 == 0:
            slope = max(0.0, product / (square + MOVES.effort_ridge))
            assert effort.slope == pytest.approx(slope, rel=1e-9, abs=1e-12)
            assert taken == pytest.approx(min(MOVES.effort_max_bpm, slope * lagged), abs=1e-9)
    assert effort.slope > 0.1


def test_what_is_not_learnt_from_changes_nothing_and_a_silence_begins_anew() -> None:
    effort = Effort(MOVES)
    for at_s in range(400):
        effort.second(45.0 if at_s // 60 % 2 else 5.0, 64.0 + at_s // 60 % 2 * 9, learns=True)
    before = effort.slope
    effort.second(45.0, 200.0, learns=False)
    effort.second(45.0, None, learns=True)
    assert effort.slope == before > 0
    assert effort.second(None, 64.0, learns=True) == 0.0
    # After it the first word stands: nothing lags behind from before.
    assert effort.second(MOVES.rest_mg + 10, None, learns=True) == pytest.approx(before * 10)


# ---- features


def rows(rr_ms: list[float], bad: range = range(0), proves_at: int = -1) -> list[CleanBeat]:
    return [
        CleanBeat(
            beat=beat,
            verdict=Verdict.ECTOPIC if i in bad else Verdict.OK,
            proves=len(bad) if i == proves_at else 0,
        )
        for i, beat in enumerate(beats(rr_ms))
    ]


def windows(given: list[CleanBeat]) -> FeatureWindows:
    found = FeatureWindows(FeatureSettings())
    for clean in given:
        found.add(clean)
    return found


def test_beats_that_were_pardoned_count_no_more_as_flagged_neither_now_nor_as_they_go() -> None:
    given = rows([1000.0] * 100, range(60, 70), proves_at=70)
    before = windows(given[:70]).at(70)
    assert before.flagged_share == pytest.approx(10 / 60)
    found = windows(given[:71])
    assert found.at(71).flagged_share == 0.0
    for clean in given[71:]:
        found.add(clean)
    for now_s in (100, 125, 128, 131):
        found.at(now_s)
    later = CleanBeat(beat=Beat(beat_s=132.0, rr_ms=1000.0, run=1), verdict=Verdict.EXTRA)
    found.add(later)
    inside = sum(clean.beat.beat_s > 132 - 60 for clean in given)
    assert found.at(132).flagged_share == pytest.approx(1 / (inside + 1))


def test_coverage_is_the_share_of_twenty_seconds_that_kept_beats_fill() -> None:
    found = windows(rows([1000.0] * 30, range(15, 19))).at(30)
    assert found.coverage == pytest.approx(16 / 20)
    assert windows(rows([1100.0] * 30)).at(33).coverage == pytest.approx(19 * 1.1 / 20, abs=0.06)
    assert windows(rows([2500.0] * 30)).at(75).coverage == 1.0


def test_three_fifths_of_twenty_seconds_are_enough_for_a_rate() -> None:
    twelve = windows(rows([1000.0] * 30, range(14, 16))).at(34)  # from 15 to 30, two flagged
    assert (twelve.coverage, twelve.why) == (0.7, "")
    assert windows(rows([1000.0] * 30)).at(38).hr_bpm == 60.0
    edge = windows(rows([1000.0] * 12)).at(12)  # exactly so many
    assert (edge.coverage, edge.hr_bpm) == (0.6, 60.0)
    assert windows(rows([1000.0] * 30)).at(39).why == "too_few"
    assert windows(rows([1000.0] * 30)).at(50).why == "no_beats"


def test_sdnn_is_of_the_last_minute_with_n_minus_one() -> None:
    rr_ms = [990.0, 1010.0, 1000.0] * 30
    found = windows(rows(rr_ms)).at(90)
    last = rr_ms[-60:]
    mean = math.fsum(last) / len(last)
    variance = math.fsum((v - mean) ** 2 for v in last) / (len(last) - 1)
    assert found.sdnn_ms == pytest.approx(math.sqrt(variance), rel=1e-9)
    assert found.quick_bpm == pytest.approx(60_000 / (math.fsum(rr_ms[-10:]) / 10))


def test_hrv_needs_thirty_steps_and_at_most_a_twentieth_flagged() -> None:
    assert windows(rows([1000.0, 990.0] * 15)).at(30).rmssd_ms is None
    assert windows(rows([1000.0, 990.0] * 15 + [1000.0])).at(31).rmssd_ms == pytest.approx(10)
    twentieth = windows(rows([1000.0] * 80, range(30, 33))).at(80)
    assert twentieth.flagged_share == 0.05  # to the last bit: more than that is too much
    assert twentieth.rmssd_ms == 0.0
    assert windows(rows([1000.0] * 80, range(30, 34))).at(80).rmssd_ms is None


# ---- movement


def lying(x: int = 0, y: int = 0, z: int = 1000, shake_mg: int = 0) -> Motion:
    samples = tuple(
        (x, y, z + (shake_mg if i % 2 else -shake_mg)) if z else (x, y + shake_mg, z)
        for i in range(10)
    )
    return Motion(raw=b"", timestamp_ns=0, samples_mg=samples)


def test_movement_is_more_than_fifty_over_ten_seconds_and_is_kept_for_ninety() -> None:
    for shake_mg, moved in ((50, Movement.STILL), (51, Movement.MOVING)):
        gate = MovementGate(MOVES)
        for second in range(1, 12):
            gate.add(float(second), lying(shake_mg=shake_mg))
        assert gate.level_mg(11.0) == pytest.approx(shake_mg)
        assert gate.at(11.0) is moved
    for second in range(12, 110):
        gate.add(float(second), lying())
    last_s = 11 + 1  # of ten seconds one still shook: 46 in the mean
    assert gate.at(last_s - 1 + MOVES.blank_s - 0.1) is Movement.MOVING
    assert gate.at(last_s + MOVES.blank_s) is Movement.STILL


@pytest.mark.parametrize(
    ("to", "moved"),
    [((0, 470, 883), False), ((0, 530, 848), True), ((530, 0, 848), True), ((0, -530, 848), True)],
)
def test_a_turn_by_more_than_thirty_degrees_is_movement(
    to: tuple[int, int, int], moved: bool
) -> None:
    gate = MovementGate(MOVES)
    for second in range(1, 20):
        gate.add(float(second), lying())
    for second in range(20, 30):
        gate.add(float(second), lying(*to))
    assert (gate.at(29.0) is Movement.MOVING) is moved
    for second in range(30, 125):
        gate.add(float(second), lying(*to))
    assert gate.at(124.0) is Movement.STILL  # it is the posture now


def test_an_axis_is_stuck_from_what_no_posture_can_do() -> None:
    assert stuck([(0, -1900, 30)] * 9)
    assert not stuck([(0, -1899, 30)] * 9)


def test_a_strap_that_said_nothing_for_a_minute_has_no_accelerometer_now() -> None:
    gate = MovementGate(MOVES)
    gate.add(1.0, lying())
    assert gate.at(1.0 + MOVES.gone_s) is Movement.STILL
    assert gate.at(1.1 + MOVES.gone_s) is Movement.UNVERIFIED
    assert gate.level_mg(1.0 + MOVES.stale_s) is not None
    assert gate.level_mg(1.1 + MOVES.stale_s) is None


# ---- a strap of rates


def rates_at(times: list[float], bpm: int = 60) -> RateWindows:
    found = RateWindows(FeatureSettings(), BeatSettings())
    for at_s in times:
        found.add(at_s, bpm)
    return found


def test_a_rate_stands_for_two_seconds_at_most() -> None:
    assert rates_at([1.0, 2.0, 4.0, 9.0]).at(10.0).coverage == pytest.approx((1 + 2 + 2 + 1) / 20)
    assert rates_at([float(s) for s in range(1, 60)]).at(59.0).coverage == 1.0


def test_the_windows_of_rates_end_just_before_twenty_and_ten_seconds_ago() -> None:
    rates = rates_at([float(s) for s in range(1, 11)], 50)
    for second in range(11, 31):
        rates.add(float(second), 60 if second <= 20 else 70)
    found = rates.at(30.0)
    assert (found.hr_bpm, found.quick_bpm) == (65.0, 70.0)


def test_twelve_of_twenty_seconds_are_enough_for_a_rate() -> None:
    assert rates_at([float(s) for s in range(9, 21)]).at(20.0).hr_bpm == 60
    assert rates_at([float(s) for s in range(10, 21)]).at(20.0).hr_bpm is None


def test_after_five_seconds_of_silence_or_a_broken_link_a_rate_begins_anew() -> None:
    rates = rates_at([1.0, 2.0, 3.0])
    assert rates.add(8.0, 60) is None
    assert rates.add(13.1, 60) == Gap(start_s=8.0, end_s=13.1, reason="no_beats")
    rates.break_off("first")
    rates.break_off("second")
    assert rates.add(15.1, 60) is None  # too short to be a gap; but what was before is gone
    assert rates.at(15.1).coverage == pytest.approx(1 / 20)
    rates.break_off("")
    rates.goes_on_after(0.0)
    assert rates.last_s == 15.1
    assert replace(rates.at(16.0), coverage=0.0).why == "too_few"


def test_the_first_rate_is_after_a_gap_from_the_beginning() -> None:
    assert RateWindows(FeatureSettings(), BeatSettings()).add(5.0, 60) is None
    first = RateWindows(FeatureSettings(), BeatSettings()).add(5.5, 1)
    assert first == Gap(start_s=0.0, end_s=5.5, reason="no_beats")
