"""What is agreed to, when an older state of a record comes back: what was withdrawn stays so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.store import Journal
from biocoach.store.clinic import consent, doors, own
from biocoach.store.clinic.receiving import Receiving
from biocoach.store.clinic.secrets_of import new_token
from biocoach.syncing.wire import Done, Held, Leave
from tests.postgres import Base
from tests.store.clinic.support import (
    Clinic,
    batches,
    device,
    give,
    hello,
    rows_of,
    sent,
    why,
)
from tests.store.support import begin, closed, ratings

FIRST, SECOND, THIRD, FOURTH = (f"2026-02-0{day}T00:00:00.000Z" for day in (1, 2, 3, 4))


def withdrawn(found: Held | object) -> dict[str, str]:
    assert isinstance(found, Held)
    return found.withdrawn


def now(clinic: Clinic) -> set[str]:
    return consent.items_now(clinic.engine, clinic.therapist, clinic.client.client)


@pytest.fixture
def receiving(clinic: Clinic) -> Receiving:
    found = Receiving(clinic.engine, clinic.client.holder)
    found.hello(hello(["sessions", "ladder"], utc=FIRST))
    found.hello(hello(["ladder"], utc=SECOND))
    return found


def test_an_older_yes_leaves_it_withdrawn_and_no_trace(
    clinic: Clinic, receiving: Receiving
) -> None:
    before = consent.history(clinic.engine, clinic.therapist, clinic.client.client)
    for old in (
        hello(["sessions", "ladder"], utc=FIRST),
        hello(["sessions", "ladder"], utc=SECOND),
        # Something else was agreed to later, by a card that still shows the old yes.
        replace(hello(["sessions", "ladder"], utc=THIRD), since={"sessions": FIRST}),
    ):
        assert withdrawn(receiving.hello(old)) == {"sessions": SECOND}
        assert not receiving.agreed_anew
    assert now(clinic) == {"ladder"}
    assert consent.history(clinic.engine, clinic.therapist, clinic.client.client) == before


def test_a_later_yes_opens_it_in_whatever_zone_it_is_told(
    clinic: Clinic, receiving: Receiving
) -> None:
    later = "2026-02-02T02:00:00.001+02:00"  # a millisecond after
    assert withdrawn(receiving.hello(hello(["sessions", "ladder"], utc=later))) == {}
    assert now(clinic) == {"sessions", "ladder"}


def test_the_clinic_tells_the_latest_it_knows(receiving: Receiving) -> None:
    found = receiving.hello(hello(["ladder"], utc=FIRST))
    assert isinstance(found, Held)
    assert found.known_utc == SECOND


def test_what_a_backup_withdrew_is_not_opened_by_another_backup(
    clinic: Clinic, receiving: Receiving
) -> None:
    """One of before the yes, then one of after it: in doubt it stays withdrawn."""
    receiving.hello(hello(["sessions", "ladder"], utc=THIRD))
    receiving.hello(hello(["ladder"], utc=FIRST))
    found = receiving.hello(hello(["sessions", "ladder"], utc=THIRD))
    assert withdrawn(found) == {"sessions": THIRD}
    assert withdrawn(receiving.hello(hello(["sessions", "ladder"], utc=FOURTH))) == {}


def test_whoever_joins_anew_chooses_anew_whatever_their_clock_says(
    clinic: Clinic, receiving: Receiving
) -> None:
    assert receiving.leave(Leave(erase=False)) == Done()
    again = device(clinic.engine, clinic.admin, clinic.client.practitioner)
    other = Receiving(clinic.engine, again)
    assert withdrawn(other.hello(hello(["sessions"], utc="2001-01-01T00:00:00Z"))) == {}
    assert now(clinic) == {"sessions"}
    own.erase_all(clinic.engine, clinic.client.practitioner, clinic.client.client)
    third = device(clinic.engine, clinic.admin, clinic.client.practitioner)
    assert withdrawn(Receiving(clinic.engine, third).hello(hello(utc=FIRST))) == {}


def test_of_two_computers_only_what_both_agreed_to_is_left(
    clinic: Clinic, receiving: Receiving
) -> None:
    other = Receiving(
        clinic.engine, device(clinic.engine, clinic.admin, clinic.client.practitioner)
    )
    other.hello(hello(["ladder", "notes"], "other", utc=THIRD))
    first = receiving.hello(hello(["ladder", "measures"], utc=FOURTH))
    assert withdrawn(first) == {}
    assert withdrawn(other.hello(hello(["ladder", "notes"], "other", utc=THIRD))) == {
        "notes": FOURTH
    }
    assert withdrawn(receiving.hello(hello(["ladder", "measures"], utc=FOURTH))) == {
        "measures": FOURTH
    }
    assert now(clinic) == {"ladder"}


@pytest.mark.parametrize("utc", ["", "now", "2026-02-01", "2026-02-01T00:00:00", "9" * 99])
def test_what_is_no_moment_is_refused(clinic: Clinic, receiving: Receiving, utc: str) -> None:
    assert why(receiving.hello(hello(utc=utc))) == "bad"
    assert why(receiving.hello(replace(hello(utc=THIRD), since={"sessions": utc}))) == "bad"
    assert now(clinic) == {"ladder"}


# ---- what goes with it


def documents(base: Base) -> set[str]:
    with base.root() as root:
        rows = root.execute("SELECT hash FROM clinic.settings_documents").fetchall()
    return {str(row[0]) for row in rows}


@pytest.fixture
def lived(record: Journal) -> Journal:
    record.put_settings("hash", {"a": 1})
    record.append([begin(), *ratings(3), closed()])
    record.put_fact("check_in", {"session": "s1"})
    return record


def test_settings_come_and_go_with_the_sessions_that_name_them(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    receiving = sent(clinic.engine, clinic.client, lived)
    assert documents(base) == {"hash"}
    receiving.hello(hello(["check_ins"], utc=SECOND))
    assert documents(base) == set()
    receiving.hello(hello(utc=THIRD))
    assert receiving.bodies(give(lived, rows_of(lived))) == Done()
    assert documents(base) == {"hash"}


def test_settings_that_an_agreed_line_names_stay(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    receiving = sent(clinic.engine, clinic.client, lived)
    with base.root() as root:  # no fact names any today
        root.execute("UPDATE clinic.lines SET settings_hash = 'hash' WHERE session = ''")
    receiving.hello(hello(["check_ins"], utc=SECOND))
    assert documents(base) == {"hash"}
    receiving.hello(hello([], utc=SECOND))
    assert documents(base) == set()


def test_settings_of_lines_that_say_nothing_are_refused(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    receiving = Receiving(clinic.engine, clinic.client.holder)
    receiving.hello(hello([]))
    [bare] = batches(lived, rows_of(lived, []))
    assert bare.settings == {}
    assert why(receiving.lines(replace(bare, settings={"hash": '{"a":1}'}))) == "bad"
    assert isinstance(receiving.lines(bare), Held)
    more = replace(give(lived, []), settings={"hash": '{"a":1}'})
    assert why(receiving.bodies(more)) == "bad"
    assert documents(base) == set()


def test_a_token_shows_where_it_was_made(clinic: Clinic) -> None:
    mine, other = new_token(clinic.engine.seal_key).shown, new_token(b"another").shown
    assert doors.was_issued(clinic.engine, mine)
    for none in (other, "", "x" * 40, mine[:-1], mine[1:], mine[:-1] + "é", mine.swapcase()):
        assert not doors.was_issued(clinic.engine, none)
