"""What the person teaches and takes back: dismissals, and marks pressed too early."""

from __future__ import annotations

from biocoach.review.record import fold
from biocoach.settings import Settings
from biocoach.types import (
    Amend,
    Answer,
    BaselineReady,
    Label,
    Mark,
    MarkKind,
    Phase,
    Refused,
)
from tests.exposure.stories import number_of, phases, told
from tests.signal.hearts import Rows, heart, worn

# ---- what the person teaches and takes back


def test_two_dismissed_activations_raise_the_threshold_and_one_told_twice_does_not() -> None:
    other = Label(answer=Answer.OTHER)
    twice_one = told(None, (420.0, other), (430.0, other), until_s=1300)
    assert twice_one.threshold == 2.5
    two = told(None, (420.0, other), (1140.0, other), until_s=1300)
    assert len(two.activations) == 2
    assert two.threshold == 2.75
    taken_back = told(
        None,
        (420.0, other),
        (1140.0, other),
        (1150.0, Label(answer=Answer.DISTRESS, activation=1)),
        until_s=1300,
    )
    assert taken_back.threshold == 2.5
    none = told(None, (310.0, other), (320.0, Label(answer=Answer.OTHER, activation=9)))
    assert none.threshold == 2.5


def test_they_left_pressed_too_early_goes_back_to_the_baseline() -> None:
    early = (150.0, Mark(kind=MarkKind.APART, text="oops"))
    first = told(None, early, until_s=200)
    amend = (170.0, Amend(of_number=number_of(first, early[1])))
    record = told(None, early, amend, until_s=700)
    assert phases(record)[1:5] == [Phase.BASELINE, Phase.APART, Phase.BASELINE, Phase.APART]
    ready = [d for d in record.decisions if isinstance(d, BaselineReady)]
    assert [r.at_s for r in ready] == [150.0, 300.0]
    assert ready[-1].figures.length_s == 300.0
    assert len(record.activations) == 1


def test_back_pressed_too_early_is_as_if_it_had_not_been() -> None:
    early = (420.0, Mark(kind=MarkKind.BACK))
    first = told(None, early, until_s=430)
    amend = (430.0, Amend(of_number=number_of(first, early[1])))
    record = told(None, early, amend)
    assert record.recoveries[1] == told().recoveries[1]
    assert phases(record)[-2:] == [Phase.BACK, Phase.APART]


def test_withdrawing_the_second_back_leaves_the_first() -> None:
    marks = [(420.0, Mark(kind=MarkKind.BACK)), (440.0, Mark(kind=MarkKind.BACK, text="again"))]
    second = number_of(told(None, *marks, until_s=450), marks[1][1])
    record = told(None, *marks, (450.0, Amend(of_number=second)))
    assert record.recoveries[1].reference_s == 420
    assert record.recoveries[1].where == "after_reunion"
    assert phases(record)[-1] is Phase.BACK


def test_withdrawing_the_baseline_mark_stops_gathering() -> None:
    start: Rows = [*worn(heart(500, 64)), (10.0, Amend(of_number=1))]
    record = fold(sorted(start, key=lambda row: row[0]), Settings())
    assert phases(record) == [Phase.PLAN, Phase.BASELINE, Phase.PLAN]
    assert not [d for d in record.decisions if isinstance(d, BaselineReady)]
    assert {s.why for s in record.seconds if s.hr_bpm and s.at_s > 30} == {"no_baseline"}


def test_a_baseline_cut_short_by_a_mistaken_back_goes_on() -> None:
    back = Mark(kind=MarkKind.BACK)
    rows: Rows = [*worn(heart(500, 64)), (150.0, back)]
    number = number_of(fold(sorted(rows, key=lambda r: r[0]), Settings()), back)
    rows.append((160.0, Amend(of_number=number)))
    record = fold(sorted(rows, key=lambda r: r[0]), Settings())
    assert phases(record)[-1] is Phase.BASELINE
    assert [d.at_s for d in record.decisions if isinstance(d, BaselineReady)] == [150.0, 300]


def test_only_the_last_move_can_be_withdrawn() -> None:
    record = told(None, (310.0, Amend(of_number=0)), (320.0, Amend(of_number=10_000)))
    assert [d.why for d in record.decisions if isinstance(d, Refused)] == ["wrong_phase"] * 2
