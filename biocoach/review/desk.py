"""Where a review's heart-rate variability is worked out: in a child, once a session."""

from __future__ import annotations

import json
from threading import Lock
from typing import Any, Protocol

from biocoach import sandbox
from biocoach.review import hrv
from biocoach.review.sessions import end_reason, folded
from biocoach.settings import Settings
from biocoach.store import Reader
from biocoach.types import Begin, Refusal

Json = dict[str, Any]
TIMEOUT_S = 300.0  # twelve hours of beats take about a minute; two beside other work
KEPT_MAX = 50
# As codes, which the page puts into words.
OPEN, RHYTHM, FAILED = "hrv_open", "hrv_rhythm", "hrv_failed"


class Run(Protocol):
    def __call__(self, module: str, *, given: str, timeout_s: float) -> sandbox.Ran: ...


class HrvDesk:
    """One piece of work at a time; what is done is kept while the record stays open."""

    def __init__(self, reader: Reader, settings: Settings, run: Run = sandbox.run_module) -> None:
        self._reader = reader
        self._settings = settings
        self._run = run
        self._done: dict[str, Json] = {}
        self._lock = Lock()

    def session(self, name: str) -> Json | Refusal | None:
        """The analysis of a session that is over; None where there is none. Waits for it."""
        with self._lock:
            if name in self._done and next(iter(self._reader.read(name)), None) is None:
                del self._done[name]  # erased meanwhile: nothing of it is kept here either
            if name not in self._done:
                found = self._work_out(name)
                if found is None or isinstance(found, Refusal):
                    return found
                while len(self._done) >= KEPT_MAX:
                    del self._done[next(iter(self._done))]
                self._done[name] = found
            return self._done[name]

    def _work_out(self, name: str) -> Json | Refusal | None:
        entries = list(self._reader.read(name))
        if not entries:
            return None
        record = folded(entries, self._settings)
        begin = next((i.body for i in record.inputs if isinstance(i.body, Begin)), None)
        if not end_reason(record):
            return Refusal(why=OPEN)
        if begin is not None and begin.fit is not None and begin.fit.rhythm_unreliable:
            return Refusal(why=RHYTHM)
        given = hrv.to_text(hrv.material_of(record))
        ran = self._run("biocoach.review.hrv", given=given, timeout_s=TIMEOUT_S)
        if ran.why:
            return Refusal(why=FAILED)
        found: Json = json.loads(ran.out)
        return {"simulated": begin is not None and begin.simulated, **found}
