from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.captures import (
    CaptureItem,
    Header,
    Problem,
    Timed,
    header_line,
    line,
    read,
    read_file,
)
from biocoach.types import (
    Answer,
    Battery,
    Contact,
    Debrief,
    End,
    InputBody,
    Label,
    Link,
    Mark,
    MarkKind,
    Presence,
    Rating,
    Reading,
    Strap,
    Unread,
    Urge,
    UrgeKind,
)
from devices import heart_rate
from devices.decode import to_input
from devices.polar import frames

CAPTURES = Path(__file__).parent / "captures"
HEAD = header_line("2026-01-31T09:00:00Z", "test strap")

U16 = st.integers(0, 0xFFFF)
I16 = st.integers(-(2**15), 2**15 - 1)
HEART = st.builds(heart_rate.encode, U16, st.lists(U16, max_size=9))
ACC = st.builds(
    frames.encode_acc, st.integers(0, 2**64 - 1), st.lists(st.tuples(I16, I16, I16), min_size=1)
)
BODIES: st.SearchStrategy[InputBody] = st.one_of(
    HEART.map(lambda raw: to_input("2a37", raw)),
    ACC.map(lambda raw: to_input("pmd-data", raw)),
    st.binary(max_size=20).map(lambda raw: to_input("2a37", raw)),
    st.builds(
        lambda word, raw: to_input(word, raw), st.sampled_from(["2a19", "pmd-control"]), st.binary()
    ),
    st.builds(Link, up=st.booleans(), reason=st.text()),
    st.builds(Mark, kind=st.sampled_from(MarkKind), text=st.text()),
    st.builds(Rating, suds=st.integers(0, 100), presence=st.none() | st.sampled_from(Presence)),
    st.builds(Rating, presence=st.sampled_from(Presence)),
    st.builds(Urge, kind=st.sampled_from(UrgeKind), acted=st.none() | st.booleans()),
    st.builds(Label, answer=st.sampled_from(Answer), activation=st.none() | st.integers(0, 10**6)),
    st.builds(Battery, percent=st.integers(0, 100)),
)
STAMPS = st.lists(st.floats(0, 6e5).map(lambda s: round(s, 6)), max_size=12).map(sorted)


def items(*lines: str) -> list[CaptureItem]:
    return list(read(lines))


def only(text: str) -> CaptureItem:
    head, item = items(HEAD, text)
    assert isinstance(head, Header)
    return item


@given(STAMPS, st.data())
def test_what_was_written_is_read(stamps: list[float], data: st.DataObject) -> None:
    arrived = [Timed(at_s=at_s, body=data.draw(BODIES)) for at_s in stamps]
    lines = [line(item.at_s, item.body) for item in arrived]
    assert all(text is not None and "\n" not in text for text in lines)
    assert items(HEAD, *map(str, lines))[1:] == arrived


@given(st.text(), st.text(), st.dictionaries(st.text(min_size=1), st.integers() | st.text()))
def test_a_header_is_read(started: str, name: str, extra: dict[str, object]) -> None:
    known = {"biocoach_capture", "started_utc", "device", "device_name"}
    extra = {key: value for key, value in extra.items() if key not in known}
    (head,) = items(header_line(started, name, **extra))
    assert head == Header(started_utc=started, device_name=name, extra=extra)


def test_a_strap_is_written_and_names_the_quirks_that_follow() -> None:
    strap = Strap(name="Polar H10 1", address="C0:01", sends=("rr", "acc"))
    strap_line = line(0.0, strap)
    contact = heart_rate.encode(60, contact=Contact.DETECTED).hex()
    beat = json.dumps({"at_s": 1, "notify": "2a37", "hex": contact})
    _, before, told, after = items(HEAD, beat.replace("1,", "0,", 1), str(strap_line), beat)
    assert told == Timed(at_s=0.0, body=strap)
    contacts = [x.body.contact for x in (before, after) if _is_reading(x)]  # type: ignore[union-attr]
    assert contacts == [Contact.DETECTED, Contact.UNKNOWN]


def _is_reading(item: CaptureItem) -> bool:
    return isinstance(item, Timed) and isinstance(item.body, Reading)


def test_the_examples_of_the_contract() -> None:
    found = list(read_file(CAPTURES / "contract.jsonl"))
    assert not [item for item in found if isinstance(item, Problem)]
    head, *rest = found
    assert head == Header(started_utc="2026-01-31T09:00:00Z", device_name="example")
    bodies = [item.body for item in rest if isinstance(item, Timed)]
    assert bodies[1:] == [
        Reading(raw=bytes.fromhex("10483c03"), bpm=72, rr_1024=(828,)),
        bodies[2],
        Link(up=False, reason="out of range"),
        Link(up=True),
        Mark(kind=MarkKind.APART),
        Rating(suds=55, presence=Presence.HERE),
        Urge(kind=UrgeKind.TEXT, acted=False),
        Label(answer=Answer.DISTRESS),
        Mark(kind=MarkKind.NOTE, text="the phone rang"),
        Rating(suds=40),
    ]


def test_what_cannot_be_decoded_is_kept_unread() -> None:
    item = only('{"at_s": 1, "notify": "2a37", "hex": "1050aa"}')
    assert isinstance(item, Timed)
    assert isinstance(item.body, Unread)
    assert (item.body.characteristic, item.body.raw) == ("2a37", bytes.fromhex("1050aa"))


