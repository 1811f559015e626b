"""The resonance finder's analysis (B8): at which slow pace the heart sways most with the breath.

After Lehrer, Vaschillo & Vaschillo (2000) and Vaschillo et al. (2002): two minutes each at 6.5,
6, 5.5, 5 and 4.5 breaths a minute. At resonance the heart's sway is largest, and heart and
breath rise and fall together (phase near 0). The first 30 s of each trial settle and don't count.

Choice. Trials that can't be read, or in which the heart did not follow the pacer, are out. Of
the rest the one with the largest sway (mean over breaths, peak to trough, bpm) is best, if it
is larger than each other one by two standard errors. Where some can't be told apart by size,
the phase decides, if one is nearer to 0 than each other by 30 degrees. Else there is no best:
``tied`` names them. The best of fewer than three readable rates, or one at the end of the
range that was tried, is told with that reservation.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.settings import ResonanceSettings
from biocoach.signal import waves
from biocoach.types import CleanBeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One paced stretch: breaths begin with an in-breath at ``start_s``, without a pause.

    ``in_share``: the part of a breath that is breathing in (0.4 for 4 s in, 6 s out).
    """

    per_min: float
    start_s: float
    end_s: float
    in_share: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How the heart answered one pace; all None but ``why`` where it can't be read.

    ``sway_bpm``: mean peak to trough of a breath, ``error_bpm`` its standard error, ``breaths``
    how many. ``phase_deg``: by how much the heart's peak follows the fullest chest, -180..180.
    ``paced_share``: part of low-frequency power at the pace, 0-1. ``lf_ms2``: that power.
    """

    per_min: float
    sway_bpm: float | None = None
    error_bpm: float | None = None
    breaths: int = 0
    phase_deg: float | None = None
    paced_share: float | None = None
    lf_ms2: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resonance:
    """``per_min`` is None where no rate is best: then ``tied`` names those that may be.

    ``because``: size, phase. ``why``: tied, too_few_rates. ``edge``: a rate beyond those that
    were tried may be better still.
    """

    per_min: float | None
    tied: tuple[float, ...]
    because: str
    why: str
    edge: bool
    responses: tuple[Response, ...]


def find(
    trials: Sequence[Trial], beats: Sequence[CleanBeat], settings: ResonanceSettings
) -> Resonance:
    """The pace at which this heart sways most, or why there is none. ``beats`` in order."""
    responses = tuple(respond(trial, beats, settings) for trial in trials)
    read = [r for r in responses if r.sway_bpm is not None]
    if len({r.per_min for r in read}) < settings.rates_needed:
        return Resonance(
            per_min=None,
            tied=(),
            because="",
            why="too_few_rates",
            edge=False,
            responses=responses,
        )
    best, tied, because = _choose(read, settings)
    tried = [r.per_min for r in read]
    return Resonance(
        per_min=best,
        tied=tied,
        because=because,
        why="" if best is not None else "tied",
        edge=best in (min(tried), max(tried)),
        responses=responses,
    )


# ---- the choice


def _choose(
    read: Sequence[Response], settings: ResonanceSettings
) -> tuple[float | None, tuple[float, ...], str]:
    """(best, those that can't be told apart from it, by what it was chosen)."""
    largest = max(read, key=lambda r: (r.sway_bpm or 0.0, r.per_min))
    near = [r for r in read if r is largest or not _larger(largest, r, settings)]
    if len(near) == 1:
        return largest.per_min, (), "size"
    by_phase = sorted(near, key=lambda r: abs(r.phase_deg or 0.0))
    first, second = (abs(r.phase_deg or 0.0) for r in by_phase[:2])
    tied = tuple(sorted((r.per_min for r in near), reverse=True))
    if second - first >= settings.phase_apart_deg:
        return by_phase[0].per_min, tied, "phase"
    return None, tied, ""


def _larger(one: Response, other: Response, settings: ResonanceSettings) -> bool:
    error = math.hypot(one.error_bpm or 0.0, other.error_bpm or 0.0)
    return (one.sway_bpm or 0.0) - (other.sway_bpm or 0.0) > settings.told_apart * error


# ---- one pace


def respond(trial: Trial, beats: Sequence[CleanBeat], settings: ResonanceSettings) -> Response:
    """The heart's answer to one trial, or why there is none: too_few, flagged, not_followed."""
    from_s = trial.start_s + settings.drop_s
    stretch = waves.last_stretch(beats, from_s, trial.end_s)
    wanted_s = trial.end_s - from_s
    enough_s = settings.filled_min * (settings.trial_s - settings.drop_s)
    filled_s = math.fsum(stretch.rr_ms()) / 1000
    if stretch.flagged_share > settings.flagged_max:
        return Response(per_min=trial.per_min, why="flagged")
    if filled_s < max(enough_s, settings.filled_min * wanted_s):
        return Response(per_min=trial.per_min, why="too_few")
    sways = _sways(trial, stretch, from_s)
    if len(sways) < settings.cycles_min:
        return Response(per_min=trial.per_min, why="too_few")
    share, lf_ms2 = _spectrum(trial, stretch, settings)
    if share < settings.followed_share:
        return Response(per_min=trial.per_min, paced_share=share, lf_ms2=lf_ms2, why="not_followed")
    return Response(
        per_min=trial.per_min,
        sway_bpm=statistics.fmean(sways),
        error_bpm=statistics.stdev(sways) / math.sqrt(len(sways)),
        breaths=len(sways),
        phase_deg=_phase_deg(trial, stretch),
        paced_share=share,
        lf_ms2=lf_ms2,
    )


def _sways(trial: Trial, stretch: waves.Stretch, from_s: float) -> list[float]:
    """Peak to trough of each whole breath in which every beat is believed, bpm."""
    period_s = 60 / trial.per_min
    rates = [(t, 60_000 / rr) for t, rr in zip(stretch.middles_s(), stretch.rr_ms(), strict=True)]
    found: list[float] = []
    begin_s = trial.start_s + period_s * math.ceil((from_s - trial.start_s) / period_s)
    while begin_s + period_s <= trial.end_s:
        inside = [rate for t, rate in rates if begin_s <= t < begin_s + period_s]
        filled_s = math.fsum(60 / rate for rate in inside)
        # A breath cut through at both ends by a beat may miss one interval; more is a hole.
        if inside and filled_s > period_s - 1.5 * max(60 / rate for rate in inside):
            found.append(max(inside) - min(inside))
        begin_s += period_s
    return found


def _spectrum(
    trial: Trial, stretch: waves.Stretch, settings: ResonanceSettings
) -> tuple[float, float]:
    """(share of low-frequency power at the pace, that whole power in ms2)."""
    import numpy as np

    times_s = stretch.middles_s()
    flat = waves.level(times_s, stretch.rr_ms())
    hz = waves.grid(settings.low_hz, settings.high_hz, settings.step_hz)
    found = waves.power(times_s, flat, hz)
    lobe_hz = settings.lobe_lengths / stretch.length_s
    at_pace = np.abs(hz - trial.per_min / 60) <= lobe_hz
    total = float(found.sum())
    # A Hann window spreads a wave of variance a2/2 over 1.5 / length of frequency at a2/4.
    density = found * 2 * stretch.length_s / 1.5
    share = float(found[at_pace].sum()) / total if total > 0 else 0.0
    return share, float(density.sum()) * settings.step_hz


def _phase_deg(trial: Trial, stretch: waves.Stretch) -> float:
    """By how many degrees the heart's wave follows the chest's, both at the paced rate."""
    hz = trial.per_min / 60
    times_s = stretch.middles_s()
    rates = [60_000 / rr for rr in stretch.rr_ms()]
    heart = waves.fit(times_s, waves.level(times_s, rates), hz)
    late_s = heart.peak_s - (trial.start_s + fullest_s(trial))
    return (360 * late_s * hz + 180) % 360 - 180


def fullest_s(trial: Trial) -> float:
    """Seconds into a breath at which its first harmonic is highest.

    The chest fills evenly over the in-breath and empties evenly over the rest. For a triangle
    that rises over the share d, that is half-way through the in-breath and a quarter turn on.
    """
    period_s = 60 / trial.per_min
    return period_s * (trial.in_share / 2 + 0.25)
