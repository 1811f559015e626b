"""The ECG as a check on the strap's own RR: the same beats, found a second time.

A strap's RR is computed inside it. Where a recording has its ECG too (130 Hz on an H10),
NeuroKit2 finds the R peaks in it (``analysis.r_peaks``), each is placed between samples by a
parabola, and the two rows of beats are laid side by side: which beats have a partner within
150 ms (ANSI/AAMI EC57), and how far their intervals differ.

The two clocks are not the same. The ECG has the strap's stamps, the RR its arrivals: the offset
is looked for over 5 s either way, and followed from minute to minute. It says nothing about
delay. Lost frames split the ECG into strips; intervals across a split are never compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from biocoach.review import analysis
from biocoach.review.agreement import Found, Window, figures, windows
from biocoach.settings import EcgSettings
from biocoach.types import CleanBeat, Ecg, InputBody

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]

Json = dict[str, Any]
METHOD = {
    "peaks": "neurokit2 ecg_clean and ecg_peaks (method='neurokit'), placed by a parabola",
    "quality": "Orphanidou et al. 2015: mean correlation of a 10-s piece's beats with their mean",
    "match": "partners within 150 ms (ANSI/AAMI EC57) after aligning the clocks",
}


# ---- strips


@dataclass(frozen=True, slots=True)
class Strip:
    """ECG without a hole: ``times_s`` of each sample on the recording's axis, and microvolts."""

    times_s: Array
    samples_uv: Array

    @property
    def length_s(self) -> float:
        return float(self.times_s[-1] - self.times_s[0])

    @property
    def rate_hz(self) -> float:
        return (len(self.times_s) - 1) / self.length_s


def strips(frames: Sequence[tuple[float, Ecg]], settings: EcgSettings) -> list[Strip]:
    """Frames with their arrivals, in order, as strips; a frame off its step begins a new one."""
    parts: list[list[tuple[float, Ecg]]] = []
    for at_s, frame in frames:
        if not frame.samples_uv:
            continue
        if not parts or not _follows(parts[-1][-1][1], frame, settings):
            parts.append([])
        parts[-1].append((at_s, frame))
    return [_strip(part, settings) for part in parts]


def _follows(before: Ecg, frame: Ecg, settings: EcgSettings) -> bool:
    step_s = (frame.timestamp_ns - before.timestamp_ns) / 1e9
    nominal_s = len(frame.samples_uv) / settings.rate_hz
    return abs(step_s - nominal_s) <= settings.step_max_share * nominal_s


def _strip(part: Sequence[tuple[float, Ecg]], settings: EcgSettings) -> Strip:
    """Sample times by the strap's stamps; the strip lies where its promptest frame arrived."""
    import numpy as np

    counts = np.cumsum([len(frame.samples_uv) for _, frame in part])
    stamps_s = np.array([(f.timestamp_ns - part[0][1].timestamp_ns) / 1e9 for _, f in part])
    late_s = min(at_s - stamp for (at_s, _), stamp in zip(part, stamps_s, strict=True))
    index = np.arange(1, counts[-1] + 1)
    times_s = np.interp(index, counts, stamps_s)
    first = counts[0]  # the first frame has no stamp before it: its own step is the nominal one
    times_s[: first - 1] = stamps_s[0] - (first - index[: first - 1]) / settings.rate_hz
    samples = np.concatenate([np.asarray(f.samples_uv, dtype=float) for _, f in part])
    return Strip(times_s + late_s, samples)


# ---- peaks


@dataclass(frozen=True, slots=True)
class Peaks:
    """R peaks of one strip, s, and for each 10-s piece (start, end, quality or None)."""

    start_s: float
    end_s: float
    times_s: Array
    pieces: list[tuple[float, float, float | None]]


def peaks(strip: Strip, settings: EcgSettings) -> Peaks:
    """The R peaks, without the settling swing at the strip's start."""
    import numpy as np

    clean, found = analysis.r_peaks(strip.samples_uv, strip.rate_hz)
    at = _between_samples(clean, found)
    times_s = np.interp(at, np.arange(len(clean)), strip.times_s)
    begin_s = float(strip.times_s[0]) + settings.settle_s
    kept = times_s >= begin_s
    return Peaks(
        start_s=begin_s,
        end_s=float(strip.times_s[-1]),
        times_s=times_s[kept],
        pieces=_pieces(clean, found[kept], strip, settings),
    )


def _between_samples(clean: Array, found: NDArray[np.integer[Any]]) -> Array:
    """The top of the parabola through a peak's sample and its neighbours: 130 Hz is 7.7 ms."""
    import numpy as np

    at = np.clip(found, 1, len(clean) - 2)
    before, here, after = clean[at - 1], clean[at], clean[at + 1]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / np.where(bend < 0, bend, -np.inf)
    placed: Array = at + np.clip(shift, -0.5, 0.5)
    return placed


