"""Some minutes of a day, as fast as they go; and what grows is seen, whichever it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():  # a process is measured as Linux tells of it
    pytest.skip(why, allow_module_level=True)

from tests.faults.campaign import Order
from tests.faults.growth import BLOCKS_GROW_MOST, RSS_GROWS_MOST_KB, Sample, judged
from tests.faults.soak import soak

FLAT = [
    Sample(
        at_s=at_s, rss_kb=100_000 + at_s % 7, handles=30 + at_s % 3, threads=6, tasks=40,
        blocks=700_000 + at_s % 11,
    )
    for at_s in range(100)
]  # fmt: skip


def test_half_an_hour_leaves_no_handle_and_no_task_behind() -> None:
    """Of memory so short a time says little: caches still fill. The campaign's hours do."""
    found = soak(Order(count=1, seed=3), speed=150)
    grew = [line for line in found.failures if not line.startswith(("memory", "blocks"))]
    assert grew == []
    # How far a practice comes in so short a time is up to the machine.
    assert found.counts["disk refusals"] >= 5
    assert found.counts["visits of pages"] >= 10
    assert found.counts["messages"] > 100


def test_what_is_flat_has_not_grown() -> None:
    notes, grew = judged(FLAT)
    assert (len(notes), grew) == (5, [])


@pytest.mark.parametrize(
    ("field", "a_sample"),
    [
        ("rss_kb", RSS_GROWS_MOST_KB / 50), ("handles", 0.2), ("threads", 0.1), ("tasks", 0.4),
        ("blocks", BLOCKS_GROW_MOST / 50),
    ],
)  # fmt: skip
def test_what_leaks_a_little_each_time_is_seen(field: str, a_sample: float) -> None:
    leaking = [
        replace(s, **{field: getattr(s, field) + int(a_sample * n)}) for n, s in enumerate(FLAT)
    ]
    _, grew = judged(leaking)
    assert len(grew) == 1


def test_a_warm_up_is_no_growth_and_too_few_samples_are_no_proof() -> None:
    warm = [replace(s, rss_kb=min(s.rss_kb, 60_000 + 4_000 * n)) for n, s in enumerate(FLAT)]
    assert judged(warm)[1] == []
    assert judged(FLAT[:5])[1] == ["only 5 samples"]
