"""The cleaner's one rule that looks further: a heart that is far faster at once has to stay so."""

from __future__ import annotations

import pytest

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.signal.cleaning import Cleaner
from biocoach.types import CleanBeat, Verdict
from tests.signal.hearts import beats, cleaned, verdicts

SET = CleaningSettings()
QUIET = [1000.0 + i % 3 for i in range(60)]


def jumped(to_ms: float, stay: int, then: list[float] | None = None) -> list[CleanBeat]:
    """What comes after a quiet minute: ``stay`` beats at another level, and then back."""
    rr_ms = [*QUIET, *[to_ms] * stay, *(QUIET if then is None else then)]
    return cleaned(beats(rr_ms))[len(QUIET) :]


@pytest.mark.parametrize(
    ("to_ms", "doubted"),
    [
        (870.0, 0),  # an eighth faster: believed at once
        (850.0, SET.jump_beats),
        (745.0, SET.jump_beats),
        (735.0, SET.far_jump_beats),  # more than 26 % faster
        (500.0, SET.far_jump_beats),
    ],
)
def test_a_jump_is_doubted_for_so_many_beats_and_then_pardoned(to_ms: float, doubted: int) -> None:
    found = jumped(to_ms, 40, [])
    assert [c.verdict for c in found[:doubted]] == [Verdict.ECTOPIC] * doubted
    assert {c.verdict for c in found[doubted:]} == {Verdict.OK}
    assert [(i, c.proves) for i, c in enumerate(found) if c.proves] == (
        [(doubted, doubted)] if doubted else []
    )


def test_a_jump_that_goes_back_before_it_is_proven_is_no_beat_of_the_hearts_own() -> None:
    found = jumped(700.0, SET.far_jump_beats - 2)
    assert {c.verdict for c in found[: SET.far_jump_beats - 2]} == {Verdict.ECTOPIC}
    assert {c.verdict for c in found[SET.far_jump_beats + 1 :]} == {Verdict.OK}
    assert not any(c.proves for c in found)


def test_back_is_within_a_twentieth_of_the_old_level() -> None:
    near, far = 1001 * (1 - SET.back_share) + 3, 1001 * (1 - SET.back_share) - 9
    back = jumped(800.0, 6, [near] * 30)
    assert not any(c.proves for c in back)
    assert {c.verdict for c in back[8:]} == {Verdict.OK}
    not_back = jumped(800.0, 6, [far] * 30)
    assert [c.proves for c in not_back if c.proves] == [SET.jump_beats]


def test_a_slower_heart_has_nothing_to_prove() -> None:
    assert {c.verdict for c in jumped(1300.0, 40, [])[1:]} == {Verdict.OK}


def test_in_the_first_beats_of_a_run_there_is_no_level_to_jump_from() -> None:
    few = [1000.0] * (SET.level_beats - 1) + [700.0] * 30
    assert not any(c.proves for c in cleaned(beats(few)))
    enough = [1000.0] * (SET.level_beats + 1) + [700.0] * 30
    assert any(c.proves for c in cleaned(beats(enough)))


def test_after_a_jump_was_believed_the_next_one_is_measured_from_there() -> None:
    found = jumped(800.0, 40, [560.0] * 40)
    assert [c.proves for c in found if c.proves] == [SET.jump_beats, SET.far_jump_beats]


@pytest.mark.parametrize("rr_ms", [299.9, 2000.1, 0.0, -5.0, 65_535.0])
def test_an_interval_that_no_heart_has_is_out_of_range_and_teaches_nothing(rr_ms: float) -> None:
    found = verdicts([*QUIET, rr_ms, *QUIET])
    assert found[len(QUIET)] is Verdict.OUT_OF_RANGE
    assert {v for i, v in enumerate(found) if i != len(QUIET)} == {Verdict.OK}


@pytest.mark.parametrize("rr_ms", [300.0, 2000.0])
def test_the_fastest_and_the_slowest_heart_are_in_range(rr_ms: float) -> None:
    assert set(verdicts([rr_ms] * 60)) == {Verdict.OK}


def test_the_last_beats_of_a_run_come_before_the_first_of_the_next() -> None:
    cleaner = Cleaner(BeatSettings(), SET)
    first, second = beats([1000.0] * 5, 1), beats([1000.0] * 5, 2, 60.0)
    done = [c for beat in first for c in cleaner.add(beat)]
    assert len(done) == 3
    then = cleaner.add(second[0])
    assert [c.beat for c in then] == first[3:]
    assert cleaner.add(second[1]) == []
    assert [c.beat for c in cleaner.add(second[2])] == [second[0]]


def test_a_restless_heart_is_allowed_larger_steps_than_a_quiet_one() -> None:
    """The size of its usual steps: of a metronome 80 ms are an error, of a sway they are not."""
    swaying = [1000.0 + 60 * (i % 4 - 1.5) for i in range(100)]
    assert verdicts([*swaying, 1000.0, 880.0, 1010.0, *swaying])[101] is Verdict.OK
    assert verdicts([*[1000.0] * 100, 880.0, 1120.0, *[1000.0] * 9])[100] is not Verdict.OK
