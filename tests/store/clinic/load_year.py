"""``python -m tests.store.clinic.load_year URL --clients 500 --sessions 150``

Fills an empty database (URL: its owner's, or a superuser's) with simulated clients and a year of
each, and tells how long a caseload takes. A few simulated people live a year in the real session;
each client has the year of one of them, with summaries of the real code and a digest by
``biocoach.sharing.caseload``. Lines are few a session (``--lines``) and go in by COPY. What is
timed is ``digests_for`` whole: the deed, its commit, the query, the JSON.

``URL`` "own": a server of the tests' own, which ends with the run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import make_url, select

from biocoach.cli.year_made import Wish, make
from biocoach.clock import StoryClock
from biocoach.exposure.measures import Total
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.sharing.caseload import Record, since
from biocoach.sharing.leaving import CHECK_IN, TOTAL
from biocoach.store import memory_store
from biocoach.store.clinic import ClinicEngine
from biocoach.store.clinic.digests import digests_for
from biocoach.store.clinic.engine import APP
from biocoach.store.clinic.owning import migrate
from biocoach.store.codec import canonical
from biocoach.store.schema import entries
from dashboard.clinic.sittings import COOKIE
from tests.cli.clinic.house import House

Json = dict[str, Any]
RECORDS = ("lines", "sessions", "summaries", "digests", "journals", "clients", "members", "clinics",
           "assignments", "supervision", "heads", "agreed")  # fmt: skip
JOURNAL = "journal-1"
LINE = ("client", "journal", "seq", "person", "writer", "session", "number", "boot_id", "at_s",
        "wall_utc", "kind", "body", "settings_hash", "body_sha256", "chain_sha256")  # fmt: skip
SESSION = ("client", "journal", "person", "session", "salt", "first_seq", "started_utc", "last_utc",
           "entries", "begun", "closed")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated year: summaries by session, some lines of each, totals, the last check-in."""

    summaries: dict[str, Json]
    lines: dict[str, list[Json]]
    totals: list[Total]
    checked_in: str


@dataclass(frozen=True, slots=True)
class Asked:
    clients: int
    sessions: int
    lines: int
    people: int
    weeks: int
    runs: int


def person(seed: int, asked: Asked, until: date) -> Person:
    """One year, lived in the real session."""
    first = datetime(until.year, until.month, until.day, tzinfo=UTC) - timedelta(weeks=asked.weeks)
    clock = StoryClock(first)
    journal = memory_store(writer="simulated", clock=clock)
    wish = Wish(folder=Path(), seed=seed, weeks=asked.weeks, start=first)
    make(journal, clock, wish, lambda week, weeks: None)
    lines: dict[str, list[Json]] = {}
    with journal._database.reading() as connection:
        for row in connection.execute(select(entries).where(entries.c.session != "")):
            own = lines.setdefault(row.session, [])
            if len(own) < asked.lines:
                own.append(row._asdict())
    facts = journal.facts(TOTAL).items()
    totals = [Total(id=n, scale=f["scale"], day=f["day"], total=f["total"]) for n, f in facts]
    checked = (journal.fact(CHECK_IN) or {}).get("session", "")
    found = Person(journal.summaries(), lines, totals, checked)
    journal.close()
    return found


def digest(one: Person, today: date) -> Json:
    """Against what was known a week before."""
    week_ago = (today - timedelta(days=7)).isoformat()
    old = {n: row for n, row in one.summaries.items() if row["started_utc"][:10] < week_ago}
    before = Record(
        summaries=old, totals=[t for t in one.totals if t.day < week_ago], until=week_ago
    )
    now = Record(
        summaries=one.summaries, totals=one.totals, until=today.isoformat(),
        checked_in=one.checked_in,
    )  # fmt: skip
    return asdict(since(now, before, list(shipped_scales().values()), today))


@dataclass(frozen=True, slots=True)
class Filled:
    """``few``: a therapist of 40; ``many``: one of all; ``over``: who supervises both."""

    few: UUID
    many: UUID
    over: UUID
    lines: int


def fill(
    root: psycopg.Connection[Any], people: Sequence[Person], asked: Asked, today: date
) -> Filled:
    home, few, many, over = uuid4(), uuid4(), uuid4(), uuid4()
    staff = {few: "therapist", many: "therapist", over: "supervisor"}
    copied(root, "clinics", ("clinic", "name"), [(home, "Elm")])
    copied(root, "heads", ("clinic",), [(home,)])
    own = [(uuid4(), uuid4()) for _ in range(asked.clients)]
    members = [(m, home, role, [role]) for m, role in staff.items()]
    members += [(who, home, f"client {n}", ["practitioner"]) for n, (_, who) in enumerate(own)]
    copied(root, "members", ("member", "clinic", "name", "roles"), members)
    rows = [(c, home, who, f"client {n:03}") for n, (c, who) in enumerate(own)]
    copied(root, "clients", ("client", "clinic", "practitioner", "alias"), rows)
    assigned = [(c, many, home) for c, _ in own] + [(c, few, home) for c, _ in own[:40]]
    copied(root, "assignments", ("client", "therapist", "clinic"), assigned)
    watched = [(over, few, home), (over, many, home)]
    copied(root, "supervision", ("supervisor", "therapist", "clinic"), watched)
    copied(root, "agreed", ("client", "item", "agreed_utc"), [(c, "sessions", "") for c, _ in own])
    digests = [canonical(digest(one, today)) for one in people]
    some = [(c, "1", digests[n % len(people)]) for n, (c, _) in enumerate(own)]
    copied(root, "digests", ("client", "made_by", "json"), some)
    count = 0
    for number, (client, _) in enumerate(own):
        count += year_of(root, client, people[number % len(people)], asked)
    return Filled(few, many, over, count)


