# ruff: noqa: E501 - a statement is one line
"""A small share of ``python -m tests.faults tenants``, and whether it would see an open door."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.faults.tenants import Tries, changed, state_of
from tests.faults.tenants_world import World, made_world
from tests.postgres import Base, fresh

OPENED = {
    "a policy too wide": "CREATE POLICY wide ON clinic.lines FOR SELECT TO biocoach_app USING (true)",
    "no rules": "ALTER TABLE clinic.lines DISABLE ROW LEVEL SECURITY",
    "a view of its owner's": "GRANT biocoach_app TO biocoach_owner; "
    "CREATE POLICY wide ON clinic.lines FOR SELECT TO biocoach_owner USING (true); "
    "ALTER VIEW reading.entries RESET (security_invoker); "
    "CREATE OR REPLACE VIEW reading.entries AS SELECT seq, person, writer, session, number, boot_id, "
    "at_s, wall_utc, kind, body, settings_hash, body_sha256, chain_sha256 FROM clinic.lines",
    "a function that tells": "CREATE FUNCTION clinic.all_of() RETURNS SETOF text SECURITY DEFINER "
    "LANGUAGE sql AS 'SELECT name FROM clinic.members'; ALTER FUNCTION clinic.all_of() OWNER TO postgres",
    "an audit that anybody reads": "CREATE POLICY wide ON clinic.deeds FOR SELECT USING (true)",
    "old deeds": "CREATE OR REPLACE FUNCTION clinic.readable() RETURNS uuid STABLE SECURITY DEFINER "
    "LANGUAGE sql AS 'SELECT client FROM clinic.deeds WHERE deed = "
    "nullif(current_setting(''biocoach.deed'', true), '''')::uuid'",
}


@pytest.fixture
def base() -> Iterator[Base]:
    yield from fresh()


@pytest.fixture
def world(base: Base) -> World:
    return made_world(base)


def test_nobody_gets_a_row_of_somebody_else(base: Base, world: World) -> None:
    before = state_of(base, world)
    tries = Tries(base, world, random.Random("a share"))
    try:
        found = [why for _ in range(400) if (why := tries.one())]
    finally:
        tries.close()
    assert found == []
    assert changed(base, world, before) == []


@pytest.mark.parametrize("what", OPENED)
def test_an_open_door_is_seen(base: Base, world: World, what: str) -> None:
    with base.root() as root:
        root.execute(OPENED[what].encode())
    tries = Tries(base, world, random.Random("open"))
    try:
        assert any(tries.one() for _ in range(2000))
    finally:
        tries.close()
        with base.root() as root:  # a role is of the whole server
            root.execute("REVOKE biocoach_app FROM biocoach_owner")
