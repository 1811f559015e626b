"""Recovery (B7): the way back from an activation; half-recovery time first.

Works on one value a second: the heart rate over the last 20 s at each second, so that the
value at ``t + 10`` is the rate centred at ``t``. All seconds are whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from biocoach.settings import MAD_TO_SD, RecoverySettings
from biocoach.signal.way_back import HALF_WINDOW_S, WayBack, half_recovery_s, window_s
from biocoach.types import Recovery

ON_THE_RISE = "the recording ends on the rise"
NO_READINGS, GAPS = "no readings before the rise", "too many gaps on the way back"
MOVEMENT, SMALL = "movement on the way back", "the rise was under"
# The same as codes, for who has words of their own. What is cut short says so by itself.
CODES = {NO_READINGS: "no_readings", GAPS: "gaps", MOVEMENT: "movement", SMALL: "small_rise"}
Rates = Sequence[float | None]


def code_of(why: str | None) -> str | None:
    return next((code for said, code in CODES.items() if why and why.startswith(said)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An activation as recovery sees it. ``until_s``: what is known ends there; ``next_s``: the
    next rise began there."""

    number: int
    onset_s: float
    end_s: float | None
    back_s: float | None
    until_s: int
    next_s: float | None = None


def recover(h20: Rates, way: Way, moved: Sequence[bool], settings: RecoverySettings) -> Recovery:
    """The recovery of one activation. ``h20[t]`` is the trailing 20-s rate at second t, bpm."""
    return _Reader(h20, way, moved, settings).read()


