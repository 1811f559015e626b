"""A test that takes ``journal`` runs in memory, in a plain file and in an encrypted one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from biocoach.store import Journal
from tests.store.support import Place


@pytest.fixture(params=["memory", "plain", "encrypted"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    place = Place(kind=request.param, folder=tmp_path / "data")
    yield place
    for journal in place.opened:
        journal.close()


@pytest.fixture
def journal(place: Place) -> Journal:
    return place.open()


@pytest.fixture(params=["plain", "encrypted"])
def file_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place that outlives its journal."""
    place = Place(kind=request.param, folder=tmp_path / "data")
    yield place
    for journal in place.opened:
        journal.close()
