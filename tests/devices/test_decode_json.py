from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Contact, Reading, Unread
from devices.decode import WORDS, Decoder, UnknownCharacteristicError, decode_json, to_input
from tests.data import shared


def agrees(want: Any, got: Any) -> bool:
    if isinstance(want, dict):
        return isinstance(got, dict) and all(
            name in got and agrees(value, got[name]) for name, value in want.items()
        )
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(map(agrees, want, got))
    return bool(want == got)


def vector_fields(vector: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The word and the fields that a shared vector asks for."""
    told, where = vector["expected"], vector["characteristic"]
    names: tuple[str, ...]
    if where.endswith("2A37"):
        names = ("hr_bpm", "contact_supported", "contact_detected", "energy_expended_kj")
        return "2a37", {name: told[name] for name in names} | {"rr_1024": told["rr_raw_1024"]}
    if where.startswith("FB005C81"):
        names = ("op", "measurement", "status", "more", "settings", "parameters_hex")
        return "pmd-control", {name: told[name] for name in names if name in told}
    fields = {"kind": told["measurement"].lower(), "frame_type": told["frame_type"]}
    fields |= {name: told[name] for name in ("timestamp_ns", "compressed") if name in told}
    for name, unit in (("samples_uV", "uV"), ("samples_mG", "mG"), ("samples_raw", "raw")):
        if name in told:
            fields |= {"unit": unit, "samples": told[name]}
    if "samples" in told:
        renamed = {"hr": "hr_bpm", "err_ms": "error_ms"}
        pulses = [{renamed.get(k, k): v for k, v in p.items()} for p in told["samples"]]
        fields |= {"unit": "ms", "samples": pulses}
    return "pmd-data", fields


def test_every_shared_vector_is_right() -> None:
    vectors = json.loads(shared("ble/vectors.json").read_text())
    for vector in vectors:
        word, fields = vector_fields(vector)
        got = decode_json(word, bytes.fromhex(vector["hex"]))
        others_ecg = fields.get("kind") == "ecg" and fields["frame_type"] != 0
        assert agrees(fields, got) or (others_ecg and "refused" in got), (vector, got)


def test_fields_of_a_heart_rate() -> None:
    assert decode_json("2a37", bytes.fromhex("18aabb01cc01")) == {
        "hr_bpm": 170,
        "contact_supported": False,
        "contact_detected": None,
        "energy_expended_kj": 443,
        "rr_1024": [460],
    }
    assert decode_json("2A37", b"\x04\x50")["contact_detected"] is False


def test_fields_of_a_frame() -> None:
    assert decode_json("pmd-data", bytes.fromhex("02650000000000000081f1ff1400f003")) == {
        "kind": "acc",
        "timestamp_ns": 101,
        "frame_type": 1,
        "compressed": True,
        "unit": "mG",
        "samples": [[-15, 20, 1008]],
    }


def test_fields_of_control() -> None:
    assert decode_json("pmd-control", bytes.fromhex("f0010000000001820001010e00")) == {
        "op": "GET_SETTINGS",
        "measurement": "ECG",
        "status": "SUCCESS",
        "more": False,
        "settings": {"sample_rate": [130], "resolution": [14], "range": [], "channels": []},
        "parameters_hex": "0001820001010e00",
    }


def test_an_ecg_frame_and_pulse_intervals_are_plain_numbers() -> None:
    ecg = decode_json("pmd-data", bytes.fromhex("00650000000000000000 0280ff 028000"))
    assert ecg["samples"] == [-32766, 32770]
    ppi = decode_json("PMD-DATA", bytes.fromhex("03650000000000000000 3c e803 0500 05"))
    assert ppi["samples"] == [
        {
            "hr_bpm": 60, "pp_ms": 1000, "error_ms": 5, "blocker": 1, "skin_contact": 0,
            "skin_contact_supported": 1,
        }
    ]  # fmt: skip


NO_SETTINGS: dict[str, list[int]] = {
    "sample_rate": [],
    "resolution": [],
    "range": [],
    "channels": [],
}


@pytest.mark.parametrize(
    ("word", "raw", "told"),
    [
        ("2a37", "", {"refused": "empty: not even the flags byte"}),
        ("pmd-data", "", {"refused": "too short: 0 bytes where a frame's head has 10"}),
        ("pmd-control", "", {"refused": "empty"}),
        ("pmd-control", "010002", {"op": "STOPPED_BY_STRAP", "measurements": ["ECG", "ACC"]}),
        ("pmd-control", "0f05", {"op": "CAPABILITIES", "measurements": ["ECG", "ACC"]}),
        (
            "pmd-control",
            "0302",
            {"op": "STOP", "direction": "write", "measurement": "ACC", "settings": NO_SETTINGS},
        ),
        (
            "pmd-control",
            "0202ff",
            {"op": "START", "direction": "write", "measurement": "ACC", "settings": None},
        ),
        (
            "pmd-control",
            "f001020001ffff",
            {
                "op": "GET_SETTINGS", "measurement": "ACC", "status": "SUCCESS", "more": True,
                "settings": None, "parameters_hex": "ffff",
            },
        ),
    ],
)  # fmt: skip
def test_what_was_said_or_why_not(word: str, raw: str, told: dict[str, object]) -> None:
    assert decode_json(word, bytes.fromhex(raw)) == told


@given(st.sampled_from(WORDS), st.binary(max_size=250))
def test_total_and_json(word: str, raw: bytes) -> None:
    got = decode_json(word, raw)
    assert json.loads(json.dumps(got)) == got
    assert {"refused", "hr_bpm", "kind", "op"} & got.keys()


@pytest.mark.parametrize("word", ["", "2a19", "pmd"])
def test_an_unknown_word_is_said(word: str) -> None:
    with pytest.raises(UnknownCharacteristicError) as said:
        decode_json(word, b"")
    wanted = f"no decoder for {word!r}; there is one for 2a37, pmd-data, pmd-control"
    assert str(said.value) == wanted


def test_the_quirks_of_the_named_strap_apply() -> None:
    raw = bytes.fromhex("165a0004")
    plain, h10 = to_input("2a37", raw), to_input("2a37", raw, "Polar H10 1234")
    assert isinstance(plain, Reading)
    assert isinstance(h10, Reading)
    assert plain.contact is Contact.DETECTED
    assert h10.contact is Contact.UNKNOWN
    assert Decoder("Polar H10 1234").input("2a37", raw, 0.0) == h10
    assert Decoder().input("2a37", raw, 0.0) == plain
    assert to_input("2a37", b"") == Unread(
        characteristic="2a37", raw=b"", why="empty: not even the flags byte"
    )
    assert to_input("2a19", b"\x50") == Unread(
        characteristic="2a19", raw=b"\x50", why="no decoder for '2a19'"
    )