def year_of(root: psycopg.Connection[Any], client: UUID, one: Person, asked: Asked) -> int:
    """One client's lines, sessions and summaries; how many lines."""
    names = list(one.summaries)
    lines = list[tuple[Any, ...]]()
    sessions = list[tuple[Any, ...]]()
    summaries = list[tuple[Any, ...]]()
    for number in range(asked.sessions):
        source = names[number % len(names)]
        name = f"{source}-{number}"
        first = len(lines) + 1
        for row in one.lines[source]:
            line = row | {"client": client, "journal": JOURNAL, "session": name}
            lines.append(tuple((line | {"seq": len(lines) + 1})[key] for key in LINE))
        utc = one.summaries[source]["started_utc"]
        sessions.append((client, JOURNAL, "", name, bytes(16), first, utc, utc,
                         len(one.lines[source]), True, True))  # fmt: skip
        summaries.append((client, JOURNAL, name, canonical(one.summaries[source] | {"id": name})))
    copied(root, "lines", LINE, lines)
    copied(root, "sessions", SESSION, sessions)
    copied(root, "summaries", ("client", "journal", "session", "json"), summaries)
    copied(root, "journals", ("client", "journal", "before", "schema", "at_seq"),
           [(client, JOURNAL, "", "0005", len(lines))])  # fmt: skip
    return len(lines)


def copied(
    root: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Sequence[Any]
) -> None:
    words = f"COPY clinic.{table} ({', '.join(columns)}) FROM STDIN"
    with root.cursor() as cursor, cursor.copy(words.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def timed(engine: ClinicEngine, member: UUID, expected: int, runs: int) -> str:
    took_ms = []
    for _ in range(runs):
        began_s = time.perf_counter()
        found = digests_for(engine, member)
        took_ms.append((time.perf_counter() - began_s) * 1000)
        assert len(found) == expected
        assert all(one.document for one in found)
    ordered = sorted(took_ms)
    p95 = ordered[int(len(ordered) * 0.95)]
    told = f"p50 {median(ordered):.1f} ms, p95 {p95:.1f} ms (n={runs})"
    return f"{told}; {paged(engine, member, runs)}"


def paged(engine: ClinicEngine, member: UUID, runs: int) -> str:
    """What the page is told, with who was heard from and who has looked: ``GET /api/clients`` of
    the whole server, gate and all."""
    house = House(engine)
    known = house.members.still(str(member))
    assert known is not None
    page = house.browser()
    page.cookies.set(COOKIE, house.sittings.begin(known))
    took_ms = []
    for _ in range(runs):
        began_s = time.perf_counter()
        assert page.get("/api/clients").status_code == 200
        took_ms.append((time.perf_counter() - began_s) * 1000)
    p95 = sorted(took_ms)[int(len(took_ms) * 0.95)]
    return f"the page: p50 {median(took_ms):.1f} ms, p95 {p95:.1f} ms"


def loaded(owner_url: str, app_url: str, asked: Asked, today: date) -> Iterator[str]:
    """What is told, line by line."""
    migrate(owner_url, today)
    began_s = time.perf_counter()
    people = [person(seed, asked, today) for seed in range(1, asked.people + 1)]
    sessions = [len(one.summaries) for one in people]
    took_s = time.perf_counter() - began_s
    told = f"{asked.people} simulated people of {asked.weeks} weeks"
    yield f"{told}: {sessions} sessions, {took_s:.0f} s"
    began_s = time.perf_counter()
    with psycopg.connect(owner_url) as root:
        _forced(root, "NO FORCE")  # COPY needs an owner for whom the rules don't hold
        filled = fill(root, people, asked, today)
        _forced(root, "FORCE")
    with psycopg.connect(owner_url, autocommit=True) as root:
        root.execute("VACUUM ANALYZE")
        [size] = root.execute(
            "SELECT pg_size_pretty(pg_database_size(current_database()))"
        ).fetchone() or [""]
    yield (
        f"{asked.clients} clients, {asked.clients * asked.sessions:,} sessions, {filled.lines:,} "
        f"lines: {size}, {time.perf_counter() - began_s:.0f} s"
    )
    engine = ClinicEngine(app_url)
    few = min(40, asked.clients)
    yield f"a therapist with {few}: {timed(engine, filled.few, few, asked.runs)}"
    for who, member in (("a therapist with", filled.many), ("a supervisor of", filled.over)):
        yield f"{who} {asked.clients}: {timed(engine, member, asked.clients, asked.runs)}"
    engine.close()


def _forced(root: psycopg.Connection[Any], how: str) -> None:
    months = root.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'lines\\_%'")
    for name in (*RECORDS, *(row[0] for row in months.fetchall())):
        root.execute(f"ALTER TABLE clinic.{name} {how} ROW LEVEL SECURITY".encode())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.store.clinic.load_year", description=__doc__
    )
    parser.add_argument("url")
    for name, number in (("clients", 500), ("sessions", 150), ("lines", 20), ("people", 1),
                         ("weeks", 4), ("runs", 200)):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=number)
    said = vars(parser.parse_args(arguments))
    url = said.pop("url")
    if url == "own":
        from tests.postgres import needed

        base = needed().base()
        owner, app = base.owner, base.app
    else:
        owner = url
        app = make_url(url).set(username=APP).render_as_string(hide_password=False)
    for line in loaded(owner, app, Asked(**said), datetime.now(UTC).date()):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