class _Reader:
    def __init__(
        self, h20: Rates, way: Way, moved: Sequence[bool], settings: RecoverySettings
    ) -> None:
        self._h20, self._way, self._moved, self._set = h20, way, moved, settings
        # Where the readings stop for good the record ends, however long the clock went on.
        known = range(min(way.until_s, len(h20) - 1), -1, -1)
        self._last = next((t for t in known if h20[t] is not None), -1)
        self._quiet = self._before()

    def centred(self, t: int) -> float | None:
        place = t + HALF_WINDOW_S
        return self._h20[place] if 0 <= place <= self._last else None

    def read(self) -> Recovery:
        reference, where = self._reference()
        ground = self._ground()
        if reference is None:
            over = self._way.end_s is not None
            why = "still as high when it was no longer followed" if over else ON_THE_RISE
            return self._none(None, where, ground, None, True, why)
        peak = self._peak(reference)
        if ground is None or peak is None:
            return self._none(reference, where, ground, peak, False, NO_READINGS)
        if peak - ground < self._set.rise_min_bpm:
            why = f"{SMALL} {self._set.rise_min_bpm:.0f} bpm"
            return self._none(reference, where, ground, peak, False, why)
        half = self._first_run(reference, ground + self._set.half_share * (peak - ground))
        why_not = self._why_not(reference, half)
        if why_not:
            return self._none(reference, where, ground, peak, False, why_not)
        return Recovery(
            activation=self._way.number,
            reference_s=reference,
            where=where,
            ground_bpm=ground,
            peak_bpm=peak,
            half_s=self._half(half, reference, ground, peak),
            half_plain_s=half,
            full_s=self._full(reference, ground, peak) if half is not None else None,
            censored=half is None,
            why="not half-way back by the end" if half is None else None,
        )

    def _half(self, plain: int | None, reference: int, ground: float, peak: float) -> float | None:
        """By the whole way back, up to a walk or the next rise; None: half-way was not reached."""
        if plain is None:
            return None
        stop = self._undisturbed(reference, reference + int(window_s(plain, self._set)))
        rates = [(t, self.centred(t)) for t in range(reference, stop + 1, self._set.fit_step_s)]
        known = [(t - reference, rate) for t, rate in rates if rate is not None]
        way = WayBack(
            t_s=[t for t, _ in known],
            hr_bpm=[rate for _, rate in known],
            ground_bpm=ground,
            rise_bpm=peak - ground,
            wander_bpm=self._wander(ground),
        )
        return round(half_recovery_s(way, plain, self._set), 1)

    def _undisturbed(self, reference: int, stop: int) -> int:
        """The last second up to ``stop`` whose centred rate neither a walk nor a rise touches."""
        walks = (t for t in range(reference, stop + HALF_WINDOW_S + 1) if self._moves_at(t))
        ends = [next(walks, None), self._way.next_s]
        return min([stop, *(int(t) - HALF_WINDOW_S - 1 for t in ends if t is not None)])

    def _moves_at(self, t: int) -> bool:
        return t < len(self._moved) and self._moved[t]

    def _none(
        self,
        reference: int | None,
        where: str,
        ground: float | None,
        peak: float | None,
        censored: bool,
        why: str,
    ) -> Recovery:
        return Recovery(
            activation=self._way.number,
            reference_s=reference,
            where=where,
            ground_bpm=ground,
            peak_bpm=peak,
            half_s=None,
            half_plain_s=None,
            full_s=None,
            censored=censored,
            why=why,
        )

    def _reference(self) -> tuple[int | None, str]:
        """The *back* mark where the activation was under way at it, else the 90 % crossing."""
        way = self._way
        end = way.end_s if way.end_s is not None else self._last
        after = way.back_s is not None and way.onset_s >= way.back_s
        if way.back_s is not None and way.onset_s < way.back_s <= end:
            return round(way.back_s), "after_reunion"
        return self._crossing(int(way.onset_s), int(end)), "after_reunion" if after else "apart"

    def _crossing(self, start: int, end: int) -> int | None:
        """The last second at or above 90 % of the rise; None when it is still up there."""
        ground = self._ground()
        rates = [(v, t) for t in range(start, end + 1) if (v := self.centred(t)) is not None]
        if not rates or ground is None:
            return None
        peak, _ = max(rates)
        level = min(peak, ground + self._set.reference_share * (peak - ground))
        last = max(t for v, t in rates if v >= level)
        return last if last < rates[-1][1] else None

    def _before(self) -> list[float]:
        """The rates of the quiet time before the onset."""
        start = int(self._way.onset_s - self._set.ground_from_s)
        stop = int(self._way.onset_s - self._set.ground_to_s)
        return [v for t in range(max(0, start), stop) if (v := self.centred(t)) is not None]

    def _ground(self) -> float | None:
        return median(self._quiet) if self._quiet else None

    def _wander(self, ground: float) -> float:
        """How far the heart strayed before the rise, bpm (robust standard deviation)."""
        return MAD_TO_SD * median(abs(v - ground) for v in self._quiet)

    def _peak(self, reference: int) -> float | None:
        """Mean rate of the last 30 s before the reference."""
        places = (reference, reference - HALF_WINDOW_S)
        rates = [v for p in places if 0 <= p <= self._last and (v := self._h20[p]) is not None]
        return fmean(rates) if rates else None

    def _why_not(self, reference: int, half: int | None) -> str:
        """Why the way back, up to half-way or to the end, can't be trusted; or nothing."""
        length = self._set.limit_s if half is None else half + self._set.half_run_s
        stop = min(self._last, reference + int(length))
        seconds = self._h20[reference : stop + 1]
        if sum(v is not None for v in seconds) < self._set.coverage_min * len(seconds):
            return GAPS
        return MOVEMENT if any(self._moved[reference : stop + 1]) else ""

    def _first_run(self, reference: int, level: float) -> int | None:
        """Seconds until the first run of 10 s at or below ``level``."""
        run = 0
        for t in range(reference, reference + int(self._set.limit_s) + self._set.half_run_s):
            rate = self.centred(t)
            run = run + 1 if rate is not None and rate <= level else 0
            if run == self._set.half_run_s:
                return t - run + 1 - reference
        return None

    def _full(self, reference: int, ground: float, peak: float) -> int | None:
        """Seconds until 80 % of a minute lies within 3 bpm or 20 % of the ground."""
        level = ground + max(self._set.full_bpm, self._set.full_share * (peak - ground))
        limit = min(self._last, reference + int(self._set.limit_s))
        stop = self._undisturbed(reference, limit)
        rates = (self.centred(t) for t in range(reference, stop + 1))
        low = [rate is not None and rate <= level for rate in rates]
        window = self._set.full_window_s
        for start in range(len(low) - window + 1):
            if (
                low[start]
                and sum(low[start : start + window]) >= self._set.full_window_share * window
            ):
                return start
        return None
