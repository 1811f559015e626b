"""The chest's tilt: when each bit of it was, which way it sways, and what can't be read."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from biocoach.settings import BreathingSettings
from biocoach.signal.breathing import Rate, better, from_chest
from biocoach.signal.chest import Chest, Tilt
from biocoach.types import Motion

SET = BreathingSettings()
SHORT = replace(SET, length_min_s=0.0)
Sample = tuple[int, int, int]
LYING: Sample = (0, 0, 1000)


def frame(stamp_s: float, samples: list[Sample]) -> Motion:
    return Motion(raw=b"", timestamp_ns=round(stamp_s * 1e9), samples_mg=tuple(samples))


def chest(
    sample: Callable[[float], Sample],
    *,
    hz: int = 25,
    until_s: int = 80,
    settings: BreathingSettings = SET,
) -> Chest:
    """A frame a second, each as its samples end; the strap's own clock is 1000 s ahead."""
    found = Chest(settings)
    for second in range(until_s + 1):
        times = [second - 1 + (i + 1) / hz for i in range(hz)]
        found.add(float(second), frame(1000.0 + second, [sample(t) for t in times]))
    return found


def tilt(found: Chest, at_s: float) -> Tilt:
    told = found.tilt(at_s)
    assert isinstance(told, Tilt), told
    return told


def bits_s(first_s: float, last_s: float, samples: int) -> list[float]:
    """When the bits of one frame were, of so many samples between two arrivals."""
    found = Chest(SHORT)
    found.add(first_s, frame(5.0, [LYING]))
    found.add(last_s, frame(5.0 + last_s - first_s, [LYING] * samples))
    return tilt(found, last_s).times_s


def test_a_bit_is_at_the_middle_of_its_samples_of_which_the_last_is_as_it_arrives() -> None:
    assert bits_s(10.0, 12.0, 10) == pytest.approx([10.2 + 0.2 * i for i in range(10)])
    quick = bits_s(10.0, 12.0, 50)  # five samples are a fifth of a second
    assert quick == pytest.approx([10.12 + 0.2 * i for i in range(10)])
    odd = bits_s(10.0, 10.48, 12)  # five, five and two
    assert odd == pytest.approx([10.12, 10.32, 10.46])
    assert bits_s(10.0, 13.0, 4) == pytest.approx([10.75, 11.5, 12.25, 13.0])  # slow: one each


def test_frames_that_were_lost_or_a_clock_that_was_set_end_what_was_read() -> None:
    def after(at_s: float, stamp_s: float) -> Tilt | str:
        found = chest(lambda _: LYING, until_s=50, settings=SHORT)
        found.add(at_s, frame(stamp_s, [LYING] * 25))
        return found.tilt(at_s)

    assert isinstance(after(51.0, 1051.0), Tilt)
    assert isinstance(after(53.0, 1053.0), Tilt)  # three seconds are no loss
    assert after(53.1, 1053.0) == "no_motion"
    assert after(51.0, 1053.1) == "no_motion"
    assert after(51.0, 1050.0) == "no_motion"
    assert after(51.0, 1049.0) == "no_motion"


def test_an_empty_frame_says_nothing_but_when_it_came() -> None:
    found = Chest(SHORT)
    found.add(10.0, frame(0.0, [LYING]))
    found.add(11.0, frame(1.0, []))
    found.add(12.0, frame(2.0, [LYING] * 5))
    assert tilt(found, 12.0).times_s == pytest.approx([11.2, 11.4, 11.6, 11.8, 12.0])


def test_a_minute_counts_and_forty_seconds_are_needed() -> None:
    found = chest(lambda _: LYING, hz=5)
    times_s = tilt(found, 80.0).times_s
    assert times_s[0] == pytest.approx(20.2)
    assert times_s[-1] == pytest.approx(80.0)
    assert len(times_s) == 300
    assert tilt(found, 70.0).times_s[-1] == pytest.approx(70.0)  # nothing of what came later
    exact = replace(SET, length_min_s=39.5)
    assert chest(lambda _: LYING, hz=2, until_s=39, settings=exact).tilt(39.0) == "too_few"
    assert isinstance(chest(lambda _: LYING, hz=2, until_s=40, settings=exact).tilt(40.0), Tilt)


