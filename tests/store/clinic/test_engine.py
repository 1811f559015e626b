# ruff: noqa: E501 - an address is one line
"""The address, the role and the schema with which a server must not start, each in one plain line."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from biocoach.store import StoreError, Trouble
from biocoach.store.clinic import ClinicEngine, UnfitRoleError
from biocoach.store.clinic.address import DRIVER, address_of
from biocoach.store.clinic.owning import keep_months, migrate, set_password
from biocoach.store.schema import HEAD
from biocoach.types import Refusal
from tests.postgres import Base, today

GOOD = (
    "postgresql://app@/clinic", "postgresql://app@localhost/clinic", "postgres://app@127.0.0.1:5/c",
    "postgresql://app@[::1]/c", "postgresql://app@/c?host=/var/run/postgresql",
    "postgresql+psycopg://app@db.example/c?sslmode=verify-full",
    "postgresql://app@/c?host=db.example&sslmode=verify-full",
)  # fmt: skip
FAR = (
    "postgresql://app:geheim@db.example/c", "postgresql://app:geheim@10.0.0.1/c?sslmode=require",
    "postgresql://app:geheim@/c?host=db.example", "postgresql://app:geheim@localhost/c?hostaddr=10.0.0.1",
    "postgresql://app:geheim@/c?host=localhost,db.example", "postgresql://app:geheim@localhost.evil.example/c",
    "postgresql://app:geheim@db.example/c?sslmode=verify-ca", "postgresql://app:geheim@127.0.0.1.evil.example/c",
    "postgresql://app:geheim@/c?host=localhost:5&host=db.example:5",
)  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_good_address(text: str) -> None:
    found = address_of(text, {})
    assert not isinstance(found, Refusal)
    assert found.drivername == DRIVER


@pytest.mark.parametrize("text", FAR)
def test_another_machine_only_over_tls_that_proves_whose_it_is(text: str) -> None:
    found = address_of(text, {})
    assert isinstance(found, Refusal)
    assert "verify-full" in found.why
    assert "geheim" not in found.why


def test_what_is_no_address() -> None:
    for text in ("", "x", "mysql://a@localhost/c", "postgresql://app@localhost"):
        assert isinstance(address_of(text, {}), Refusal), text
    assert isinstance(address_of(GOOD[0], {"PGHOST": "db.example"}), Refusal)
    assert isinstance(address_of(GOOD[0] + "?service=x", {}), Refusal)


def test_the_server_starts_as_its_own_role_alone(base: Base) -> None:
    ClinicEngine(base.app).close()
    for role in ("postgres", "biocoach_owner"):
        with pytest.raises(UnfitRoleError, match="must sign in as biocoach_app"):
            ClinicEngine(base.url(role))


@pytest.mark.parametrize(
    "change",
    [
        "GRANT biocoach_gate TO biocoach_app", "GRANT biocoach_owner TO biocoach_app",
        "ALTER ROLE biocoach_app BYPASSRLS", "ALTER ROLE biocoach_app SUPERUSER",
        "GRANT CREATE ON SCHEMA public TO biocoach_app", "GRANT CREATE ON SCHEMA clinic TO PUBLIC",
    ],
)  # fmt: skip
def test_a_role_that_was_given_more_is_refused(base: Base, change: str) -> None:
    back = change.replace("GRANT", "REVOKE").replace(" TO ", " FROM ")
    if change.startswith("ALTER"):
        back = change.replace("BYPASSRLS", "NOBYPASSRLS").replace("SUPERUSER", "NOSUPERUSER")
    with base.root() as root:
        root.execute(change.encode())
        try:
            with pytest.raises(UnfitRoleError, match="must sign in as biocoach_app"):
                ClinicEngine(base.app)
        finally:
            root.execute(back.encode())


def test_another_schema_is_refused(base: Base) -> None:
    for number, words in (("0004", "older biocoach"), ("9999", "newer biocoach")):
        with base.root() as root:
            root.execute("UPDATE alembic_version SET version_num = %s", [number])
        with pytest.raises(UnfitRoleError, match=words):
            ClinicEngine(base.app)
    with pytest.raises(StoreError) as raised:
        migrate(base.owner, today())
    assert raised.value.code is Trouble.NEWER


def test_a_database_that_is_away() -> None:
    with pytest.raises(StoreError) as raised:
        ClinicEngine("postgresql://biocoach_app@127.0.0.1:1/none")
    assert raised.value.code is Trouble.AWAY


def test_only_what_a_clinic_needs_is_made(base: Base) -> None:
    with base.root() as root:
        tables = {r[0] for r in root.execute("SELECT relname FROM pg_class WHERE relnamespace = "
                                             "'public'::regnamespace AND relkind = 'r'").fetchall()}  # fmt: skip
        [version] = root.execute("SELECT version_num FROM alembic_version").fetchone() or [""]
    assert (tables, version) == ({"alembic_version"}, HEAD)


def test_months_are_made_once_and_ahead(base: Base) -> None:
    assert keep_months(base.owner, today()) == []
    assert keep_months(base.owner, date(2031, 11, 30), ahead=2) == [
        "lines_2031_11", "lines_2031_12", "lines_2032_01",
    ]  # fmt: skip
    assert keep_months(base.owner, date(2031, 12, 1), ahead=2) == ["lines_2032_02"]


def test_without_this_month_the_server_does_not_start(base: Base) -> None:
    with psycopg.connect(base.owner, autocommit=True) as owner:
        owner.execute(f"DROP TABLE clinic.lines_{today():%Y_%m}".encode())
    with pytest.raises(UnfitRoleError, match="this month's lines"):
        ClinicEngine(base.app)


def test_a_password_is_kept_hashed(base: Base) -> None:
    set_password(base.owner, "it's 'quoted' %s")
    with base.root() as root:
        row = root.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'biocoach_app'")
        assert str(row.fetchall()).count("SCRAM-SHA-256$") == 1
