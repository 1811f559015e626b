"""Two connections at once: what comes in while somebody erases, or withdraws, leaves nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from biocoach.store import Journal
from biocoach.store.clinic import audit, consent, copies, own
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.own import Own
from biocoach.store.clinic.receiving import Receiving
from biocoach.store.schema import HEAD
from biocoach.syncing.wire import Bodies, Held, Leave
from tests.postgres import Base
from tests.store.clinic.support import (
    JOURNAL,
    Clinic,
    batches,
    device,
    hello,
    rows_of,
    sent,
    why,
)
from tests.store.support import begin, closed, ratings

KEPT = (
    "journals",
    "lines",
    "sessions",
    "settings_documents",
    "summaries",
    "thin_reviews",
    "digests",
)


@pytest.fixture
def lived(record: Journal) -> Journal:
    record.append([begin(), *ratings(3), closed()])
    return record


def left(base: Base) -> dict[str, object]:
    """What is there of anybody."""
    with base.root() as root:
        counts = {
            name: root.execute(f"SELECT count(*) FROM clinic.{name}").fetchone() for name in KEPT
        }
    return {name: count[0] for name, count in counts.items() if count and count[0]}


def waits(base: Base, working: Future[object]) -> None:
    """Until the other connection stands before a lock; a test that hangs here is ended outside."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    with base.root() as root:
        while root.execute(query).fetchone() == (0,):
            assert not working.done(), working.result()
            os.sched_yield()


def test_whatever_was_said_by_a_token_that_an_erasing_ended_comes_too_late(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    receiving = sent(clinic.engine, clinic.client, lived)
    own.erase_all(clinic.engine, clinic.client.practitioner, clinic.client.client)
    [lines] = batches(lived, rows_of(lived))
    said: list[Callable[[], object]] = [
        lambda: receiving.hello(hello()), lambda: receiving.lines(lines),
        lambda: receiving.bodies(Bodies(journal=JOURNAL)),
    ]  # fmt: skip
    assert [why(one()) for one in said] == ["token"] * 3  # type: ignore[arg-type]
    assert left(base) == {}
    assert consent.items_now(clinic.engine, clinic.therapist, clinic.client.client) == set()


def test_a_hello_waits_for_an_erasing_and_is_refused_then(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    receiving, mine = sent(clinic.engine, clinic.client, lived), clinic.client
    deed = audit.begin(clinic.engine, mine.practitioner, What.ERASE, mine.client)
    with ThreadPoolExecutor(1) as pool:
        with clinic.engine.as_member(mine.practitioner, deed=deed) as connection:
            own.erase(connection, mine.client)
            saying = pool.submit(receiving.hello, hello(journal="anew"))
            waits(base, saying)  # type: ignore[arg-type]
        assert why(saying.result()) == "token"
    assert left(base) == {}


def test_an_erasing_waits_for_a_hello_and_takes_what_it_began(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    receiving, mine = sent(clinic.engine, clinic.client, lived), clinic.client
    deed = audit.standing(clinic.engine, mine.practitioner, mine.client)
    with ThreadPoolExecutor(1) as pool:
        with clinic.engine.as_member(mine.practitioner, deed=deed) as connection:
            receiving._still_joined(connection)
            copies.begin_journal(connection, copies.whose(mine.client, "anew"), HEAD, "")
            erasing = pool.submit(own.erase_all, clinic.engine, mine.practitioner, mine.client)
            waits(base, erasing)  # type: ignore[arg-type]
        assert erasing.result().lines
    assert left(base) == {}


def test_two_computers_that_leave_at_once_leave_nothing(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    first = sent(clinic.engine, clinic.client, lived)
    second = Receiving(
        clinic.engine, device(clinic.engine, clinic.admin, clinic.client.practitioner)
    )
    assert isinstance(second.hello(hello(journal="other")), Held)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: why(one.leave(Leave(erase=True))), (first, second)))
    assert set(found) <= {"", "busy"}
    assert "" in found
    assert left(base) == {}


def test_what_was_worked_out_of_it_meanwhile_does_not_come_back(
    clinic: Clinic, lived: Journal, base: Base
) -> None:
    receiving, mine = sent(clinic.engine, clinic.client, lived), clinic.client
    made = Own(clinic.engine, mine.practitioner, mine.client, JOURNAL)
    made.put_summary("s1", {"a": 1})
    made.put_digest({"a": 1}, "1", ["sessions"])  # of what is not agreed to any more
    assert (left(base).get("summaries"), left(base).get("digests")) == (1, None)
    receiving.hello(hello(["ladder"]))
    made.put_summary("s1", {"a": 1})
    made.put_thin_review("s1", "1", {"a": 1})
    assert left(base).keys() == {"journals", "lines", "sessions"}
    made.put_digest({"a": 1}, "1", ["ladder"])
    assert left(base)["digests"] == 1
    own.erase_all(clinic.engine, mine.practitioner, mine.client)
    made.put_summary("s1", {"a": 1})
    made.put_digest({"a": 1}, "1", [])
    assert left(base) == {}
