"""What a virtual H10 keeps: its one recording, the files around it, and its questions' answers.

empty - start -> recording - stop -> stored - remove -> empty. A recording goes on without a
link, and through a shutdown. Facts: docs/straps.md says where from; where they end, the seed
decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from devices.scenarios import Window
from devices.virtual_h10_body import Body
from devices.virtual_h10_files import directory, heart_rate_file, rr_file, spoilt
from devices.virtual_h10_protobuf import fields, nested, number, one_nested, one_number
from devices.virtual_heart import Dice

SAMPLES = "SAMPLES.BPB"
_GET, _PUT, _MERGE, _REMOVE = range(4)
_SET_LOCAL_TIME, _START, _STOP, _STATUS = 3, 14, 15, 16
_HEART_RATE, _RR = 1, 16
_INTERVALS_S = (1, 5)
_ID_MOST = 64

NOT_THERE, NOT_PERMITTED, NOT_IMPLEMENTED, BATTERY_LOW = 103, 106, 201, 209
# What a fetch finds while the recording runs is in no source.
_WHILE_RECORDING = ("partial", "refused", "absent")
_REFUSED_SHARE = 1 / 3


class PftpError(Exception):
    """An answer by its number (PbPFtpError)."""

    def __init__(self, number: int) -> None:
        super().__init__(f"error {number}")
        self.number = number


@dataclass(slots=True)
class _Running:
    name: str
    sample_type: int
    interval_s: int
    start_s: float
    slept: list[Window] = field(default_factory=list)


class Memory:
    """``kept``: a name and a file that were recorded before."""

    def __init__(
        self,
        body: Body,
        dice: Dice,
        faults: Collection[str],
        set_clock: Callable[[datetime, float], None],
        kept: tuple[str, bytes] | None = None,
    ) -> None:
        self._body, self._dice, self._faults = body, dice, faults
        self._set_clock = set_clock
        self._while_recording = _WHILE_RECORDING[int(dice.uniform(0, 3))]
        self._folder_stays, self._name_stays = dice.random() < 0.5, dice.random() < 0.5
        self._refusals = 0
        self._running: _Running | None = None
        self._name = kept[0] if kept else ""
        self._stored = kept
        self._ghost = ""  # a folder that has outlived its file
        self._fixed = {"DEVICE.BPB": _filler(127, dice), "ERRORLOG.BPB": _filler(325, dice)}

    @property
    def state(self) -> str:
        """empty, recording or stored: for tests to look at."""
        return "recording" if self._running else "stored" if self._stored else "empty"

    def slept(self, start_s: float, end_s: float) -> None:
        """The strap was shut down: nothing was recorded then."""
        if self._running:
            self._running.slept.append(Window(start_s=start_s, end_s=end_s))

    # ---- questions

    def query(self, question: int, parameters: bytes, at_s: float) -> bytes | None:
        """A body, or None for done. Raises PftpError, or ValueError for bad parameters."""
        if question == _STATUS:
            on = int(self._running is not None)
            return number(1, on) + nested(2, self._name.encode())
        if question == _SET_LOCAL_TIME:
            self._set_clock(_local_time(parameters), at_s)
        elif question == _START:
            self._start(parameters, at_s)
        elif question == _STOP:
            self._stop(at_s)
        else:
            raise PftpError(NOT_IMPLEMENTED)  # the clock can be set, never read
        return None

    def _start(self, parameters: bytes, at_s: float) -> None:
        asked = fields(parameters)
        sample_type = one_number(asked, 1)
        duration = fields(one_nested(asked, 2))
        interval_s = one_number(duration, 3) if 3 in duration else 0
        name = one_nested(asked, 3).decode()
        if sample_type not in (_HEART_RATE, _RR) or not 1 <= len(name) <= _ID_MOST or "/" in name:
            raise ValueError("not a recording that can be made")
        if sample_type == _HEART_RATE and interval_s not in _INTERVALS_S:
            raise ValueError("1 or 5 s")
        if "battery_low" in self._faults:
            raise PftpError(BATTERY_LOW)
        if self._running or self._stored or "start_refused" in self._faults:
            raise PftpError(NOT_PERMITTED)
        if "heart_rate_file" in self._faults:
            sample_type, interval_s = _HEART_RATE, interval_s or 1
        self._running = _Running(name, sample_type, interval_s, at_s)
        self._name, self._ghost = name, ""

    def _stop(self, at_s: float) -> None:
        if self._running is None:
            raise PftpError(NOT_PERMITTED)
        self._stored = (self._running.name, self._recorded(self._running, at_s))
        self._running = None

    def _recorded(self, run: _Running, at_s: float) -> bytes:
        if run.sample_type == _RR:
            felt_s = self._body.intervals_s(run.start_s, at_s)
            raw = rr_file(self._with_absurd([round(1000 * s) for s in felt_s]), run.interval_s)
        else:
            raw = heart_rate_file(self._rates(run, at_s), run.interval_s)
        return spoilt(raw) if "cut_file" in self._faults else raw

    def _rates(self, run: _Running, until_s: float) -> list[int]:
        """The rate at each interval; the first is 0, as no beat was felt by then."""
        count = int((until_s - run.start_s) / run.interval_s)
        times_s = (run.start_s + i * run.interval_s for i in range(1, count + 1))
        awake = (t for t in times_s if not any(window.holds(t) for window in run.slept))
        return [0, *(self._body.bpm(at_s) for at_s in awake)]

    def _with_absurd(self, rr_ms: list[int]) -> list[int]:
        if "absurd_rr" not in self._faults:
            return rr_ms
        found = list(rr_ms)
        for absurd_ms in (0, 26, 27, 28, 14_679_420, 1_878_949_389):
            found.insert(int(self._dice.uniform(0, len(found) + 1)), absurd_ms)
        return found

    # ---- files

    def operation(self, command: int, path: str, at_s: float) -> bytes | None:
        """As ``query``."""
        if command == _GET:
            return self._get(path, at_s)
        if command == _REMOVE:
            self._remove(path)
            return None
        raise PftpError(NOT_PERMITTED if command in (_PUT, _MERGE) else NOT_IMPLEMENTED)

    def _folders(self, at_s: float) -> dict[str, bytes | None]:
        """Each recording's folder with its file, or None where only the folder is left."""
        found: dict[str, bytes | None] = {self._ghost: None} if self._ghost else {}
        if self._stored:
            found[self._stored[0]] = self._stored[1]
        if self._running and self._while_recording != "absent":
            found[self._running.name] = self._recorded(self._running, at_s)
        return found

    def _get(self, path: str, at_s: float) -> bytes:
        folders = self._folders(at_s)
        if path == "/":
            sizes = {name: len(raw) for name, raw in self._fixed.items()}
            return directory(sizes | {f"{name}/": 0 for name in folders})
        for name, raw in folders.items():
            if path == f"/{name}/":
                return directory({} if raw is None else {SAMPLES: len(raw)})
            if path == f"/{name}/{SAMPLES}" and raw is not None:
                self._may_fetch(name)
                return raw
        if path.startswith("/") and path[1:] in self._fixed:
            return self._fixed[path[1:]]
        raise PftpError(NOT_THERE)

    def _may_fetch(self, name: str) -> None:
        running = self._running is not None and self._running.name == name
        if running and self._while_recording == "refused":
            raise PftpError(NOT_PERMITTED)
        if "fetch_refused" in self._faults:
            self._refusals += 1
            if self._refusals == 1 or self._dice.random() < _REFUSED_SHARE:
                raise PftpError(NOT_PERMITTED)

    def _remove(self, path: str) -> None:
        if self._stored and path in (f"/{self._stored[0]}/{SAMPLES}", f"/{self._stored[0]}/"):
            if self._folder_stays and path.endswith(SAMPLES):
                self._ghost = self._stored[0]
            self._stored = None
            if not self._name_stays:
                self._name = ""
        elif self._ghost and path == f"/{self._ghost}/":
            self._ghost = ""
        elif path[1:] in self._fixed or (self._running and f"/{self._running.name}/" in path):
            raise PftpError(NOT_PERMITTED)
        else:
            raise PftpError(NOT_THERE)


def _filler(size: int, dice: Dice) -> bytes:
    """A well-formed message of that size; what the real files say is of no use here."""
    room = size - 2 if size <= 129 else size - 3
    return nested(1, bytes(int(dice.uniform(0, 256)) for _ in range(room)))


def _local_time(parameters: bytes) -> datetime:
    """The wall's time in it; the zone is not kept. Raises ValueError."""
    told = fields(parameters)
    date, time = fields(one_nested(told, 1)), fields(one_nested(told, 2))
    year, month, day = (one_number(date, i) for i in (1, 2, 3))
    hour, minute, second, ms = (one_number(time, i) if i in time else 0 for i in (1, 2, 3, 4))
    return datetime(year, month, day, hour, minute, second, ms * 1000)  # noqa: DTZ001 - as above
