"""A study over a clinic's database: of those who agreed, and as a file of the record tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from biocoach.review.study.conduct import conduct
from biocoach.review.study.copies import DATABASE, Copies
from biocoach.review.study.crew import Alone
from biocoach.review.study.source import Folder
from biocoach.store import Journal, Key, NoKeyring, Vault, open_store
from biocoach.store.clinic import ClinicEngine, audit
from biocoach.store.transfer import lines_of
from biocoach.syncing.items import ITEMS, STUDY
from tests.fakes import FakeClock
from tests.many_days import many_days
from tests.postgres import Base, fresh
from tests.store.clinic.support import Clinic, hello, made, sent

DAYS = 2


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    folder = tmp_path_factory.mktemp("lived") / "record"
    many_days(folder, days=DAYS)
    key = Vault(folder, NoKeyring()).open(None)
    assert isinstance(key, Key)
    journal = open_store(folder, key, writer="test", clock=FakeClock())
    yield journal
    journal.close()


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Base]:
    for base in fresh():
        monkeypatch.setenv(DATABASE, base.app)
        yield base


@pytest.fixture
def clinic(base: Base) -> Iterator[Clinic]:
    engine = ClinicEngine(base.app)
    yield made(base, engine, "Elm")
    engine.close()


def test_it_says_what_a_file_of_the_same_record_says(
    clinic: Clinic, lived: Journal, tmp_path: Path
) -> None:
    sent(clinic.engine, clinic.client, lived)
    files = tmp_path / "files"
    files.mkdir()
    (files / "record.json").write_text("".join(f"{line}\n" for line in lines_of(lived)))
    conduct(Copies(clinic.engine, clinic.therapist), tmp_path / "a", Alone())
    conduct(Folder(files), tmp_path / "b", Alone())
    for name in ("recordings", "activations", "recoveries"):
        ours, theirs = (_figures(tmp_path / of / f"{name}.parquet") for of in "ab")
        assert ours
        assert ours == theirs, name
    rows = parquet.read_table(tmp_path / "a" / "recordings.parquet").to_pylist()
    assert len(rows) == DAYS
    (person,) = {row["person"] for row in rows}
    assert person.startswith("p")
    assert not any("Elm" in str(row) or str(clinic.client.client) in str(row) for row in rows)
    reads = [one for one in audit.deeds(clinic.engine, clinic.admin) if one.what == "read"]
    assert [(one.client, one.detail) for one in reads] == [(clinic.client.client, "study")]
    again = conduct(Copies(clinic.engine, clinic.therapist), tmp_path / "a", Alone())
    assert (again.known, again.worked) == (DAYS, 0)


def test_only_who_agreed_is_counted_and_only_by_who_sees_them(
    clinic: Clinic, lived: Journal, tmp_path: Path
) -> None:
    without = [item for item in ITEMS if item != STUDY]
    receiving = sent(clinic.engine, clinic.client, lived, without)
    assert list(Copies(clinic.engine, clinic.therapist).items()) == []
    receiving.hello(hello(ITEMS))
    for member in (clinic.idle, clinic.admin):
        assert list(Copies(clinic.engine, member).items()) == []
    items = list(Copies(clinic.engine, clinic.supervisor).items())
    assert len(items) == DAYS
    receiving.hello(hello([STUDY]))  # their sessions are withdrawn
    done = conduct(Copies(clinic.engine, clinic.supervisor), tmp_path / "c", Alone())
    assert done.items == 0


def _figures(path: Path) -> list[dict[str, object]]:
    named = ("recording", "content_sha256", "person")
    rows = parquet.read_table(path).to_pylist()
    plain = [{key: row[key] for key in row if key not in named} for row in rows]
    return sorted(plain, key=str)
