"""A few words of a strap come to the page; how soon is for the campaign to tell."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("BlueZ is emulated on Linux only", allow_module_level=True)
if shutil.which("dbus-daemon") is None and os.environ.get("CI") != "true":
    pytest.skip("needs dbus-daemon (apt-get install dbus)", allow_module_level=True)

from tests.faults.campaign import Order
from tests.faults.latency import latency


def test_every_word_of_a_strap_comes_to_the_page() -> None:
    found = latency(Order(count=10, seed=1))
    assert found.failures == []
    assert found.counts == {"words": 10, "told": 10}
