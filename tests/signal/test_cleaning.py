"""Cleaning: each beat out once and in order, real steps kept, each kind of artifact noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.signal.cleaning import AHEAD, Cleaner
from biocoach.types import Beat, Verdict
from tests.signal.hearts import beats, cleaned, heart, kept_share, verdicts
from tests.strategies import proven

SEEDS = [1, 2, 3, 4]
intervals = st.one_of(st.floats(600, 1000), st.floats(-10, 70_000), st.just(800.0))


@given(st.lists(st.tuples(intervals, st.booleans()), max_size=150))
@proven(200)
def test_every_beat_comes_out_once_in_order_unchanged(rows: list[tuple[float, bool]]) -> None:
    given_, at_s, run = [], 0.0, 1
    for rr, new_run in rows:
        at_s, run = at_s + abs(rr) / 1000, run + new_run
        given_.append(Beat(beat_s=at_s, rr_ms=rr, run=run))
    found = cleaned(given_)
    assert [clean.beat for clean in found] == given_
    for clean in found:
        impossible = not 300 <= clean.beat.rr_ms <= 2000
        assert (clean.verdict is Verdict.OUT_OF_RANGE) == impossible


@given(st.lists(st.floats(500, 1200), min_size=1, max_size=60))
@proven(60)
def test_a_verdict_waits_for_two_beats_and_no_more(rr: list[float]) -> None:
    cleaner, out = Cleaner(BeatSettings(), CleaningSettings()), 0
    for count, beat in enumerate(beats(rr), start=1):
        out += len(cleaner.add(beat))
        assert out == max(0, count - AHEAD)
    assert len(cleaner.finish()) == min(AHEAD, len(rr))
    assert cleaner.finish() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_steady_heart_is_believed(seed: int) -> None:
    assert kept_share(verdicts(heart(1200, seed=seed))) >= 0.99


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("before", "after"), [(60, 86), (86, 60)])
def test_a_clean_step_keeps_its_beats(seed: int, before: int, after: int) -> None:
    found = verdicts(heart(600, lambda t: before if t < 300 else after, seed=seed))
    assert kept_share(found) >= 0.98
    slowest = heart(300, before, seed=seed)
    assert kept_share(found[len(slowest) :]) >= 0.97  # of the later beats
    assert kept_share(found[len(slowest) : len(slowest) + 120]) >= 0.94  # and soon


@pytest.mark.parametrize("seed", SEEDS)
def test_a_steady_metronome_step_is_kept(seed: int) -> None:
    """Without any spread the floor of the thresholds decides."""
    rr = [1000.0 + (seed * i) % 3 for i in range(200)] + [698.0 + i % 3 for i in range(200)]
    assert kept_share(verdicts(rr)) >= 0.95


def missed(rr: list[float], at: int) -> list[float]:
    return [*rr[:at], rr[at] + rr[at + 1], *rr[at + 2 :]]


def extra(rr: list[float], at: int) -> list[float]:
    return [*rr[:at], rr[at] * 0.5, rr[at] * 0.5, *rr[at + 1 :]]


def ectopic(rr: list[float], at: int) -> list[float]:
    early = 0.35 * rr[at]
    return [*rr[:at], rr[at] - early, rr[at + 1] + early, *rr[at + 2 :]]


def misaligned(rr: list[float], at: int) -> list[float]:
    return [*rr[:at], rr[at] + 200, rr[at + 1] - 200, *rr[at + 2 :]]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("spoil", [missed, extra, ectopic, misaligned])
def test_each_kind_of_artifact_is_noticed(seed: int, spoil: object) -> None:
    assert callable(spoil)
    rr = heart(600, seed=seed)
    places = range(60, len(rr) - 60, 37)
    for at in reversed(places):
        rr = spoil(rr, at)
    found = verdicts(rr)
    # Where an artifact is, one of the (at most three) intervals that it touches is flagged.
    shift = {missed: -1, extra: 1}.get(spoil, 0)
    for count, at in enumerate(places):
        near = found[at + shift * count : at + shift * count + 2]
        assert any(v is not Verdict.OK for v in near), (count, at)
    assert kept_share(found) >= 0.93


@pytest.mark.parametrize("seed", SEEDS)
def test_artifacts_do_not_swallow_the_beats_after_them(seed: int) -> None:
    rr = missed(heart(300, seed=seed), 150)
    assert all(v is Verdict.OK for v in verdicts(rr)[156:])


def test_a_missed_beat_in_a_constant_heart_is_noticed() -> None:
    rr = [800.0] * 100 + [1600.0] + [800.0] * 100
    assert verdicts(rr)[100] is Verdict.MISSED


def test_a_new_run_starts_without_memory() -> None:
    slow = beats(heart(120, 55), run=1)
    fast = beats(heart(120, 110), run=2, start_s=200.0)
    found = cleaned(slow + fast)
    assert kept_share([c.verdict for c in found if c.beat.run == 2]) >= 0.97
