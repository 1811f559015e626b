"""The clinic's disk is full, for real: a word here, nothing lost, and it goes on by itself."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from biocoach.store.clinic import ClinicEngine
from biocoach.syncing.items import ITEMS
from biocoach.syncing.wire import Join, Joined
from tests.faults.durable import image
from tests.faults.durable.bad_disks import tmpfs
from tests.postgres import Base, needed
from tests.syncing.real_clinic import RealClinic
from tests.syncing.record import Living, unlike

BYTES = 40_000_000
MOUNTED = pytest.mark.skipif(bool(image.why_not()), reason=image.why_not() or "it may mount")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Base, Path]]:
    """A database whose tables lie on a disk of their own, and that disk."""
    server = needed()
    with tmpfs(BYTES)(server.folder) as disk:
        place = disk / "tables"
        place.mkdir()
        if server.user:
            shutil.chown(place, server.user)
        with Base(folder=server.folder, name="postgres").root() as root:
            root.execute(f"CREATE TABLESPACE small LOCATION '{place}'".encode())
            base = server.base()
            root.execute(f"ALTER DATABASE {base.name} SET TABLESPACE small".encode())
            try:
                yield base, disk
            finally:
                server.drop(base)
                root.execute("DROP TABLESPACE small")


@MOUNTED
def test_a_full_disk_there_is_told_and_nothing_is_lost(
    small: tuple[Base, Path], tmp_path: Path
) -> None:
    base, disk = small
    engine = ClinicEngine(base.app)
    clinic = RealClinic(base, engine, "code", at_once=True)
    living = Living(tmp_path / "record", "s")
    try:
        found = asyncio.run(clinic.join(Join(speaks=1, code="code", device="d")))
        assert isinstance(found, Joined)
        living.join(found.token, *ITEMS)
        living.practise(40)
        assert living.round(clinic), living.trouble
        ballast = disk / "ballast"
        fill(ballast)
        for _ in range(8):
            living.practise(900)
        before = living.expected()
        assert not living.round(clinic)
        assert living.trouble is not None
        assert living.trouble.code == "full"
        assert living.expected() == before
        ballast.unlink()
        assert any(living.round(clinic) for _ in range(3)), living.trouble
        assert not unlike(living.expected(), clinic.rows(living.member.journal))
    finally:
        living.close()
        engine.close()


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return
