"""The routes of safekeeping, over a real record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from biocoach.cli.safe_desk import Open
from biocoach.store import Vault, open_store
from biocoach.store.backup import backups_in
from tests.dashboard.support import Site
from tests.store.support import CLOCK, begin, closed, ratings
from tests.store.test_vault import PASSPHRASE, DictKeyring, made


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder, static = tmp_path / "record", tmp_path / "page" / "static"
    static.mkdir(parents=True)
    found, vault = Site(static), Vault(folder, DictKeyring())
    key = made(vault.create(PASSPHRASE))
    with closing(open_store(folder, key, writer="w", clock=CLOCK)) as journal:
        journal.append([begin("s1"), *ratings(4, "s1"), closed("s1")])
        record = Open(journal=journal, folder=folder, vault=vault, key=key, simulated=False)
        found.safe._changed = _nothing
        asyncio.run(found.safe.opened(record))
        yield found


async def _nothing() -> None:
    """Nobody waits for it."""


def said(client: TestClient, path: str, **body: object) -> tuple[int, object]:
    answer = client.post(path, json=body)
    return answer.status_code, answer.json()


def test_a_backup_is_made_and_shown(site: Site) -> None:
    client = site.friend()
    before = client.get("/api/safe").json()
    assert (before["backups"], before["passphrase"], before["plain"]) == ([], True, False)
    status, view = said(client, "/api/safe/backup")
    assert status == 200
    assert isinstance(view, dict)
    assert len(view["backups"]) == 1
    assert client.get("/api/safe").json() == view
    assert client.get("/api/safe").headers["cache-control"] == "no-store"


def test_words_and_passphrase(site: Site) -> None:
    client = site.friend()
    refused = (409, {"ok": False, "why": "wrong_passphrase"})
    assert said(client, "/api/safe/words", passphrase="something else") == refused
    status, found = said(client, "/api/safe/words", passphrase=PASSPHRASE)
    assert status == 200
    assert isinstance(found, dict)
    given = [found["words"][place - 1] for place in found["asked"]]
    assert said(client, "/api/safe/words/keep", words=["a"])[0] == 409
    assert said(client, "/api/safe/words/keep", words=given) == (200, {"ok": True, "number": None})
    assert client.get("/api/safe").json()["recovery"] is True
    old = " ".join(found["words"])
    assert said(client, "/api/safe/passphrase", old=old, new="a loud yellow door")[0] == 200


def test_erasing(site: Site) -> None:
    client = site.friend()
    assert said(client, "/api/sessions/s9/erase")[0] == 404
    assert said(client, "/api/sessions/s1/erase")[0] == 200
    assert said(client, "/api/sessions/s1/erase")[0] == 404
    assert said(client, "/api/safe/erase", sure="yes", passphrase=PASSPHRASE)[0] == 422
    assert said(client, "/api/safe/erase", sure="erase", passphrase="wrong one!")[0] == 409
    assert said(client, "/api/safe/erase", sure="erase", passphrase=PASSPHRASE)[0] == 200


def test_what_stood_in_a_refused_form_is_not_said_again(site: Site) -> None:
    secret = "canary " * 300
    status, answer = said(site.friend(), "/api/safe/passphrase", old=secret, new=secret)
    assert status == 422
    assert "canary" not in str(answer)
    assert not backups_in(site.static.parent.parent / "record")
