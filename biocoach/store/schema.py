"""The tables, as the code sees them; migrations/ makes them.

An entry is never changed, except that erasing takes its body and leaves the rest: a tombstone.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

FACTS = ""  # the session of the profile's facts
BESIDE = "beside:"  # facts that lie beside a session, and go with it: ``beside:<session>:…``
HEAD = "0005"  # the newest migration this version knows

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("person", String, nullable=False),
    Column("writer", String, nullable=False),
    Column("session", String, nullable=False),  # FACTS for the profile
    Column("number", Integer),
    Column("boot_id", String, nullable=False),
    Column("at_s", Float, nullable=False),
    Column("wall_utc", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text),  # NULL: erased
    Column("settings_hash", String, nullable=False),
    Column("body_sha256", String, nullable=False),
    Column("chain_sha256", String, nullable=False),
    Index("entries_by_session", "session", "seq"),
)

# One row a session, kept up in the transaction of each append, so that years of practice
# don't slow the start. The salt goes when the session is erased: without it the hash of
# a short body ("distress 55") could be guessed from the tombstone.
sessions = Table(
    "sessions",
    metadata,
    Column("person", String, primary_key=True),
    Column("session", String, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("started_utc", String, nullable=False),
    Column("last_utc", String, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("begun", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
    Index("sessions_by_first_seq", "first_seq"),
)

settings_documents = Table(
    "settings_documents",
    metadata,
    Column("hash", String, primary_key=True),
    Column("json", Text, nullable=False),
)

# Rebuildable from the journal at any time.
summaries = Table(
    "summaries",
    metadata,
    Column("session", String, primary_key=True),
    Column("json", Text, nullable=False),
)

# Rebuildable too: what reports tell of a session.
thin_reviews = Table(
    "thin_reviews",
    metadata,
    Column("session", String, primary_key=True),
    Column("made_by", String, nullable=False),
    Column("json", Text, nullable=False),
)

# Pictures and voices; the journal tells only that one came (``seq``). Erasing empties a row and
# leaves it: a deleted one would let SQLite move its neighbours, which leaves copies of them behind
# for the day when they are erased. Without an index for the same reason: there are few.
attachments = Table(
    "attachments",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("person", String, nullable=False),
    Column("wall_utc", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("id", String),  # NULL, as all below: erased
    Column("length", Integer),
    Column("sha256", String),
    Column("content", LargeBinary),
)

# Whose bodies a clinic has, or may have: noted before they are sent (``sure`` False) and once the
# clinic has said so (True). What was sent and then erased here is known by it.
synced = Table(
    "synced",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sure", Boolean, nullable=False),
)
