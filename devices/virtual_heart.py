"""The virtual person's heart and breath: beats in time, and the strap's notifications of them.

The heart breathes (respiratory sinus arrhythmia, less of it when activated), wanders
slowly by at most 2 bpm, and is never quite regular. Sources for the sizes: resting RMSSD
25-60 ms and 12-15 breaths a minute are ordinary adult values (Task Force 1996).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from biocoach.types import Contact
from devices import heart_rate
from devices.scenarios import Scenario, Window

_WANDER_PERIODS_S = (25.0, 40.0, 65.0, 110.0, 180.0, 300.0, 500.0, 900.0)
_WANDER_LIMIT_BPM = 2.0
# The breath's pull on the heart falls to 1/e for so many bpm of activation.
_VAGAL_BPM = 60.0
_JITTER_MS = 4.0
# A premature beat comes after this share of its interval; a full pause follows.
_PREMATURE = 0.65
_CONTACT_FLAG_LATE_S = 1.0


class Dice(Protocol):
    """The part of ``random.Random`` that is used; ``virtual_story`` makes each."""

    def random(self) -> float: ...
    def uniform(self, a: float, b: float) -> float: ...
    def gauss(self, mu: float, sigma: float) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who sits there: resting rate, RMSSD at rest, breaths a second, and slow waves."""

    resting_bpm: float
    rmssd_ms: float
    breath_hz: float
    breath_phase: float
    waves: tuple[tuple[float, float], ...]

    def breath(self, at_s: float) -> float:
        """The breath as a wave between -1 and 1; its rate drifts by 0.015 Hz."""
        drift = 0.015 * 70 / math.tau * math.sin(math.tau * at_s / 70 + self.breath_phase)
        return math.sin(math.tau * (self.breath_hz * at_s + drift) + self.breath_phase)

    def wander_bpm(self, at_s: float) -> float:
        """Slow waves, the slower the larger (nearly 1/f), kept within 2 bpm."""
        total = sum(
            math.sqrt(period_s / 300) * 0.7 * weight * math.sin(math.tau * at_s / period_s + phase)
            for period_s, (weight, phase) in zip(_WANDER_PERIODS_S, self.waves, strict=True)
        )
        return _WANDER_LIMIT_BPM * math.tanh(total / _WANDER_LIMIT_BPM)

    def sway_bpm(self) -> float:
        """The size of the breath's pull that gives ``rmssd_ms`` at rest.

        A sine of a ms in RR has the RMSSD sqrt(2)*a*sin(pi*f*RR); the beat's own jitter is
        taken off first.
        """
        rr_s = 60 / self.resting_bpm
        wanted_ms = math.sqrt(max(0.0, self.rmssd_ms**2 - 2 * _JITTER_MS**2))
        sway_ms = wanted_ms / (math.sqrt(2) * math.sin(math.pi * self.breath_hz * rr_s))
        return sway_ms * self.resting_bpm**2 / 60_000


def draw_person(dice: Dice) -> Person:
    return Person(
        resting_bpm=dice.uniform(60, 70),
        rmssd_ms=dice.uniform(32, 52),
        breath_hz=dice.uniform(0.21, 0.24),
        breath_phase=dice.uniform(0, math.tau),
        waves=tuple((dice.uniform(0.6, 1.0), dice.uniform(0, math.tau)) for _ in range(8)),
    )


def smooth_bpm(person: Person, scenario: Scenario, at_s: float) -> float:
    """The heart rate without breath, wander and jitter: what the truth is told by."""
    return person.resting_bpm + sum(rise.at(at_s) for rise in scenario.rises)


def beating(person: Person, scenario: Scenario, dice: Dice) -> Iterator[float]:
    """When the heart beats, in seconds, without an end: a scenario's rises pass."""
    sway_bpm = person.sway_bpm()

    def rate_bpm(at_s: float) -> float:
        smooth = smooth_bpm(person, scenario, at_s)
        pull = sway_bpm * math.exp(-(smooth - person.resting_bpm) / _VAGAL_BPM)
        return smooth + person.wander_bpm(at_s) + pull * person.breath(at_s)

    now_s = dice.uniform(0, 0.8)
    while True:
        yield now_s
        # The rate in the middle of the interval, found in two steps, makes its length.
        rr_s = 60 / rate_bpm(now_s + 30 / rate_bpm(now_s))
        now_s += rr_s + dice.gauss(0, _JITTER_MS / 1000)


def beat_times(person: Person, scenario: Scenario, dice: Dice) -> list[float]:
    """The beats until the first at or after the scenario's end."""
    times: list[float] = []
    for at_s in beating(person, scenario, dice):
        times.append(at_s)
        if at_s >= scenario.duration_s:
            break
    return times


def with_ectopy(times: Sequence[float], dice: Dice) -> tuple[list[float], list[float]]:
    """The beats with a premature one every 30 to 50, and the times of those."""
    beats, premature = list(times), []
    at = int(dice.uniform(30, 50))
    while at < len(beats) - 1:
        early_s = (1 - _PREMATURE) * (times[at] - times[at - 1])
        beats[at] = times[at] - early_s
        premature.append(beats[at])
        at += int(dice.uniform(30, 50))
    return beats, premature


def notifications(
    times: Sequence[float], windows: dict[str, Window], duration_s: float, dice: Dice
) -> Iterator[tuple[float, bytes]]:
    """(arrival, bytes) once a second, 20 to 80 ms late, as the strap would send them.

    ``windows`` are the faults of the strap: dropout (beats lost, notifications go on),
    silence (nothing comes), contact (garbage intervals; the flag follows a second later).
    """
    dropout, silence, contact = (windows.get(name) for name in ("dropout", "silence", "contact"))
    recent_ms: list[float] = []
    at, bpm = 1, 0
    for second in range(1, int(duration_s) + 1):
        rr_ms: list[float] = []
        while at < len(times) and times[at] <= second:
            # An interval that touches a lost beat is lost as well.
            if not _touches(dropout, times[at - 1], times[at]) and not _touches(
                silence, times[at - 1], times[at]
            ):
                rr_ms.append((times[at] - times[at - 1]) * 1000)
            at += 1
        arrival_s = second + dice.uniform(0.02, 0.08)
        if contact is not None and contact.holds(second):
            rr_ms = [dice.uniform(310, 1800) for _ in range(int(dice.uniform(0, 4)))]
        flagged = contact is not None and contact.holds(second - _CONTACT_FLAG_LATE_S)
        recent_ms = [*recent_ms, *rr_ms][-4:]
        if recent_ms:
            bpm = min(255, round(60_000 * len(recent_ms) / sum(recent_ms)))
        if silence is None or not silence.holds(second):
            skin = Contact.LOST if flagged else Contact.DETECTED
            rr_1024 = [round(rr * heart_rate.RR_PER_SECOND / 1000) for rr in rr_ms]
            yield arrival_s, heart_rate.encode(bpm, rr_1024, contact=skin)


def _touches(window: Window | None, start_s: float, end_s: float) -> bool:
    return window is not None and (window.holds(start_s) or window.holds(end_s))
