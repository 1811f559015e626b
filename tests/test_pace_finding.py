"""The search for the own pace, in a whole session: what is found, and what finds nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.review.record import Record, fold
from biocoach.settings import Settings
from biocoach.types import (
    InputBody,
    PaceFound,
    PracticeEnded,
    PracticeFacts,
    PracticeLog,
    PracticeMoment,
    Presence,
    Rating,
    Repertoire,
)
from tests.signal.hearts import BEGIN
from tests.signal.test_resonance import TRIALS, base, paced_heart
from tests.strategies import reading

TOLD = Repertoire(practices=(PracticeFacts(id="find", finder=True), PracticeFacts(id="other")))
Rows = list[tuple[float, InputBody]]


def log(moment: PracticeMoment, step: int | None = None, practice: str = "find") -> PracticeLog:
    trial = TRIALS[step] if step is not None and step < len(TRIALS) else None
    return PracticeLog(
        practice=practice,
        moment=moment,
        step=step,
        paced=trial is not None,
        per_min=trial.per_min if trial else None,
        in_share=trial.in_share if trial else None,
    )


STEPS: Rows = [
    (trial.start_s, log(PracticeMoment.STARTED if n == 0 else PracticeMoment.MOVED, n))
    for n, trial in enumerate(TRIALS)
]
LAST_S = TRIALS[-1].end_s
THANKS = (LAST_S, log(PracticeMoment.MOVED, len(TRIALS)))  # a step that only says something
DONE = (LAST_S + 5, log(PracticeMoment.FINISHED))


def searched(*said: tuple[float, InputBody], best: float = 5.5) -> Record:
    beats = paced_heart(base(), best)
    worn: Rows = [(b.beat.beat_s, reading((round(b.beat.rr_ms * 1.024),))) for b in beats]
    rows: Rows = [(0.0, BEGIN), (0.0, TOLD), *sorted([*worn, *said], key=lambda row: row[0])]
    return fold(rows, Settings(), LAST_S + 10)


def found(record: Record) -> list[PaceFound]:
    return [d for d in record.decisions if isinstance(d, PaceFound)]


@pytest.mark.parametrize("best", [6.5, 5.5, 4.5])
def test_a_pace_is_found_once_at_the_end(best: float) -> None:
    (pace,) = found(searched(*STEPS, THANKS, DONE, best=best))
    assert (pace.per_min, pace.why) == (best, "")
    assert pace.edge is (best != 5.5)
    assert [t.per_min for t in pace.tried] == [t.per_min for t in TRIALS]
    assert all(t.wave_bpm is not None for t in pace.tried)


def test_too_few_paces_find_none_and_say_so() -> None:
    (pace,) = found(searched(*STEPS[:3], (TRIALS[2].end_s, log(PracticeMoment.FINISHED))))
    assert (pace.per_min, pace.why) == (None, "too_few_rates")


def test_a_step_that_was_gone_back_to_is_tried_anew() -> None:
    early = (TRIALS[1].start_s + 5, log(PracticeMoment.MOVED, 0))
    back = (TRIALS[1].start_s + 8, log(PracticeMoment.MOVED, 1))
    (pace,) = found(searched(*STEPS, early, back, THANKS, DONE))
    tried = {t.per_min: t for t in pace.tried}
    assert len(pace.tried) == len(TRIALS)
    assert tried[TRIALS[0].per_min].wave_bpm is None  # of three seconds nothing can be read


def test_one_that_is_stopped_or_left_for_another_finds_nothing() -> None:
    early = (TRIALS[2].end_s, log(PracticeMoment.STOPPED))
    assert found(searched(*STEPS[:3], early)) == []
    other = (LAST_S + 1, log(PracticeMoment.STARTED, practice="other"))
    assert found(searched(*STEPS, other, DONE)) == []
    plain = [(t, replace(b, practice="other")) for t, b in STEPS if isinstance(b, PracticeLog)]
    assert found(searched(*plain, (LAST_S, log(PracticeMoment.FINISHED, practice="other")))) == []


def test_whoever_stops_at_the_last_pace_has_what_was_tried() -> None:
    (pace,) = found(searched(*STEPS, (LAST_S - 100, log(PracticeMoment.STOPPED))))
    assert (pace.per_min, len(pace.tried)) == (5.5, 5)
    assert pace.tried[-1].wave_bpm is None


def test_far_away_ends_the_search() -> None:
    record = searched(*STEPS, (300.0, Rating(presence=Presence.NUMB)), THANKS, DONE)
    assert any(isinstance(d, PracticeEnded) for d in record.decisions)
    assert found(record) == []
