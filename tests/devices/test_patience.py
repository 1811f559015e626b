"""How long a strap is waited for: soon after a link that was heard, long after fruitless ones."""

from __future__ import annotations

import pytest

from biocoach.types import Contact, Link, Reading
from devices.patience import Patience, is_heart
from devices.strap_words import NO_RADIO, Timings

T = Timings()
BEAT = Reading(raw=b"", bpm=60, rr_1024=(1024,))
RATE = Reading(raw=b"", bpm=60)
H10, ARMBAND = "Polar H10 1", "TICKR FIT 1"


def link(patience: Patience, name: str, *heard: Reading) -> float:
    """One link on which this was heard; the wait after it."""
    patience.heard(name, Link(up=True))
    for reading in heard:
        patience.heard(name, reading)
    return patience.wait_s("dropped")


def test_tries_that_fail_come_ever_more_slowly() -> None:
    patience = Patience(T)
    waits = [patience.wait_s("not_found") for _ in range(6)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert link(patience, H10, BEAT) == 0.5


@pytest.mark.parametrize("reason", NO_RADIO)
def test_an_adapter_is_looked_for_more_often(reason: str) -> None:
    patience = Patience(T)
    assert max(patience.wait_s(reason) for _ in range(9)) == T.adapter_s


def test_a_strap_on_which_no_heart_is_heard_may_sleep() -> None:
    patience = Patience(T)
    assert link(patience, H10, BEAT) == 0.5
    assert link(patience, H10, RATE) < 5  # once may be chance
    assert link(patience, H10, RATE) == T.sleep_s
    assert link(patience, H10) == T.sleep_s
    assert patience.wait_s("not_found") <= 5  # it is sought all the while, which wakes nobody
    assert link(patience, H10, BEAT) == 0.5


def test_a_strap_without_intervals_is_worn_when_it_has_a_rate() -> None:
    patience = Patience(T)
    assert [link(patience, ARMBAND, RATE) for _ in range(3)] == [0.5] * 3
    assert is_heart(ARMBAND, RATE)
    assert not is_heart(H10, RATE)
    assert not is_heart(ARMBAND, Reading(raw=b"", bpm=0))
    assert not is_heart(ARMBAND, Reading(raw=b"", bpm=60, contact=Contact.LOST))
