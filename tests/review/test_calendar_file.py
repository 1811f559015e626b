"""The calendar file of a planned separation, byte by byte where RFC 5545 says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from biocoach.exposure.separations import Separation
from biocoach.review.calendar_file import calendar_file, title

STAMP = datetime(2026, 1, 31, 9, tzinfo=UTC)
DAYS = (date(2026, 2, 3), date(2026, 2, 5))
HOURS = (datetime(2026, 2, 3, 18, tzinfo=UTC), datetime(2026, 2, 3, 20, 30, tzinfo=UTC))


def apart(
    span: tuple[date, date] = DAYS, *, who: str = "K", kind: str = "apart", goodbye: str = ""
) -> Separation:
    return Separation(
        id="s1", rev="r", kind=kind, who=who, begins=span[0], ends=span[1], goodbye=goodbye
    )


def rows(content: bytes) -> list[str]:
    """Lines as they were before they were folded (RFC 5545, 3.1)."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_whole_days_are_dates_and_end_the_day_after() -> None:
    found = rows(calendar_file(apart(), stamp=STAMP))
    assert found == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//biocoach//EN",
        "BEGIN:VEVENT",
        "SUMMARY:Apart: K",
        "DTSTART;VALUE=DATE:20260203",
        "DTEND;VALUE=DATE:20260206",
        "DTSTAMP:20260131T090000Z",
        "UID:s1@biocoach",
        "CLASS:PRIVATE",
        "LAST-MODIFIED:20260131T090000Z",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_hours_are_in_utc() -> None:
    found = rows(calendar_file(apart(HOURS), stamp=STAMP))
    assert "DTSTART:20260203T180000Z" in found
    assert "DTEND:20260203T203000Z" in found


def test_no_alarm_unless_it_is_asked_for() -> None:
    assert b"VALARM" not in calendar_file(apart(), stamp=STAMP)
    found = rows(calendar_file(apart(), stamp=STAMP, remind_min=90))
    alarm = found[found.index("BEGIN:VALARM") : found.index("END:VALARM")]
    assert set(alarm) == {
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Apart: K",
        "TRIGGER:-PT1H30M",
    }


def test_what_was_called_off_says_so() -> None:
    assert b"STATUS" not in calendar_file(apart(), stamp=STAMP)
    assert b"STATUS:CANCELLED\r\n" in calendar_file(apart(), stamp=STAMP, off=True)


def test_nothing_but_the_alias_leaves_and_of_a_therapy_break_not_even_that() -> None:
    private = "goodbye-of-one's-own"
    assert private.encode() not in calendar_file(apart(goodbye=private), stamp=STAMP)
    found = calendar_file(apart(who="Dr B", kind="therapy_break"), stamp=STAMP)
    assert b"SUMMARY:No therapy\r\n" in found
    assert b"Dr B" not in found


def test_an_alias_cannot_add_a_line() -> None:
    found = calendar_file(apart(who="K\r\nATTENDEE:mailto:x; a, b\\c\x00"), stamp=STAMP)
    assert "SUMMARY:Apart: K ATTENDEE:mailto:x\\; a\\, b\\\\c" in rows(found)
    assert not any(row.startswith("ATTENDEE") for row in rows(found))


def test_without_an_alias_there_is_none() -> None:
    assert title(apart(who=" ")) == "Apart"


@given(st.text(max_size=300), st.sampled_from([DAYS, HOURS]), st.integers(0, 20_160) | st.none())
def test_any_alias_gives_a_file_that_reads_back(
    who: str, span: tuple[date, date], remind: int | None
) -> None:
    found = apart(span, who=who.encode(errors="replace").decode())
    content = calendar_file(found, stamp=STAMP, remind_min=remind)
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert all(len(row) <= 75 for row in content.split(b"\r\n"))
    event: Any = Calendar.from_ical(content).walk("VEVENT")[0]
    assert str(event["summary"]) == title(found)
    assert event["dtstart"].dt == span[0]
    day_after = timedelta(days=0 if isinstance(span[1], datetime) else 1)
    assert event["dtend"].dt == span[1] + day_after
    assert len(event.walk("VALARM")) == (remind is not None)
