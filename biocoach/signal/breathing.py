"""Breathing (B8): breaths a minute from the heart and, where there is one, from the chest.

The heart quickens as we breathe in (respiratory sinus arrhythmia; Hirsch & Bishop 1981), so
that the breath is a wave in RR. Only believed beats of one run are read, gaps are never
bridged, and where no wave stands out there is no rate but a reason. Below some 9 a minute a
wave in RR may as well be one of blood pressure (Mayer waves, Julien 2006): it counts as breath
only where it is nearly all there is.

Reasons (short codes for the page's words):
``no_beats`` none lately · ``too_few`` too short a stretch · ``flagged`` too many doubtful beats ·
``faint`` the heart hardly sways · ``unclear`` no wave stands out · ``slow_wave`` a slow wave
that may not be breath · ``no_motion`` no accelerometer lately · ``moving`` the body moves ·
``disagree`` heart and chest tell different rates.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.settings import BreathingSettings
from biocoach.signal import waves
from biocoach.signal.chest import Chest, Tilt
from biocoach.types import CleanBeat

HEART, CHEST, BOTH = "heart", "chest", "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One source's rate; ``clarity`` is the share of the band's power in its wave, 0-1."""

    per_min: float | None
    clarity: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breathing:
    """Breaths a minute at one moment, and from where: heart, chest, both, or "" where None.

    ``why`` says why there is no rate; ``heart`` and ``chest`` are the two readings themselves.
    """

    at_s: float
    per_min: float | None
    source: str
    why: str
    heart: Rate
    chest: Rate


def breathing(
    at_s: float, beats: Sequence[CleanBeat], chest: Chest | None, settings: BreathingSettings
) -> Breathing:
    """The breathing rate of the last minute. ``beats``: at least the last minute's, in order.

    About 0.5 ms a call: once every few seconds, never for each beat.
    """
    heart = from_heart(at_s, beats, settings)
    moved = from_chest(chest.tilt(at_s), settings) if chest else Rate(per_min=None, why="no_motion")
    per_min, source, why = better(heart, moved, settings)
    return Breathing(at_s=at_s, per_min=per_min, source=source, why=why, heart=heart, chest=moved)


def better(heart: Rate, chest: Rate, settings: BreathingSettings) -> tuple[float | None, str, str]:
    """Two readings as one: (breaths a minute, source, why).

    A body that moves has neither: the heart then follows the effort. Where they agree: their
    mean, weighted by clarity. Where they don't, the chest is the breath itself and the heart
    only follows it: the chest counts, if it is the clearer one; else there is no rate.
    """
    if chest.why == "moving":
        return None, "", "moving"
    if heart.per_min is None and chest.per_min is None:
        return None, "", heart.why if chest.why == "no_motion" else f"{heart.why}+{chest.why}"
    if heart.per_min is None:
        return chest.per_min, CHEST, ""
    if chest.per_min is None:
        return heart.per_min, HEART, ""
    weights = (heart.clarity or 0.0, chest.clarity or 0.0)
    if abs(heart.per_min - chest.per_min) <= settings.agree_per_min:
        mean = heart.per_min * weights[0] + chest.per_min * weights[1]
        return mean / max(sum(weights), 1e-9), BOTH, ""
    return (chest.per_min, CHEST, "") if weights[1] >= weights[0] else (None, "", "disagree")


# ---- the heart


def from_heart(at_s: float, beats: Sequence[CleanBeat], settings: BreathingSettings) -> Rate:
    """Breaths a minute from the sway of RR in the last ``window_s``."""
    stretch = waves.last_stretch(beats, at_s - settings.window_s, at_s)
    if not stretch.beats or at_s - stretch.end_s > settings.stale_s:
        return Rate(per_min=None, why="no_beats")
    if stretch.flagged_share > settings.flagged_max:
        return Rate(per_min=None, why="flagged")
    if stretch.length_s < settings.length_min_s or len(stretch.beats) < settings.beats_min:
        return Rate(per_min=None, why="too_few")
    rr_ms, times_s = stretch.rr_ms(), stretch.middles_s()
    flat = waves.level(times_s, rr_ms)
    if float(flat.std()) < settings.sway_min_ms:
        return Rate(per_min=None, why="faint")
    return _read(times_s, flat, statistics.fmean(rr_ms), settings)


def _read(
    times_s: Sequence[float], flat: waves.Array, mean_ms: float, settings: BreathingSettings
) -> Rate:
    """The wave that stands out: among breaths of an ordinary pace, or a slow one nearly alone."""
    # A wave faster than half the heart's rate can't be told from a slower one.
    high_hz = min(settings.heart_high_per_min / 60, settings.nyquist_share * 500 / mean_ms)
    lobe_hz = settings.lobe_lengths / (times_s[-1] - times_s[0])
    hz = waves.grid(settings.drift_per_min / 60, high_hz, settings.step_hz)
    found = waves.power(times_s, flat, hz)
    slow_hz = settings.slow_per_min / 60
    whole = waves.top(hz, found, lobe_hz)
    slow = whole is not None and settings.low_per_min / 60 <= whole.hz < slow_hz
    if whole is not None and slow and whole.share >= settings.slow_clear:
        # Slow breath moves the heart a lot; waves of blood pressure and of effort are smaller.
        sway_bpm = waves.fit(times_s, flat, whole.hz).amplitude * 60_000 / mean_ms**2
        if sway_bpm >= settings.slow_sway_min_bpm:
            return Rate(per_min=60 * whole.hz, clarity=whole.share)
    ordinary = hz >= slow_hz
    peak = waves.top(hz[ordinary], found[ordinary], lobe_hz) if ordinary.sum() > 2 else None
    if peak is not None and peak.share >= settings.heart_clear:
        return Rate(per_min=60 * peak.hz, clarity=peak.share)
    return Rate(per_min=None, why="slow_wave" if slow else "unclear")


# ---- the chest


def from_chest(tilt: Tilt | str, settings: BreathingSettings) -> Rate:
    """Breaths a minute from how the chest tilts; a word for why it can't be read is passed on."""
    if isinstance(tilt, str):
        return Rate(per_min=None, why=tilt)
    flat = waves.level(tilt.times_s, tilt.sway_mg)
    if float(flat.std()) < settings.tilt_min_mg:
        return Rate(per_min=None, why="faint")
    lobe_hz = settings.lobe_lengths / (tilt.times_s[-1] - tilt.times_s[0])
    hz = waves.grid(settings.low_per_min / 60, settings.chest_high_per_min / 60, settings.step_hz)
    peak = waves.top(hz, waves.power(tilt.times_s, flat, hz), lobe_hz)
    if peak is None or peak.share < settings.chest_clear:
        return Rate(per_min=None, why="unclear")
    return Rate(per_min=60 * peak.hz, clarity=peak.share)
