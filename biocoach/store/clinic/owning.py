"""What the owner of the clinic's database does: tables, months, the server's password, a clinic.

None of it is reachable for the server. ``url`` is always the owner's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from psycopg import sql
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from biocoach.store import migrate as steps
from biocoach.store.clinic.address import address_of
from biocoach.store.clinic.engine import APP, UnfitRoleError
from biocoach.store.clinic.secrets_of import Secret, new_secret
from biocoach.store.clinic.troubles import told_plainly
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.schema import HEAD
from biocoach.types import Refusal

# The steps before are of a person's own record, which a clinic has none of.
BEGINS = "0004"
AHEAD_MONTHS = 24
_LOCK = 0x62696F63  # one migration at a time


def migrate(url: str, today: date) -> None:
    """Makes the tables, or brings them up to date, in one transaction; and months ahead.

    Raises UnfitRoleError for an address that is not to be used, StoreError: the database does not
    answer, or is of a newer version.
    """
    with _owner(url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = steps.revision_of(connection)
        if found is not None and found > HEAD:
            raise StoreError(Trouble.NEWER, f"its schema is {found}, this version knows {HEAD}")
        if found != HEAD:
            steps.apply(connection, begins=BEGINS if found is None else None)
        _shut(connection)
        _keep_months(connection, today, AHEAD_MONTHS)


def keep_months(url: str, today: date, ahead: int = AHEAD_MONTHS) -> list[str]:
    """Makes the months from ``today``'s on that are not there yet; their names. Once a month is
    often enough: without a place for this month nothing that clients send is kept."""
    with _owner(url) as connection:
        return _keep_months(connection, today, ahead)


def set_password(url: str, password: str) -> None:
    """Of ``biocoach_app``. It is hashed here, so that no log of the server holds it."""
    with _owner(url) as connection:
        inner = connection.connection.driver_connection
        assert inner is not None
        hashed = inner.pgconn.encrypt_password(password.encode(), APP.encode(), b"scram-sha-256")
        words = sql.SQL("ALTER ROLE {} PASSWORD {}")
        inner.execute(words.format(sql.Identifier(APP), sql.Literal(hashed.decode())))


def found_clinic(url: str, name: str, admin: str) -> tuple[UUID, Secret]:
    """A clinic with its first admin: who that is, and the secret by which they take up their place
    within seven days."""
    secret = new_secret()
    with _owner(url) as connection:
        query = text("SELECT clinic.found(:name, :admin, :hash)")
        said = {"name": name, "admin": admin, "hash": secret.hash}
        return connection.execute(query, said).scalar_one(), secret


@contextmanager
def _owner(url: str) -> Iterator[Connection]:
    address = address_of(url, os.environ)
    if isinstance(address, Refusal):
        raise UnfitRoleError(address.why)
    engine = create_engine(address, poolclass=NullPool, hide_parameters=True)
    try:
        with told_plainly(), engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _shut(connection: Connection) -> None:
    """The database itself: nobody but the server's role comes in, and it makes nothing there. Said
    at each migration, for a copy of a database does not bring these rights with it."""
    name = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {name} TO {APP}")


def _keep_months(connection: Connection, today: date, ahead: int) -> list[str]:
    made = []
    for place in range(ahead + 1):
        first, after = _month(today, place), _month(today, place + 1)
        name = f"lines_{first:%Y_%m}"
        there = text("SELECT to_regclass(:name)")
        if connection.execute(there, {"name": f"clinic.{name}"}).scalar() is None:
            connection.exec_driver_sql(
                f"CREATE TABLE clinic.{name} PARTITION OF clinic.lines "
                f"FOR VALUES FROM ('{first}') TO ('{after}')"
            )
            # Nobody has a right to a month by itself; with one, no row would be theirs.
            connection.exec_driver_sql(f"ALTER TABLE clinic.{name} ENABLE ROW LEVEL SECURITY")
            connection.exec_driver_sql(f"ALTER TABLE clinic.{name} FORCE ROW LEVEL SECURITY")
            made.append(name)
    return made


def _month(today: date, later: int) -> date:
    count = today.year * 12 + today.month - 1 + later
    return date(count // 12, count % 12 + 1, 1)
