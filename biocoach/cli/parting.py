"""Planned separations and therapy breaks: kept sheets that make one, their state, a calendar file.

The dashboard's ``Separations``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from biocoach.cli.note_desk import NoteDesk, OpenRecord, answer, changed
from biocoach.cli.sheet_facts import SHEET, kept_in, sheet_in
from biocoach.clock import moment_of
from biocoach.exposure import separations
from biocoach.exposure.separations import Happens, Separation, State, separation_of, state_of
from biocoach.exposure.sheet import fact_of, sheet_of
from dashboard.ports import Outcome

Json = dict[str, Any]
COMING = (State.ANNOUNCED, State.UNDER_WAY)


class Parting:
    def __init__(self, desk: NoteDesk, wall: Callable[[], datetime]) -> None:
        self._desk = desk
        self._wall = wall

    def separations(self) -> Json | Outcome:
        """``coming``, the next first; ``past``, the latest first."""

        def look(record: OpenRecord) -> Json:
            now = self._now()
            found = [one for sheet in kept_in(record) if (one := separation_of(sheet)) is not None]
            rows = [separations.told(one, now) for one in found]
            rows.sort(key=lambda row: str(row["begins"]))
            return {
                "coming": [row for row in rows if row["state"] in COMING],
                "past": [row for row in reversed(rows) if row["state"] not in COMING],
            }

        return self._desk.do(look)

    def say(self, name: str, word: str, rev: str) -> Json:
        """``call_off``, ``back`` or ``on_again``: ``ok`` with the new ``rev``; or ``why``."""

        def work(record: OpenRecord) -> Json | Outcome:
            fact = record.reader.fact(SHEET + name)
            refused = changed(rev, fact)
            if refused is not None:
                return refused
            sheet = sheet_of(name, fact or {})
            found = separation_of(sheet)
            if found is None:
                return Outcome(why="not_there")
            kept = separations.said(found, Happens(word), self._now())
            if kept is None:
                return Outcome(why="wrong_state")
            told = replace(sheet, said=kept, rev=self._desk.new_id())
            record.put(SHEET + name, fact_of(told))
            return {"ok": True, "rev": told.rev}

        return answer(self._desk.do(work))

    def calendar(self, name: str, remind_min: int | None) -> bytes | Outcome:
        """A calendar file. ``remind_min``: with an alarm so many minutes before."""

        def look(record: OpenRecord) -> Separation | Outcome:
            sheet = sheet_in(record, name)
            found = separation_of(sheet) if sheet else None
            return found if found is not None else Outcome(why="not_there")

        from biocoach.review.calendar_file import calendar_file  # a start need not wait for it

        found = self._desk.do(look)
        if isinstance(found, Outcome):
            return found
        off = state_of(found, self._now()) is State.CALLED_OFF
        stamp = moment_of(found.changed_utc)
        return calendar_file(found, stamp=stamp, off=off, remind_min=remind_min)

    def _now(self) -> datetime:
        return self._wall().astimezone()
