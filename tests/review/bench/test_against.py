"""How many times as much as before, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from biocoach.review.bench.against import slower, times_earlier
from biocoach.review.bench.speed import SCHEMA


def table(*rows: tuple[str, float | None, float | None], hours: float = 24) -> dict[str, Any]:
    told = [{"what": what, "here": here, "ratio": ratio} for what, here, ratio in rows]
    return {"schema": SCHEMA, "hours": hours, "rows": told}


def test_shares_are_compared_where_there_are_shares() -> None:
    """A machine twice as slow makes ours and the peer's twice as long: as before."""
    now = table(("day", 8.0, 0.5), ("page", 900.0, None), ("new", 1.0, None), ("gone", None, None))
    earlier = table(("day", 4.0, 0.5), ("page", 600.0, None), ("gone", 1.0, None))
    times = times_earlier(now, earlier)
    assert times == {"day": 1.0, "page": 1.5, "new": None, "gone": None}
    assert slower(times) == ["page"]


def test_a_share_that_is_missing_on_one_side_is_not_taken_for_a_time() -> None:
    assert times_earlier(table(("a", 3.0, None)), table(("a", 1.0, 0.2))) == {"a": 3.0}


def test_tables_of_another_kind_or_size_are_refused() -> None:
    with pytest.raises(ValueError, match="not a whole table"):
        times_earlier(table(), {"schema": "biocoach.bench.v1", "rows": []})
    with pytest.raises(ValueError, match="1 h of beats, not 24 h"):
        times_earlier(table(), table(hours=1))
