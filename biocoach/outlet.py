"""Live streams over the Lab Streaming Layer, for recorders in the same network. The one owner of
pylsl.

LSL tells the whole local network that a stream is there, and gives it to whoever asks: it is on
only where the person asked for it, and the page says so all the while.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from biocoach import __version__
from biocoach.clock import Clock
from biocoach.running import Running, Step
from biocoach.streams import MARKS, STREAMS, Sample, Stream, samples_of

MAKER = "biocoach"
TRIES = 3
BEFORE_S = 15.0  # beats are believed some seconds after they were; what is older was told before


class OutletError(Exception):
    """There can be no streams; one line for people."""


class Outlets(Protocol):
    def now_s(self) -> float:
        """The streams' own clock."""

    def push(self, sample: Sample, at_s: float) -> None:
        """``at_s`` is of the streams' own clock."""

    def close(self) -> None: ...


def must_be_there() -> None:
    """Raises OutletError where pylsl is not installed."""
    if find_spec("pylsl") is None:
        raise OutletError("--lsl needs pylsl: install biocoach[lsl]")


def name_of(stream: Stream, *, simulated: bool) -> str:
    return f"{MAKER} {stream.name}" + (" (simulated)" if simulated else "")


def open_outlets(folder: Path, *, simulated: bool) -> Outlets:
    """The streams of this record's folder. Raises OutletError."""
    must_be_there()
    try:
        return _OnLsl(folder, simulated=simulated)
    except (ImportError, OSError, RuntimeError) as error:  # it can't be had whole, or refuses
        why = str(error).partition("\n")[0].rstrip(". ")
        words = f"--lsl: there can be no stream here ({why}); install biocoach[lsl] again"
        raise OutletError(words) from None


class _OnLsl:
    def __init__(self, folder: Path, *, simulated: bool) -> None:
        """Raises OSError, RuntimeError."""
        import pylsl

        self._lsl: Any = pylsl
        # The same at the next start, so that a recorder finds it again; elsewhere another.
        place = sha256(f"{platform.node()}:{folder.resolve()}".encode()).hexdigest()[:12]
        self._outlets: dict[str, Any] = {
            stream.name: pylsl.StreamOutlet(self._info(stream, place, simulated))
            for stream in STREAMS
        }

    def _info(self, stream: Stream, place: str, simulated: bool) -> Any:
        """As XDF's metadata conventions have it: each channel's label, unit and type."""
        lsl = self._lsl
        info = lsl.StreamInfo(
            name_of(stream, simulated=simulated),
            stream.type,
            len(stream.channels),
            stream.rate_hz or lsl.IRREGULAR_RATE,
            lsl.cf_string if stream.text else lsl.cf_double64,
            f"{MAKER}-{stream.name}-{'simulated-' if simulated else ''}{place}",
        )
        about = info.desc()
        about.append_child_value("manufacturer", MAKER)
        about.append_child_value("simulated", "true" if simulated else "false")
        about.append_child("acquisition").append_child_value("version", __version__)
        about.append_child("synchronization").append_child_value("can_drop_samples", "true")
        channels = about.append_child("channels")
        for channel in stream.channels:
            one = channels.append_child("channel")
            one.append_child_value("label", channel.label)
            one.append_child_value("unit", channel.unit)
            one.append_child_value("type", channel.type)
        return info

    def now_s(self) -> float:
        return float(self._lsl.local_clock())

    def push(self, sample: Sample, at_s: float) -> None:
        self._outlets[sample.stream].push_sample(list(sample.values), at_s)

    def close(self) -> None:
        self._outlets.clear()


class Streaming:
    """A listener of the runtime. ``clock`` is the runtime's; ``speed`` is how fast it runs.
    ``still``: of the heart nothing may be seen now."""

    def __init__(
        self, outlets: Outlets, clock: Clock, *, still: Callable[[], bool], speed: float = 1.0
    ) -> None:
        self._outlets, self._clock, self._still, self._speed = outlets, clock, still, speed
        self._since_s = 0.0
        self._was_still = False

    def began(self, running: Running) -> None:
        self._since_s = self._clock.now_s() - BEFORE_S * self._speed

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        still, clocks = self._still(), self._clocks()
        if still != self._was_still and steps:
            word = "still/begun" if still else "still/ended"
            at_s = float(steps[-1].stamped.at_s)
            self._push(running, Sample(stream=MARKS, at_s=at_s, values=(word,)), clocks)
        # Steps of one batch on both sides of the still screen are all held back.
        for sample in samples_of(steps, still=still or self._was_still):
            self._push(running, sample, clocks)
        self._was_still = still

    def _clocks(self) -> tuple[float, float]:
        """Our clock and the streams' at one moment: of some tries the one that took the least. Ours
        counts sleep and theirs does not, so that it is asked anew each time."""
        found = []
        for _ in range(TRIES):
            first_s, ours_s, then_s = (
                self._outlets.now_s(),
                self._clock.now_s(),
                self._outlets.now_s(),
            )
            found.append((then_s - first_s, ours_s, (first_s + then_s) / 2))
        _, ours_s, theirs_s = min(found)
        return ours_s, theirs_s

    def _push(self, running: Running, sample: Sample, clocks: tuple[float, float]) -> None:
        at_s, (ours_s, theirs_s) = running.start_clock_s + sample.at_s, clocks
        if at_s >= self._since_s:
            self._outlets.push(sample, theirs_s - (ours_s - at_s) / self._speed)

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        """Nothing leaves before it is committed."""

    def closed(self, running: Running) -> None:
        """The next session follows at once, over the same streams."""

    def recording(self, ok: bool, why: str) -> None:
        """While the disk refuses nothing is committed, so that nothing leaves."""
