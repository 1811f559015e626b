"""What comes from the other side is read whole, or refused in words; nothing raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.syncing.items import ITEMS, item_of
from biocoach.syncing.wire import (
    Bodies,
    Body,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Leave,
    Lines,
    Position,
    Refused,
    Row,
    read,
    told,
)
from biocoach.types import Refusal

ROW = Row(
    seq=1, person="", writer="w", session="s", number=1, boot_id="b", at_s=0.5, wall_utc="u",
    settings_hash="", body_sha256="a" * 64, chain_sha256="b" * 64, kind="mark", body="{}",
)  # fmt: skip
ALL: tuple[Any, ...] = (
    Join(speaks=1, code="c", device="d"),
    Joined(token="t", clinic="c", therapist="t", alias="a"),
    Hello(speaks=1, journal="j", schema="0004", items=ITEMS, agreed_utc="u"),
    Lines(journal="j", after=Position(seq=3, chain="c"), rows=(ROW,), salts={"s": "00"}),
    Bodies(journal="j", give=(Body(seq=1, kind="k", body="{}"),), take=(2, 3)),
    Leave(erase=True),
    Held(at=Position()),
    Done(),
    Refused(why="position", at=Position(seq=1, chain="x")),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@pytest.mark.parametrize("message", ALL, ids=lambda one: type(one).__name__)
def test_what_is_said_is_read(message: Any) -> None:
    assert read(type(message), json.loads(json.dumps(told(message)))) == message


@given(json_values, st.sampled_from(ALL), st.data())
def test_whatever_comes_nothing_raises(value: Any, message: Any, data: st.DataObject) -> None:
    read(type(message), value)
    spoiled = json.loads(json.dumps(told(message)))
    if spoiled:
        spoiled[data.draw(st.sampled_from(sorted(spoiled)))] = value
    found = read(type(message), spoiled)
    assert isinstance(found, type(message) | Refusal)


def test_a_refusal_names_the_field() -> None:
    said = told(ALL[3])
    said["rows"][0]["seq"] = "one"
    assert read(Lines, said) == Refusal(why="Lines.rows[0].seq is no int")
    del said["rows"][0]["seq"]
    assert read(Lines, said) == Refusal(why="Lines.rows[0] lacks 'seq'")
    assert read(Leave, {"erase": True, "x": 1}) == Refusal(why="Leave has 'x', which nobody knows")


def test_letters_that_no_text_may_have_are_refused() -> None:
    for text in ("\x00", "\ud800"):
        assert isinstance(read(Join, {"speaks": 1, "code": text, "device": ""}), Refusal)


def test_each_line_is_of_one_item_or_none() -> None:
    assert item_of("s1", "reading", {}) == "sessions"
    assert item_of("", "fact:check_in", {}) == "check_ins"
    assert item_of("", "fact:total:x", {}) == "measures"
    assert item_of("", "fact:sheet:x", {"state": "kept", "makes": "moment"}) == "moments"
    assert item_of("", "fact:sheet:x", {"state": "kept", "makes": "journal"}) == "worksheets"
    assert item_of("", "fact:sheet:x", {"state": "draft", "makes": "journal"}) is None
    assert item_of("", "fact:beside:s:note:n", {}) == "notes"
    for name in (
        "fit",
        "contacts",
        "own",
        "words:x",
        "draft:talk",
        "phone",
        "identity",
        "beside:s:x",
    ):
        assert item_of("", f"fact:{name}", {"state": "kept"}) is None
