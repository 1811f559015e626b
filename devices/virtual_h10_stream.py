"""One running stream of a virtual H10: when its frames are due, and what is in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

from devices.polar.control import ECG
from devices.polar.frames import (
    ACC_SAMPLES_A_FRAME,
    ECG_SAMPLES_A_FRAME,
    Axes,
    encode_acc,
    encode_ecg,
)
from devices.virtual_h10_body import Body, StrapClock
from devices.virtual_heart import Dice

_LATE_LEAST_S, _LATE_MOST_S = 0.5, 30.0
# The amplifier settles after a start; -5942 to 7906 uV were seen, over some seconds.
_SWING_UV, _SWING_TAU_S, _SWING_HZ = 8000.0, 1.3, 0.3
_ECG_MOST_UV = 20_000
_STUCK_MG = -2000
# A real strap's rate wandered slowly by 0.03 % either way, over an hour.
_DRIFT_SHARE, _DRIFT_S = 3e-4, 900.0
_LOST_SHARE, _BACK_SHARE = 1 / 12, 1 / 20


class Stream:
    """Frames of 73 ECG or 36 ACC samples, at a rate that the strap's own clock finds off.

    The first frame comes 0.5 to 30 s late (sooner mostly); later ones when their last sample
    is taken and the radio has sent it. ``part`` gives dice by a name.
    """

    def __init__(
        self,
        *,
        kind: int,
        rate_hz: float,
        range_mg: int,
        asked_s: float,
        body: Body,
        faults: Collection[str],
        part: Callable[[str], Dice],
    ) -> None:
        self._kind, self._rate_hz, self._range_mg = kind, rate_hz, range_mg
        self._body, self._faults = body, faults
        self._noise, self._radio, self._bad_luck = part("noise"), part("radio"), part("luck")
        start = part("start")
        self._size = ECG_SAMPLES_A_FRAME if kind == ECG else ACC_SAMPLES_A_FRAME
        late_s = _LATE_LEAST_S * math.exp(start.random() * math.log(_LATE_MOST_S / _LATE_LEAST_S))
        self._first_s = max(asked_s, asked_s + late_s - self._size / rate_hz)
        self._swing = (start.uniform(-_SWING_UV, _SWING_UV), start.uniform(0, math.tau))
        self._count = 0  # samples of the frames that went before
        self._plan()

    def _plan(self) -> None:
        self._last_s = self._at_s(self._size - 1)
        self.due_s = self._last_s + self._radio.uniform(0.02, 0.08)

    def _at_s(self, sample: int) -> float:
        even_s = (self._count + sample) / self._rate_hz
        turn = math.tau / _DRIFT_S
        return self._first_s + even_s + _DRIFT_SHARE / turn * math.sin(turn * even_s)

    def take(self, clock: StrapClock, *, heard: bool) -> bytes | None:
        """The frame that is due; None where it is lost or nobody hears it."""
        lost = self._bad_luck.random() < _LOST_SHARE and "lost_frames" in self._faults
        back = self._bad_luck.random() < _BACK_SHARE and "time_back" in self._faults
        back_ns = round(self._bad_luck.uniform(1, 5) * 1e9) if back else 0
        stamp_ns = clock.ns(self._last_s) - back_ns
        raw = self._frame(stamp_ns) if heard and not lost else None
        self._count += self._size
        self._plan()
        return raw

    def _frame(self, stamp_ns: int) -> bytes:
        times_s = [self._at_s(i) for i in range(self._size)]
        if self._kind == ECG:
            return encode_ecg(stamp_ns, [self._ecg_uv(at_s) for at_s in times_s])
        return encode_acc(stamp_ns, [self._acc_mg(at_s) for at_s in times_s])

    def _ecg_uv(self, at_s: float) -> int:
        since_s, (high_uv, phase) = at_s - self._first_s, self._swing
        swing = high_uv * math.exp(-since_s / _SWING_TAU_S)
        uv = self._body.ecg_uv(at_s, self._noise)
        uv += swing * math.cos(math.tau * _SWING_HZ * since_s + phase)
        return round(min(_ECG_MOST_UV, max(-_ECG_MOST_UV, uv)))

    def _acc_mg(self, at_s: float) -> Axes:
        most = self._range_mg
        x, y, z = self._body.acc_mg(at_s, self._noise)
        if "z_stuck" in self._faults:
            z = _STUCK_MG
        return (
            min(most, max(-most, x)),
            min(most, max(-most, y)),
            min(most, max(-most, z)),
        )
