"""The personal baseline (B4): this session's, steadied by earlier ones, slowly followed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median

from biocoach.settings import BaselineSettings
from biocoach.types import BaselineFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sitting:
    """What was gathered before a mark that may turn out to be a mistake."""

    start_s: float | None
    hr: list[float]
    ln_rmssd: list[float]
    figures: BaselineFigures | None


class Baseline:
    """Gathers quiet seconds until it is ready; then drifts slowly with the heart."""

    def __init__(self, settings: BaselineSettings, priors: tuple[BaselineFigures, ...]) -> None:
        self._set = settings
        self._priors = priors
        self._start_s: float | None = None
        self._hr: list[float] = []
        self._ln_rmssd: list[float] = []
        self._before: list[_Sitting] = []
        self.figures: BaselineFigures | None = None

    @property
    def started(self) -> bool:
        return self._start_s is not None

    @property
    def need_s(self) -> float:
        """Length of the quiet sitting asked for, s."""
        steadied = len(self._priors) >= self._set.priors_min
        return self._set.short_length_s if steadied else self._set.length_s

    @property
    def steadied(self) -> bool:
        return len(self._priors) >= self._set.priors_min

    @property
    def believable(self) -> bool:
        """Enough quiet seconds were read for a baseline."""
        return len(self._hr) >= self._set.seconds_min

    def start(self, at_s: float) -> None:
        """Begin anew at ``at_s``; what was gathered before counts no more."""
        self._before.append(
            _Sitting(
                start_s=self._start_s, hr=self._hr, ln_rmssd=self._ln_rmssd, figures=self.figures
            )
        )
        self._start_s = at_s
        self._hr, self._ln_rmssd = [], []
        self.figures = None

    def withdraw(self) -> None:
        """The last start was a mistake: it is as if the sitting before had gone on."""
        before = self._before.pop()
        self._start_s, self.figures = before.start_s, before.figures
        self._hr, self._ln_rmssd = before.hr + self._hr, before.ln_rmssd + self._ln_rmssd

    def have_s(self, at_s: float) -> float:
        return 0.0 if self._start_s is None else at_s - self._start_s

    def gather(self, at_s: float, hr_bpm: float | None, rmssd_ms: float | None) -> None:
        """One second of quiet sitting; the first minute and missing readings are left out."""
        if self._start_s is None or at_s - self._start_s <= self._set.drop_s:
            return
        if hr_bpm is not None:
            self._hr.append(hr_bpm)
        if rmssd_ms is not None and rmssd_ms > 0:
            self._ln_rmssd.append(math.log(rmssd_ms))

    def settle(self, at_s: float) -> BaselineFigures | None:
        """End of the quiet sitting: the baseline, or None where too little was read."""
        if not self.believable:
            return None
        centre = median(self._hr)
        spread = self._set.mad_to_sd * median(abs(v - centre) for v in self._hr)
        figures = BaselineFigures(
            hr_bpm=centre,
            spread_bpm=max(spread, self._set.spread_min_bpm),
            ln_rmssd=median(self._ln_rmssd) if self._ln_rmssd else None,
            length_s=self.have_s(at_s),
        )
        self.figures = self._steady(figures)
        return self.figures

    def reopen(self) -> bool:
        """Go on gathering unless the full length was reached; whether it goes on."""
        if self.figures is None or self.figures.length_s >= self.need_s:
            return False
        self.figures = None
        return True

    def _steady(self, own: BaselineFigures) -> BaselineFigures:
        """Shrink towards the median of earlier baselines, as if they were more seconds of it."""
        if not self.steadied:
            return own
        seconds = max(0.0, own.length_s - self._set.drop_s)
        share = seconds / (seconds + self._set.prior_weight_s)
        logs = [p.ln_rmssd for p in self._priors if p.ln_rmssd is not None]
        spread = median(p.spread_bpm for p in self._priors)
        return replace(
            own,
            hr_bpm=_mix(share, own.hr_bpm, median(p.hr_bpm for p in self._priors)),
            spread_bpm=max(_mix(share, own.spread_bpm, spread), self._set.spread_min_bpm),
            ln_rmssd=own.ln_rmssd
            if own.ln_rmssd is None or not logs
            else _mix(share, own.ln_rmssd, median(logs)),
        )

    def track(self, hr_bpm: float, rmssd_ms: float | None) -> None:
        """Follow the heart for one second. Not to be called in events, movement or paced breath."""
        now = self.figures
        if now is None:
            return
        near = hr_bpm - now.hr_bpm < self._set.tracking_near_bpm
        tau_s = self._set.tracking_tau_s if near else self._set.tracking_tau_far_s
        ln_rmssd = now.ln_rmssd
        if ln_rmssd is not None and rmssd_ms:
            ln_rmssd += (math.log(rmssd_ms) - ln_rmssd) / tau_s
        self.figures = replace(
            now, hr_bpm=now.hr_bpm + (hr_bpm - now.hr_bpm) / tau_s, ln_rmssd=ln_rmssd
        )


def _mix(share: float, own: float, earlier: float) -> float:
    return share * own + (1 - share) * earlier
