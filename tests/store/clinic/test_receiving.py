"""The clinic's half of a round: what comes twice, in the wrong order, changed, or unasked."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biocoach.clock import same_utc
from biocoach.store import Journal
from biocoach.store.clinic import audit, consent, doors, people, records
from biocoach.store.clinic.receiving import Receiving
from biocoach.syncing.items import ITEMS
from biocoach.syncing.wire import Bodies, Done, Held, Leave, Lines, Position, Refused, Row
from tests.postgres import Base
from tests.store.clinic.support import (
    AGREED_UTC,
    JOURNAL,
    Clinic,
    batches,
    device,
    give,
    hello,
    rows_of,
    salts_of,
    sent,
    why,
)
from tests.store.support import begin, closed, ratings

KNOWN_UTC = same_utc(AGREED_UTC)


@pytest.fixture
def lived(record: Journal) -> Journal:
    record.append([begin(), *ratings(6), closed()])
    record.put_fact("check_in", {"session": "s1"})
    record.put_fact("total:a", {"day": "2026-01-31"})
    record.put_fact("secret:identity", {"key": "never"})
    record.append([begin("s2"), *ratings(3, "s2")])
    return record


@pytest.fixture
def receiving(clinic: Clinic) -> Receiving:
    return Receiving(clinic.engine, clinic.client.holder)


@pytest.fixture
def whole(lived: Journal) -> Lines:
    [lines] = batches(lived, rows_of(lived))
    return lines


def stored(base: Base, what: str = "seq, kind, body") -> list[tuple[Any, ...]]:
    with base.root() as root:
        return root.execute(
            f"SELECT {what} FROM clinic.lines ORDER BY journal, seq".encode()
        ).fetchall()


def sessions_of(base: Base) -> list[tuple[Any, ...]]:
    with base.root() as root:
        return root.execute(
            "SELECT session, salt IS NOT NULL, first_seq, started_utc, last_utc, entries, begun, "
            "closed FROM clinic.sessions ORDER BY first_seq"
        ).fetchall()


def at(rows: tuple[Row, ...] | list[Row]) -> Position:
    return Position(seq=rows[-1].seq, chain=rows[-1].chain_sha256) if rows else Position()


def test_a_record_comes_whole(receiving: Receiving, whole: Lines, base: Base) -> None:
    assert receiving.hello(hello()) == Held(at=Position(), known_utc=KNOWN_UTC)
    assert receiving.lines(whole) == Held(at=at(whole.rows))
    assert receiving.hello(hello()) == Held(at=at(whole.rows), known_utc=KNOWN_UTC)
    assert [row[2] for row in stored(base)] == [row.body for row in whole.rows]
    kinds = {row[1] for row in stored(base)}
    assert "fact:secret:identity" not in kinds
    assert [row[0] for row in sessions_of(base)] == ["s1", "s2"]


def test_what_comes_twice_changes_nothing(receiving: Receiving, whole: Lines, base: Base) -> None:
    receiving.hello(hello())
    receiving.lines(whole)
    before = stored(base), sessions_of(base)
    assert receiving.lines(whole) == Held(at=at(whole.rows))
    half = replace(whole, rows=whole.rows[:4], salts={"s1": whole.salts["s1"]})
    assert receiving.lines(half) == Held(at=at(whole.rows))
    assert (stored(base), sessions_of(base)) == before


def test_lines_before_a_hello_are_refused(receiving: Receiving, whole: Lines) -> None:
    assert why(receiving.lines(whole)) == "position"
    assert why(receiving.bodies(Bodies(journal=JOURNAL, take=(1,)))) == "position"


def test_a_hole_is_refused_with_the_right_place(receiving: Receiving, whole: Lines) -> None:
    receiving.hello(hello())
    receiving.lines(replace(whole, rows=whole.rows[:4], salts={"s1": whole.salts["s1"]}))
    later = replace(whole, after=at(whole.rows[:6]), rows=whole.rows[6:])
    assert receiving.lines(later) == Refused(why="position", at=at(whole.rows[:4]))


def test_another_history_is_refused(
    receiving: Receiving, whole: Lines, record: Journal, clinic: Clinic
) -> None:
    from biocoach.store import memory_store
    from tests.store.support import CLOCK

    receiving.hello(hello())
    receiving.lines(whole)
    other = memory_store(writer="this-computer", clock=CLOCK)
    other.append([begin(), *ratings(30)])
    [lines] = batches(other, rows_of(other))
    assert receiving.lines(lines) == Refused(why="position", at=at(whole.rows))
    after = replace(lines, after=at(lines.rows[:20]), rows=lines.rows[20:])
    assert why(receiving.lines(after)) == "position"
    # As a fork it has a journal of its own; the old one stays.
    sent(clinic.engine, clinic.client, other, name="journal-2", before=JOURNAL)
    found = records.journals_of(clinic.engine, clinic.therapist, clinic.client.client)
    assert [(one.journal, one.live) for one in found] == [("journal-2", True), (JOURNAL, False)]
    reader = records.open_reader(clinic.engine, clinic.therapist, clinic.client.client, "journal-2")
    assert len(list(reader.read("s1"))) == 31
    other.close()


def test_what_is_erased_after_a_restore_goes_from_what_was_before_too(
    receiving: Receiving, whole: Lines, record: Journal, clinic: Clinic, base: Base
) -> None:
    receiving.hello(hello())
    receiving.lines(whole)
    row = next(row for row in whole.rows if row.session == "s1" and row.body)
    receiving.hello(hello(journal="journal-2", before=JOURNAL))
    half = len(whole.rows) // 2
    receiving.lines(replace(whole, journal="journal-2", rows=whole.rows[:half]))
    assert row.seq <= half
    assert receiving.bodies(Bodies(journal="journal-2", take=(row.seq,))) == Done()
    with base.root() as root:
        query = b"SELECT journal FROM clinic.lines WHERE seq = %s AND body IS NOT NULL"
        assert root.execute(query, (row.seq,)).fetchall() == []
        left = b"SELECT count(*) FROM clinic.lines WHERE journal = %s AND body IS NOT NULL"
        there = sum(one.body is not None for one in whole.rows)
        assert root.execute(left, (JOURNAL,)).fetchone() == (there - 1,)


CHANGES: dict[str, Any] = {
    "person": "x", "writer": "x", "session": "s9", "number": 77, "boot_id": "x", "at_s": 0.25,
    "wall_utc": "2027", "settings_hash": "x", "body_sha256": "0" * 64, "chain_sha256": "0" * 64,
    "seq": 99,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_line_is_refused(
    receiving: Receiving, whole: Lines, base: Base, name: str
) -> None:
    receiving.hello(hello())
    rows = list(whole.rows)
    rows[3] = replace(rows[3], **{name: CHANGES[name]})
    assert why(receiving.lines(replace(whole, rows=tuple(rows)))) == "damaged"
    assert stored(base) == []


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"body": '{"kind":"rating","suds":99}'}, "damaged"),
        ({"kind": "mark"}, "damaged"),
        ({"body": "no JSON"}, "damaged"),
        ({"body": None}, "bad"),
        ({"kind": None}, "bad"),
        ({"body": "[" * 100_000}, "damaged"),
    ],
)
def test_other_words_are_refused(
    receiving: Receiving, whole: Lines, base: Base, changes: dict[str, Any], refused: str
) -> None:
    receiving.hello(hello())
    rows = list(whole.rows)
    rows[3] = replace(rows[3], **changes)
    assert why(receiving.lines(replace(whole, rows=tuple(rows)))) == refused
    assert stored(base) == []


def test_salts_are_held_to(receiving: Receiving, whole: Lines) -> None:
    receiving.hello(hello())
    for salts in ({}, {"s1": "00" * 16, "s2": "00" * 16}):
        assert why(receiving.lines(replace(whole, salts=salts))) == "damaged"
    for text in ("zz", "0", "00", "00" * 100):
        assert why(receiving.lines(replace(whole, salts={"s1": text}))) == "bad"
    assert isinstance(receiving.lines(whole), Held)
    other = Bodies(journal=JOURNAL, salts={"s1": "00" * 16})
    assert why(receiving.bodies(other)) == "damaged"


def test_what_is_not_agreed_to_is_refused(receiving: Receiving, whole: Lines, base: Base) -> None:
    receiving.hello(hello(["ladder"]))
    assert why(receiving.lines(whole)) == "bad"
    assert stored(base) == []


def test_bodies_come_later_and_go(
    receiving: Receiving, lived: Journal, whole: Lines, base: Base
) -> None:
    receiving.hello(hello([]))
    [bare] = batches(lived, rows_of(lived, []))
    assert bare.salts == {}
    assert isinstance(receiving.lines(bare), Held)
    assert all(body is None for _, _, body in stored(base))
    assert [row[1] for row in sessions_of(base)] == [False, False]
    receiving.hello(hello())
    said = give(lived, whole.rows)
    assert receiving.bodies(said) == Done()
    assert receiving.bodies(said) == Done()
    full = sessions_of(base)
    assert [(row[0], row[1], row[6], row[7]) for row in full] == [
        ("s1", True, True, True), ("s2", True, True, False),
    ]  # fmt: skip
    own = {row.seq for row in whole.rows if row.session == "s1"}
    assert receiving.bodies(Bodies(journal=JOURNAL, take=tuple(own))) == Done()
    [first, second] = sessions_of(base)
    assert (first[1], first[6], first[7]) == (False, False, False)
    assert second == full[1]
    assert {seq for seq, _, body in stored(base) if body is None} >= own


def test_bodies_of_lines_that_are_not_there(receiving: Receiving, whole: Lines) -> None:
    receiving.hello(hello())
    held = receiving.lines(whole)
    assert isinstance(held, Held)
    assert receiving.bodies(Bodies(journal=JOURNAL, take=(9999,))) == Refused(
        why="position", at=held.at
    )


def test_what_is_withdrawn_is_taken_at_once(
    clinic: Clinic, lived: Journal, receiving: Receiving, base: Base
) -> None:
    sent(clinic.engine, clinic.client, lived)
    receiving.hello(hello([item for item in ITEMS if item != "check_ins"]))
    kinds = {kind for _, kind, _ in stored(base)}
    assert "fact:check_in" not in kinds
    assert "fact:total:a" in kinds
    receiving.hello(hello(["measures"]))
    assert {kind for _, kind, _ in stored(base)} == {"erased", "fact:total:a"}
    assert not any(row[1] for row in sessions_of(base))
    reader = records.open_reader(clinic.engine, clinic.therapist, clinic.client.client, JOURNAL)
    assert reader.sessions() == []
    assert records.check(reader).problems == ()
    found = consent.history(clinic.engine, clinic.therapist, clinic.client.client)
    assert {one.item for one in found if one.withdrawn is None} == {"measures"}
    assert len(found) == len(ITEMS)
    deeds = audit.deeds(clinic.engine, clinic.client.practitioner)
    told = [one.detail for one in deeds if one.what == "consent"]
    assert told[1] == "-check_ins"
    assert "-sessions" in told[2]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"speaks": 0}, "older"), ({"speaks": 2}, "newer"), ({"schema": "9999"}, "newer"),
        ({"schema": "x"}, "bad"), ({"journal": ""}, "bad"), ({"journal": "x" * 101}, "bad"),
        ({"items": ("everything",)}, "bad"), ({"before": JOURNAL}, "bad"),
    ],
)  # fmt: skip
def test_a_hello_that_is_refused(
    receiving: Receiving, changes: dict[str, Any], refused: str
) -> None:
    assert why(receiving.hello(replace(hello(), **changes))) == refused


def test_leaving_ends_the_token(clinic: Clinic, lived: Journal, base: Base) -> None:
    receiving = sent(clinic.engine, clinic.client, lived)
    assert receiving.leave(Leave(erase=False)) == Done()
    assert len(stored(base)) > 10
    again = device(clinic.engine, clinic.admin, clinic.client.practitioner)
    third = device(clinic.engine, clinic.admin, clinic.client.practitioner)
    assert Receiving(clinic.engine, again).leave(Leave(erase=True)) == Done()
    assert stored(base) == []
    found = people.devices(clinic.engine, clinic.client.practitioner, clinic.client.client)
    assert all(one.revoked for one in found)
    assert third.device in {one.device for one in found}
    assert audit.check(clinic.engine, clinic.admin).problems == ()


def test_a_disabled_client_s_computer_is_told(clinic: Clinic, receiving: Receiving) -> None:
    people.disable(clinic.engine, clinic.admin, clinic.client.practitioner)
    assert why(receiving.hello(hello())) == "token"


def test_two_computers_at_once_leave_one_line_each(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    other = device(clinic.engine, clinic.admin, clinic.client.practitioner)
    both = [Receiving(clinic.engine, clinic.client.holder), Receiving(clinic.engine, other)]
    both[0].hello(hello())
    parts = list(batches(lived, rows_of(lived), size=2))

    def send(which: int) -> list[str]:
        return [why(both[which % 2].lines(part)) for part in parts]

    with ThreadPoolExecutor(4) as pool:
        answers = [one for some in pool.map(send, range(4)) for one in some]
    assert set(answers) <= {"", "position", "busy"}
    for part in parts:
        both[0].lines(part)
    assert [row[0] for row in stored(base)] == list(range(1, lived.verify().entries + 1))
    counted = {row[0]: row[5] for row in sessions_of(base)}
    assert counted == {row.session: row.entries for row in lived.sessions()}


@pytest.fixture(scope="module")
def shared(base_of_all: Base) -> Iterator[Clinic]:
    from biocoach.store.clinic import ClinicEngine
    from tests.store.clinic.support import made

    engine = ClinicEngine(base_of_all.app)
    yield made(base_of_all, engine, "Elm")
    engine.close()


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_order_it_comes_in_the_copy_is_the_record(
    shared: Clinic, data: st.DataObject
) -> None:
    """Batches of any size, repeated, overlapping, dropped: it ends as the record, and each answer
    says where it stands."""
    from uuid import uuid4

    from biocoach.store import memory_store
    from tests.store.support import CLOCK

    record, name = memory_store(writer="w", clock=CLOCK), uuid4().hex
    for number in range(data.draw(st.integers(1, 4))):
        record.append([begin(f"s{number}"), *ratings(data.draw(st.integers(0, 5)), f"s{number}")])
        record.put_fact("check_in", {"n": number})
    rows = rows_of(record)
    receiving = Receiving(shared.engine, shared.client.holder)
    assert isinstance(receiving.hello(hello(journal=name)), Held)
    held = 0
    for _ in range(data.draw(st.integers(0, 12))):
        start = data.draw(st.integers(0, len(rows) - 1))
        some = tuple(rows[start : data.draw(st.integers(start + 1, len(rows)))])
        lines = Lines(journal=name, after=at(rows[:start]), rows=some, salts=salts_of(record, some))
        answer = receiving.lines(lines)
        if start <= held:
            held = max(held, some[-1].seq)
            assert answer == Held(at=at(rows[:held]))
        else:
            assert answer == Refused(why="position", at=at(rows[:held]))
    if held < len(rows):
        rest = tuple(rows[held:])
        receiving.lines(
            Lines(journal=name, after=at(rows[:held]), rows=rest, salts=salts_of(record, rest))
        )
    client = shared.client
    reader = records.open_reader(shared.engine, client.practitioner, client.client, name)
    assert [tuple(row) for row in reader.whole.lines()] == [
        tuple(row) for row in record.whole.lines()
    ]
    assert reader.sessions() == record.sessions()
    assert records.check(reader).problems == ()
    record.close()


def test_a_token_opens_its_own_place_alone(clinic: Clinic) -> None:
    assert doors.holder(clinic.engine, "") is None
    assert doors.holder(clinic.engine, "x" * 43) is None
