"""The way to a database on another machine: a real connection, and who it is not believed of."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from biocoach.store import StoreError, Trouble
from biocoach.store.clinic import ClinicEngine
from biocoach.store.clinic.owning import migrate
from tests.browser.support import free_port
from tests.postgres import OWNER, needed, secured, today
from tests.syncing.authority import Authority


def test_only_who_proves_its_name_is_believed(tmp_path: Path) -> None:
    needed()
    authority, port = Authority(tmp_path / "ca"), free_port()
    server = secured(authority.certified(host="localhost")[0], port)
    try:
        root = f"postgresql://postgres@/postgres?host={server.folder}&port={port}"
        _prepare(root)
        migrate(f"postgresql://{OWNER}@/clinic?host={server.folder}&port={port}", today())

        def address(host: str, pem: Path) -> str:
            proof = f"sslmode=verify-full&sslrootcert={pem}"
            return f"postgresql://biocoach_app@{host}:{port}/clinic?{proof}"

        engine = ClinicEngine(address("localhost", authority.pem))
        with engine.as_member(uuid4()) as connection:
            query = text("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            found = connection.execute(query).one()
            assert found.ssl
            assert found.version in ("TLSv1.2", "TLSv1.3")
        engine.close()
        another = Authority(tmp_path / "another")
        for host, pem in (("127.0.0.1", authority.pem), ("localhost", another.pem)):
            with pytest.raises(StoreError) as refused:
                ClinicEngine(address(host, pem))
            assert refused.value.code is Trouble.AWAY
    finally:
        server.stop()


def _prepare(root: str) -> None:
    import psycopg

    with psycopg.connect(root, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE".encode())
        connection.execute(f"CREATE DATABASE clinic OWNER {OWNER}".encode())
