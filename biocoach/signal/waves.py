"""Waves in beats and in motion: the stretch that may be read, its spectrum, one wave's fit.

Beats are not evenly spaced, and some are left out: the spectrum is taken at the beats' own
times, without interpolation (Lomb 1976; Laguna et al. 1998 for heart periods). NumPy takes
0.2 s to import, so it is loaded at the first use and never at the start.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from biocoach.signal.cleaning import flagged_share
from biocoach.types import CleanBeat, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]
    Turns = NDArray[np.complexfloating[Any]]

HOLE_MAX_S = 3.0  # more than this without a believed beat is not bridged: the stretch ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Believed beats of one run without a hole, oldest first; ``flagged_share`` of all beats."""

    beats: tuple[CleanBeat, ...]
    flagged_share: float

    @property
    def start_s(self) -> float:
        return _begins_s(self.beats[0]) if self.beats else 0.0

    @property
    def end_s(self) -> float:
        return self.beats[-1].beat.beat_s if self.beats else 0.0

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s

    def middles_s(self) -> list[float]:
        """The middle of each interval: the time at which its length says most."""
        return [b.beat.beat_s - b.beat.rr_ms / 2000 for b in self.beats]

    def rr_ms(self) -> list[float]:
        return [b.beat.rr_ms for b in self.beats]


def _begins_s(clean: CleanBeat) -> float:
    return clean.beat.beat_s - clean.beat.rr_ms / 1000


def last_stretch(beats: Sequence[CleanBeat], from_s: float, to_s: float) -> Stretch:
    """The newest stretch within ``from_s`` .. ``to_s``, looking back from its end.

    ``beats`` in order; flagged ones are left out, gaps and long holes end the stretch.
    """
    kept: list[CleanBeat] = []
    seen = 0
    run: int | None = None
    for clean in reversed(beats):
        if clean.beat.beat_s > to_s:
            continue
        if _begins_s(clean) < from_s or (run is not None and clean.beat.run != run):
            break
        run = clean.beat.run
        if kept and _begins_s(kept[-1]) - clean.beat.beat_s > HOLE_MAX_S:
            break
        seen += 1
        if clean.verdict is Verdict.OK:
            kept.append(clean)
    share = flagged_share(len(kept), seen)
    return Stretch(beats=tuple(reversed(kept)), flagged_share=share)


# ---- spectra


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The best fit of one wave of ``hz``: ``amplitude`` (half of peak to trough, in the values'
    unit), ``peak_s`` (a time at which it is highest, the first from time 0 on), and ``share``,
    the part of the variance around a straight line that it explains, 0-1."""

    hz: float
    amplitude: float
    peak_s: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The highest place of a spectrum; ``share`` of the band's power lies in its lobe, 0-1."""

    hz: float
    share: float


def level(times_s: Sequence[float] | Array, values: Sequence[float] | Array) -> Array:
    """The values without their straight-line trend. Needs three at least."""
    import numpy as np

    t, v = np.asarray(times_s, dtype=float), np.asarray(values, dtype=float)
    t = t - t.mean()
    spread = float(t @ t)
    slope = float(t @ (v - v.mean())) / spread if spread > 0 else 0.0
    flat: Array = v - v.mean() - slope * t
    return flat


def grid(low_hz: float, high_hz: float, step_hz: float) -> Array:
    import numpy as np

    found: Array = low_hz + step_hz * np.arange(max(1, round((high_hz - low_hz) / step_hz) + 1))
    return found


def power(times_s: Sequence[float] | Array, flat: Array, hz: Array) -> Array:
    """Power at each of the evenly spaced frequencies under a Hann window.

    A wave of amplitude a has a**2 / 4 at its own; its lobe reaches 2 / length to either side.
    ``flat`` is levelled.
    """
    import numpy as np

    t = np.asarray(times_s, dtype=float)
    t = t - t[0]
    window = 0.5 - 0.5 * np.cos(2 * math.pi * t / max(float(t[-1]), 1e-9))
    sums = (_turns(t, hz) * (window * flat)).sum(axis=1)  # threaded BLAS is 30 times slower
    found: Array = np.abs(sums / max(float(window.sum()), 1e-9)) ** 2
    return found


def _turns(times_s: Array, hz: Array) -> Turns:
    """exp(-2 pi i f t) for each frequency (row; evenly spaced) and time (column)."""
    import numpy as np

    rows = np.empty((len(hz), len(times_s)), dtype=np.complex128)
    rows[0] = np.exp(-2j * math.pi * hz[0] * times_s)
    if len(hz) > 1:  # a product is ten times quicker than an exponential
        rows[1:] = np.exp(-2j * math.pi * (hz[1] - hz[0]) * times_s)
    found: Turns = np.cumprod(rows, axis=0)
    return found


def shares(times_s: Sequence[float] | Array, flat: Array, hz: Array) -> Array:
    """The ``share`` of ``fit`` at each of the evenly spaced frequencies."""
    import numpy as np

    turns = _turns(np.asarray(times_s, dtype=float), hz)
    c = turns.real - turns.real.mean(axis=1, keepdims=True)
    s = turns.imag - turns.imag.mean(axis=1, keepdims=True)
    rest = flat - flat.mean()
    cc, ss, cs = (c * c).sum(axis=1), (s * s).sum(axis=1), (c * s).sum(axis=1)
    xc, xs = (c * rest).sum(axis=1), (s * rest).sum(axis=1)
    whole = max(float((rest * rest).sum()), 1e-12)
    found: Array = (xc * xc * ss - 2 * xc * xs * cs + xs * xs * cc) / (cc * ss - cs * cs) / whole
    return found


def top(hz: Array, found: Array, lobe_hz: float) -> Peak | None:
    """The highest local peak, its place refined by a parabola; None where an edge is highest."""
    import numpy as np

    place = int(np.argmax(found))
    total = float(found.sum())
    if not 0 < place < len(found) - 1 or total <= 0:
        return None
    before, here, after = (float(v) for v in found[place - 1 : place + 2])
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    at_hz = float(hz[place]) + shift * float(hz[1] - hz[0])
    return Peak(hz=at_hz, share=float(found[np.abs(hz - at_hz) <= lobe_hz].sum()) / total)


def fit(times_s: Sequence[float] | Array, flat: Array, hz: float) -> Wave:
    """One wave of ``hz`` by least squares (Lomb 1976)."""
    import numpy as np

    t = np.asarray(times_s, dtype=float)
    turn = 2 * math.pi * hz * t
    design = np.column_stack([np.cos(turn), np.sin(turn), np.ones_like(t)])
    solution, *_ = np.linalg.lstsq(design, flat, rcond=None)
    rest = flat - design @ solution
    total = float(np.sum((flat - flat.mean()) ** 2))
    angle = math.atan2(float(solution[1]), float(solution[0])) % (2 * math.pi)
    return Wave(
        hz=hz,
        amplitude=math.hypot(float(solution[0]), float(solution[1])),
        peak_s=angle / (2 * math.pi * hz),
        share=max(0.0, 1 - float(rest @ rest) / total) if total > 0 else 0.0,
    )
