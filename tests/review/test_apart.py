"""What is concluded from being apart is concluded only where somebody said so."""

from __future__ import annotations

from biocoach.review.apart import NOT_SAID, rated_before, where_of
from biocoach.review.record import Record, fold
from biocoach.review.ways_back import ways_back
from biocoach.settings import Settings
from biocoach.types import InputBody, Mark, MarkKind, Rating
from devices.virtual import scenario_events
from tests.signal.hearts import BEGIN

SET = Settings()


def separation(*more: tuple[float, InputBody], told: bool = True) -> Record:
    """A virtual separation; ``told`` False: nobody said when they left or were back."""
    rows: list[tuple[float, InputBody]] = [(0.0, BEGIN)]
    for event in scenario_events(7, "separation"):
        said = isinstance(event.body, Rating) or (
            isinstance(event.body, Mark) and event.body.kind is not MarkKind.BASELINE
        )
        if told or not said:
            rows.append((event.at_s, event.body))
    return fold(sorted([*rows, *more], key=lambda row: row[0]), SET)


def test_a_way_back_is_apart_only_where_that_was_said() -> None:
    for told, where in ((True, "apart"), (False, NOT_SAID)):
        record = separation(told=told)
        first = record.activations[0]
        assert where_of(record, first, record.recoveries[first.number]) == where
        row = ways_back(record, SET.recovery)[0]
        assert (row["where"], row["left_out"]) == (where, "" if told else NOT_SAID)


def test_distress_before_is_what_was_rated_before_they_left() -> None:
    assert rated_before(separation(told=False)) is None
    late = (700.0, Rating(suds=70))
    assert rated_before(separation(late, told=False)) is None
    left = (400.0, Mark(kind=MarkKind.APART))
    assert rated_before(separation(left, late, told=False)) is None
    early = (100.0, Rating(suds=30))
    assert rated_before(separation(early, left, late, told=False)) == 30
