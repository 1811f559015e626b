from __future__ import annotations

from collections.abc import Callable

import pytest

from biocoach.types import Contact, Reading
from devices import quirks
from devices.decode import Decoder
from devices.heart_rate import encode
from devices.quirks import Effect


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


def _rr_in_ms(name: str) -> bool:
    decoder = Decoder(name)
    packets = [decoder.input("2a37", encode(60, [1000]), float(s)) for s in range(400)]
    last = packets[-1]
    assert isinstance(last, Reading)
    return last.rr_1024 == (1024,) and last.raw == encode(60, [1000])


# What each effect does to a strap of that name; a new effect needs its own line here.
DOES: dict[Effect, Callable[[str], bool]] = {
    Effect.CONTACT_UNRELIABLE: lambda n: quirks.apply(n, reading(1000)).contact is Contact.UNKNOWN,
    Effect.BOGUS_LAST_RR: lambda n: quirks.apply(n, reading(1000, 53)).rr_1024 == (1000,),
    Effect.NO_RR: lambda n: not quirks.sends_rr(n),
    Effect.RR_INACCURATE: lambda n: quirks.apply(n, reading(900)).rr_1024 == (),
    Effect.RR_SURE: quirks.surely_rr,
    Effect.MEMORY: quirks.remembers,
    Effect.RR_UNITS: _rr_in_ms,
    Effect.ONE_LINK: lambda n: "one_link" in quirks.hints(n),
    Effect.SILENT_FIRMWARE: lambda n: "silent_firmware" in quirks.hints(n),
    Effect.HRV_AT_REST: lambda n: "hrv_at_rest" in quirks.hints(n),
}


@pytest.mark.parametrize("row", quirks.QUIRKS, ids=lambda row: f"{row.name} {row.effect}")
def test_every_row_does_what_it_says(row: quirks.Quirk) -> None:
    does = DOES[row.effect]
    assert does(f"{row.name} 12345678")
    assert not does("A strap without a name")