def test_frames_that_stopped_five_seconds_ago_are_stale() -> None:
    found = chest(lambda _: LYING)
    assert isinstance(found.tilt(80.0 + SET.stale_s - 0.1), Tilt)
    assert found.tilt(80.1 + SET.stale_s) == "no_motion"
    assert Chest(SET).tilt(0.0) == "no_motion"


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_body_that_shakes_moves_wherever_gravity_points(axis: int, sign: int) -> None:
    """Five bits of a hundred, each shaken to and fro, so that their mean leans nowhere."""

    def shaken(bits: int, by_mg: int) -> Tilt | str:
        def sample(t: float) -> Sample:
            index = round(t * 25) - 1  # of a sample; five are a bit
            inside = index // 5 in range(1, 1 + 4 * bits, 4)
            swing = 0 if not inside or index % 5 == 4 else by_mg if index % 2 else -by_mg
            return tuple(sign * (1000 + swing) if i == axis else 0 for i in range(3))  # type: ignore[return-value]

        return chest(sample, until_s=20, settings=SHORT).tilt(20.0)

    # Four of five samples are off by so much: the spread is that by the root of 4/5.
    assert shaken(5, 46) == "moving"
    assert isinstance(shaken(5, 44), Tilt)
    assert isinstance(shaken(4, 300), Tilt)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_lean_of_more_than_breath_can_do_is_a_change_of_posture(axis: int) -> None:
    def leaning(by_mg: int) -> Tilt | str:
        def sample(t: float) -> Sample:
            lean = by_mg if 40 < t <= 45 else 0
            return tuple(v + lean * (i == axis) for i, v in enumerate((500, 600, 624)))  # type: ignore[return-value]

        return chest(sample).tilt(80.0)

    assert isinstance(leaning(200), Tilt)
    assert leaning(201) == "moving"
    assert leaning(-201) == "moving"


@pytest.mark.parametrize("lean", [(30, 40, 0), (0, 30, -40), (-24, 24, 36), (50, 0, 0)])
def test_the_sway_is_along_its_own_direction_without_its_drift(lean: Sample) -> None:
    def even(t: float) -> float:
        """A wave that has no drift of its own over the minute."""
        return math.cos(math.tau * (t - 50.1) / 5)

    def sample(t: float) -> Sample:
        wave, drift = even(t), t - 40
        x, y, z = (round(1000 * part) for part in (0.1, 0.2, 0.9))
        return (
            round(x + lean[0] * wave + drift),
            round(y + lean[1] * wave - drift / 2),
            round(z + lean[2] * wave),
        )

    found = tilt(chest(sample, hz=5), 80.0)
    size = math.hypot(*lean)
    sign = 1 if found.sway_mg[0] * even(found.times_s[0]) > 0 else -1
    for t, sway in zip(found.times_s, found.sway_mg, strict=True):
        assert sign * sway == pytest.approx(size * even(t), abs=0.05 * size)


# ---- its rate


def swaying(per_min: float, size_mg: float, *, from_s: float = 0.0) -> Tilt:
    times = [from_s + 0.2 * i for i in range(1, 301)]
    waves = [size_mg * math.sin(math.tau * per_min / 60 * t) for t in times]
    return Tilt(times_s=times, sway_mg=waves)


@pytest.mark.parametrize("from_s", [0.0, 5000.0])
@pytest.mark.parametrize("per_min", [6.0, 13.0, 38.0])
def test_a_pure_sway_is_clear_whenever_it_is(per_min: float, from_s: float) -> None:
    found = from_chest(swaying(per_min, 8, from_s=from_s), SET)
    assert found.per_min == pytest.approx(per_min, abs=0.15)
    assert found.clarity == pytest.approx(1, abs=0.03)
    assert found.why == ""


def test_why_a_chest_tells_no_rate() -> None:
    assert from_chest("too_few", SET) == Rate(per_min=None, why="too_few")
    assert from_chest(swaying(13, 1.3), SET) == Rate(per_min=None, why="faint")  # a spread of 0.9
    assert from_chest(swaying(13, 1.6), SET).per_min is not None
    three = [swaying(rate, 8).sway_mg for rate in (8, 14, 21)]
    mixed = Tilt(times_s=swaying(8, 8).times_s, sway_mg=[sum(v) for v in zip(*three, strict=True)])
    assert from_chest(mixed, SET) == Rate(per_min=None, why="unclear")


def test_heart_and_chest_that_agree_are_weighed_by_their_clarity() -> None:
    heart, body = Rate(per_min=12.0, clarity=0.6), Rate(per_min=14.0, clarity=0.9)
    per_min, source, why = better(heart, body, SET)
    assert per_min == pytest.approx((12 * 0.6 + 14 * 0.9) / 1.5)
    assert (source, why) == ("both", "")
    further = replace(body, per_min=14.1)
    assert better(heart, further, SET) == (14.1, "chest", "")
    assert better(replace(heart, clarity=0.9), further, SET) == (14.1, "chest", "")
    assert better(replace(heart, clarity=0.91), further, SET) == (None, "", "disagree")


def test_one_source_stands_alone_and_none_has_both_reasons() -> None:
    none = Rate(per_min=None, why="faint")
    assert better(none, Rate(per_min=14.0, clarity=0.6), SET) == (14.0, "chest", "")
    assert better(Rate(per_min=12.0, clarity=0.6), none, SET) == (12.0, "heart", "")
    assert better(none, Rate(per_min=None, why="no_motion"), SET) == (None, "", "faint")
    assert better(none, Rate(per_min=None, why="unclear"), SET) == (None, "", "faint+unclear")
    walking = Rate(per_min=None, why="moving")
    assert better(Rate(per_min=12.0, clarity=0.6), walking, SET) == (None, "", "moving")
