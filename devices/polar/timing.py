"""When each sample of successive frames was taken, by the strap's own clock.

A frame has one time, that of its last sample. The step between samples comes from the frame
before, never from the nominal rate: H10s were seen at 51.07 Hz where "50" was asked for.
docs/straps.md says where that is known from.
"""

from __future__ import annotations

from dataclasses import dataclass

from biocoach.types import Refusal

# A step further off nominal is no slow oscillator (2 %, outside 20-40 degrees 5 %: Polar's
# specification) but lost frames, or a clock that was set.
MOST_OFF_NOMINAL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTimes:
    """The times of a frame's samples, oldest first, in ns of the strap's clock.

    ``gap``: something lies between this frame and the one before, of unknown length, and the
    step is the nominal one. After a clock was set back these times can reach below earlier ones.
    """

    times_ns: tuple[int, ...]
    step_ns: float
    gap: bool


class FrameClock:
    """One stream's frames in the order of their arrival; a new one for each start."""

    def __init__(self, nominal_hz: float) -> None:
        """``nominal_hz``: what the start asked for. Raises ValueError unless it is above 0."""
        if not nominal_hz > 0:
            raise ValueError(f"a rate must be above 0 Hz, not {nominal_hz}")
        self._nominal_ns = 1e9 / nominal_hz
        self._last_ns: int | None = None
        self._refused_ns: int | None = None

    def times(self, timestamp_ns: int, count: int) -> SampleTimes | Refusal:
        """Of a frame with ``count`` samples; Refusal for one that does not lie after the last.

        Two refused frames in a row that fit together are a clock that was set back: the second
        begins anew after a gap. Raises ValueError without samples.
        """
        if count < 1:
            raise ValueError("a frame without samples has no times")
        last_ns = self._last_ns
        if last_ns is not None and timestamp_ns <= last_ns:
            if not self._fits(self._refused_ns, timestamp_ns, count):
                self._refused_ns = timestamp_ns
                return Refusal(why="its time is not after that of the frame before")
            return self._anew(timestamp_ns, count, gap=True)
        if last_ns is None or not self._fits(last_ns, timestamp_ns, count):
            return self._anew(timestamp_ns, count, gap=last_ns is not None)
        self._last_ns, self._refused_ns = timestamp_ns, None
        span_ns = timestamp_ns - last_ns
        times_ns = tuple(last_ns + span_ns * i // count for i in range(1, count + 1))
        return SampleTimes(times_ns=times_ns, step_ns=span_ns / count, gap=False)

    def _fits(self, before_ns: int | None, timestamp_ns: int, count: int) -> bool:
        """Whether a frame follows at about the nominal rate."""
        if before_ns is None:
            return False
        off = (timestamp_ns - before_ns) / (count * self._nominal_ns) - 1
        return abs(off) <= MOST_OFF_NOMINAL

    def _anew(self, timestamp_ns: int, count: int, *, gap: bool) -> SampleTimes:
        """Backwards from the last sample by the nominal step."""
        self._last_ns, self._refused_ns = timestamp_ns, None
        step_ns = self._nominal_ns
        times_ns = tuple(timestamp_ns - round(i * step_ns) for i in range(count - 1, -1, -1))
        return SampleTimes(times_ns=times_ns, step_ns=step_ns, gap=gap)
