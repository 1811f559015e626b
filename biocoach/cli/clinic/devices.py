"""What clients' computers say: the dashboard's ``Devices`` over the clinic's database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from biocoach.cli.clinic.down import told
from biocoach.store.clinic import ClinicEngine, doors
from biocoach.store.clinic.doors import Holder
from biocoach.store.clinic.receiving import Receiving
from biocoach.syncing.wire import Bodies, Done, Held, Hello, Join, Joined, Leave, Lines, Refused

T = TypeVar("T")


class Devices:
    """``came``: whose copy has something new, or lost something."""

    def __init__(self, engine: ClinicEngine, came: Callable[[Holder, str], None]) -> None:
        self._engine = engine
        self._came = came
        self._heard: set[str] = set()

    def issued(self, token: str) -> bool:
        return doors.was_issued(self._engine, token)

    def join(self, message: Join) -> Joined | Refused:
        with told():
            return doors.join(self._engine, message)

    def hello(self, token: str, message: Hello) -> Held | Refused:
        return self._known(token, message.journal, lambda it: it.hello(message), new=False)

    def lines(self, token: str, message: Lines) -> Held | Refused:
        return self._known(token, message.journal, lambda it: it.lines(message))

    def bodies(self, token: str, message: Bodies) -> Done | Refused:
        return self._known(token, message.journal, lambda it: it.bodies(message))

    def leave(self, token: str, message: Leave) -> Done | Refused:
        return self._known(token, "", lambda it: it.leave(message))

    def _known(
        self, token: str, journal: str, do: Callable[[Receiving], T | Refused], *, new: bool = True
    ) -> T | Refused:
        with told():
            found = doors.holder(self._engine, token)
        if found is None:
            return Refused(why="token", detail="this computer is not joined, or not any more")
        receiving = Receiving(self._engine, found)
        answer = do(receiving)
        new = new or receiving.agreed_anew or journal not in self._heard
        if journal and not isinstance(answer, Refused) and new:
            self._heard.add(journal)  # once after each start: another version sums up otherwise
            self._came(found, journal)
        return answer
