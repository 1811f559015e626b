"""A page that never reads harms nobody; and the campaign notices a broadcast that lets it."""

from __future__ import annotations

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():  # a phone's trial reads Linux's own tables
    pytest.skip(why, allow_module_level=True)

from tests.faults.campaign import Order
from tests.faults.slow import slow


def test_a_page_that_never_reads_harms_nobody() -> None:
    found = slow(Order(count=6, seed=1))
    assert found.failures == []
    assert found.counts["words to healthy pages"] >= 10 * 6


def test_a_naive_broadcast_fails_the_campaign() -> None:
    found = slow(Order(count=12, seed=1), module="tests.faults.naive")
    assert any("a healthy page heard nothing" in failure for failure in found.failures)
