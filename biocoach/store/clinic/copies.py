"""The tables of one client's copy, as statements: lines, the row of each session, what is taken.

Each is run in a transaction that leans on a deed of the client's own computer; the rules on rows
let it reach that client's rows and no others. ``client`` is said all the same: it finds the place.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from biocoach.store.clinic.arriving import Known, item_of_text, known_of
from biocoach.store.codec import KINDS
from biocoach.store.erasing import ERASED
from biocoach.store.schema import FACTS
from biocoach.syncing.wire import MIXED, Body, Position, Row, Spoken
from biocoach.types import Begin, Closed

Whose = Mapping[str, Any]  # client and journal, as the statements name them


def whose(client: UUID, journal: str) -> Whose:
    return {"client": client, "journal": journal}


def begin_journal(
    connection: Connection, own: Whose, schema: str, before: str
) -> tuple[Position, str]:
    """Made where it is not there yet; its row is locked until the transaction ends. Where it is
    known to, and the journal that it took the place of."""
    new = text(
        "INSERT INTO clinic.journals (client, journal, before, schema) "
        "VALUES (:client, :journal, :before, :schema) ON CONFLICT (client, journal) "
        "DO UPDATE SET schema = excluded.schema, heard = clock_timestamp() "
        "RETURNING at_seq, at_chain, before"
    )
    row = connection.execute(new, {**own, "schema": schema, "before": before}).one()
    return Position(seq=row.at_seq, chain=row.at_chain), row.before


def locked(connection: Connection, own: Whose) -> Position | None:
    """How far the journal is known, with its row locked; None: it was never begun."""
    query = text(
        "SELECT at_seq, at_chain FROM clinic.journals "
        "WHERE client = :client AND journal = :journal FOR UPDATE"
    )
    row = connection.execute(query, own).first()
    return None if row is None else Position(seq=row.at_seq, chain=row.at_chain)


def chain_at(connection: Connection, own: Whose, seq: int) -> str:
    """The hash of a line that is there; "" before the first."""
    query = text(
        "SELECT chain_sha256 FROM clinic.lines "
        "WHERE client = :client AND journal = :journal AND seq = :seq"
    )
    return str(connection.execute(query, {**own, "seq": seq}).scalar() or "")


def add(connection: Connection, own: Whose, rows: Sequence[Row]) -> None:
    """Lines that follow what is there, and the journal's new position."""
    new = [asdict(row) | {"kind": row.kind or ERASED} for row in rows]
    connection.execute(_ADD, {**own, "rows": json.dumps(new)})
    moved = text(
        "UPDATE clinic.journals SET at_seq = :seq, at_chain = :chain, heard = clock_timestamp() "
        "WHERE client = :client AND journal = :journal"
    )
    connection.execute(moved, {**own, "seq": rows[-1].seq, "chain": rows[-1].chain_sha256})
    if noted := [{**own, **note} for note in notes(rows)]:
        connection.execute(_NOTE, noted)


