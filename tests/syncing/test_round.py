"""Rounds: whatever is cut, the clinic's copy ends as the record stands, with no word too many."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from biocoach.store import Journal
from biocoach.store.clinic import ClinicEngine
from biocoach.syncing.items import ITEMS
from biocoach.syncing.messages import Trouble
from biocoach.syncing.wire import Held, Hello, Join, Position, Row
from tests.postgres import needed
from tests.syncing.memory_clinic import MemoryClinic
from tests.syncing.real_clinic import RealClinic
from tests.syncing.record import SHEET, Living, at_once, unlike

Cuts: TypeAlias = list[tuple[int, bool]]
USUAL = ("sessions", "ladder", "measures")


def joined(clinic: MemoryClinic | RealClinic, living: Living, *items: str) -> None:
    found = at_once(clinic.join(Join(speaks=1, code="code", device="d")))
    assert not isinstance(found, Trouble)
    living.join(found.token, *items)


@pytest.fixture
def clinic() -> MemoryClinic:
    return MemoryClinic("code")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    living = Living(tmp_path / "record", "seed")
    yield living
    living.close()


def settle(living: Living, clinic: MemoryClinic) -> None:
    """At most three rounds: one that finds out, one that ends, one that has nothing left to say."""
    assert any(living.round(clinic) for _ in range(3)), living.trouble
    before = clinic.calls
    assert living.round(clinic)
    assert clinic.calls == before + 1, "there was something left to say"


def good(living: Living, clinic: MemoryClinic) -> None:
    wrong = clinic.wrong + unlike(living.expected(), clinic.rows(living.member.journal))
    assert not wrong
    assert not living.journal.verify().problems


def followed(clinic: MemoryClinic | RealClinic, living: Living, cuts: Cuts) -> None:
    living.practise()
    joined(clinic, living, *USUAL)
    living.back_up()
    for cut, lost in cuts:
        living.anything()
        living.round(clinic, cut=cut, lost=lost)


def said_nowhere(living: Living, copies: Iterable[list[Row]]) -> None:
    """Nothing that was erased or withdrawn is left in another journal that shares its line."""
    told = {row.seq: row for row in living.expected()}
    for row in (row for rows in copies for row in rows):
        mine = told.get(row.seq)
        if mine is not None and mine.chain_sha256 == row.chain_sha256:
            assert row.body is None or mine.body == row.body


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 2**32),
    cuts=st.lists(st.tuples(st.integers(-1, 9), st.booleans()), max_size=14),
)
@example(seed=8, cuts=[(-1, False)] * 14)  # put back twice, then withdrawn
@example(seed=263, cuts=[(0, False)] * 14)
def test_whatever_is_cut_nothing_is_lost_doubled_or_too_much(
    seed: int, cuts: list[tuple[int, bool]]
) -> None:
    with TemporaryDirectory() as place:
        clinic, living = MemoryClinic("code"), Living(Path(place) / "record", str(seed))
        try:
            followed(clinic, living, cuts)
            settle(living, clinic)
            good(living, clinic)
            said_nowhere(living, [copy.rows for copy in clinic.client.copies.values()])
        finally:
            living.close()


@pytest.mark.parametrize("seed", range(12))
def test_the_same_over_a_real_database(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    cuts = [(dice.choice([-1, -1, 0, 0, 1, 2, 3]), dice.random() < 0.4) for _ in range(12)]
    server = needed()
    base = server.base()
    engine = ClinicEngine(base.app)
    clinic = RealClinic(base, engine, "code", at_once=True)
    living = Living(tmp_path / "record", str(seed))
    try:
        followed(clinic, living, cuts)
        assert any(living.round(clinic) for _ in range(3)), living.trouble
        assert living.round(clinic)
        copies = clinic.copies()
        assert not unlike(living.expected(), copies[living.member.journal])
        said_nowhere(living, copies.values())
    finally:
        living.close()
        engine.close()
        server.drop(base)


@pytest.mark.parametrize("seed", range(6))
def test_a_start_finds_all_as_it_was_noted(seed: int, tmp_path: Path, clinic: MemoryClinic) -> None:
    living = Living(tmp_path / "record", f"start {seed}")
    try:
        living.practise()
        joined(clinic, living, *USUAL)
        for _ in range(20):
            living.dice.choice([living.practise, living.write, living.erase, living.agree])()
            living.round(clinic)
        settle(living, clinic)
        living.again()
        calls = clinic.calls
        assert living.round(clinic)
        assert clinic.calls == calls + 1, "what was noted was not believed"
        good(living, clinic)
    finally:
        living.close()


def test_many_lines_go_in_several_messages(living: Living, clinic: MemoryClinic) -> None:
    living.practise(lines=5000)
    joined(clinic, living, *USUAL)
    assert living.round(clinic, cut=2, lost=True) is False
    assert len(clinic.rows(living.member.journal)) == 4000
    settle(living, clinic)
    good(living, clinic)


def test_an_erased_session_leaves_tombstones_there_too(
    living: Living, clinic: MemoryClinic
) -> None:
    living.practise(lines=20)
    joined(clinic, living, *USUAL)
    settle(living, clinic)
    assert any(row.body for row in clinic.rows(living.member.journal))
    living.journal.erase_session(living.sessions[0])
    assert living.round(clinic)
    assert not any(row.body for row in clinic.rows(living.member.journal))
    good(living, clinic)


def test_a_body_whose_answer_was_lost_and_that_was_erased_then_is_taken(
    living: Living, clinic: MemoryClinic
) -> None:
    living.practise(lines=20)
    joined(clinic, living, *USUAL)
    assert not living.round(clinic, cut=1, lost=True)
    assert any(row.body for row in clinic.rows(living.member.journal))
    living.journal.erase_session(living.sessions[0])
    living.again()
    settle(living, clinic)
    assert not any(row.body for row in clinic.rows(living.member.journal))


def test_an_item_that_is_withdrawn_goes_and_comes_when_it_is_agreed_again(
    living: Living, clinic: MemoryClinic
) -> None:
    living.practise(lines=20)
    for name in ("sheet:a", "sheet:b"):
        living.journal.replace_fact(name, {"state": "kept", "makes": "moment", "rev": name})
    joined(clinic, living, *ITEMS)
    settle(living, clinic)
    told = {row.kind for row in clinic.rows(living.member.journal)}
    assert {"fact:sheet:a", "rating"} <= told
    living.agree("moments")
    assert living.round(clinic)
    good(living, clinic)
    told = {row.kind for row in clinic.rows(living.member.journal)}
    assert told == {None, "fact:sheet:a", "fact:sheet:b"}
    living.agree(*USUAL)
    assert living.round(clinic)
    good(living, clinic)
    living.membership.change(lambda member: member.agreeing((), "later"))
    assert living.round(clinic)
    assert {row.kind for row in clinic.rows(living.member.journal)} == {None}


def test_a_record_restored_from_an_old_backup_begins_anew_there(
    living: Living, clinic: MemoryClinic
) -> None:
    living.practise()
    joined(clinic, living, *USUAL)
    settle(living, clinic)
    living.back_up()
    living.practise(lines=30)
    settle(living, clinic)
    first = living.member.journal
    lost = clinic.rows(first)[-1]
    living.restore()
    living.practise()
    settle(living, clinic)
    good(living, clinic)
    member = living.member
    assert (member.before, member.forked_utc != "") == (first, True)
    assert clinic.rows(first)[-1] == lost, "the clinic keeps what it had"
    living.journal.erase_session(living.sessions[0])
    settle(living, clinic)
    for journal in (first, member.journal):
        rows = clinic.rows(journal)
        assert not any(row.body for row in rows if row.session == living.sessions[0])


def test_two_that_run_from_one_backup_each_have_a_journal_of_their_own(
    living: Living, clinic: MemoryClinic
) -> None:
    living.practise()
    joined(clinic, living, *USUAL)
    settle(living, clinic)
    living.back_up()
    other = Living(living.copies[0], "other")
    try:
        for one in (living, other, living, other):
            one.practise()
            assert any(one.round(clinic) for _ in range(3))
        for one in (living, other):
            one.round(clinic)
            assert not unlike(one.expected(), clinic.rows(one.member.journal))
        assert living.member.journal != other.member.journal
    finally:
        other.close()


def test_what_the_clinic_says_ends_the_round_in_a_code(
    living: Living, clinic: MemoryClinic
) -> None:
    living.practise()
    joined(clinic, living, *USUAL)
    for code in ("token", "full", "busy", "older"):
        clinic.refuses = Trouble(code=code)
        assert not living.round(clinic)
        assert living.trouble is not None
        assert living.trouble.code == code
    clinic.refuses = None
    settle(living, clinic)
    good(living, clinic)


def test_what_never_leaves_is_not_in_any_message(living: Living, clinic: MemoryClinic) -> None:
    for name in ("secret:identity", "contacts", "own", "phone", "fit", "draft:talk", "words:p"):
        living.journal.put_fact(name, {"text": "a canary", "state": "kept"})
    joined(clinic, living, *ITEMS)
    settle(living, clinic)
    rows = clinic.rows(living.member.journal)
    assert len(rows) == 8
    assert not any(row.body or row.kind for row in rows)
    assert clinic.client.salts == {}
    assert rows[-1].seq == living.outgoing.head().seq
    assert living.outgoing.has_line(Position())


ERASINGS: dict[str, Callable[[Journal, str], object]] = {
    "session": lambda journal, name: journal.erase_session(name),
    "fact": lambda journal, _: journal.erase_fact("sheet:a"),
    "replaced": lambda journal, _: journal.replace_fact("sheet:a", SHEET | {"rev": "2"}),
    "wordings": lambda journal, _: journal.erase_wordings("sheet:a", lambda _: True),
}


@pytest.mark.parametrize("how", ERASINGS)
def test_what_is_erased_goes_there_too_in_the_very_next_round(
    how: str, living: Living, clinic: MemoryClinic
) -> None:
    """Between erasings nothing is looked through."""
    living.practise(lines=5)
    living.journal.put_fact("sheet:a", SHEET | {"rev": "1"})
    joined(clinic, living, *ITEMS)
    settle(living, clinic)
    assert living.round(clinic)
    before = living.expected()
    ERASINGS[how](living.journal, living.sessions[0])
    assert living.expected()[: len(before)] != before
    assert living.round(clinic)
    good(living, clinic)


def test_a_backup_does_not_bring_back_what_was_withdrawn_after_it(
    living: Living, clinic: MemoryClinic
) -> None:
    living.practise(lines=20)
    joined(clinic, living, *USUAL)
    settle(living, clinic)
    living.back_up()
    living.agree("ladder", "measures")
    settle(living, clinic)
    living.restore()
    assert "sessions" in living.member.items, "the backup remembers it as agreed to"
    settle(living, clinic)
    good(living, clinic)
    assert living.member.items == ("ladder", "measures")
    assert set(living.member.overruled) == {"sessions"}
    assert clinic.client.items == {"ladder", "measures"}
    for copy in clinic.client.copies.values():
        assert not any(row.body for row in copy.rows if row.session)
    # A new yes opens it again, however wrong the clock is.
    living.membership.change(lambda member: member.agreeing(USUAL, "2001-01-01T00:00:00.000Z"))
    settle(living, clinic)
    good(living, clinic)
    assert set(living.member.items) == set(USUAL)
    assert not living.member.overruled
    assert any(row.body for row in clinic.rows(living.member.journal) if row.session)


def test_what_is_agreed_to_while_the_clinic_answers_is_said_in_the_next_round(
    living: Living, clinic: MemoryClinic
) -> None:
    """Nothing goes by a yes of which the clinic has not heard."""
    living.practise(lines=5)
    joined(clinic, living, *USUAL)
    settle(living, clinic)
    living.back_up()
    living.agree("ladder")
    settle(living, clinic)
    living.restore()
    honest = clinic.hello

    async def meanwhile(token: str, message: Hello) -> Held | Trouble:
        found = await honest(token, message)
        living.agree("sessions", "notes")
        return found

    clinic.hello = meanwhile  # type: ignore[method-assign]
    living.round(clinic)
    clinic.hello = honest  # type: ignore[method-assign]
    assert living.member.items == ("sessions", "notes")
    settle(living, clinic)
    good(living, clinic)
    assert clinic.client.items == set(living.member.items)
