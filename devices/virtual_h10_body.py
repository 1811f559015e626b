"""What a virtual H10 feels: the virtual person's beats, ECG and movement, at any moment.

Times are seconds since the person put the strap on. The beats are those of the virtual
source with the same seed and scenario, so its ``truth`` tells of these streams as well.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from datetime import datetime

from devices import virtual_heart, virtual_motion
from devices.polar.frames import H10_CLOCK_START_NS, Axes
from devices.scenarios import Window
from devices.virtual_heart import Dice
from devices.virtual_story import build, dice_for

# Each wave of a beat: when it peaks after the R peak (s), its width (s), its height (uV). An
# ordinary chest lead; the T wave moves with the square root of the interval before (Bazett 1920).
_PR_S, _QT_S = -0.16, 0.26
_STEEP = ((-0.026, 0.01, -110.0), (0.0, 0.011, 1100.0), (0.028, 0.01, -230.0))
_P_WIDTH_S, _P_UV = 0.024, 110.0
_T_WIDTH_S, _T_UV = 0.045, 250.0
_REACH_S = 0.7  # no wave of a beat reaches further
_BREATH_SHARE = 0.05
_NOISE_UV = 10.0
_WALKING_UV = 40.0  # the electrodes slide
_LOOSE_UV = 60.0  # electrodes in the air

_RECENT_BEATS = 4
_POLAR_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - local wall time: the strap knows no zone


class Body:
    """The person under the strap, and when the strap was on."""

    def __init__(self, seed: int, scenario: str) -> None:
        """Raises ValueError for a scenario that is not there."""
        self.scenario, self.person = build(seed, scenario)
        self._beating = virtual_heart.beating(self.person, self.scenario, dice_for(seed, "beats"))
        self._beats: list[float] = []
        self._worn = [Window(start_s=0.0, end_s=math.inf)]

    # ---- on and off

    def worn(self, at_s: float) -> bool:
        return any(window.holds(at_s) for window in self._worn)

    def take_off(self, at_s: float) -> None:
        last = self._worn[-1]
        self._worn[-1] = Window(start_s=last.start_s, end_s=min(last.end_s, at_s))

    def put_on(self, at_s: float) -> None:
        self.take_off(at_s)
        self._worn.append(Window(start_s=at_s, end_s=math.inf))

    # ---- the heart

    def _until(self, at_s: float) -> list[float]:
        """All beats so far, at least up to the first after ``at_s``."""
        while not self._beats or self._beats[-1] <= at_s:
            self._beats.append(next(self._beating))
        return self._beats

    def intervals_s(self, start_s: float, end_s: float) -> list[float]:
        """The intervals that ended in ``(start_s, end_s]``, both beats felt; seconds."""
        beats = self._until(end_s)
        first = max(1, bisect_right(beats, start_s))
        return [
            beats[i] - beats[i - 1]
            for i in range(first, bisect_right(beats, end_s))
            if self._felt(beats[i - 1], beats[i])
        ]

    def _felt(self, one_s: float, next_s: float) -> bool:
        return any(window.holds(one_s) and window.holds(next_s) for window in self._worn)

    def bpm(self, at_s: float) -> int:
        """The rate over the last four felt intervals; 0 before the first.

        Off the body it stays where it was: a strap can send a plausible rate there.
        """
        worn_s = max((w.start_s for w in self._worn if w.start_s <= at_s), default=0.0)
        until_s = min(at_s, max(w.end_s for w in self._worn if w.start_s <= worn_s))
        recent_s = self.intervals_s(max(worn_s, until_s - 12), until_s)[-_RECENT_BEATS:]
        return min(255, round(60 * len(recent_s) / sum(recent_s))) if recent_s else 0

    # ---- the electrodes and the accelerometer

    def ecg_uv(self, at_s: float, dice: Dice) -> float:
        """P, QRS and T around the beats; only noise while the strap is off."""
        if not self.worn(at_s):
            return dice.gauss(0, _LOOSE_UV)
        beats = self._until(at_s + _REACH_S)
        first, last = bisect_left(beats, at_s - _REACH_S), bisect_right(beats, at_s + _REACH_S)
        waves = sum(_wave(at_s - beats[i], _before_s(beats, i)) for i in range(first, last))
        walks = any(walk.holds(at_s) for walk in self.scenario.walks)
        noise_uv = dice.gauss(0, _WALKING_UV if walks else _NOISE_UV)
        return waves * (1 + _BREATH_SHARE * self.person.breath(at_s)) + noise_uv

    def acc_mg(self, at_s: float, dice: Dice) -> Axes:
        if not self.worn(at_s):
            return 0, 0, 1000  # flat on a table
        return virtual_motion.sample_mg(self.person, self.scenario, at_s, dice)


def _before_s(beats: list[float], i: int) -> float:
    return beats[i] - beats[i - 1] if i else 1.0


def _wave(late_s: float, rr_s: float) -> float:
    """One beat's waves ``late_s`` after its R peak, in microvolts."""
    stretch = math.sqrt(min(1.5, max(0.4, rr_s)))
    slow = ((_PR_S * stretch, _P_WIDTH_S, _P_UV), (_QT_S * stretch, _T_WIDTH_S * stretch, _T_UV))
    return sum(
        high_uv * math.exp(-(((late_s - at_s) / wide_s) ** 2) / 2)
        for at_s, wide_s, high_uv in (*_STEEP, *slow)
        if abs(late_s - at_s) < 5 * wide_s
    )


class StrapClock:
    """The strap's own clock, in ns since 2000: 2019-01-01 at each boot, until it is set."""

    def __init__(self, booted_s: float) -> None:
        self.boot(booted_s)

    def boot(self, at_s: float) -> None:
        self._zero_ns, self._zero_s = H10_CLOCK_START_NS, at_s

    def set(self, local: datetime, at_s: float) -> None:
        """``local``: the wall's time where the person is, without a zone, as the strap keeps it."""
        since = local - _POLAR_EPOCH
        whole_s = since.days * 86_400 + since.seconds
        self._zero_ns = whole_s * 10**9 + since.microseconds * 1000
        self._zero_s = at_s

    def ns(self, at_s: float) -> int:
        return self._zero_ns + round((at_s - self._zero_s) * 1e9)
