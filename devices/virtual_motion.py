"""The virtual strap's accelerometer: gravity, breath, noise, and steps while walking."""

from __future__ import annotations

import math
from collections.abc import Iterator

from devices.polar.frames import ACC_SAMPLES_A_FRAME, H10_CLOCK_START_NS, Axes, encode_acc
from devices.scenarios import Scenario, Window
from devices.virtual_heart import Dice, Person

_RATE_HZ = 25.0
_NOISE_MG = 3.0
# The chest leans by about a degree with each breath: 14 mg across gravity.
_BREATH_MG = 14.0
_STEPS_HZ = 1.8
# A sine of 300 mg is 190 mg in the mean of its size: brisk walking at the chest.
_STEP_MG = 300.0

# Sitting upright: gravity nearly along -y, the chest tipped forward a little.
_DOWN = (0.04, -0.9713, 0.2345)
_FORWARD = (0.0, 0.2347, 0.9721)


def acc_frames(
    person: Person, scenario: Scenario, silence: Window | None, dice: Dice
) -> Iterator[tuple[float, bytes]]:
    """(arrival, bytes) of frames of 36 samples at about 25 Hz, by the strap's own clock.

    The rate is off by up to 2 %, as straps' are, and the stream begins some seconds late.
    """
    rate_hz = _RATE_HZ * (1 + dice.uniform(-0.02, 0.02))
    first_s, uptime_s = dice.uniform(0.5, 3.0), dice.uniform(5, 60)
    count = 0
    while True:
        times = [first_s + (count + i) / rate_hz for i in range(ACC_SAMPLES_A_FRAME)]
        count += ACC_SAMPLES_A_FRAME
        arrival_s = times[-1] + dice.uniform(0.02, 0.08)
        if arrival_s > scenario.duration_s:
            return
        samples = [sample_mg(person, scenario, at_s, dice) for at_s in times]
        if silence is None or not silence.holds(arrival_s):
            stamp_ns = H10_CLOCK_START_NS + round((uptime_s + times[-1]) * 1e9)
            yield arrival_s, encode_acc(stamp_ns, samples)


def sample_mg(person: Person, scenario: Scenario, at_s: float, dice: Dice) -> Axes:
    """x, y, z at a moment, as a strap on the chest feels them."""
    along, aside = 1000.0, 0.0
    across = _BREATH_MG * person.breath(at_s)
    if any(walk.holds(at_s) for walk in scenario.walks):
        turn = math.tau * _STEPS_HZ * at_s
        along += _STEP_MG * (math.sin(turn) + 0.3 * math.sin(2 * turn + 0.6))
        aside = 0.35 * _STEP_MG * math.sin(turn / 2)
    x, y, z = (
        round(along * down + across * forward + dice.gauss(0, _NOISE_MG))
        for down, forward in zip(_DOWN, _FORWARD, strict=True)
    )
    return x + round(aside), y, z
