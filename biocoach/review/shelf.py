"""All sessions, as the list and the reviews read them."""

from __future__ import annotations

from typing import Any

from biocoach.review import sessions as review
from biocoach.settings import Settings
from biocoach.store import Reader
from biocoach.types import Refusal

Json = dict[str, Any]
STILL = "This session is still; its review comes afterwards."


class Shelf:
    """Reads the journal; closed sessions by their summary, the open one from its entries."""

    def __init__(self, reader: Reader, settings: Settings) -> None:
        self._reader = reader
        self._settings = settings

    def sessions(self) -> list[Json]:
        """Planned sessions, the newest first."""
        known = self._reader.summaries()
        names = [row.session for row in self._reader.sessions()]
        rows = [known.get(name) or self._summary(name) for name in reversed(names)]
        return [row for row in rows if row.get("planned") and not row.get("still")]

    def session(self, name: str) -> Json | Refusal | None:
        """The review of one session; None where there is none. Under ``observe`` it is refused
        while apart: by no way round is anything of the heart shown then."""
        entries = list(self._reader.read(name))
        if not entries:
            return None
        found = review.review(name, entries, self._settings)
        return Refusal(why=STILL) if found["still"] else found

    def _summary(self, name: str) -> Json:
        entries = list(self._reader.read(name))
        return review.summary(name, entries, self._settings) if entries else {}
