"""The person's own pace, looked for in a session: what the finder's steps paced, and the heart.

The steps are a practice like any other (``finder``); their breath comes with each word that the
page logs. At its end ``signal/resonance`` is asked once, of the beats that came meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from biocoach.settings import ResonanceSettings
from biocoach.signal.resonance import Trial, find
from biocoach.types import (
    CleanBeat,
    Output,
    PaceFound,
    PaceTried,
    PracticeEnded,
    PracticeLog,
    PracticeMoment,
)

BEATS_MAX = 10_000  # an hour and more at any rate; a page left open must not gather for ever


class PaceFinding:
    """Deterministic. One search at a time; one that is stopped early, or left, finds nothing."""

    def __init__(self, settings: ResonanceSettings) -> None:
        self._settings = settings
        self._practice = ""
        self._trials: dict[int, Trial] = {}
        self._now: tuple[int, Trial] | None = None
        self._beats: list[CleanBeat] = []

    def heard(self, outputs: Sequence[Output]) -> None:
        """Beats of the time while it looks; or that the coach ended it."""
        if not self._practice:
            return
        if any(isinstance(output, PracticeEnded) for output in outputs):
            self._forget()
        elif len(self._beats) < BEATS_MAX:
            self._beats += [output for output in outputs if isinstance(output, CleanBeat)]

    def log(self, at_s: float, log: PracticeLog, *, finder: bool) -> list[Output]:
        """A word about a practice, after it was allowed. ``finder``: that practice is one."""
        if log.moment is PracticeMoment.STARTED:
            self._forget()
            self._practice = log.practice if finder else ""
        if not self._practice or log.practice != self._practice:
            return []
        self._end_trial(at_s)
        match log.moment:
            case PracticeMoment.STARTED | PracticeMoment.MOVED:
                self._begin_trial(at_s, log)
                return []
            case PracticeMoment.FINISHED | PracticeMoment.STOPPED:
                whole = log.moment is PracticeMoment.FINISHED
                found = self._found(at_s) if whole or self._may_do else []
                self._forget()
                return found

    @property
    def _may_do(self) -> bool:
        """Enough paces were tried: whoever stops at the last one has them all the same."""
        return len(self._trials) >= self._settings.rates_needed

    def _begin_trial(self, at_s: float, log: PracticeLog) -> None:
        """A step that is gone back to, or gone on with after a pause, is tried anew."""
        if log.step is None or log.per_min is None or log.in_share is None:
            return
        trial = Trial(per_min=log.per_min, start_s=at_s, end_s=at_s, in_share=log.in_share)
        self._now = (log.step, trial)

    def _end_trial(self, at_s: float) -> None:
        if self._now is None:
            return
        step, begun = self._now
        self._now = None
        self._trials[step] = Trial(
            per_min=begun.per_min, start_s=begun.start_s, end_s=at_s, in_share=begun.in_share
        )

    def _found(self, at_s: float) -> list[Output]:
        trials = [self._trials[step] for step in sorted(self._trials)]
        found = find(trials, self._beats, self._settings)
        tried = tuple(
            PaceTried(per_min=r.per_min, wave_bpm=r.wave_bpm, why=r.why) for r in found.responses
        )
        return [
            PaceFound(
                at_s=at_s,
                per_min=found.per_min,
                tied=found.tied,
                because=found.because,
                why=found.why,
                edge=found.edge,
                tried=tried,
            )
        ]

    def _forget(self) -> None:
        self._practice, self._now = "", None
        self._trials, self._beats = {}, []
