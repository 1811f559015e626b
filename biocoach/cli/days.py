"""The days that a command is given."""

from __future__ import annotations

import re
from datetime import date

from biocoach.cli.say import wrong_use

FIRST_YEAR, LAST_YEAR = (
    1900,
    2200,
)  # nobody means another one, and what comes before it is a day too
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of_text(option: str, text: str) -> date:
    """Of the one form YYYY-MM-DD; anything else ends the command as wrong use."""
    try:
        found = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        wrong_use(f"{option} {text}: not a day like 2026-01-31")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        wrong_use(f"{option} {text}: give a day of the years {FIRST_YEAR} to {LAST_YEAR}")
    return found


def day_or_none(option: str, text: str) -> date | None:
    """The same, where the option may be left out."""
    return day_of_text(option, text) if text else None
