"""The server's connections to the clinic's database: as a role for which every rule holds.

Whoever asks is said anew in each transaction, by SET LOCAL; what a transaction leaves on a
connection is thrown away before the next one has it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event, text

from biocoach.store.clinic.address import address_of
from biocoach.store.clinic.troubles import told_plainly
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.schema import HEAD
from biocoach.types import Refusal

APP = "biocoach_app"
POOL = 10  # connections that are held open
WAIT_S = 5  # for a connection, and for a lock
STATEMENT_S = 60

_OPTIONS = (
    f"-c statement_timeout={STATEMENT_S}s -c lock_timeout={WAIT_S}s "
    f"-c idle_in_transaction_session_timeout={STATEMENT_S}s -c timezone=UTC"
)
# Which of these is true of the role that signed in, or of one that it may become.
_UNFIT = text("""
  SELECT CASE
    WHEN bool_or(r.rolsuper) THEN 'a superuser'
    WHEN bool_or(r.rolbypassrls) THEN 'one that the rules on rows do not hold for (BYPASSRLS)'
    WHEN bool_or(r.rolcreaterole) THEN 'one that may make roles'
    WHEN bool_or(EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid
           AND c.relnamespace IN
             (SELECT oid FROM pg_namespace WHERE nspname IN ('clinic', 'reading'))))
      OR bool_or(EXISTS (SELECT FROM pg_proc p WHERE p.proowner = r.oid
           AND p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname = 'clinic')))
      OR bool_or(EXISTS (SELECT FROM pg_database d WHERE d.datdba = r.oid
           AND d.datname = current_database())) THEN 'the owner of the tables'
    WHEN has_database_privilege(current_database(), 'CREATE')
      OR bool_or(has_schema_privilege(r.oid, n.oid, 'CREATE')) THEN 'one that may make tables'
  END
  FROM pg_roles r
  CROSS JOIN (SELECT oid FROM pg_namespace WHERE nspname IN ('clinic', 'reading', 'public')) n
  WHERE pg_has_role(session_user, r.oid, 'MEMBER') OR pg_has_role(current_user, r.oid, 'MEMBER')
""")
_SAYS = text("""
  SELECT set_config('biocoach.member', :member, true), set_config('biocoach.deed', :deed, true),
         set_config('biocoach.journal', :journal, true), set_config('search_path', :path, true)
""")


class UnfitRoleError(Exception):
    """The server must not start so; one line that says why and what to do."""


class ClinicEngine:
    """Pooled connections; usable from any thread."""

    def __init__(self, url: str, *, pool: int = POOL) -> None:
        """Raises UnfitRoleError: the address, the role or the schema is not as it must be; and
        StoreError: the database does not answer."""
        address = address_of(url, os.environ)
        if isinstance(address, Refusal):
            raise UnfitRoleError(address.why)
        self._engine = create_engine(
            address, pool_size=pool, max_overflow=0, pool_timeout=WAIT_S, pool_pre_ping=True,
            hide_parameters=True, pool_reset_on_return=None,
            # What was prepared for one who asks is not there for the next: all of it is discarded.
            connect_args={
                "connect_timeout": WAIT_S, "options": _OPTIONS, "prepare_threshold": None,
            },
        )  # fmt: skip
        event.listen(self._engine, "reset", _discard)
        try:
            with told_plainly(), self._engine.connect() as connection:
                why = _unfit(connection)
                if why:
                    raise UnfitRoleError(why)
                sealing = text("SELECT clinic.seal_key()")
                self.seal_key: bytes = bytes(connection.execute(sealing).scalar_one())
        except BaseException:
            self._engine.dispose()
            raise

    @contextmanager
    def as_member(
        self, member: UUID, *, deed: UUID | None = None, journal: str = "", reading: bool = False
    ) -> Iterator[Connection]:
        """One transaction as this member, committed when the block is left. ``deed``: what it leans
        on, to read or write a record. ``reading``: one consistent view of the record's tables as
        ``biocoach.store.reader`` knows them. Raises StoreError, NotAllowedError."""
        with told_plainly(), _begun(self._engine, reading=reading) as connection:
            path = "reading" if reading else "pg_catalog"
            said = {
                "member": str(member),
                "deed": str(deed or ""),
                "journal": journal,
                "path": path,
            }
            connection.execute(_SAYS, said)
            yield connection

    @contextmanager
    def as_nobody(self) -> Iterator[Connection]:
        """Before anybody is signed in: only what a secret's hash opens."""
        with told_plainly(), _begun(self._engine, reading=False) as connection:
            said = {"member": "", "deed": "", "journal": "", "path": "pg_catalog"}
            connection.execute(_SAYS, said)
            yield connection

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def _begun(engine: Engine, *, reading: bool) -> Iterator[Connection]:
    with engine.connect() as connection:
        if reading:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


def _discard(connection: Any, _record: object, _state: object) -> None:
    """Settings, cursors, prepared statements, locks, temporary tables."""
    connection.rollback()
    connection.isolation_level = None
    connection.read_only = None
    connection.autocommit = True
    connection.execute("DISCARD ALL")
    connection.autocommit = False


def _unfit(connection: Connection) -> str:
    role = connection.execute(text("SELECT current_user")).scalar_one()
    unfit = connection.execute(_UNFIT).scalar()
    if unfit:
        return (
            f"{role} is {unfit}: the server must sign in as {APP}, for whom every rule holds "
            "(`biocoach clinic password` sets its password)"
        )
    there = text("SELECT to_regclass('public.alembic_version')")
    found = ""
    if connection.execute(there).scalar() is not None:
        found = connection.execute(
            text("SELECT version_num FROM public.alembic_version")
        ).scalar_one()
    if found > HEAD:
        return (
            f"the database is of a newer biocoach ({found}, this one knows {HEAD}): update biocoach"
        )
    if found < HEAD:
        return (
            f"the database is of an older biocoach ({found or 'none'}, this one needs {HEAD}): "
            "its owner runs `biocoach clinic migrate` first"
        )
    return (
        ""
        if _has_month(connection)
        else ("there is no place for this month's lines: its owner runs `biocoach clinic migrate`")
    )


def _has_month(connection: Connection) -> bool:
    query = text(
        "SELECT to_regclass('clinic.lines_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM'))"
    )
    return connection.execute(query).scalar() is not None


__all__ = ["APP", "ClinicEngine", "StoreError", "Trouble", "UnfitRoleError"]
