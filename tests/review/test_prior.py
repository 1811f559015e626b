"""What earlier sessions lend to a new one: the day that a session counts for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from biocoach.review.prior import Moment, prior_of
from biocoach.settings import Settings
from biocoach.types import Prior


def after(*, started: datetime, length_s: float, now: datetime) -> Prior:
    """The prior of a session that begins ``now``, after one that ended hard."""
    row: dict[str, Any] = {
        "started_utc": started.isoformat().replace("+00:00", "Z"),
        "length_s": length_s,
        "hard_end": True,
        "went_apart": True,
    }
    at = Moment(clock_s=0.0, boot_id="b", wall=now)
    return prior_of([row], at, Settings().activation)


def test_rest_is_due_on_the_day_that_the_hard_ending_was_on() -> None:
    midnight = datetime(2026, 1, 31).astimezone()  # of the person's own clock
    started = (midnight - timedelta(minutes=30)).astimezone(UTC)
    now = (midnight + timedelta(minutes=20)).astimezone(UTC)
    assert after(started=started, length_s=2700.0, now=now).hard_today
    assert not after(started=started, length_s=900.0, now=now).hard_today
