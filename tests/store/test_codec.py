"""Every body goes to JSON and comes back; nothing makes the codec raise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.store.codec import (
    BODY_CLASSES,
    KINDS,
    Body,
    canonical,
    from_json,
    from_text,
    to_json,
    to_text,
)
from biocoach.types import (
    Contact,
    Decision,
    Ecg,
    InputBody,
    Intervals,
    Mark,
    MarkKind,
    Motion,
    Plan,
    Prior,
    Reading,
    Refusal,
    Step,
    Unread,
)
from devices import heart_rate
from devices.polar import frames

BODIES = st.one_of([st.from_type(cls) for cls in BODY_CLASSES])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def reading(**changes: Any) -> Reading:
    decoded = heart_rate.decode(heart_rate.encode(72, [850, 53], contact=Contact.DETECTED))
    assert isinstance(decoded, Reading)
    return replace(decoded, **changes)


def test_every_kind_has_a_name_of_its_own() -> None:
    assert set(BODY_CLASSES) == {*get_args(InputBody), *get_args(Decision)}
    assert len(set(KINDS.values())) == len(BODY_CLASSES)
    assert KINDS[Reading] == "reading"


@pytest.mark.parametrize("cls", BODY_CLASSES)
@given(data=st.data())
def test_round_trip(cls: type[Body], data: st.DataObject) -> None:
    body = data.draw(st.from_type(cls))
    text = to_text(body)
    back = from_text(text)
    assert repr(back) == repr(body)  # NaN equals NaN in a repr
    assert not isinstance(back, Refusal)
    assert to_text(back) == text


@given(BODIES)
def test_text_is_canonical(body: Body) -> None:
    text = to_text(body)
    assert text.isascii()
    assert canonical(json.loads(text)) == text
    assert "NaN" not in text
    assert json.loads(text)["kind"] == KINDS[type(body)]


@given(JSON)
def test_from_text_is_total(value: object) -> None:
    from_text(json.dumps(value))


@given(BODIES, st.data())
def test_from_json_is_total_on_spoilt_bodies(body: Body, data: st.DataObject) -> None:
    found = to_json(body)
    key = data.draw(st.sampled_from(sorted(found)))
    if data.draw(st.booleans()):
        del found[key]
    else:
        found[key] = data.draw(JSON)
    from_json(found)


@given(st.text())
def test_from_text_is_total_on_any_text(text: str) -> None:
    from_text(text)


@pytest.mark.parametrize("text", ["", "[1", "[" * 100_000, "9" * 5000, "null", "[]", '{"kind":[]}'])
def test_odd_texts_are_refused(text: str) -> None:
    assert isinstance(from_text(text), Refusal)


# ---- bytes of the strap


def test_a_reading_is_kept_as_its_bytes() -> None:
    assert to_json(reading()) == {"kind": "reading", "hex": reading().raw.hex()}


def test_frames_are_kept_as_their_bytes() -> None:
    motion = frames.to_input(frames.encode_acc(1_000, [(1, -2, 1000), (3, 4, 999)]))
    assert isinstance(motion, Motion)
    assert to_json(motion) == {"kind": "motion", "hex": motion.raw.hex()}
    assert from_json(to_json(motion)) == motion


def test_what_a_quirk_overruled_is_kept_beside_the_bytes() -> None:
    doubtful = reading(contact=Contact.UNKNOWN)
    assert to_json(doubtful) == {
        "kind": "reading",
        "hex": doubtful.raw.hex(),
        "contact": "unknown",
    }
    shortened = reading(rr_1024=(850,))
    assert to_json(shortened)["rr_1024"] == [850]
    assert from_json(to_json(shortened)) == shortened


def test_a_mended_decoder_reaches_old_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    old = reading(contact=Contact.UNKNOWN)
    text = to_text(old)
    monkeypatch.setattr(heart_rate, "decode", lambda raw: replace(old, raw=raw, bpm=71))
    assert from_text(text) == replace(old, bpm=71)


@pytest.mark.parametrize("kind", ["reading", "motion", "ecg"])
def test_bytes_that_no_decoder_reads_today_are_unread(kind: str) -> None:
    found = from_json({"kind": kind, "hex": "10"})
    assert isinstance(found, Unread)
    assert found.raw == b"\x10"
    assert found.why


def test_device_bytes_come_back_as_what_they_are() -> None:
    ecg = bytes([0, *(5).to_bytes(8, "little"), 0, 1, 0, 0])
    assert isinstance(from_json({"kind": "motion", "hex": ecg.hex()}), Ecg)


# ---- other versions


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ({"kind": "dream"}, "dream"),
        ({"kind": "battery", "percent": 5, "volts": 3}, "volts"),
        ({"kind": "battery"}, "percent"),
        ({"kind": "battery", "percent": "5"}, "percent"),
        ({"kind": "battery", "percent": True}, "percent"),
        ({"kind": "mark", "of_kind": "lunch"}, "lunch"),
        ({"kind": "reading"}, "hex"),
        ({"kind": "reading", "hex": "0G"}, "hex"),
        ({"kind": "reading", "hex": "10 46"}, "hex"),
        ({"kind": "intervals", "rr_ms": [10**400]}, "rr_ms"),
        ({"kind": "plan", "planned_s": 5, "step": {"id": "a", "title": "b", "x": 1}}, "step"),
        ({}, "NoneType"),
        ({"kind": ["reading"]}, "list"),
    ],
)
def test_refusals_name_what_is_unknown(found: dict[str, object], named: str) -> None:
    refused = from_json(found)
    assert isinstance(refused, Refusal)
    assert named in refused.why


def test_fields_that_an_older_version_did_not_write_have_their_defaults() -> None:
    assert from_json({"kind": "mark", "of_kind": "note"}) == Mark(kind=MarkKind.NOTE)


def test_numbers_have_one_spelling() -> None:
    whole = Plan(step=Step(id="a", title="b"), planned_s=900)
    assert to_text(whole) == to_text(replace(whole, planned_s=900.0))
    assert to_json(Intervals(rr_ms=(float("inf"), 1.5)))["rr_ms"] == ["inf", 1.5]
    assert isinstance(from_json({"kind": "intervals", "rr_ms": [1]}), Intervals)
    assert Prior() == Prior()
