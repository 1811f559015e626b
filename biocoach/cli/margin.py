"""Notes on a session that is over: the dashboard's ``Margin``, each pinned to a moment of it.

A note is a fact that lies beside the session, ``beside:<session>:note:<id>``. The session itself
stays as it was: what was written later never comes into its fold, and goes when it is erased.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from biocoach.cli.note_desk import NoteDesk, OpenRecord, answer, changed
from biocoach.clock import iso_utc
from biocoach.store import beside_of
from dashboard.ports import Outcome

Json = dict[str, Any]
NOTES_MAX = 200  # of one session
TOLD = ("at_s", "text", "written_utc", "changed_utc", "rev")


class Margin:
    """``desk``: the open record, one change at a time."""

    def __init__(self, desk: NoteDesk, wall: Callable[[], datetime]) -> None:
        self._desk = desk
        self._wall = wall

    def notes(self, session: str) -> Json | Outcome:
        """By their moments; two of the same moment as they were written."""

        def look(record: OpenRecord) -> Json | Outcome:
            if not record.reader.has_session(session):
                return Outcome(why="not_there")
            facts = record.reader.facts(_prefix(session))
            rows = [
                {"id": name.removeprefix(_prefix(session))}
                | {key: fact[key] for key in (*TOLD, *(["by"] if "by" in fact else []))}
                for name, fact in facts.items()
            ]
            return {"notes": sorted(rows, key=lambda row: (row["at_s"], row["written_utc"]))}

        return self._desk.do(look)

    def add(self, session: str, at_s: float, text: str) -> Json:
        """``ok`` with the note's ``id`` and ``rev``; or ``why``."""

        def work(record: OpenRecord) -> Json | Outcome:
            refused = _refused(record, session, at_s)
            if refused is not None:
                return refused
            if record.reader.count_facts(_prefix(session)) >= NOTES_MAX:
                return Outcome(why="full")
            return self._put(record, session, self._desk.new_id(), _said(at_s, text), new=True)

        return answer(self._desk.do(work))

    def change(self, session: str, note: str, at_s: float, text: str, rev: str) -> Json:
        """In place of what was there at ``rev``: ``ok`` with the new one; or ``why``."""

        def work(record: OpenRecord) -> Json | Outcome:
            known = record.reader.fact(_prefix(session) + note)
            refused = changed(rev, known) or _refused(record, session, at_s)
            if refused is not None or known is None:
                return refused or Outcome(why="not_there")
            if "by" in known:  # a therapist's words are theirs; they can be erased
                return Outcome(why="read_only")
            return self._put(record, session, note, known | _said(at_s, text), new=False)

        return answer(self._desk.do(work))

    def erase(self, session: str, note: str, rev: str) -> Json:
        """Nothing of it stays in the record."""

        def work(record: OpenRecord) -> Json | Outcome:
            name = _prefix(session) + note
            refused = changed(rev, record.reader.fact(name))
            if refused is not None:
                return refused
            record.erase(name)
            return {"ok": True}

        return answer(self._desk.do(work))

    # ---- inside

    def _put(
        self, record: OpenRecord, session: str, note: str, said: Json, *, new: bool
    ) -> Json | Outcome:
        now, rev = iso_utc(self._wall()), self._desk.new_id()
        kept = said | {"changed_utc": now, "rev": rev} | ({"written_utc": now} if new else {})
        record.put(_prefix(session) + note, kept)
        return {"ok": True, "id": note, "rev": rev}


def _prefix(session: str) -> str:
    return f"{beside_of(session)}note:"


def _said(at_s: float, text: str) -> Json:
    return {"at_s": at_s, "text": text}


def _refused(record: OpenRecord, session: str, at_s: float) -> Outcome | None:
    """A note belongs to a session that is over, and to a moment in it."""
    if not record.reader.has_session(session):
        return Outcome(why="not_there")
    if not record.reader.is_closed(session):
        return Outcome(why="open_session")
    known = record.reader.summary(session)
    over = known is not None and at_s > known.get("length_s", at_s) + 1
    return Outcome(why="not_in_session") if over else None
