"""A share of the states; and each protection that is taken away is missed by the campaign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.coach import coach, policy
from biocoach.settings import Settings
from tests.faults.campaign import Order
from tests.faults.stale import SETTINGS, TROUBLES, run, tried

PIECE = ("stale/7/0", 5_000)


def test_nothing_is_said_from_data_that_can_t_be_believed() -> None:
    found = run(Order(count=8_000, seed=1))
    assert found.failures == []
    assert found.counts["states"] == 8_000
    assert found.counts["offers"] > 100
    assert found.counts["questions"] > 0
    assert found.counts["sleeps"] > 10


def without(**parts: dict[str, float]) -> Settings:
    return replace(
        SETTINGS,
        **{name: replace(getattr(SETTINGS, name), **values) for name, values in parts.items()},
    )


@pytest.mark.parametrize(
    ("unsafe", "trouble", "said"),
    [
        (without(beats={"silence_s": 60.0}), "silent", "stale"),
        (without(movement={"moving_mg": 5000.0, "posture_deg": 180.0}), "moving", "moving"),
        (without(beats={"quarantine_s": 0.0}), "lost", "poor"),
        (without(movement={"stale_s": 30.0}), "no_frames", "unknown"),
    ],
)
def test_a_threshold_that_is_gone_is_missed(unsafe: Settings, trouble: str, said: str) -> None:
    assert tried(PIECE, troubles={trouble: 1}).failures == []
    found = tried(PIECE, unsafe, {trouble: 1})
    assert any(f"from {said} data" in failure for failure in found.failures)


def test_a_gate_that_stands_open_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (policy, coach):
        monkeypatch.setattr(module, "doubt", lambda *_: "")
    found = tried((PIECE[0], 12_000), troubles=dict.fromkeys(TROUBLES, 1))
    kinds = {failure.rpartition("from ")[2] for failure in found.failures}
    assert {"stale data", "poor data", "moving data", "unknown data"} <= kinds
    assert any("from the past" in failure for failure in found.failures)
