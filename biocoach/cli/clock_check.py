"""Whether the computer's clock is plainly wrong, by what was written here before and by biocoach's
own age. That it is right nothing here can know: nobody outside is asked."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

RELEASED_YEAR = 2026  # of this version; before it nobody can have had it
LATER = timedelta(minutes=1)  # clocks are set by seconds all the time
Trouble = tuple[str, tuple[str, ...]]  # what is wrong; what to do, in order
SET = {
    "linux": "`timedatectl set-ntp true`, or the date and time in the system's settings",
    "darwin": "System Settings, General, Date & Time",
    "win32": "Settings, Time & language, Date & time",
}
AHEAD = (
    "If it is right now, it was ahead when that was written: those sessions have a wrong day. How "
    "long they took is right all the same."
)


def clock_trouble(now: datetime, last: datetime | None, platform: str) -> Trouble | None:
    """``last``: the moment that was written down last; None where nothing is known of it."""
    place = SET.get(platform, "the system's settings")
    todo = f"Have the computer set its date and time by itself: {place}."
    if now.year < RELEASED_YEAR:
        said = f"it says {_words(now)}: biocoach did not exist then"
        return said, (todo, "Until then new sessions would have a wrong day.")
    if last is not None and last - now > LATER:
        said = f"it says {_words(now)}, and your record was last written to on {_words(last)}"
        return said, (todo, AHEAD)
    return None


def last_written(folder: Path) -> datetime | None:
    """By the record's last line where it opens without being asked, else by its files. Changes
    nothing; never raises for a record that can't be read."""
    return _by_lines(folder) or _by_files(folder)


def _by_lines(folder: Path) -> datetime | None:
    from biocoach.clock import moment_of
    from biocoach.review.afterwards import elsewhere_of
    from biocoach.store import Key, StoreError, Vault, looked_at
    from biocoach.store.folder import JOURNAL

    if not (folder / JOURNAL).is_file():
        return None
    try:
        key = Vault(folder).open()
        if not isinstance(key, Key):
            return None
        reader = looked_at(folder, key)
        if reader is None:
            return None
        try:
            # Their lines have the time of another clock.
            brought = [row.session for row, first in reader.beginnings() if elsewhere_of([first])]
            found = reader.whole.last_utc(brought)
        finally:
            reader.close()
        return moment_of(found) if found else None
    except (StoreError, ValueError):
        return None


def _by_files(folder: Path) -> datetime | None:
    """The record's file and its log; and what a copy says of itself."""
    from biocoach.clock import moment_of
    from biocoach.store.backup import backups_in
    from biocoach.store.folder import JOURNAL

    found: list[datetime] = []
    for name in (JOURNAL, f"{JOURNAL}-wal"):
        with suppress(OSError, ValueError, OverflowError):
            found.append(datetime.fromtimestamp((folder / name).stat().st_mtime, UTC))
    with suppress(OSError, ValueError):
        found += [moment_of(one.made_utc) for one in backups_in(folder)]
    return max(found, default=None)


def _words(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d, %H:%M}"
