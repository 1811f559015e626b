"""Taking out over HTTP: strict forms; a private file that says nothing in its name, given once."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from biocoach.store import Key, open_store
from tests.dashboard.support import Site
from tests.fakes import FakeClock

PATH = "/api/reports/exports"
EVERYTHING = {"format": "json"}


@pytest.fixture
def friend(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    journal = open_store(tmp_path / "record", Key(None), writer="t", clock=FakeClock())
    asyncio.run(site.exports.opened(journal, simulated=False))
    yield site.friend()
    asyncio.run(site.exports.closing())
    journal.close()


def made(friend: TestClient, site: Site, form: Any) -> str:
    name = str(friend.post(PATH, json=form).json()["id"])
    work = site.exports._one.named(name)
    assert work is not None
    assert work.thread is not None
    work.thread.join()
    return name


def test_it_is_made_saved_once_and_gone(friend: TestClient, site: Site) -> None:
    name = made(friend, site, EVERYTHING)
    view = friend.get(f"{PATH}/{name}")
    assert view.headers["cache-control"] == "no-store"
    assert (view.json()["state"], view.json()["name"]) == ("ready", "record.jsonl.gz")
    file = friend.get(f"{PATH}/{name}/file")
    assert file.headers["content-type"] == "application/gzip"
    assert file.headers["content-disposition"] == 'attachment; filename="record.jsonl.gz"'
    assert file.headers["cache-control"] == "no-store"
    assert int(file.headers["content-length"]) == len(file.content) == view.json()["bytes"]
    assert gzip.decompress(file.content).startswith(b'{"biocoach_record"')
    for path in (f"{PATH}/{name}", f"{PATH}/{name}/file"):
        again = friend.get(path)
        assert (again.status_code, again.json()["why"]) == (404, "not_there")


def test_it_can_be_dropped(friend: TestClient, site: Site) -> None:
    name = made(friend, site, EVERYTHING)
    assert friend.request("DELETE", f"{PATH}/{name}", json={}).json()["ok"] is True
    assert friend.get(f"{PATH}/{name}/file").status_code == 404


def test_why_it_can_not_be_made_is_a_code(friend: TestClient, site: Site) -> None:
    wrong = friend.post(PATH, json={"format": "csv", "since": "2026-02-02", "until": "2026-02-01"})
    assert (wrong.status_code, wrong.json()["why"]) == (409, "no_days")
    name = made(friend, site, {"format": "csv", "session": "nobody"})
    assert friend.get(f"{PATH}/{name}").json()["why"] == "not_there"
    file = friend.get(f"{PATH}/{name}/file")
    assert (file.status_code, file.json()["why"]) == (409, "not_ready")


NONSENSE: list[Any] = [
    [], {}, {"format": "pdf"}, {"format": ["csv"]}, {"format": "csv", "more": 1},
    {"format": "csv", "since": "soon"}, {"format": "csv", "since": 0},
    {"format": "csv", "since": None}, {"format": "csv", "until": "2026-02-30"},
    {"format": "csv", "until": "2026-02-01T00:00"}, {"format": "csv", "session": 7},
    {"format": "csv", "session": "s", "since": "2026-02-01"},
    {"format": "csv", "session": "x" * 201},
]  # fmt: skip


@pytest.mark.parametrize("form", NONSENSE)
def test_nonsense_is_refused(friend: TestClient, form: Any) -> None:
    assert friend.post(PATH, json=form).status_code == 422
