"""Breathing and evenness beside the heart, looked at every few seconds of session time."""

from __future__ import annotations

from collections import deque

from biocoach.settings import BreathingSettings, CoherenceSettings
from biocoach.signal.breathing import breathing
from biocoach.signal.chest import Chest
from biocoach.signal.coherence import evenness
from biocoach.types import Breath, CleanBeat, Motion

KEPT_S = 75.0  # a window, and the stretch that reaches into it


class BreathWatch:
    """Keeps the last minute's beats; one reading holds until the next is due."""

    def __init__(self, breath: BreathingSettings, even: CoherenceSettings) -> None:
        self._breath, self._even = breath, even
        self._beats: deque[CleanBeat] = deque()
        self._chest: Chest | None = None
        self._now = Breath(per_min=None, source="", why="no_beats", evenness=None)

    def beat(self, clean: CleanBeat) -> None:
        self._beats.append(clean)
        while self._beats[0].beat.beat_s < clean.beat.beat_s - KEPT_S:
            self._beats.popleft()

    def motion(self, at_s: float, motion: Motion) -> None:
        if self._chest is None:
            self._chest = Chest(self._breath)
        self._chest.add(at_s, motion)

    def at(self, at_s: int, *, paced: bool) -> Breath:
        """Evenness is asked for in paced breathing only: elsewhere it has nothing to be even to."""
        every_s = self._even.every_s if paced else self._breath.every_s
        if at_s % every_s == 0:
            self._now = self._look(at_s, paced=paced)
        return self._now

    def _look(self, at_s: int, *, paced: bool) -> Breath:
        beats = tuple(self._beats)
        found = breathing(at_s, beats, self._chest, self._breath)
        even = evenness(at_s, beats, self._even).share if paced else None
        return Breath(per_min=found.per_min, source=found.source, why=found.why, evenness=even)
