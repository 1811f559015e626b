"""Keeps each second's rate and asks for the recovery of an activation when it can be known."""

from __future__ import annotations

from biocoach.settings import RecoverySettings
from biocoach.signal.recovery import Way, recover
from biocoach.signal.way_back import HALF_WINDOW_S, window_s
from biocoach.types import Activation, ActivationOver, Recovery

LOOK_EVERY_S = 30


class Settling:
    """A ledger of rates by second, and of the activations whose way back is not yet known."""

    def __init__(self, settings: RecoverySettings) -> None:
        self._set = settings
        self._h20: list[float | None] = []
        self._moved: list[bool] = []
        self._open: dict[int, Activation] = {}
        self._onsets: dict[int, float] = {}
        self._ends: dict[int, float] = {}
        self._back_s: float | None = None

    def second(self, at_s: int, hr_bpm: float | None, moved: bool) -> None:
        while len(self._h20) < at_s:  # seconds before the first tick
            self._h20.append(None)
            self._moved.append(False)
        self._h20.append(hr_bpm)
        self._moved.append(moved)

    def back(self, at_s: float | None) -> None:
        """They are back; None withdraws the mark."""
        self._back_s = at_s

    def began(self, activation: Activation) -> None:
        self._open[activation.number] = activation
        self._onsets[activation.number] = activation.onset_s

    def over(self, over: ActivationOver) -> None:
        self._ends[over.number] = over.end_s

    def due(self, at_s: int) -> list[Recovery]:
        """Recoveries that are complete now. Looked at from the end of the activation on."""
        done: list[Recovery] = []
        for number in list(self._open):
            end_s = self._ends.get(number)
            if end_s is None or (at_s - int(end_s)) % LOOK_EVERY_S:
                continue
            found = self._recover(number, at_s)
            reference = found.reference_s if found.reference_s is not None else end_s
            limit_s = self._set.limit_s + self._set.full_window_s + HALF_WINDOW_S
            why_not = found.why is not None and not found.censored
            known = why_not or (found.full_s is not None and at_s >= self._read_s(found))
            if known or at_s > reference + limit_s:
                done.append(found)
                del self._open[number]
        return done

    def _read_s(self, found: Recovery) -> float:
        """When the whole way back that the half-recovery time is read from will be known."""
        reference, plain = found.reference_s or 0.0, found.half_plain_s or 0.0
        return reference + window_s(plain, self._set) + HALF_WINDOW_S

    def finish(self, at_s: int) -> list[Recovery]:
        """The record ends: what is not known by now is censored."""
        done = [self._recover(number, at_s) for number in self._open]
        self._open.clear()
        return done

    def _recover(self, number: int, at_s: int) -> Recovery:
        way = Way(
            number=number,
            onset_s=self._open[number].onset_s,
            end_s=self._ends.get(number),
            back_s=self._back_s,
            until_s=at_s,
            next_s=self._onsets.get(number + 1),
        )
        return recover(self._h20, way, self._moved, self._set)
