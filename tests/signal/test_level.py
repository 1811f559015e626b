"""The recent level: a quantile of minutes that lie a little back, by time and not by count."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import ActivationSettings
from biocoach.signal.level import RecentLevel
from tests.strategies import proven

SET = ActivationSettings()
DELAY_S, WINDOW_S = SET.level_delay_s, SET.level_window_s


def test_a_rise_under_way_does_not_lift_its_own_level() -> None:
    level = RecentLevel(SET)
    for at_s in range(1, 301):
        level.add(at_s, 64.0)
    for at_s in range(301, 301 + DELAY_S):
        level.add(at_s, 90.0)
        assert level.at(at_s) == 64.0


def test_too_little_is_no_level() -> None:
    level = RecentLevel(SET)
    for at_s in range(1, DELAY_S + SET.level_seconds_min):
        level.add(at_s, 64.0)
        assert level.at(at_s) is None
    level.add(DELAY_S + SET.level_seconds_min, 64.0)
    assert level.at(DELAY_S + SET.level_seconds_min) == 64.0


def test_the_last_level_holds_for_a_while_and_is_then_forgotten() -> None:
    level = RecentLevel(SET)
    for at_s in range(1, 301):
        level.add(at_s, 64.0)
    last_s = 300 + DELAY_S + WINDOW_S - SET.level_seconds_min
    assert level.at(last_s) == 64.0
    assert level.at(last_s + SET.level_held_s) == 64.0
    assert level.at(last_s + SET.level_held_s + 1) is None


@given(
    st.lists(st.tuples(st.integers(1, 40), st.floats(40, 180)), min_size=1, max_size=200),
    st.integers(1, 30),
)
@proven(100)
def test_it_is_the_quantile_of_the_window_where_that_is_full(
    rows: list[tuple[int, float]], asked_every: int
) -> None:
    level, at_s, known = RecentLevel(SET), 0, list[tuple[int, float]]()
    for count, (apart_s, rate) in enumerate(rows):
        at_s += apart_s
        level.add(at_s, rate)
        known.append((at_s, rate))
        if count % asked_every:
            continue
        newest = at_s - DELAY_S
        inside = [v for t, v in known if newest - WINDOW_S < t <= newest]
        found = level.at(at_s)
        if len(inside) >= SET.level_seconds_min:
            assert found is not None
            assert np.isclose(found, np.quantile(inside, SET.level_quantile))


def test_a_second_counts_from_its_delay_on_until_it_is_out_of_the_window() -> None:
    level = RecentLevel(SET)
    for at_s in range(1, SET.level_seconds_min + 1):
        level.add(at_s, 64.0)
    full_s = SET.level_seconds_min + DELAY_S
    assert level.at(full_s - 1) is None
    assert level.at(full_s) == 64.0
    # All of them still count as long as the first is not three minutes old.
    for at_s in range(400, 400 + SET.level_seconds_min):
        level.add(at_s, 90.0)
    assert level.at(400 + SET.level_seconds_min - 1 + DELAY_S) == 90.0
    assert level.at(400 + WINDOW_S + DELAY_S) == 90.0  # the first is gone; the last word holds


def test_seconds_that_were_too_old_when_they_were_asked_for_never_count() -> None:
    level = RecentLevel(SET)
    for at_s in range(1, 101):
        level.add(at_s, 64.0 if at_s <= 41 else 90.0)
    assert level.at(41 + WINDOW_S + DELAY_S - 1) is not None
    late = RecentLevel(SET)
    for at_s in range(1, 101):
        late.add(at_s, 64.0 if at_s <= 40 else 90.0)
    assert late.at(40 + WINDOW_S + DELAY_S) == 90.0  # sixty are left: not one of the 64
