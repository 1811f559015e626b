"""A test that takes ``base`` has a fresh database; one that takes ``clinic`` people in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from biocoach.store import Journal, memory_store
from biocoach.store.clinic import ClinicEngine
from tests.postgres import Base, fresh
from tests.store.clinic.support import Clinic, made
from tests.store.support import CLOCK


@pytest.fixture
def base() -> Iterator[Base]:
    yield from fresh()


@pytest.fixture
def engine(base: Base) -> Iterator[ClinicEngine]:
    engine = ClinicEngine(base.app)
    yield engine
    engine.close()


@pytest.fixture
def clinic(base: Base, engine: ClinicEngine) -> Clinic:
    return made(base, engine, "Elm")


@pytest.fixture
def record() -> Iterator[Journal]:
    """Somebody's own record, in memory."""
    journal = memory_store(writer="this-computer", clock=CLOCK)
    yield journal
    journal.close()


@pytest.fixture(scope="module")
def base_of_all() -> Iterator[Base]:
    """One for the tests of a file that change nothing."""
    yield from fresh()
