"""Notes while reading: the client's own, as shared, and the therapist's, kept in their draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import RLock
from typing import Any
from uuid import uuid4

from biocoach.cli.margin import Margin
from biocoach.cli.note_desk import changed
from biocoach.clock import iso_utc
from biocoach.settings import SHARING
from biocoach.sharing.replies import draft_in, keep_draft
from biocoach.store import Journal, StoreError
from dashboard.ports import Outcome

Json = dict[str, Any]


class ReadingMargin:
    """The dashboard's ``Margin``. ``own``: the therapist's record; ``bundle``: what is open."""

    def __init__(
        self,
        theirs: Margin,
        own: Journal,
        bundle: Callable[[], str],
        wall: Callable[[], datetime],
        lock: RLock,
    ) -> None:
        self._theirs = theirs
        self._own = own
        self._bundle = bundle
        self._wall = wall
        self._lock = lock

    def notes(self, session: str) -> Json | Outcome:
        found = self._theirs.notes(session)
        if isinstance(found, Outcome):
            return found
        theirs = [note | {"theirs": True} for note in found["notes"]]
        with self._lock:
            mine = [n for n in self._draft()["notes"] if n["session"] == session]
        rows = [*theirs, *({k: v for k, v in note.items() if k != "session"} for note in mine)]
        return {"notes": sorted(rows, key=lambda row: (row["at_s"], row["written_utc"]))}

    def add(self, session: str, at_s: float, text: str) -> Json:
        if isinstance(self._theirs.notes(session), Outcome):
            return {"ok": False, "why": "not_there"}
        now = iso_utc(self._wall())
        new = {
            "id": uuid4().hex, "session": session, "at_s": at_s, "text": text,
            "written_utc": now, "changed_utc": now, "rev": uuid4().hex,
        }  # fmt: skip
        with self._lock:
            notes = self._draft()["notes"]
            if len(notes) >= SHARING.items_max - 50:
                return {"ok": False, "why": "full"}
            return self._keep([*notes, new], new)

    def change(self, session: str, note: str, at_s: float, text: str, rev: str) -> Json:
        def again(known: Json) -> Json:
            said = {"at_s": at_s, "text": text, "rev": uuid4().hex}
            return known | said | {"changed_utc": iso_utc(self._wall())}

        return self._rewrite(session, note, rev, again)

    def erase(self, session: str, note: str, rev: str) -> Json:
        return self._rewrite(session, note, rev, lambda known: None)

    def _rewrite(
        self, session: str, note: str, rev: str, change: Callable[[Json], Json | None]
    ) -> Json:
        with self._lock:
            notes = self._draft()["notes"]
            known = next((n for n in notes if (n["id"], n["session"]) == (note, session)), None)
            refused = changed(rev, known)
            if refused is not None or known is None:
                return {"ok": False, "why": refused.why if refused else "not_there"}
            new = change(known)
            rest = [n for n in notes if n is not known]
            return self._keep([*rest, new] if new else rest, new or known)

    def _draft(self) -> Json:
        return draft_in(self._own, self._bundle())

    def _keep(self, notes: list[Json], note: Json) -> Json:
        try:
            keep_draft(self._own, self._bundle(), self._draft() | {"notes": notes})
        except StoreError:
            return {"ok": False, "why": "not_recording"}
        return {"ok": True, "id": note["id"], "rev": note["rev"]}
