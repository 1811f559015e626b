"""Breathing beside the heart: looked at on a beat of its own, and taken out of the evidence."""

from __future__ import annotations

import math

import pytest

from biocoach.settings import Settings
from biocoach.signal.breath_watch import BreathWatch
from biocoach.types import CleanBeat, Verdict
from tests.signal.hearts import beats

SET = Settings()


def swaying(per_min: float, length_s: float, sway_ms: float = 60.0) -> list[CleanBeat]:
    rr_ms, at_s = list[float](), 0.0
    while at_s < length_s:
        rr_ms.append(900.0 + sway_ms * math.sin(2 * math.pi * per_min / 60 * at_s))
        at_s += rr_ms[-1] / 1000
    return [CleanBeat(beat=beat, verdict=Verdict.OK) for beat in beats(rr_ms)]


def watch(per_min: float, *, paced: bool = False) -> tuple[BreathWatch, int]:
    found = BreathWatch(SET.breathing, SET.coherence)
    for clean in swaying(per_min, 120):
        found.beat(clean)
    found.at(120, paced=paced)
    return found, 120


@pytest.mark.parametrize("per_min", [6.0, 12.0, 18.0])
def test_a_heart_that_sways_with_the_breath_tells_its_rate(per_min: float) -> None:
    found, at_s = watch(per_min)
    breath = found.at(at_s, paced=False)
    assert breath.per_min == pytest.approx(per_min, abs=0.5)
    assert (breath.source, breath.why) == ("heart", "")
    assert breath.evenness is None


def test_evenness_is_told_in_paced_breathing_only() -> None:
    found, at_s = watch(6.0, paced=True)
    breath = found.at(at_s, paced=True)
    assert breath.evenness is not None
    assert breath.evenness > 0.8


def test_a_reading_holds_until_the_next_is_due_and_none_lasts_without_beats() -> None:
    found, at_s = watch(12.0)
    first = found.at(at_s, paced=False)
    assert all(found.at(at_s + more, paced=False) is first for more in range(1, 10))
    later = found.at(at_s + 60, paced=False)
    assert later.per_min is None
    assert later.why


def test_it_is_looked_at_every_ten_seconds_and_every_five_in_paced_breathing() -> None:
    for paced, every_s in ((False, SET.breathing.every_s), (True, SET.coherence.every_s)):
        found, _ = watch(12.0, paced=paced)
        seen = [found.at(at_s, paced=paced) for at_s in range(120, 150)]
        changes = [120 + i for i in range(1, 30) if seen[i] is not seen[i - 1]]
        assert changes == list(range(120 + every_s, 150, every_s))


def test_before_the_first_look_there_are_no_beats() -> None:
    first = BreathWatch(SET.breathing, SET.coherence).at(1, paced=False)
    assert (first.per_min, first.source, first.why, first.evenness) == (None, "", "no_beats", None)


def test_it_keeps_what_the_window_needs_and_no_more() -> None:
    found, _ = watch(12.0)
    times = [clean.beat.beat_s for clean in found._beats]
    assert times[-1] - times[0] == pytest.approx(75, abs=1)