@pytest.mark.parametrize("body", [Debrief(happened="x"), End(), Rating()])
def test_the_format_has_no_word_for_it(body: InputBody) -> None:
    assert line(1.0, body) is None


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "7",
        "[" * 100_000,
        '{"at_s": ' + "9" * 5000 + ', "link": "up"}',
        '{"link": "up"}',
        '{"at_s": NaN, "link": "up"}',
        '{"at_s": Infinity, "link": "up"}',
        '{"at_s": -1, "link": "up"}',
        '{"at_s": 1e12, "link": "up"}',
        '{"at_s": true, "link": "up"}',
        '{"at_s": "1", "link": "up"}',
        '{"at_s": 1}',
        '{"at_s": 1, "plan": {}}',
        '{"at_s": 1, "link": "sideways"}',
        '{"at_s": 1, "link": []}',
        '{"at_s": 1, "link": "down", "reason": 7}',
        '{"at_s": 1, "notify": "2a37"}',
        '{"at_s": 1, "notify": "2a37", "hex": 10}',
        '{"at_s": 1, "notify": "2a37", "hex": "1"}',
        '{"at_s": 1, "notify": 7, "hex": "10"}',
        '{"at_s": 1, "mark": "elsewhere"}',
        '{"at_s": 1, "mark": "note", "text": {}}',
        '{"at_s": 1, "suds": 101}',
        '{"at_s": 1, "suds": 5.5}',
        '{"at_s": 1, "suds": true}',
        '{"at_s": 1, "suds": null}',
        '{"at_s": 1, "suds": 5, "presence": "gone"}',
        '{"at_s": 1, "urge": "text"}',
        '{"at_s": 1, "urge": "shout", "acted": true}',
        '{"at_s": 1, "label": "joy"}',
        '{"at_s": 1, "label": "other", "activation": -1}',
        '{"at_s": 1, "battery": 101}',
        '{"at_s": 1, "strap": "H10"}',
        '{"at_s": 1, "strap": {"name": "H10", "sends": [1]}}',
    ],
)
def test_a_line_that_cannot_be_used_is_a_problem_with_its_number(text: str) -> None:
    item = only(text)
    assert isinstance(item, Problem)
    assert item.line_number == 2
    assert item.why


def test_time_does_not_go_back() -> None:
    lines = ['{"at_s": 5, "link": "up"}', '{"at_s": 4, "link": "up"}', '{"at_s": 5, "link": "up"}']
    _, first, problem, third = items(HEAD, *lines)
    assert isinstance(problem, Problem)
    assert problem.line_number == 3
    assert [first, third] == [Timed(at_s=5.0, body=Link(up=True))] * 2


def test_without_a_header_the_lines_are_used_all_the_same() -> None:
    found = items("", '{"at_s": 5, "link": "up"}')
    assert found == [
        Problem(line_number=2, why="no header of a biocoach capture"),
        Timed(at_s=5.0, body=Link(up=True)),
    ]


def test_half_a_surrogate_pair_does_not_get_in() -> None:
    item = only('{"at_s": 1, "mark": "note", "text": "\\ud800"}')
    assert item == Timed(at_s=1.0, body=Mark(kind=MarkKind.NOTE, text="?"))


@given(st.lists(st.text(), max_size=8))
def test_any_text_is_survived(lines: list[str]) -> None:
    assert all(isinstance(item, Problem) for item in read(lines))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
WORDS = ("notify", "hex", "link", "mark", "suds", "presence", "urge", "acted", "label", "strap")


@given(st.dictionaries(st.sampled_from(WORDS), JSON), JSON)
def test_any_values_are_survived(fields: dict[str, object], at_s: object) -> None:
    found = items(HEAD, json.dumps({"at_s": 1} | fields), json.dumps({"at_s": at_s} | fields))
    assert len(found) == 3


def test_a_compressed_file_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    path.write_bytes(gzip.compress((CAPTURES / "contract.jsonl").read_bytes()))
    assert list(read_file(path)) == list(read_file(CAPTURES / "contract.jsonl"))


def test_a_compressed_file_that_breaks_off_gives_its_readable_part(tmp_path: Path) -> None:
    beats = [line(float(second), Battery(percent=second % 100)) for second in range(20_000)]
    whole = gzip.compress("\n".join([HEAD, *map(str, beats)]).encode())
    path = tmp_path / "broken.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    *readable, last = read_file(path)
    assert isinstance(last, Problem)
    assert "breaks off" in last.why
    assert last.line_number == len(readable) + 1
    assert len(readable) > 1000
    assert not [item for item in readable if isinstance(item, Problem)]


def test_a_file_that_is_not_text_gives_problems(tmp_path: Path) -> None:
    path = tmp_path / "noise.bin"
    path.write_bytes(bytes(range(256)) * 8)
    assert all(isinstance(item, Problem) for item in read_file(path))


@pytest.mark.parametrize("opener", [gzip.open, open])
def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, opener: Callable[..., BinaryIO]
) -> None:
    path = tmp_path / "a.jsonl"
    up = '{"at_s": 5, "link": "up"}\n'
    with opener(path, "wb") as file:
        file.write(f"{HEAD}\n{up}".encode())
        for _ in range(64):
            file.write(b"7" * 1_000_000)
    tracemalloc.start()
    found = list(read_file(path))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 16_000_000
    *good, last = found
    assert [type(item) for item in good] == [Header, Timed]
    assert last == Problem(line_number=3, why="a line of more than 1 MB", cut_off=True)


def test_a_long_note_is_no_line_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    note = Mark(kind=MarkKind.NOTE, text="\u0007" * 10_000)
    path.write_text(f"{HEAD}\n{line(1.0, note)}\n", encoding="utf-8")
    assert list(read_file(path))[1] == Timed(at_s=1.0, body=note)
