"""A clinic with people in it, over a database of its own; and a record of many days."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from biocoach.store import Journal, Key, NoKeyring, Vault, open_store
from biocoach.store.clinic import ClinicEngine
from tests.cli.clinic.house import DAYS, House, People
from tests.fakes import FakeClock
from tests.many_days import many_days
from tests.postgres import Base, fresh


@pytest.fixture
def base() -> Iterator[Base]:
    yield from fresh()


@pytest.fixture
def house(base: Base) -> Iterator[House]:
    engine = ClinicEngine(base.app)
    yield House(engine)
    engine.close()


@pytest.fixture
def people(house: House, base: Base) -> People:
    return People(house, base)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """Some days of practice; read only."""
    folder = tmp_path_factory.mktemp("lived") / "record"
    many_days(folder, days=DAYS, slowed=(0,))
    key = Vault(folder, NoKeyring()).open(None)
    assert isinstance(key, Key)
    journal = open_store(folder, key, writer="test", clock=FakeClock())
    yield journal
    journal.close()
