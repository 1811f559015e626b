# ruff: noqa: E501 - a statement is one line
"""What the catalogue says: every table has rules that hold for its owner too, and the server's role
has no more rights than are named here."""

from __future__ import annotations

import psycopg
import pytest

from biocoach.store.clinic import ClinicEngine
from tests.postgres import Base

OURS = "n.nspname IN ('clinic', 'reading', 'public')"
# The functions that the server may call; all others are the gate's own.
OPEN_FUNCTIONS = {
    "asking", "at_home", "seen", "readable", "writable", "overseen", "told_of", "known", "deed",
    "standing", "holder", "invited", "credential", "join_device", "accept", "drop_credentials",
    "seal_key",
}  # fmt: skip


def asked(base: Base, query: str) -> list[tuple[object, ...]]:
    with base.root() as root:
        return root.execute(query.encode()).fetchall()


def test_each_table_has_rules_that_hold_for_its_owner_too(base: Base) -> None:
    rows = asked(
        base,
        "SELECT c.oid::regclass::text, c.relrowsecurity AND c.relforcerowsecurity, c.relispartition, "
        "EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid), "
        "has_any_column_privilege('biocoach_app', c.oid, 'SELECT,INSERT,UPDATE,REFERENCES') "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE c.relkind IN ('r', 'p', 'f', 'm') AND {OURS}",
    )
    assert len(rows) > 40
    for name, forced, is_month, has_policy, reachable in rows:
        assert forced, name
        # A month is reached through the whole table, and by itself by nobody.
        assert (has_policy and not is_month) or (is_month and not reachable), name


def test_each_view_has_its_reader_s_rights(base: Base) -> None:
    rows = asked(
        base,
        "SELECT c.relname, 'security_invoker=true' = ANY (c.reloptions) FROM pg_class c "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND {OURS}",
    )
    assert len(rows) == 6
    assert all(invoker for _, invoker in rows)


def test_no_rule_on_rows_is_for_everybody(base: Base) -> None:
    rows = asked(base, "SELECT tablename, policyname FROM pg_policies WHERE 'public' = ANY (roles)")
    assert rows == [("alembic_version", "everybody")]


def test_what_may_be_called_is_what_is_named_here(base: Base) -> None:
    rows = asked(
        base,
        "SELECT p.proname, has_function_privilege('biocoach_app', p.oid, 'EXECUTE'), "
        "p.proowner::regrole::text, p.prosecdef, p.proconfig::text FROM pg_proc p "
        "WHERE p.pronamespace = 'clinic'::regnamespace",
    )
    assert {name for name, may, *_ in rows if may} == OPEN_FUNCTIONS
    for name, _, owner, definer, config in rows:
        assert owner == "biocoach_gate", name
        assert definer or name == "asking", name
        assert "pg_catalog, pg_temp" in str(config), name


def test_the_gate_has_no_right_to_a_record(base: Base) -> None:
    rows = asked(
        base,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE c.relkind IN ('r', 'p', 'v') AND {OURS} AND ("
        "has_any_column_privilege('biocoach_gate', c.oid, 'SELECT,INSERT,UPDATE') "
        "OR has_table_privilege('biocoach_gate', c.oid, 'DELETE,TRUNCATE'))",
    )
    assert {str(name) for (name,) in rows} == {
        "clinics", "members", "clients", "assignments", "supervision", "invitations", "devices",
        "credentials", "deeds", "heads", "seal",
    }  # fmt: skip


def test_the_hashes_of_secrets_are_read_by_nobody(base: Base) -> None:
    rows = asked(
        base,
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE c.relname IN ('invitations', 'devices', 'credentials') "
        "AND c.relnamespace = 'clinic'::regnamespace AND a.attname IN ('hash', 'handle') "
        "AND has_column_privilege('biocoach_app', c.oid, a.attnum, 'SELECT')",
    )
    assert rows == []


REFUSED = (
    "CREATE TABLE public.mine (a int)", "CREATE TABLE clinic.mine (a int)", "CREATE SCHEMA mine",
    "CREATE TEMP TABLE mine (a int)", "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP TABLE clinic.lines", "TRUNCATE clinic.lines", "ALTER TABLE clinic.lines DISABLE ROW LEVEL SECURITY",
    "SET ROLE biocoach_owner", "SET ROLE biocoach_gate", "UPDATE clinic.deeds SET detail = ''",
    "DELETE FROM clinic.deeds", "INSERT INTO clinic.heads (clinic) VALUES (gen_random_uuid())",
    "UPDATE clinic.heads SET number = 0", "UPDATE alembic_version SET version_num = '0001'",
    "SELECT clinic.found('a', 'b', 'c')", "SELECT clinic.append(gen_random_uuid(), 'a', NULL, '')",
    "SELECT * FROM clinic.named('{open}')", "SELECT clinic.take_invitation('device', 'a')",
    "UPDATE clinic.clients SET practitioner = gen_random_uuid()", "DELETE FROM clinic.agreed",
    "UPDATE clinic.members SET clinic = gen_random_uuid()", "COPY clinic.lines FROM PROGRAM 'true'",
)  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_the_server_s_role_may_not(base_of_all: Base, statement: str) -> None:
    with (
        psycopg.connect(base_of_all.app, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_the_owner_s_other_things_are_out_of_reach(base: Base) -> None:
    """Whatever else the owner keeps in this database, or beside it."""
    with psycopg.connect(base.owner, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA other")
        owner.execute("CREATE TABLE other.things (a int)")
        owner.execute("CREATE TABLE public.left_here (a int)")
        owner.execute("CREATE TABLE clinic.later (a int)")
    for name in ("other.things", "public.left_here", "clinic.later"):
        with (
            psycopg.connect(base.app, autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(f"SELECT * FROM {name}".encode())
    with psycopg.connect(base.owner, autocommit=True) as owner:  # and the rules hold for the owner
        owner.execute("REVOKE biocoach_gate FROM biocoach_owner")
        assert owner.execute("SELECT count(*) FROM clinic.members").fetchall() == [(0,)]
        owner.execute("GRANT biocoach_gate TO biocoach_owner")


def test_another_role_does_not_come_in(base: Base) -> None:
    with base.root() as root:
        root.execute("DROP ROLE IF EXISTS somebody")
        root.execute("CREATE ROLE somebody LOGIN")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(base.url("somebody"))
    ClinicEngine(base.app).close()
