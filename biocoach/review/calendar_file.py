"""A planned separation as a calendar file (RFC 5545): its dates, and no name beyond the alias."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from biocoach.exposure.separations import Separation

TITLES = {"apart": "Apart", "therapy_break": "No therapy"}


def calendar_file(
    separation: Separation, *, stamp: datetime, off: bool = False, remind_min: int | None = None
) -> bytes:
    """``stamp``: when it was last changed, UTC. ``off``: it was called off. ``remind_min``: an
    alarm so many minutes before; None: none."""
    from icalendar import Alarm, Calendar, Event  # takes a moment, which a start is spared

    event = Event()
    event.add("uid", f"{separation.id}@biocoach")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", separation.begins)
    event.add("dtend", _end(separation))
    event.add("summary", title(separation))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if off:
        event.add("status", "CANCELLED")
    if remind_min is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title(separation))
        alarm.add("trigger", timedelta(minutes=-remind_min))
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//biocoach//EN")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def title(separation: Separation) -> str:
    """One line; a calendar may show it on a locked screen."""
    who = " ".join("".join(c if c.isprintable() else " " for c in separation.who).split())
    known = TITLES.get(separation.kind, TITLES["apart"])
    return f"{known}: {who}" if who and separation.kind == "apart" else known


def _end(separation: Separation) -> date | datetime:
    """In a calendar the end of whole days is the day after the last."""
    if isinstance(separation.ends, datetime):
        return separation.ends
    return separation.ends + timedelta(days=1)
