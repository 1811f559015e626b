"""What earlier sessions lend to a new one: the day that a session counts for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from biocoach.review.prior import Moment, prior_of, spent
from biocoach.settings import CareSettings, Settings
from biocoach.types import Begin, Debrief, Entry, InputBody, Presence, Prior, Rating


def after(*, started: datetime, length_s: float, now: datetime) -> Prior:
    """The prior of a session that begins ``now``, after one that ended hard."""
    row: dict[str, Any] = {
        "started_utc": started.isoformat().replace("+00:00", "Z"),
        "length_s": length_s,
        "hard_end": True,
        "went_apart": True,
    }
    at = Moment(clock_s=0.0, boot_id="b", wall=now)
    return prior_of([row], at, Settings())


def test_rest_is_due_on_the_day_that_the_hard_ending_was_on() -> None:
    midnight = datetime(2026, 1, 31).astimezone()  # of the person's own clock
    started = (midnight - timedelta(minutes=30)).astimezone(UTC)
    now = (midnight + timedelta(minutes=20)).astimezone(UTC)
    assert after(started=started, length_s=2700.0, now=now).hard_today
    assert not after(started=started, length_s=900.0, now=now).hard_today


def away_after(*said: tuple[str | None, float]) -> Presence | None:
    """``said``: each earlier session's last word of presence, and how long ago it ended, s."""
    now = Moment(clock_s=1e6, boot_id="b", wall=datetime(2026, 1, 31, tzinfo=UTC))
    rows = [
        {
            "started_utc": "2026-01-30T00:00:00Z",
            "length_s": 60.0,
            "spent": {
                "offers_before_end_s": [],
                "snooze_left_s": 0.0,
                "end_boot": "b",
                "end_clock_s": 1e6 - ago_s,
                "end_utc": "2026-01-30T00:01:00Z",
                "presence": presence,
            },
        }
        for presence, ago_s in said
    ]
    return prior_of(rows, now, Settings()).presence


def test_far_away_lasts_until_here_is_said_or_a_night_has_gone() -> None:
    hour_s = 3600.0
    assert away_after(("numb", hour_s)) is Presence.NUMB
    assert away_after(("far_away", 3 * hour_s), (None, hour_s)) is Presence.FAR_AWAY
    assert away_after(("numb", 3 * hour_s), ("here", hour_s)) is None
    assert away_after(("numb", 13 * hour_s)) is None
    assert away_after() is None


def test_the_last_word_of_presence_is_the_debriefs_too() -> None:
    bodies: list[InputBody] = [
        Begin(seed=1, settings_hash=""),
        Rating(presence=Presence.HERE),
        Rating(suds=3),
    ]
    assert spent(entries(*bodies), CareSettings())["presence"] == "here"
    assert spent(entries(*bodies[:1]), CareSettings())["presence"] is None
    debriefed = spent(entries(*bodies, Debrief(presence=Presence.NUMB)), CareSettings())
    assert debriefed["presence"] == "numb"


def entries(*bodies: InputBody) -> list[Entry]:
    return [
        Entry(
            person="me", writer="t", session="s", boot_id="b", at_s=float(n), settings_hash="",
            wall_utc="2026-01-31T09:00:00.000Z", body=body, number=n,
        )
        for n, body in enumerate(bodies)
    ]  # fmt: skip