def notes(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """As ``store.lines.note_session`` counts them, one a session."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row.session == FACTS:
            continue
        note = found.setdefault(
            (row.person, row.session),
            {"person": row.person, "session": row.session, "first_seq": row.seq,
             "started_utc": row.wall_utc, "entries": 0, "begun": False, "closed": False},
        )  # fmt: skip
        note["last_utc"] = row.wall_utc
        note["entries"] += 1
        note["begun"] |= row.kind == KINDS[Begin]
        note["closed"] |= row.kind == KINDS[Closed]
    return list(found.values())


def keep_salts(connection: Connection, own: Whose, salts: Mapping[str, bytes]) -> None:
    query = text(
        "UPDATE clinic.sessions SET salt = :salt "
        "WHERE client = :client AND journal = :journal AND session = :session AND salt IS NULL"
    )
    if salts:
        connection.execute(query, [{**own, "session": s, "salt": salts[s]} for s in salts])


def salts(connection: Connection, own: Whose, sessions: Collection[str]) -> dict[str, bytes]:
    """Those that are kept here."""
    query = text(
        "SELECT session, salt FROM clinic.sessions WHERE client = :client AND journal = :journal "
        "AND session = ANY (:sessions) AND salt IS NOT NULL"
    )
    rows = connection.execute(query, {**own, "sessions": list(sessions)})
    return {row.session: bytes(row.salt) for row in rows}


def keep_settings(connection: Connection, client: UUID, documents: Mapping[str, str]) -> None:
    query = text(
        "INSERT INTO clinic.settings_documents (client, hash, json) VALUES (:client, :hash, :json) "
        "ON CONFLICT DO NOTHING"
    )
    if documents:
        connection.execute(
            query, [{"client": client, "hash": h, "json": documents[h]} for h in documents]
        )


def forget_settings(connection: Connection, client: UUID) -> None:
    """Those that no line names which says something here."""
    query = text(
        "DELETE FROM clinic.settings_documents d WHERE d.client = :client AND NOT EXISTS "
        "(SELECT FROM clinic.lines l WHERE l.client = :client AND l.settings_hash = d.hash "
        "AND l.body IS NOT NULL)"
    )
    connection.execute(query, {"client": client})


def known(
    connection: Connection, own: Whose, seqs: Collection[int]
) -> dict[int, tuple[Known, str]]:
    """Lines by number, with what they say here: "" where nothing."""
    query = text(
        "SELECT seq, session, body_sha256, settings_hash, body FROM clinic.lines "
        "WHERE client = :client AND journal = :journal AND seq = ANY (:seqs)"
    )
    rows = connection.execute(query, {**own, "seqs": list(seqs)})
    return {row.seq: (known_of(row), row.body or "") for row in rows}


def give(connection: Connection, own: Whose, bodies: Sequence[Body]) -> None:
    query = text(
        "UPDATE clinic.lines l SET kind = r.kind, body = r.body "
        "FROM json_to_recordset(CAST(:bodies AS json)) AS r(seq bigint, kind text, body text) "
        "WHERE l.client = :client AND l.journal = :journal AND l.seq = r.seq"
    )
    if bodies:
        said = json.dumps([asdict(body) for body in bodies])
        connection.execute(query, {**own, "bodies": said})


def take(connection: Connection, own: Whose, seqs: Collection[int]) -> int:
    """These lines say nothing any more; how many did."""
    query = text(
        "UPDATE clinic.lines SET kind = :erased, body = NULL WHERE client = :client "
        "AND journal = :journal AND seq = ANY (:seqs) AND body IS NOT NULL"
    )
    said = {**own, "seqs": list(seqs), "erased": ERASED}
    return connection.execute(query, said).rowcount if seqs else 0


def take_before(connection: Connection, own: Whose, seqs: Collection[int]) -> list[Whose]:
    """The same of journals that this one took the place of, where they have the very same lines;
    which those are. After a restore a word that is erased must not stay in what was before."""
    query = text(
        "SELECT DISTINCT o.journal FROM clinic.lines l JOIN clinic.lines o "
        "ON o.client = l.client AND o.seq = l.seq AND o.chain_sha256 = l.chain_sha256 "
        "AND o.journal <> l.journal AND o.body IS NOT NULL "
        "WHERE l.client = :client AND l.journal = :journal AND l.seq = ANY (:seqs) "
        "AND o.journal IN (SELECT j.journal FROM clinic.journals j WHERE j.client = :client)"
    )
    said = {**own, "seqs": list(seqs), "erased": ERASED}
    if not seqs:
        return []
    others = [whose(own["client"], row.journal) for row in connection.execute(query, said)]
    gone = text(
        "UPDATE clinic.lines o SET kind = :erased, body = NULL FROM clinic.lines l "
        "WHERE l.client = :client AND l.journal = :journal AND l.seq = ANY (:seqs) "
        "AND o.client = l.client AND o.seq = l.seq AND o.chain_sha256 = l.chain_sha256 "
        "AND o.journal <> l.journal AND o.body IS NOT NULL"
    )
    connection.execute(gone, said)
    return others


def spoken(connection: Connection, own: Whose) -> Spoken:
    """How many lines say something, and which."""
    query = text(
        "SELECT count(*) AS lines, coalesce(sum(seq * seq % :mixed), 0)::bigint AS total "
        "FROM clinic.lines "
        "WHERE client = :client AND journal = :journal AND body IS NOT NULL"
    )
    row = connection.execute(query, {**own, "mixed": MIXED}).one()
    return Spoken(lines=row.lines, total=row.total)


def recount(connection: Connection, own: Whose, sessions: Collection[str]) -> None:
    """What is known of these sessions after bodies came or went. Of one that says nothing any more
    the salt goes, and with it what was made of the session."""
    said = {
        **own, "sessions": [name for name in sessions if name != FACTS],
        "begin": KINDS[Begin], "closed": KINDS[Closed],
    }  # fmt: skip
    if said["sessions"]:
        connection.execute(_RECOUNT, said)
        forget_made(connection, own)


def forget_made(connection: Connection, own: Whose) -> None:
    """Summaries of sessions of which nothing is to be read here, as of none that ever was."""
    for name in ("summaries", "thin_reviews"):
        connection.execute(
            text(
                f"DELETE FROM clinic.{name} m WHERE m.client = :client AND m.journal = :journal "  # noqa: S608
                "AND NOT EXISTS (SELECT FROM clinic.sessions s WHERE s.client = :client "
                "AND s.journal = :journal AND s.session = m.session AND s.salt IS NOT NULL)"
            ),
            own,
        )


def withdraw(connection: Connection, own: Whose, items: Collection[str]) -> int:
    """Takes the bodies of all that is not of these items; how many. Raises nothing: a fact that
    can't be read is of no item."""
    gone = 0
    if "sessions" not in items:
        query = text(
            "UPDATE clinic.lines SET kind = :erased, body = NULL WHERE client = :client "
            "AND journal = :journal AND session <> '' AND body IS NOT NULL"
        )
        gone += connection.execute(query, {**own, "erased": ERASED}).rowcount
        bare = text(
            "UPDATE clinic.sessions SET salt = NULL, begun = false, closed = false "
            "WHERE client = :client AND journal = :journal"
        )
        connection.execute(bare, own)
        forget_made(connection, own)
    facts = text(
        "SELECT seq, kind, body FROM clinic.lines WHERE client = :client AND journal = :journal "
        "AND session = '' AND body IS NOT NULL"
    )
    rows = connection.execute(facts, own).all()
    seqs = [row.seq for row in rows if item_of_text(FACTS, row.kind, row.body) not in items]
    return gone + take(connection, own, seqs)


# One statement for all of them: the rules on rows are asked once, and not for each line.
_ADD = text("""
  INSERT INTO clinic.lines (client, journal, seq, person, writer, session, number, boot_id, at_s,
    wall_utc, kind, body, settings_hash, body_sha256, chain_sha256)
  SELECT :client, :journal, r.* FROM json_to_recordset(CAST(:rows AS json)) AS r(seq bigint,
    person text, writer text, session text, number bigint, boot_id text, at_s double precision,
    wall_utc text, kind text, body text, settings_hash text, body_sha256 text, chain_sha256 text)
""")
_NOTE = text("""
  INSERT INTO clinic.sessions AS s (client, journal, person, session, first_seq, started_utc,
    last_utc, entries, begun, closed)
  VALUES (:client, :journal, :person, :session, :first_seq, :started_utc, :last_utc, :entries,
    :begun, :closed)
  ON CONFLICT (client, journal, person, session) DO UPDATE SET last_utc = excluded.last_utc,
    entries = s.entries + excluded.entries, begun = s.begun OR excluded.begun,
    closed = s.closed OR excluded.closed
""")
_RECOUNT = text("""
  UPDATE clinic.sessions s SET
    salt = CASE WHEN l.says THEN s.salt END, begun = l.begun, closed = l.closed
  FROM (
    SELECT person, session, bool_or(body IS NOT NULL) AS says, bool_or(kind = :begin) AS begun,
           bool_or(kind = :closed) AS closed
    FROM clinic.lines WHERE client = :client AND journal = :journal AND session = ANY (:sessions)
    GROUP BY person, session
  ) l
  WHERE s.client = :client AND s.journal = :journal AND s.person = l.person
    AND s.session = l.session
""")
