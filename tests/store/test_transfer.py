"""A record leaves as lines and comes back as the same lines; what is cut or changed is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.store import Journal, NotEmptyError, memory_store
from biocoach.store.codec import canonical
from biocoach.store.plans import Json
from biocoach.store.taking_in import Taken, TransferError, header_of, take_in
from biocoach.store.transfer import Chosen, contents_of, ended, lines_of
from biocoach.types import Mark, MarkKind, Reading
from tests.store.support import CLOCK, Place, begin, closed, entry, ratings
from tests.strategies import proven

PICTURE = bytes(range(256))


def fill(journal: Journal) -> None:
    """Two sessions, one erased, and facts of every sort."""
    journal.put_settings("hash", {"a": 1.5})
    journal.put_settings("of nobody", {"b": 2})
    journal.put_fact("fit", {"age": "adult"})
    journal.append([begin("one"), *ratings(3, "one"), closed("one")])
    journal.put_fact("fit", {"age": "13_17"})
    journal.put_fact("secret:identity", {"key": "canary"})
    journal.put_fact("phone", {"tokens": ["canary"]})
    journal.attach("p1", "image/png", PICTURE)
    journal.attach("p2", "image/png", b"canary")
    journal.detach(["p2"])
    journal.append([begin("gone"), entry(Mark(kind=MarkKind.NOTE, text="canary"), session="gone")])
    journal.erase_session("gone")
    raw = bytes([0x10, 60, 0x3C, 0x03])
    journal.append(
        [begin("two:b"), entry(Reading(raw=raw, bpm=60, rr_1024=(828,)), session="two:b")]
    )
    journal.put_fact("beside:one:note:n1", {"text": "first"})
    journal.put_fact("beside:two:b:note:n2", {"text": "Grüße \N{GRINNING FACE}"})


@pytest.fixture
def full(journal: Journal) -> Journal:
    fill(journal)
    return journal


def taken(lines: list[str]) -> tuple[Taken, list[str]]:
    """What came, and what the record that took it in would give away in turn."""
    with closing(memory_store(writer="another", clock=CLOCK)) as other:
        found = take_in(other, lines)
        assert other.verify().problems == ()
        return found, list(lines_of(other, simulated=found.simulated))


def test_the_same_lines_come_out_again(full: Journal) -> None:
    lines = list(lines_of(full))
    found, again = taken(lines)
    assert again == lines
    assert found == Taken(simulated=False, entries=7, facts=5, sessions=2)


def test_every_kind_of_store_takes_them_in(full: Journal, place: Place) -> None:
    lines = list(lines_of(full, simulated=True))
    place.folder = place.folder.with_name("other")
    other = place.open()
    assert take_in(other, lines).simulated
    assert list(other.read("one")) != []
    assert [(row.session, row.entries, row.closed) for row in other.sessions()] == [
        ("one", 5, True),
        ("two:b", 2, False),
    ]
    assert other.attachment("p1") == ("image/png", PICTURE)
    assert other.settings("hash") == {"a": 1.5}
    assert list(lines_of(other, simulated=True)) == lines


def test_a_long_record_is_whole(journal: Journal) -> None:
    journal.append([begin("long"), *ratings(2500, "long")])
    lines = list(lines_of(journal))
    assert taken(lines)[1] == lines


def test_what_was_erased_and_every_key_stay_here(full: Journal) -> None:
    assert "canary" not in "\n".join(lines_of(full))


def test_only_what_was_chosen_leaves(full: Journal) -> None:
    chosen = Chosen(sessions=frozenset({"two:b"}), fact=lambda name: name != "attachment")
    values = list(contents_of(full, chosen))
    assert [v["entry"]["session"] for v in values if "entry" in v] == ["two:b"] * 2
    facts = [v["fact"] for v in values if "fact" in v]
    assert facts == ["fit", "fit", "beside:two:b:note:n2"]
    latest = Chosen(sessions=frozenset(), wordings=False, fact=lambda name: name == "fit")
    assert [v.get("value") for v in contents_of(full, latest)][1:] == [{"age": "13_17"}]


def test_an_erased_latest_wording_does_not_bring_back_an_earlier_one(journal: Journal) -> None:
    journal.put_fact("a", {"n": 1})
    journal.erase_fact("a")
    assert len(list(lines_of(journal, Chosen(wordings=False)))) == 2


def test_another_record_is_not_mixed_into_this_one(full: Journal) -> None:
    lines = list(lines_of(full))
    with pytest.raises(NotEmptyError):
        take_in(full, lines)
    assert list(lines_of(full)) == lines


def test_the_header_alone_tells_which_record_it_is_for() -> None:
    assert header_of('{"biocoach_record":1,"simulated":true}').simulated
    for line in ("", "[]", "{}", '{"biocoach_record":2}', '{"biocoach_record":1,"simulated":0}'):
        with pytest.raises(TransferError):
            header_of(line)


# ---- what is not as it was written


def refused(lines: list[str]) -> str:
    """Why; and nothing at all is taken in."""
    with closing(memory_store(writer="another", clock=CLOCK)) as other:
        with pytest.raises(TransferError) as error:
            take_in(other, lines)
        assert list(contents_of(other)) == [{"biocoach_record": 1, "simulated": False}]
        assert other.settings("hash") is None
        assert other.attachments() == {}
        return str(error.value)


def whole() -> list[str]:
    with closing(memory_store(writer="this-computer", clock=CLOCK)) as journal:
        fill(journal)
        return list(lines_of(journal))


LINES = whole()


@given(cut=st.integers(0, len(LINES) - 1))
@proven(40)
def test_a_file_that_is_cut_off_is_refused(cut: int) -> None:
    assert refused(LINES[:cut])


@given(at=st.integers(0, len("\n".join(LINES)) - 1), to=st.characters(codec="utf-8"))
@proven(300)
def test_a_changed_letter_is_seen(at: int, to: str) -> None:
    text = "\n".join(LINES)
    if text[at] != to:
        assert refused((text[:at] + to + text[at + 1 :]).split("\n"))


@given(order=st.permutations(range(len(LINES))))
@proven(50)
def test_lines_in_another_order_are_refused(order: list[int]) -> None:
    if order != sorted(order):
        assert refused([LINES[n] for n in order])


def of(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


ENTRY: Json = next(json.loads(line) for line in LINES if line.startswith('{"entry"'))
FACT: Json = next(v for v in map(json.loads, LINES) if v.get("fact") == "fit")
MEDIA: Json = next(v for v in map(json.loads, LINES) if v.get("fact") == "attachment")


def entry_with(**changes: Json) -> Json:
    return {"entry": ENTRY["entry"] | changes}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ([], "update biocoach"),
        ({"surprise": 1}, "update biocoach"),
        (entry_with(extra=1), "update biocoach"),
        (entry_with(body={"kind": "of tomorrow"}), "newer biocoach"),
        (entry_with(body=3), "no body"),
        (entry_with(session=""), "session"),
        (entry_with(session=4), "session"),
        (entry_with(number=-1), "number"),
        (entry_with(number=True), "number"),
        (entry_with(number=2**70), "number"),
        (entry_with(person=None), "person"),
        (entry_with(at_s="now"), "at_s"),
        (entry_with(at_s=float("inf")), "at_s"),
        (entry_with(wall_utc="yesterday"), "wall_utc"),
        (entry_with(settings_hash=None), "settings_hash"),
        (FACT | {"fact": "secret:identity"}, "never leaves"),
        (FACT | {"fact": "phone"}, "never leaves"),
        (FACT | {"fact": 3}, "never leaves"),
        (FACT | {"value": float("nan")}, "plain JSON"),
        (FACT | {"content": "AAAA"}, "bytes"),
        ({key: MEDIA[key] for key in MEDIA if key != "content"}, "bytes"),
        (MEDIA | {"content": "AAAA"}, "not the one"),
        (MEDIA | {"content": "no base64!"}, "can't be read"),
        (MEDIA | {"content": 3}, "can't be read"),
        (MEDIA | {"value": []}, "without a name"),
        ({"settings": 3, "document": {}}, "settings"),
        ({"settings": "x", "document": []}, "settings"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(value: Json, why: str) -> None:
    """Though counted and hashed rightly."""
    found = refused(list(ended([*LINES[:4], of(value), *LINES[4:-1]])))
    assert "line 5" in found
    assert why in found


ATOMS = st.none() | st.booleans() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    ATOMS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)


@given(key=st.sampled_from(sorted(ENTRY["entry"])), value=VALUES)
@proven(200)
def test_no_value_in_a_column_breaks_it(key: str, value: Json) -> None:
    lines = list(ended([*LINES[:4], json.dumps(entry_with(**{key: value})), *LINES[4:-1]]))
    with closing(memory_store(writer="another", clock=CLOCK)) as other:
        try:
            take_in(other, lines)
        except TransferError:
            return
        assert sum(1 for _ in lines_of(other)) == len(lines)


def test_the_end_line_is_what_anybody_can_compute() -> None:
    digest = sha256("".join(line + "\n" for line in LINES[:-1]).encode())
    assert LINES[-1] == canonical({"end": len(LINES) - 1, "sha256": digest.hexdigest()})


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_do_not_matter(ending: str) -> None:
    assert taken([line + ending for line in LINES])[1] == LINES


def test_a_disk_that_fails_in_the_middle_leaves_nothing() -> None:
    with closing(memory_store(writer="another", clock=CLOCK)) as other:

        def broken() -> Iterator[str]:
            yield LINES[6]
            raise OSError(28, "no room")

        with pytest.raises(Exception, match="disk is full"):
            take_in(other, chain(LINES[:6], broken()))
        assert len(list(contents_of(other))) == 1
        take_in(other, LINES)
        assert list(lines_of(other)) == LINES
