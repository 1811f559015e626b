"""The resonance finder's analysis (B8): at which slow pace the heart sways most with the breath.

After Lehrer, Vaschillo & Vaschillo (2000) and Vaschillo et al. (2002): two minutes each at 6.5,
6, 5.5, 5 and 4.5 breaths a minute. At resonance the heart's sway is largest, and heart and
breath rise and fall together (phase near 0). The first 30 s of each trial settle and don't count.

Measure. In each breath one wave of the paced rate is fitted to the heart rate. Its part in step
with the trial's mean wave, from trough to peak, is that breath's ``wave_bpm``: what the heart
does apart from the pacer averages out, which peak-to-trough would add.

Choice. Trials that can't be read, or in which the heart did not keep step with the pacer, are
out. Of the rest the one with the largest wave is best, if it is larger than each other one by
two standard errors. Where some can't be told apart by size, the phase decides, if one is nearer
to 0 than each other of them by 20 degrees. Else there is no best: ``tied`` names them.
"""

from __future__ import annotations

import cmath
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from biocoach.settings import ResonanceSettings
from biocoach.signal import waves
from biocoach.types import CleanBeat

WAVE_TERMS = 3  # a wave and its mean: fewer beats in a breath fit anything


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
    """How the heart answered one pace; figures are None, with a ``why``, where it can't be read.

    ``wave_bpm``: the paced wave, trough to peak, ``error_bpm`` its standard error, over
    ``breaths``; ``sway_bpm``: mean peak to trough of all that the heart did in a breath.
    ``phase_deg``: by how much the heart's peak follows the fullest chest, -180..180 (a strap's
    and a screen's delay included: half a second is 18 degrees). ``in_step``: 1 where each
    breath's wave had the same phase, near 0 for chance. ``paced_share``: part of low-frequency
    power at the pace, 0-1; ``lf_ms2``: that power (Hann window, 0.04-0.15 Hz).
    """

    per_min: float
    wave_bpm: float | None = None
    error_bpm: float | None = None
    sway_bpm: float | None = None
    phase_deg: float | None = None
    breaths: int = 0
    in_step: float | None = None
    paced_share: float | None = None
    lf_ms2: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resonance:
    """``per_min`` is None where no rate is best: then ``tied`` names those that may be.

    ``because``: size, phase. ``why``: tied, too_few_rates. ``edge``: the best, or one of the
    tied, is the slowest or fastest that was read, so one beyond may be better still.
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
    read = [r for r in responses if r.wave_bpm is not None]
    tried = {r.per_min for r in read}
    best: float | None = None
    tied: tuple[float, ...] = ()
    because, why = "", "too_few_rates"
    if len(tried) >= settings.rates_needed:
        best, tied, because = _choose(read, settings)
        why = "" if best is not None else "tied"
    named = {best} if best is not None else set(tied)
    return Resonance(
        per_min=best,
        tied=tied,
        because=because,
        why=why,
        edge=bool(tried) and bool(named & {min(tried), max(tried)}),
        responses=responses,
    )


# ---- the choice


def _choose(
    read: Sequence[Response], settings: ResonanceSettings
) -> tuple[float | None, tuple[float, ...], str]:
    """(best, those that can't be told apart by size, by what it was chosen)."""
    largest = max(read, key=lambda r: (r.wave_bpm or 0.0, r.per_min))
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
    return (one.wave_bpm or 0.0) - (other.wave_bpm or 0.0) > settings.told_apart * error


# ---- one pace


@dataclass(frozen=True, slots=True)
class _Breath:
    """The paced wave in one breath (its angle is its lateness), and the whole range, bpm."""

    wave: complex
    range_bpm: float


def respond(trial: Trial, beats: Sequence[CleanBeat], settings: ResonanceSettings) -> Response:
    """The heart's answer to one trial, or why there is none: too_few, flagged, not_followed."""
    from_s = trial.start_s + settings.drop_s
    stretch = waves.last_stretch(beats, from_s, trial.end_s)
    wanted_s = max(settings.trial_s, trial.end_s - trial.start_s) - settings.drop_s
    if stretch.flagged_share > settings.flagged_max:
        return Response(per_min=trial.per_min, why="flagged")
    if math.fsum(stretch.rr_ms()) / 1000 < settings.filled_min * wanted_s:
        return Response(per_min=trial.per_min, why="too_few")
    breaths = _breaths(trial, stretch, from_s)
    if len(breaths) < settings.breaths_min:
        return Response(per_min=trial.per_min, why="too_few")
    return _measured(trial, stretch, breaths, settings)


def _measured(
    trial: Trial, stretch: waves.Stretch, breaths: list[_Breath], settings: ResonanceSettings
) -> Response:
    paced_share, lf_ms2 = _spectrum(trial, stretch, settings)
    total = sum(b.wave for b in breaths)
    in_step = abs(total) / max(math.fsum(abs(b.wave) for b in breaths), 1e-9)
    followed = in_step >= settings.in_step_min and paced_share >= settings.paced_share_min
    angle = cmath.phase(total)
    waves_bpm = [2 * (b.wave * cmath.exp(-1j * angle)).real for b in breaths]
    error_bpm = statistics.stdev(waves_bpm) / math.sqrt(len(breaths))
    return Response(
        per_min=trial.per_min,
        wave_bpm=statistics.fmean(waves_bpm) if followed else None,
        error_bpm=error_bpm if followed else None,
        sway_bpm=statistics.fmean(b.range_bpm for b in breaths) if followed else None,
        phase_deg=math.degrees(angle) if followed else None,
        breaths=len(breaths),
        in_step=in_step,
        paced_share=paced_share,
        lf_ms2=lf_ms2,
        why="" if followed else "not_followed",
    )


def _breaths(trial: Trial, stretch: waves.Stretch, from_s: float) -> list[_Breath]:
    """Each whole breath in which every beat is believed."""
    period_s = 60 / trial.per_min
    times_s = stretch.middles_s()
    rates = [60_000 / rr for rr in stretch.rr_ms()]
    flat = waves.level(times_s, rates)
    found: list[_Breath] = []
    begin_s = trial.start_s + period_s * math.ceil((from_s - trial.start_s) / period_s)
    while begin_s + period_s <= trial.end_s:
        inside = [i for i, t in enumerate(times_s) if begin_s <= t < begin_s + period_s]
        gaps_s = [times_s[b] - times_s[a] for a, b in pairwise(inside)]
        longest_s = max((60 / rates[i] for i in inside), default=0.0)
        # The breath's ends cut intervals: there, and between beats, none is missing.
        edges_s = (
            (times_s[inside[0]] - begin_s, begin_s + period_s - times_s[inside[-1]])
            if inside
            else (period_s,)
        )
        if len(inside) > WAVE_TERMS and max(*gaps_s, *edges_s) < 1.5 * longest_s:
            found.append(_breath(trial, [times_s[i] for i in inside], flat[inside]))
        begin_s += period_s
    return found


def _breath(trial: Trial, times_s: Sequence[float], rates: waves.Array) -> _Breath:
    hz = trial.per_min / 60
    wave = waves.fit(times_s, rates, hz)
    late_s = wave.peak_s - (trial.start_s + fullest_s(trial))
    turned = wave.amplitude * cmath.exp(2j * math.pi * hz * late_s)
    return _Breath(turned, float(rates.max() - rates.min()))


def _spectrum(
    trial: Trial, stretch: waves.Stretch, settings: ResonanceSettings
) -> tuple[float, float]:
    """(share of low-frequency power at the pace, that whole power in ms2)."""
    import numpy as np

    times_s = stretch.middles_s()
    flat = waves.level(times_s, stretch.rr_ms())
    hz = waves.grid(settings.low_hz, settings.high_hz, settings.step_hz)
    found = waves.power(times_s, flat, hz)
    at_pace = np.abs(hz - trial.per_min / 60) <= settings.lobe_lengths / stretch.length_s
    total = float(found.sum())
    # A wave of variance a**2 / 2 reads a**2 / 4 over an effective 1.5 / length of frequency.
    variance_ms2 = total * settings.step_hz * 2 * stretch.length_s / 1.5
    return float(found[at_pace].sum()) / total if total > 0 else 0.0, float(variance_ms2)


def fullest_s(trial: Trial) -> float:
    """Seconds into a breath at which its first harmonic is highest.

    The chest fills evenly over the in-breath and empties evenly over the rest. For a triangle
    that rises over the share d, that is half-way through the in-breath and a quarter turn on.
    """
    return 60 / trial.per_min * (trial.in_share / 2 + 0.25)
