from __future__ import annotations

import pytest

from biocoach.types import Contact, Reading
from devices import quirks


def reading(*rr_1024: int) -> Reading:
    return Reading(raw=b"as it came", bpm=60, rr_1024=rr_1024, contact=Contact.DETECTED)


def test_every_row_has_its_evidence() -> None:
    assert all(row.name and len(row.evidence) > 20 for row in quirks.QUIRKS)


def test_a_strap_without_oddities_is_believed() -> None:
    assert quirks.apply("TICKR 1234", reading(1000, 53)) == reading(1000, 53)


@pytest.mark.parametrize("name", ["Polar H10 12345678", "polar h10 1"])
def test_the_contact_of_an_h10_is_unknown(name: str) -> None:
    assert quirks.apply(name, reading(1000)).contact is Contact.UNKNOWN


def test_the_bogus_interval_of_an_hrm_dual_goes() -> None:
    found = quirks.apply("HRM-Dual:123456", reading(1000, 53))
    assert found.rr_1024 == (1000,)
    assert found.raw == b"as it came"
    assert quirks.apply("HRM-Dual:123456", reading(1000, 990)).rr_1024 == (1000, 990)
    assert quirks.apply("HRM-Dual:123456", reading(53)).rr_1024 == (53,)


def test_straps_without_intervals() -> None:
    assert not quirks.sends_rr("Polar OH1 1234")
    assert not quirks.sends_rr("Polar Sense 1234")
    assert quirks.sends_rr("Polar H10 1234")
    assert quirks.apply("TICKR FIT 1", reading(900)).rr_1024 == ()
