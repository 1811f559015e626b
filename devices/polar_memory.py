"""A Polar strap's own memory: record on it without a link, and fetch the file afterwards (A6).

Everything is asked through one connection (``devices.gatt``). Nothing is removed from the strap
unless the caller says so, after it has kept what was fetched. Facts and numbers: Polar's SDK
documents and captures of a real H10. Never run against one by its authors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from biocoach.clock import Clock
from biocoach.types import Refusal
from devices.gatt import Gatt
from devices.polar import psftp, recording
from devices.polar.recording import Error, Listed, RecordingStatus, Samples, SampleType
from devices.polar_exchange import Exchange, MemoryRefusedError, Waits

# A fetch that may go well the next time: packets were lost; or the strap says "not permitted",
# as firmware 4.1.10 does at times (Polar SDK issue 778). It begins at the first byte again.
FETCH_AGAIN = ("wrong_sequence", "not_permitted")
FETCH_TRIES = 3
AGAIN_S = 2.0
Progress = Callable[[int, int], None]  # bytes so far, of so many (0: not told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A recording was started; the strap keeps no time, so these are the computer's."""

    identifier: str
    started: datetime
    clock_s: float
    boot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A recording on the strap; ``size`` in bytes, 0 where it is not told."""

    identifier: str
    path: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    stored: Stored
    raw: bytes
    samples: Samples


class StrapMemory:
    """Every method raises DeviceError.

    Make one for each connection and keep it: it listens to the strap from its first use on.
    """

    def __init__(
        self,
        gatt: Gatt,
        clock: Clock,
        waits: Waits | None = None,
    ) -> None:
        self._clock = clock
        self._strap = Exchange(gatt, waits or Waits())

    # ---- what can be asked

    async def status(self) -> RecordingStatus:
        told = recording.read_status(await self._strap.query(psftp.RECORDING_STATUS))
        if isinstance(told, Refusal):
            raise MemoryRefusedError("not_understood", told.why)
        return told

    async def start(
        self, *, trial: bool = False, set_clock: bool = True, kind: SampleType = SampleType.RR
    ) -> Begun:
        """Start recording. Raises MemoryRefusedError("occupied") where something is on the strap.

        ``trial``: by its name it may be thrown away. ``set_clock``: not while measurements are
        streamed, whose times would jump.
        """
        status = await self.status()
        if status.on or await self.recordings():
            raise MemoryRefusedError("occupied", status.identifier)
        if set_clock:
            await self._set_clock()
        begun = self._now(trial)
        parameters = recording.start_parameters(kind, begun.identifier)
        await self._strap.query(psftp.START_RECORDING, parameters)
        status = await self.status()
        if not status.on or status.identifier != begun.identifier:
            raise MemoryRefusedError("not_started", status.identifier)
        return begun

    async def stop(self) -> bool:
        """Stop recording; False where it was stopped already."""
        if not (await self.status()).on:
            return False
        try:
            await self._strap.query(psftp.STOP_RECORDING)
        except MemoryRefusedError as refused:
            if refused.code != Error.NOT_PERMITTED:
                raise
            return False
        return True

    async def recordings(self) -> tuple[Stored, ...]:
        """What is stored. A folder without a file in it is none."""
        found: list[Stored] = []
        for folder in await self._folder("/"):
            if not folder.name.endswith("/") or folder.name.count("/") > 1:
                continue
            found += [
                Stored(
                    identifier=folder.name[:-1], path=f"/{folder.name}{file.name}", size=file.size
                )
                for file in await self._folder(f"/{folder.name}")
                if file.name == recording.SAMPLES_FILE
            ]
        return tuple(found)

    async def fetch(self, stored: Stored, progress: Progress = lambda done, of: None) -> Fetched:
        """The file, whole; it stays on the strap. A transfer that breaks gives nothing."""
        raw = await self._file(stored, progress)
        if len(raw) < stored.size:
            raise MemoryRefusedError("cut_short", f"{len(raw)} bytes of {stored.size}")
        samples = recording.read_samples(raw)
        if isinstance(samples, Refusal):
            raise MemoryRefusedError("not_understood", samples.why)
        return Fetched(stored=stored, raw=raw, samples=samples)

    async def remove(self, stored: Stored) -> None:
        """Take it off the strap. Only what was fetched and is kept elsewhere may go."""
        try:
            await self._strap.request(recording.remove(stored.path))
        except MemoryRefusedError as refused:
            if refused.code != Error.NO_SUCH_FILE:
                raise
        if any(other.path == stored.path for other in await self.recordings()):
            raise MemoryRefusedError("still_there", stored.identifier)

    # ---- parts of it

    async def _set_clock(self) -> None:
        """A convenience for other programs: no recording holds a time. So the strap may say no."""
        moment = recording.local_time_parameters(self._clock.wall().astimezone())
        try:
            await self._strap.query(psftp.SET_LOCAL_TIME, moment)
        except MemoryRefusedError as refused:
            if refused.code is None:
                raise

    def _now(self, trial: bool) -> Begun:
        started = self._clock.wall()
        return Begun(
            identifier=recording.identifier_at(started, trial=trial),
            started=started,
            clock_s=self._clock.now_s(),
            boot_id=self._clock.boot_id,
        )

    async def _folder(self, path: str) -> tuple[Listed, ...]:
        try:
            told = recording.read_directory(await self._strap.request(recording.get(path)))
        except MemoryRefusedError as refused:
            if refused.code == Error.NO_SUCH_FILE:
                return ()
            raise
        if isinstance(told, Refusal):
            raise MemoryRefusedError("not_understood", told.why)
        return told

    async def _file(self, stored: Stored, progress: Progress) -> bytes:
        operation = recording.get(stored.path)

        def heard(done: int) -> None:
            progress(done, stored.size)

        for _ in range(FETCH_TRIES - 1):
            try:
                return await self._strap.request(operation, heard)
            except MemoryRefusedError as refused:
                if refused.reason not in FETCH_AGAIN:
                    raise
                await self._clock.sleep_until(self._clock.now_s() + AGAIN_S)
        return await self._strap.request(operation, heard)
