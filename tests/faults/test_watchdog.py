"""A few deaths are told; and the campaign notices where nobody tells them."""

from __future__ import annotations

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from tests.faults.campaign import Order
from tests.faults.watchdog import watchdog


def test_a_kill_and_a_stop_are_told_and_taken_back() -> None:
    found = watchdog(Order(count=2, seed=5))
    assert found.failures == []
    assert found.counts == {"deaths": 2, "told": 2, "taken back": 2}
    assert len(found.notes) == 2  # one of each


def test_without_its_watchdog_the_campaign_fails() -> None:
    """A simulated practice is not minded unless somebody asks for it."""
    found = watchdog(Order(count=1, seed=1), minded=False, lost_s=0.5)
    assert found.failures == ["killed: nobody was told"]
