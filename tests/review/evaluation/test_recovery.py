"""Errors of the half-recovery time, from alarms written by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from biocoach.review.evaluation.folding import Alarm, Outcome
from biocoach.review.evaluation.recovery import BACK_S, RISE_S, Ways, way_cases
from biocoach.review.evaluation.stretches import Stretch


def outcome(alarm_s: float, half_s: float | None, plain_s: float | None) -> Outcome:
    alarm = Alarm(
        onset_s=RISE_S,
        alarm_s=alarm_s,
        end_s=None,
        reference_s=BACK_S,
        half_s=half_s,
        half_plain_s=plain_s,
        censored=half_s is None,
    )
    return Outcome(kept=(), rates_bpm=(), scores=(), alarms=(alarm,))


def test_errors_by_hand() -> None:
    stretch = Stretch(name="1", collection="made", start_s=0, rr_ms=np.full(2100, 1000.0))
    cases = way_cases([stretch])
    assert len(cases) == 9
    assert cases[0].rise.half_s == pytest.approx(30 * math.log(2))
    assert cases[0].task.marks == ((300.0, "apart"), (780.0, "back"))
    assert sum(cases[0].task.rr_ms) / 1000 == pytest.approx(1440, abs=2)
    outcomes = [
        outcome(640, c.rise.half_s + 4, c.rise.half_s - 10)
        if c.rise.back_s == 30
        else outcome(640, None, None)
        if c.rise.back_s == 60
        else outcome(500, 1.0, 1.0)  # an alarm of something else
        for c in cases
    ]
    found = Ways(cases=cases, outcomes=outcomes)
    quick = found.figures()["quick"]
    assert (quick["n"], quick["no_activation"], quick["without_a_number"]) == (6, 0, 3)
    assert quick["error_median_s"] == pytest.approx(4)
    assert quick["plain_error_median_s"] == pytest.approx(10)
    slow = [row for row in found.figures()["cases"] if row["back_s"] == 120]
    assert [row["no_activation"] for row in slow] == [1, 1, 1]
    assert found.errors_s() == pytest.approx([4, 4, 4])
    assert found.errors_s(plain=True) == pytest.approx([-10, -10, -10])
