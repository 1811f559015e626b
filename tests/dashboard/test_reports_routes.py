"""The packet over HTTP: strict forms; private files that say nothing in their names."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from biocoach.store import Key, open_store
from tests.dashboard.support import Site
from tests.fakes import FakeClock

PATH = "/api/reports"


@pytest.fixture
def friend(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    journal = open_store(tmp_path / "record", Key(None), writer="t", clock=FakeClock())
    for desk in (site.reports, site.exports):
        asyncio.run(desk.opened(journal, simulated=False))
    yield site.friend()
    for desk in (site.reports, site.exports):
        asyncio.run(desk.closing())
    journal.close()


def made(friend: TestClient, site: Site, **form: Any) -> str:
    name = str(friend.post(PATH, json=form).json()["id"])
    work = site.reports._one.named(name)
    assert work is not None
    assert work.thread is not None
    work.thread.join()
    return name


def test_it_is_made_looked_at_saved_and_dropped(friend: TestClient, site: Site) -> None:
    name = made(friend, site, talk="<b>The door</b>")
    view = friend.get(f"{PATH}/{name}")
    assert view.headers["cache-control"] == "no-store"
    assert view.json()["state"] == "ready"
    for kind, media in (("pdf", "application/pdf"), ("html", "text/html; charset=utf-8")):
        file = friend.get(f"{PATH}/{name}/packet.{kind}")
        assert file.headers["content-type"] == media
        assert file.headers["content-disposition"] == f'attachment; filename="packet.{kind}"'
        assert file.headers["cache-control"] == "no-store"
    assert friend.request("DELETE", f"{PATH}/{name}", json={}).json()["ok"] is True
    assert friend.get(f"{PATH}/{name}").status_code == 404
    assert friend.get(f"{PATH}/{name}/packet.pdf").status_code == 404


def test_with_its_raw_data_it_goes_on_as_an_export(friend: TestClient, site: Site) -> None:
    name = made(friend, site, talk="The door")
    whole = str(friend.post(f"{PATH}/{name}/whole", json={}).json()["id"])
    work = site.exports._one.named(whole)
    assert work is not None
    assert work.thread is not None
    work.thread.join()
    file = friend.get(f"{PATH}/exports/{whole}/file")
    assert file.headers["content-disposition"] == 'attachment; filename="packet.zip"'
    with zipfile.ZipFile(io.BytesIO(file.content)) as packed:
        assert b"The door" in packed.read("packet.html")
    nobody = friend.post(f"{PATH}/nobody/whole", json={})
    assert (nobody.status_code, nobody.json()["why"]) == (404, "not_there")


def test_days_the_wrong_way_round(friend: TestClient) -> None:
    form = {"since": "2026-02-02", "until": "2026-02-01"}
    answer = friend.post(PATH, json=form)
    assert (answer.status_code, answer.json()["why"]) == (409, "no_days")


NONSENSE: list[Any] = [
    [], {"since": "soon"}, {"since": "0001-01-01"}, {"until": "9999-12-31"},
    {"since": 7}, {"talk": 7}, {"talk": "x" * 10_001}, {"more": 1},
]  # fmt: skip


@pytest.mark.parametrize("form", NONSENSE)
def test_nonsense_is_refused(friend: TestClient, form: Any) -> None:
    assert friend.post(PATH, json=form).status_code == 422


def test_no_other_kind_of_file(friend: TestClient, site: Site) -> None:
    name = made(friend, site)
    assert friend.get(f"{PATH}/{name}/packet.exe").status_code == 422
