from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Contact, Reading, Refusal
from devices import heart_rate

U16 = st.integers(0, 0xFFFF)


def read(text: str) -> Reading:
    reading = heart_rate.decode(bytes.fromhex(text))
    assert isinstance(reading, Reading)
    return reading


@pytest.mark.parametrize(
    ("raw", "bpm", "rr_1024", "contact", "energy_kj"),
    [
        ("0050", 80, (), Contact.UNKNOWN, None),
        ("0250", 80, (), Contact.UNKNOWN, None),  # a contact bit that means nothing
        ("0450", 80, (), Contact.LOST, None),
        ("0650", 80, (), Contact.DETECTED, None),
        ("012c01", 300, (), Contact.UNKNOWN, None),
        ("103b5304", 59, (1107,), Contact.UNKNOWN, None),
        ("10495e039603", 73, (862, 918), Contact.UNKNOWN, None),
        ("18aabb01cc01", 170, (460,), Contact.UNKNOWN, 443),  # energy shifts the intervals
        ("1faa01bb01cc01", 426, (460,), Contact.DETECTED, 443),
        ("1050", 80, (), Contact.UNKNOWN, None),  # announced, but none came
    ],
)
def test_fields(
    raw: str, bpm: int, rr_1024: tuple[int, ...], contact: Contact, energy_kj: int | None
) -> None:
    assert read(raw) == Reading(
        raw=bytes.fromhex(raw),
        bpm=bpm,
        rr_1024=rr_1024,
        contact=contact,
        energy_expended_kj=energy_kj,
    )


def test_nine_intervals_are_kept_unrounded() -> None:
    raw = "10aa0000010002000300f303fcfffdfffeffffff"
    assert read(raw).rr_1024 == (0, 1, 2, 3, 1011, 65532, 65533, 65534, 65535)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "empty: not even the flags byte"),
        ("00", "too short: 1 bytes where the flags promise 2"),
        ("0150", "too short: 2 bytes where the flags promise 3"),
        ("0850", "too short: 2 bytes where the flags promise 4"),
        ("085001", "too short: 3 bytes where the flags promise 4"),
        ("09500001", "too short: 4 bytes where the flags promise 5"),
        ("105001", "half an RR interval at the end"),
        ("10500100aa", "half an RR interval at the end"),
        ("005000", "1 bytes left over, and no flag for RR intervals"),
        ("00500000", "2 bytes left over, and no flag for RR intervals"),
        ("0850010001", "1 bytes left over, and no flag for RR intervals"),
    ],
)
def test_what_does_not_fit_the_flags_is_refused_and_told(raw: str, why: str) -> None:
    assert heart_rate.decode(bytes.fromhex(raw)) == Refusal(why=why)


@pytest.mark.parametrize(
    ("raw", "percent"), [("00", 0), ("4b", 75), ("64", 100), ("65", None), ("ff", None), ("", None)]
)
def test_a_battery_is_at_0_to_100_or_nobody_knows(raw: str, percent: int | None) -> None:
    assert heart_rate.battery_pct(bytes.fromhex(raw)) == percent


@pytest.mark.parametrize(("bpm", "raw"), [(255, "00ff"), (256, "010001")])
def test_a_rate_takes_two_bytes_only_where_it_must(bpm: int, raw: str) -> None:
    assert heart_rate.encode(bpm).hex() == raw


@given(st.binary(max_size=64))
def test_total(raw: bytes) -> None:
    found = heart_rate.decode(raw)
    assert isinstance(found, Refusal) or found.raw == raw


@given(U16, st.lists(U16, max_size=9), st.sampled_from(Contact), st.none() | U16)
def test_decode_undoes_encode(
    bpm: int, rr_1024: list[int], contact: Contact, energy_kj: int | None
) -> None:
    raw = heart_rate.encode(bpm, rr_1024, contact=contact, energy_expended_kj=energy_kj)
    assert heart_rate.decode(raw) == Reading(
        raw=raw,
        bpm=bpm,
        rr_1024=tuple(rr_1024),
        contact=contact,
        energy_expended_kj=energy_kj,
    )
