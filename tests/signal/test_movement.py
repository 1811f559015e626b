"""Movement: still, on foot, turned, stale and gone."""

from __future__ import annotations

import math

from biocoach.settings import MovementSettings
from biocoach.signal.movement import MovementGate, stuck
from biocoach.types import Motion, Movement

SET = MovementSettings()


def frame(x: float = 0.0, y: float = 0.0, z: float = 1000.0, shake_mg: int = 0) -> Motion:
    """A second of 25 samples in one posture; shaken along its own axis."""
    size = math.hypot(x, y, z) or 1.0
    samples = []
    for i in range(25):
        grow = 1 + (shake_mg if i % 2 else -shake_mg) / size
        samples.append((round(x * grow), round(y * grow), round(z * grow)))
    return Motion(raw=b"", timestamp_ns=0, samples_mg=tuple(samples))


def lying(until_s: int) -> MovementGate:
    gate = MovementGate(SET)
    for at_s in range(1, until_s + 1):
        gate.add(float(at_s), frame(shake_mg=8))
    return gate


def test_without_frames_it_is_unverified() -> None:
    gate = MovementGate(SET)
    assert gate.at(100.0) is Movement.UNVERIFIED
    assert gate.level_mg(100.0) is None
    gate.add(101.0, Motion(raw=b"", timestamp_ns=0, samples_mg=()))
    assert gate.at(101.0) is Movement.UNVERIFIED


def test_lying_still_is_still() -> None:
    gate = lying(60)
    assert gate.at(60.0) is Movement.STILL
    level = gate.level_mg(60.0)
    assert level is not None
    assert abs(level - 8) < 1


def test_a_walk_is_movement_and_the_heart_remembers_it() -> None:
    gate = lying(60)
    for at_s in range(61, 91):
        gate.add(float(at_s), frame(shake_mg=200))
    assert gate.at(90.0) is Movement.MOVING
    for at_s in range(91, 300):
        gate.add(float(at_s), frame(shake_mg=8))
        if at_s < 90 + SET.blank_s:
            assert gate.at(float(at_s)) is Movement.MOVING
    assert gate.at(299.0) is Movement.STILL


def test_turning_over_is_movement_even_without_shaking() -> None:
    gate = lying(60)
    for at_s in range(61, 70):
        gate.add(float(at_s), frame(0, 700, 714))
    level = gate.level_mg(69.0)
    assert level is not None
    assert level < SET.moving_mg
    assert gate.at(69.0) is Movement.MOVING
    assert gate.at(145.0) is Movement.MOVING  # though the frames have stopped: it did move


def test_leaning_a_little_is_not_movement() -> None:
    gate = lying(60)
    for at_s in range(61, 90):
        gate.add(float(at_s), frame(0, 300, 954))  # 17 degrees
    assert gate.at(89.0) is Movement.STILL


def test_stale_frames_say_nothing_about_now() -> None:
    gate = lying(60)
    assert gate.level_mg(60.0 + SET.stale_s) is not None
    assert gate.level_mg(60.0 + SET.stale_s + 0.1) is None
    assert gate.at(66.0) is Movement.STILL  # the pipeline asks for freshness apart
    assert gate.at(60.0 + SET.gone_s + 1) is Movement.UNVERIFIED


def test_what_was_turned_while_silent_is_a_new_posture() -> None:
    gate = lying(60)
    gate.add(80.0, frame(1000, 0, 0))
    assert gate.at(80.0) is Movement.STILL
    gate.add(81.0, frame(1000, 0, 0))
    gate.add(82.0, frame(0, 1000, 0))
    gate.add(83.0, frame(0, 1000, 0))
    assert gate.at(83.0) is Movement.MOVING


def test_free_fall_and_zeros_never_raise() -> None:
    gate = MovementGate(SET)
    for at_s in range(1, 30):
        gate.add(float(at_s), frame(0, 0, 0))
    assert gate.at(29.0) is Movement.MOVING


def test_an_axis_that_is_stuck_tells_nothing() -> None:
    """One H10's z axis stood at -2000 mg for ever: that is neither moving nor still."""
    gate = MovementGate(SET)
    broken = tuple((20, 10, -2000) for _ in range(36))
    for second in range(1, 120):
        gate.add(float(second), Motion(raw=b"", timestamp_ns=0, samples_mg=broken))
    assert gate.at(120.0) is Movement.UNVERIFIED
    assert gate.level_mg(120.0) is None


def test_a_still_axis_and_a_hard_knock_are_not_stuck() -> None:
    assert not stuck([(0, 0, 1000)] * 36)
    assert not stuck([(0, 0, -2000)] * 35 + [(0, 0, -1990)])
