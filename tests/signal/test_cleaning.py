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
SET = CleaningSettings()
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
        # The second beat of a pair is judged with the first, one beat early.
        assert max(0, count - AHEAD) <= out <= max(0, count - 1)
    assert len(cleaner.finish()) == len(rr) - out
    assert cleaner.finish() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_steady_heart_is_believed(seed: int) -> None:
    assert kept_share(verdicts(heart(1200, seed=seed))) >= 0.99


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("before", "after"), [(60, 86), (86, 60)])
def test_a_clean_step_keeps_its_beats(seed: int, before: int, after: int) -> None:
    found = verdicts(heart(600, lambda t: before if t < 300 else after, seed=seed))
    slowest = heart(300, before, seed=seed)
    assert kept_share(found[: len(slowest)]) >= 0.99
    assert kept_share(found[len(slowest) :]) >= 0.95  # a sudden step has to prove itself
    assert kept_share(found[len(slowest) + SET.far_jump_beats + 2 :]) >= 0.99  # and is believed


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


@pytest.mark.parametrize("seed", SEEDS)
def test_dense_ectopy_is_noticed_to_its_last_beat(seed: int) -> None:
    """Bigeminy: every other beat early. A threshold that follows it would notice nothing."""
    rr = heart(60, seed=seed)
    for at in range(40, len(rr) - 2, 2):
        rr = ectopic(rr, at)
    found = verdicts(rr)[40:-4]
    assert kept_share(found) <= 0.1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("length", [3, 6, 10])
def test_a_run_of_premature_beats_is_noticed_whole(seed: int, length: int) -> None:
    quiet = heart(100, 60, seed=seed)
    found = verdicts([*quiet, *[560.0] * length, 1300.0, *heart(100, 60, seed=seed + 9)])
    run = found[len(quiet) : len(quiet) + length]
    assert Verdict.OK not in run
    after = found[len(quiet) + length + 3 :]
    assert kept_share(after) >= 0.97


@given(st.lists(st.floats(320, 1900), min_size=1, max_size=6), st.integers(0, 3))
@proven(100)
def test_no_level_is_refused_for_ever(levels: list[float], texture: int) -> None:
    """Wherever the heart goes, if it stays there it is believed within some beats."""
    patience = SET.far_jump_beats + 6
    for level in levels:
        rr = [lev + (i * 7 % 5) * texture for lev in (900.0, level) for i in range(patience + 40)]
        found = verdicts(rr)[patience + 40 + patience : -2]
        assert set(found) == {Verdict.OK}


def test_a_step_that_proved_itself_pardons_its_first_beats_and_a_run_that_went_back_does_not() -> (
    None
):
    quiet = [1000.0 + i % 3 for i in range(60)]
    stayed = cleaned(beats(quiet + [700.0 + i % 3 for i in range(60)]))
    assert [c.proves for c in stayed if c.proves] == [SET.far_jump_beats]
    first = next(i for i, c in enumerate(stayed) if c.proves)
    flagged = stayed[first - SET.far_jump_beats : first]
    assert all(c.verdict is Verdict.ECTOPIC for c in flagged)
    went_back = cleaned(beats([*quiet, *[700.0] * 8, *quiet]))
    assert not any(c.proves for c in went_back)


@given(st.integers(-260, 260).filter(lambda d: abs(d) > 120), st.integers(0, 400))
@proven(60)
def test_a_beat_at_the_wrong_time_is_noticed_either_way(shift: int, seed: int) -> None:
    rr = heart(90, seed=seed % 7)
    at = 50 + seed % 30
    rr[at], rr[at + 1] = rr[at] + shift, rr[at + 1] - shift
    assert any(v is not Verdict.OK for v in verdicts(rr)[at : at + 2])


def test_a_new_run_starts_without_memory() -> None:
    slow = beats(heart(120, 55), run=1)
    fast = beats(heart(120, 110), run=2, start_s=200.0)
    found = cleaned(slow + fast)
    assert kept_share([c.verdict for c in found if c.beat.run == 2]) >= 0.97
