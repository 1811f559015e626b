"""A few words of a strap come to the page; how soon is for the campaign to tell."""

from __future__ import annotations

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from tests.faults.campaign import Order
from tests.faults.latency import latency


def test_every_word_of_a_strap_comes_to_the_page() -> None:
    found = latency(Order(count=10, seed=1))
    assert found.failures == []
    assert found.counts == {"words": 10, "told": 10}
