# ruff: noqa: E501 - a statement is one line
"""What a stranger may try on a clinic's database: statements on every table, view and function.

``VICTIM`` names are put in for the ids of somebody whom the stranger has no right to see; these are
taken to be known to them. What is drawn says all that repeats it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]
SYSTEM = (
    "pg_catalog.pg_authid", "pg_catalog.pg_shadow", "pg_catalog.pg_statistic", "pg_catalog.pg_stats",
    "pg_catalog.pg_stats_ext", "pg_catalog.pg_stat_activity", "pg_catalog.pg_stat_statements",
    "pg_catalog.pg_largeobject", "pg_catalog.pg_prepared_statements", "pg_catalog.pg_cursors",
    "pg_catalog.pg_settings", "pg_catalog.pg_locks", "information_schema.columns",
    "pg_catalog.pg_file_settings", "pg_catalog.pg_hba_file_rules", "pg_catalog.pg_backend_memory_contexts",
)  # fmt: skip
# Functions of PostgreSQL that read past what one thinks of.
AROUND = (
    "query_to_xml('SELECT * FROM {rel}', true, false, '')", "table_to_xml('{rel}', true, false, '')",
    "schema_to_xml('clinic', true, false, '')", "database_to_xml(true, false, '')",
    "pg_read_file('postgresql.conf')", "pg_read_file(pg_relation_filepath('{rel}'))",
    "pg_read_binary_file(pg_relation_filepath('{rel}'))", "pg_ls_dir('.')", "pg_stat_file('base')",
    "lo_import('/etc/passwd')", "lo_export(1, '/tmp/x')", "pg_ls_waldir()", "pg_switch_wal()",
    "pg_logical_emit_message(true, 'a', 'b')", "pg_stat_get_activity(NULL)", "pg_reload_conf()",
    "cursor_to_xml('kept', 10, true, false, '')", "pg_get_functiondef('clinic.named'::regproc)",
    "set_config('role', 'biocoach_gate', false)", "set_config('row_security', 'off', true)",
    "set_config('session_authorization', 'postgres', false)", "pg_export_snapshot()",
    "ts_stat('SELECT to_tsvector(c::text) FROM {rel} c')", "pg_relation_size('{rel}')",
)  # fmt: skip
# Before a statement: what might lead it astray.
BEFORE = (
    "SET LOCAL ROLE biocoach_gate", "SET LOCAL ROLE biocoach_owner", "SET LOCAL ROLE postgres",
    "SET LOCAL ROLE NONE", "SET SESSION AUTHORIZATION postgres", "SET LOCAL row_security = off",
    "SET LOCAL search_path = pg_temp, clinic, reading, public", "SET LOCAL search_path = reading, clinic",
    "CREATE TEMP TABLE members (LIKE clinic.members)", "CREATE TEMP VIEW asking AS SELECT 1",
    "CREATE FUNCTION pg_temp.readable() RETURNS uuid LANGUAGE sql AS 'SELECT ''{client}''::uuid'",
    "CREATE FUNCTION public.readable() RETURNS uuid LANGUAGE sql AS 'SELECT ''{client}''::uuid'",
    "CREATE OR REPLACE FUNCTION clinic.readable() RETURNS uuid LANGUAGE sql AS 'SELECT ''{client}''::uuid'",
    "CREATE SCHEMA mine", "CREATE EXTENSION dblink", "CREATE EXTENSION file_fdw",
    "GRANT biocoach_gate TO biocoach_app", "GRANT ALL ON {rel} TO PUBLIC", "ALTER ROLE biocoach_app BYPASSRLS",
    "ALTER TABLE {rel} DISABLE ROW LEVEL SECURITY", "ALTER TABLE {rel} NO FORCE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON {rel} USING (true)", "DROP POLICY seen ON {rel}",
    "ALTER VIEW {rel} RESET (security_invoker)", "CREATE RULE mine AS ON SELECT TO {rel} DO INSTEAD SELECT 1",
    "ALTER ROLE biocoach_app SET biocoach.member = '{practitioner}'",
    "SELECT set_config('biocoach.journal', '{journal}', true)", "LOCK TABLE {rel} IN ACCESS EXCLUSIVE MODE",
    "SELECT clinic.deed('open', '{client}', '')", "SELECT clinic.deed('sync', '{client}', '')",
    "SELECT set_config('biocoach.deed', clinic.deed('open', '{client}', '')::text, true)",
    "SELECT set_config('biocoach.deed', clinic.deed('caseload', NULL, '')::text, true)",
    "SELECT set_config('biocoach.deed', clinic.deed('sign_in', NULL, '{client}')::text, true)",
    "SELECT set_config('biocoach.deed', clinic.standing('{client}')::text, true)",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """``columns`` by name, with their types."""

    name: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    name: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """``before`` is run first, and may fail by itself; then ``statement``. ``changes``: a row that
    it changed is one that it reached."""

    statement: str
    before: tuple[str, ...] = ()
    changes: bool = False
    copy_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """All there is, as the catalogue tells it: what is made later is tried the day it is made."""

    relations: tuple[Relation, ...]
    functions: tuple[Function, ...]
    ids: Mapping[str, str] = field(default_factory=dict)  # the victim's


def objects_of(root: Connection, ids: Mapping[str, str]) -> Objects:
    columns: dict[str, dict[str, str]] = {}
    for name, column, kind in root.execute(
        "SELECT c.oid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod) "
        "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.attnum > 0 AND NOT a.attisdropped "
        "AND c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' "
        "AND nspname <> 'information_schema') ORDER BY 1, a.attnum"
    ):
        columns.setdefault(str(name), {})[str(column)] = str(kind)
    functions = root.execute(
        "SELECT p.oid::regproc::text, p.proargtypes::regtype[]::text[] FROM pg_proc p "
        "WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' "
        "AND nspname <> 'information_schema') ORDER BY 1"
    ).fetchall()
    return Objects(
        relations=tuple(Relation(name=n, columns=c) for n, c in columns.items()),
        functions=tuple(Function(name=str(n), types=tuple(t)) for n, t in functions),  # type: ignore[arg-type]
        ids=ids,
    )


class Drawing:
    """Draws what is tried, from a seed."""

    def __init__(self, dice: random.Random, objects: Objects) -> None:
        self._dice = dice
        self._objects = objects

    def one(self) -> Try:
        kinds = {
            self._reading: 8, self._changing: 6, self._adding: 3, self._copying: 2,
            self._calling: 5, self._around: 2, self._system: 1,
        }  # fmt: skip
        kind = self._dice.choices(list(kinds), weights=list(kinds.values()))[0]
        found = kind(self._dice.choice(self._objects.relations))
        if self._dice.random() < 0.4:
            rel = self._dice.choice(self._objects.relations).name
            count = self._dice.choice([1, 1, 2])
            before = tuple(self._filled(self._dice.choice(BEFORE), rel) for _ in range(count))
            found = Try(
                statement=found.statement, before=before, changes=found.changes,
                copy_in=found.copy_in,
            )  # fmt: skip
        return found

    # ---- inside

    def _reading(self, rel: Relation) -> Try:
        where, column = self._where(rel), self._dice.choice(list(rel.columns))
        return Try(
            statement=self._dice.choice(
                [
                    f"SELECT * FROM {rel.name}",
                    f"SELECT * FROM ONLY {rel.name}",
                    f"TABLE {rel.name}",
                    f"SELECT * FROM {rel.name} WHERE {where}",
                    f"SELECT {column} FROM {rel.name} WHERE {where}",
                    f"SELECT row_to_json(r) FROM {rel.name} r",
                    f"SELECT string_agg(r::text, ',') FROM {rel.name} r",
                    f"SELECT min({column}::text), max({column}::text) FROM {rel.name}",
                    f"SELECT {column}::text::int FROM {rel.name}",
                    f"SELECT 1 / (length({column}::text) * 0) FROM {rel.name}",
                    f"SELECT * FROM {rel.name} WHERE {where} FOR UPDATE",
                    f"SELECT * FROM {rel.name} TABLESAMPLE SYSTEM (100)",
                    f"WITH r AS MATERIALIZED (SELECT * FROM {rel.name}) SELECT * FROM r",
                    f"SELECT r.* FROM clinic.clinics c LEFT JOIN {rel.name} r ON true",
                    f"SELECT (SELECT r::text FROM {rel.name} r LIMIT 1)",
                    f"EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM {rel.name}",
                    f"DECLARE kept CURSOR WITH HOLD FOR SELECT * FROM {rel.name}",
                    f"SELECT * FROM {rel.name} UNION ALL SELECT * FROM {rel.name}",
                    f"SELECT * FROM {rel.name} CROSS JOIN LATERAL (SELECT clinic.seen()) s",
                ]
            )
        )

    def _changing(self, rel: Relation) -> Try:
        where, column = self._where(rel), self._dice.choice(list(rel.columns))
        value = self._value(rel.columns[column])
        return Try(
            changes=True,
            statement=self._dice.choice(
                [
                    f"UPDATE {rel.name} SET {column} = {column} WHERE {where}",
                    f"UPDATE {rel.name} SET {column} = {value} WHERE {where}",
                    f"DELETE FROM {rel.name} WHERE {where}",
                    f"WITH r AS (DELETE FROM {rel.name} WHERE {where} RETURNING *) SELECT * FROM r",
                    f"UPDATE {rel.name} SET {column} = {column} WHERE {where} RETURNING *",
                    f"MERGE INTO {rel.name} r USING (SELECT 1) o ON {where} WHEN MATCHED THEN DELETE",
                    f"TRUNCATE {rel.name} CASCADE",
                    f"DROP TABLE {rel.name} CASCADE",
                    f"ALTER TABLE {rel.name} ADD COLUMN mine text",
                ]
            ),
        )

    def _adding(self, rel: Relation) -> Try:
        some = [c for c in rel.columns if self._dice.random() < 0.9] or list(rel.columns)
        values = ", ".join(self._value(rel.columns[c], c) for c in some)
        named = f"INSERT INTO {rel.name} ({', '.join(some)})"
        end = self._dice.choice(["", "", " ON CONFLICT DO NOTHING", " RETURNING *"])
        return Try(
            changes=True,
            statement=self._dice.choice(
                [f"{named} VALUES ({values}){end}", f"{named} SELECT {values}{end}"]
            ),
        )

    def _copying(self, rel: Relation) -> Try:
        where = self._where(rel)
        statement = self._dice.choice(
            [
                f"COPY {rel.name} TO STDOUT",
                f"COPY (SELECT * FROM {rel.name} WHERE {where}) TO STDOUT",
                f"COPY (SELECT * FROM {rel.name}) TO PROGRAM 'cat'",
                f"COPY {rel.name} TO '/tmp/x'",
                f"COPY {rel.name} FROM PROGRAM 'cat /etc/passwd'",
                f"COPY {rel.name} FROM STDIN",
            ]
        )
        return Try(statement=statement, copy_in=statement.endswith("STDIN"), changes=True)

    def _calling(self, _rel: Relation) -> Try:
        one = self._dice.choice(self._objects.functions)
        given = ", ".join(f"{self._value(t)}::{t}" for t in one.types)
        form = self._dice.choice(["SELECT * FROM {}({})", "SELECT {}({})", "SELECT count({}({}))"])
        if form.startswith("SELECT count"):
            form = "SELECT {}({})::text"
        return Try(statement=form.format(one.name, given))

    def _around(self, rel: Relation) -> Try:
        return Try(statement="SELECT " + self._filled(self._dice.choice(AROUND), rel.name))

    def _system(self, _rel: Relation) -> Try:
        return Try(statement=f"SELECT * FROM {self._dice.choice(SYSTEM)}")

    def _where(self, rel: Relation) -> str:
        """The victim's rows, by any id of theirs that this table has."""
        ids = self._objects.ids
        some = [name for name in ids if name in rel.columns]
        some += [
            n for n in ("therapist", "supervisor", "practitioner") if n in rel.columns and n in ids
        ]
        if not some:
            return "true"
        name = self._dice.choice(some)
        return f"{name}::text = '{ids[name]}'"

    def _value(self, kind: str, column: str = "") -> str:
        ids = self._objects.ids
        if column in ids:
            return f"'{ids[column]}'"
        if kind == "uuid":
            return f"'{self._dice.choice([v for v in ids.values() if len(v) == 36])}'"
        values: Mapping[str, Sequence[str]] = {
            "text": ["'open'", "'sync'", "'caseload'", "'admin'", "'device'", "''", "'a'", "NULL",
                     *(f"'{v}'" for v in ids.values())],
            "text[]": ["'{admin}'", "'{open,read,export,sync,erase,sign_in}'", "'{therapist}'"],
            "bigint": ["1", "999999"], "boolean": ["true"], "double precision": ["0"],
            "date": ["date_trunc('month', now())::date"], "bytea": ["'x'"], "jsonb": ["'{}'"],
            "timestamp with time zone": ["now()", "NULL", "'infinity'"],
        }  # fmt: skip
        return self._dice.choice(values.get(kind, ["NULL"]))

    def _filled(self, text: str, rel: str) -> str:
        filled = text.replace("{rel}", rel)
        for name, value in self._objects.ids.items():
            filled = filled.replace("{" + name + "}", value)
        return filled
