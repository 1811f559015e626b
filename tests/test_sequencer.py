"""One order for everything: stamps, ticks, and a replay that meets the same order."""

from __future__ import annotations

import math

from hypothesis import example, given
from hypothesis import strategies as st

from biocoach.sequencer import Sequencer, in_order
from biocoach.types import Input, Rating, Stamped, Tick
from tests.strategies import proven

BODY = Rating(suds=1)
times = st.lists(
    st.one_of(
        st.floats(0, 120, allow_nan=False),
        st.integers(0, 120).map(float),
        st.integers(0, 120_000).map(lambda ms: ms / 1000),
        st.sampled_from([0.9994, 0.9995, 0.9996, 1.0004, 59.99951]),
    ),
    max_size=80,
)


def sequenced(at: list[float]) -> list[Stamped]:
    sequencer = Sequencer()
    return [item for at_s in at for item in sequencer.arrive(at_s, BODY)]


@given(times)
@example([0.9996, 0.5, 2.0, 1.0])
@proven(300)
def test_stamps_never_go_back_and_every_second_passes_once(at: list[float]) -> None:
    items = sequenced(at)
    stamps = [float(i.at_s) for i in items]
    assert stamps == sorted(stamps)
    ticks = [i.at_s for i in items if isinstance(i, Tick)]
    assert ticks == list(range(1, math.floor(max([0.0, *stamps])) + 1))
    seen = 0
    for item in items:
        if isinstance(item, Tick):
            seen = item.at_s
        else:
            assert seen == math.floor(item.at_s)  # its second, and all before it, have passed
            assert item.at_s == round(item.at_s, 3)
    assert [i.number for i in items if isinstance(i, Input)] == list(range(len(at)))


@given(times)
@proven(200)
def test_an_arrival_in_order_keeps_its_time_and_a_late_one_is_stamped_now(at: list[float]) -> None:
    stamps = [i.at_s for i in sequenced(at) if isinstance(i, Input)]
    latest = 0.0
    for arrived, stamp in zip(at, stamps, strict=True):
        latest = max(latest, round(arrived, 3))
        assert stamp == latest


@given(times, st.lists(st.floats(0, 130), max_size=20))
@proven(200)
def test_replaying_the_stamps_meets_the_same_order(at: list[float], passing: list[float]) -> None:
    """Live, seconds also pass by themselves; the replay only has the inputs' stamps."""
    sequencer, items = Sequencer(), list[Stamped]()
    for place, at_s in enumerate(at):
        if place < len(passing):
            items += sequencer.advance(passing[place])
        items += sequencer.arrive(at_s, BODY)
    inputs = [(i.at_s, i.body) for i in items if isinstance(i, Input)]
    assert list(in_order(inputs)) == items


def test_after_the_last_second_none_passes_and_what_arrives_still_has_its_place() -> None:
    sequencer = Sequencer()
    for tick in sequencer.advance(60):
        if tick.at_s == 5:
            sequencer.stop()
    assert sequencer.next_tick_s == 6
    assert list(sequencer.advance(1e9)) == []
    assert list(sequencer.arrive(1e9, BODY)) == [Input(at_s=1e9, number=0, body=BODY)]


@given(st.lists(st.floats(0, 60), max_size=30))
@proven(100)
def test_time_that_passes_ticks_each_second_once(moments: list[float]) -> None:
    sequencer = Sequencer()
    ticks = [t.at_s for moment in moments for t in sequencer.advance(moment)]
    assert ticks == list(range(1, math.floor(max([0.0, *moments])) + 1))
    assert sequencer.next_tick_s == len(ticks) + 1
    assert sequencer.next_number == 0