def _pieces(
    clean: Array, found: NDArray[np.integer[Any]], strip: Strip, settings: EcgSettings
) -> list[tuple[float, float, float | None]]:
    """The quality of each whole 10-s piece after the settling swing."""
    rows: list[tuple[float, float, float | None]] = []
    start_s = float(strip.times_s[0]) + settings.settle_s
    peak_s = strip.times_s[found]
    while start_s + settings.template_s <= strip.times_s[-1]:
        end_s = start_s + settings.template_s
        inside = found[(peak_s >= start_s) & (peak_s < end_s)]
        rows.append((start_s, end_s, _likeness(clean, inside, strip.rate_hz, settings)))
        start_s = end_s
    return rows


def _likeness(
    clean: Array, found: NDArray[np.integer[Any]], rate_hz: float, settings: EcgSettings
) -> float | None:
    """Mean correlation of the beats with their mean; None where no heart beats like that."""
    import numpy as np

    steps_ms = np.diff(found) * 1000 / rate_hz
    if len(steps_ms) < 2 or steps_ms.min() < settings.rr_min_ms:
        return None
    if steps_ms.max() > settings.rr_max_ms:
        return None
    half = int(np.median(np.diff(found)) / 2)
    whole = found[(found >= half) & (found + half < len(clean))]
    if len(whole) < 2:
        return None
    beats = np.stack([clean[p - half : p + half + 1] for p in whole])
    beats = beats - beats.mean(axis=1, keepdims=True)
    template = beats.mean(axis=0)
    sizes = np.sqrt((beats**2).sum(axis=1) * (template**2).sum())
    return float(((beats * template).sum(axis=1) / np.maximum(sizes, 1e-12)).mean())


# ---- the recording's part of the contract


def check(
    inputs: Iterable[tuple[float, InputBody]], beats: Sequence[CleanBeat], settings: EcgSettings
) -> Json | None:
    """The ``ecg`` part of an analysis; None where the recording has no ECG.

    ``beats``: the strap's, in order, with their verdicts.
    """
    frames = [(at_s, body) for at_s, body in inputs if isinstance(body, Ecg)]
    if not frames:
        return None
    found = strips(frames, settings)
    long = [s for s in found if s.length_s >= settings.strip_min_s + settings.settle_s]
    part: Json = {
        "method": METHOD,
        "strips": len(found),
        "length_s": round(sum(s.length_s for s in found), 3),
        "quality": None,
        "agreement": None,
        "windows": [],
    }
    if not long:
        least_s = settings.strip_min_s + settings.settle_s
        return part | {"why": f"no {least_s:.0f} s of ECG without a hole"}
    return part | _compared([peaks(s, settings) for s in long], beats, settings)


def _compared(read: list[Peaks], beats: Sequence[CleanBeat], settings: EcgSettings) -> Json:
    """What peaks and strap say together: in whole, and minute by minute."""
    qualities = [q for p in read for _, _, q in p.pieces]
    usable = sum(_usable(q, settings) for q in qualities)
    rows: list[tuple[Peaks, Window]] = []
    for p in read:
        pieces = [(a, b) for a, b, q in p.pieces if _usable(q, settings)]
        rows += [(p, row) for row in windows(Found(p.times_s, pieces), beats, settings)]
    whole = figures([row for _, row in rows], settings)
    why = "" if usable else "the ECG is too noisy to be read"
    if usable and not whole["intervals"]:
        why = "no strap intervals beside the ECG"
    return {
        "quality": {"pieces": len(qualities), "usable": usable},
        "agreement": whole if whole["intervals"] else None,
        "windows": [_row(p, row, settings) for p, row in rows],
        "why": why or None,
    }


def _usable(quality: float | None, settings: EcgSettings) -> bool:
    return quality is not None and quality >= settings.template_min


def _row(read: Peaks, row: Window, settings: EcgSettings) -> Json:
    """One minute: its worst piece's quality (None: no heart can be seen in it) and its figures."""
    inside = [q for a, _, q in read.pieces if row.start_s <= a < row.end_s]
    seen = [q for q in inside if q is not None]
    whole = len(seen) == len(inside) and seen
    numbers = figures([row], settings)
    why = "" if whole else "quality: in a piece of it no heart can be seen"
    if not numbers["intervals"]:
        why = "; ".join(filter(None, [why, "no interval to compare"]))
    return {
        "start_s": round(row.start_s, 3),
        "end_s": round(row.end_s, 3),
        "quality": round(min(seen), 3) if whole else None,
        "offset_s": None if row.offset_s is None else round(row.offset_s, 3),
        **numbers,
        "why": why or None,
    }
