"""What is owed after a hard ending: on a later day, one question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]
ASKED_FOR_DAYS = 3  # later it would no longer be about that ending


def check_in_due(
    summaries: Iterable[Json], answered: Mapping[str, Any] | None, now: datetime
) -> Json | None:
    """The session to check in about: the last practice, if it ended hard on an earlier day.

    ``summaries``: the oldest first. ``answered``: the last check-in, a skipped one too.
    """
    practised = [s for s in summaries if s.get("hard_end") or s.get("went_apart")]
    if not practised or not practised[-1].get("hard_end"):
        return None
    last = practised[-1]
    started = datetime.fromisoformat(last["started_utc"].replace("Z", "+00:00"))
    ended = started + timedelta(seconds=last["length_s"])
    days = (now.astimezone().date() - ended.astimezone().date()).days
    if not 1 <= days <= ASKED_FOR_DAYS or (answered or {}).get("session") == last["id"]:
        return None
    return {"session": last["id"]}
