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
    "raw",
    [
        "",
        "00",
        "0150",
        "0850",
        "085001",
        "09500001",
        "105001",
        "10500100aa",
        "005000",
        "00500000",
        "0850010001",
    ],
)
def test_what_does_not_fit_the_flags_is_refused(raw: str) -> None:
    assert isinstance(heart_rate.decode(bytes.fromhex(raw)), Refusal)


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
