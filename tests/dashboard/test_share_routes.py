"""Sharing over HTTP: strict forms, bounded uploads, files that say nothing in their names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from biocoach.cli.phone_lock import PhoneLock
from biocoach.settings import SHARING
from biocoach.store import Key, NoKeyring, Vault, open_store
from biocoach.store.seal import new_identity
from tests.dashboard.support import Site
from tests.fakes import FakeClock

PATH = "/api/share"
PASSPHRASE = "a quiet green door"
LINE = new_identity().address.line
UPLOAD = {"content-type": "application/octet-stream"}
PERSON = {"name": "Dr Vale", "address": LINE, "passphrase": PASSPHRASE}


@pytest.fixture
def friend(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    folder = tmp_path / "record"
    vault = Vault(folder, NoKeyring())
    key = vault.create(PASSPHRASE)
    assert isinstance(key, Key)
    journal = open_store(folder, key, writer="t", clock=FakeClock())
    journal.put_fact("ladders", {"ladders": []})
    lock = PhoneLock(folder=folder, vault=vault, key=key, simulated=False)
    asyncio.run(site.sharing.opened(journal, lock))
    asyncio.run(site.answers.opened(journal))
    yield site.friend()
    asyncio.run(site.sharing.closing())
    asyncio.run(site.answers.closing())
    journal.close()


def made(friend: TestClient, site: Site, **form: Any) -> str:
    answer = friend.post(PATH, json={"to": LINE, "kinds": ["ladder"]} | form)
    assert answer.status_code == 200
    name = str(answer.json()["id"])
    work = site.sharing._of(name)
    assert work is not None
    work.wait()
    return name


def test_a_person_a_preview_and_a_file(friend: TestClient, site: Site) -> None:
    looked = friend.post(f"{PATH}/people/look", json={"address": LINE}).json()
    assert looked["ok"] is True
    wrong = friend.post(f"{PATH}/people", json=PERSON | {"passphrase": "another one"})
    assert (wrong.status_code, wrong.json()["why"]) == (409, "wrong_passphrase")
    assert friend.post(f"{PATH}/people", json=PERSON).json()["ok"] is True
    view = friend.get(PATH)
    assert view.headers["cache-control"] == "no-store"
    assert view.json()["people"][0]["fingerprint"] == looked["fingerprint"]
    assert PASSPHRASE not in view.text
    name = made(friend, site)
    seen = friend.get(f"{PATH}/files/{name}").json()
    assert seen["state"] == "ready"
    file = f"{PATH}/files/{name}/shared.biocoach"
    assert friend.get(file).json()["why"] == "not_ready"
    assert friend.post(f"{PATH}/files/{name}/make", json={}).json()["ok"] is True
    saved = friend.get(file)
    assert saved.headers["content-disposition"] == 'attachment; filename="shared.biocoach"'
    assert saved.headers["cache-control"] == "no-store"
    assert len(saved.content) == seen["bytes"]
    assert friend.request("DELETE", f"{PATH}/files/{name}", json={}).json()["ok"] is True
    assert friend.get(file).status_code == 404
    assert len(friend.get(PATH).json()["sent"]) == 1
    gone = friend.post(f"{PATH}/people/forget", json={"address": LINE})
    assert gone.json()["ok"] is True
    assert friend.post(PATH, json={"to": LINE}).status_code == 404


NONSENSE: list[tuple[str, Any]] = [
    ("", []),
    ("", {}),
    ("", {"to": LINE, "since": "soon"}),
    ("", {"to": LINE, "kinds": ["contacts"]}),
    ("", {"to": LINE, "kinds": ["sessions"] * 6}),
    ("", {"to": LINE, "sessions": "all"}),
    ("", {"to": LINE, "names": ["x" * 201]}),
    ("", {"to": LINE, "copy_for_me": 1}),
    ("", {"to": LINE, "more": 1}),
    ("", {"to": "x" * (SHARING.address_letters_max + 1)}),
    ("", {"to": LINE, "sender": "x" * (SHARING.name_letters_max + 1)}),
    ("/people", {"address": LINE}),
    ("/people", PERSON | {"name": 3}),
    ("/people/look", {"address": 3}),
    ("/people/forget", {"name": "Dr Vale"}),
]


@pytest.mark.parametrize(("path", "form"), NONSENSE)
def test_nonsense_is_refused(friend: TestClient, path: str, form: Any) -> None:
    answer = friend.post(PATH + path, json=form)
    assert answer.status_code == 422
    assert PASSPHRASE not in answer.text


@pytest.mark.parametrize(
    "form",
    [{"item": "0"}, {"item": "0", "answer": "yes"}, {"item": 0, "answer": "accepted"}, []],
)
def test_an_item_is_accepted_or_not_now(friend: TestClient, form: Any) -> None:
    assert friend.put(f"{PATH}/answers/a", json=form).status_code == 422


def test_an_answer_is_a_file_within_bounds(friend: TestClient) -> None:
    path = f"{PATH}/answers"
    refused = friend.post(f"{path}/open", content=b"PK\x03\x04", headers=UPLOAD)
    assert (refused.status_code, refused.json()["why"]) == (409, "not_a_bundle")
    big, to = bytes(SHARING.reply_max_bytes + 1), f"{path}/open"
    assert friend.post(to, content=big, headers=UPLOAD).status_code == 413
    chunked = friend.post(to, content=iter([big[:-1], b"xx"]), headers=UPLOAD)
    assert chunked.status_code == 413
    assert friend.post(to, json={}).status_code == 415
    assert friend.get(path).json() == {"answers": []}
    none = friend.put(f"{path}/nobody", json={"item": "0", "answer": "accepted"})
    assert none.json()["why"] == "not_there"


def test_while_a_step_is_kept_still_all_of_it_waits(friend: TestClient, site: Site) -> None:
    site.still = True
    answers = [
        friend.get(PATH), friend.get(f"{PATH}/answers"), friend.get(f"{PATH}/files/a"),
        friend.post(PATH, json={"to": LINE}), friend.post(f"{PATH}/people", json=PERSON),
        friend.post(f"{PATH}/answers/open", content=b"PK", headers=UPLOAD),
        friend.put(f"{PATH}/answers/a", json={"item": "0", "answer": "accepted"}),
    ]  # fmt: skip
    assert {(one.status_code, one.json()["why"]) for one in answers} == {(409, "still_share")}


def test_locked(site: Site) -> None:
    friend = site.friend()
    assert friend.get(PATH).json()["why"] == "locked"
    assert friend.get(f"{PATH}/answers").json()["why"] == "locked"
