"""How even the heart's wave is (B8): the part of its sway that is one steady wave, 0-1.

Ours, and named so: ``evenness``. Over the trailing minute, with RR at the middle of each
interval and its straight-line trend removed,

    evenness = max over f in 0.04 .. 0.26 Hz of  1 - sum((rr - wave_f)**2) / sum((rr - mean)**2)

where wave_f is the best sine of frequency f (least squares; Lomb 1976). It is 1 for a perfect
sine, about 0.1-0.2 for noise, and does not grow with the size of the sway. The idea, one peak's
power against all power and the band in which the peak is sought, is McCraty et al. (2009); the
formula is not theirs, and the figures can't be compared. It says nothing about how one feels.

Causal: only beats up to ``at_s`` count. Reasons (short codes): ``no_beats``, ``flagged``,
``too_few``, ``faint`` (too little sway to have a shape).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.settings import CoherenceSettings
from biocoach.signal import waves
from biocoach.types import CleanBeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenness:
    """``share`` 0-1; the wave's pace, waves a minute, and its size, bpm from trough to peak.

    All None, with a ``why``, where there is too little to go by.
    """

    at_s: float
    share: float | None
    per_min: float | None = None
    sway_bpm: float | None = None
    why: str = ""


def evenness(at_s: float, beats: Sequence[CleanBeat], settings: CoherenceSettings) -> Evenness:
    """The evenness of the minute before ``at_s``; ``beats``: at least that minute's, in order.

    About 0.3 ms a call: once every few seconds, never for each beat.
    """
    stretch = waves.last_stretch(beats, at_s - settings.window_s, at_s)
    why = _why_none(at_s, stretch, settings)
    if why:
        return Evenness(at_s=at_s, share=None, why=why)
    times_s, rr_ms = stretch.middles_s(), stretch.rr_ms()
    flat = waves.level(times_s, rr_ms)
    if float(flat.std()) < settings.sway_min_ms:
        return Evenness(at_s=at_s, share=None, why="faint")
    hz = waves.grid(settings.low_hz, settings.high_hz, settings.step_hz)
    steadiest = int(waves.shares(times_s, flat, hz).argmax())
    wave = waves.fit(times_s, flat, float(hz[steadiest]))
    return Evenness(
        at_s=at_s,
        share=wave.share,
        per_min=60 * wave.hz,
        sway_bpm=2 * wave.amplitude * 60_000 / statistics.fmean(rr_ms) ** 2,
    )


def _why_none(at_s: float, stretch: waves.Stretch, settings: CoherenceSettings) -> str:
    if not stretch.beats or at_s - stretch.end_s > settings.stale_s:
        return "no_beats"
    if stretch.flagged_share > settings.flagged_max:
        return "flagged"
    filled_s = math.fsum(stretch.rr_ms()) / 1000
    short = filled_s < settings.filled_min * settings.window_s
    return "too_few" if short or len(stretch.beats) < settings.beats_min else ""
