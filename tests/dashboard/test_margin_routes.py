"""Notes on a session over HTTP: strict forms over a real record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from biocoach.store import Key, open_store
from tests.dashboard.support import Site
from tests.fakes import FakeClock
from tests.store.support import begin, closed

PATH = "/api/sessions/s1/notes"


@pytest.fixture
def friend(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    journal = open_store(tmp_path / "record", Key(None), writer="t", clock=FakeClock())
    journal.append([begin("s1"), closed("s1")])
    journal.append([begin("s2")])
    asyncio.run(site.notes.opened(journal, simulated=False))
    yield site.friend()
    asyncio.run(site.notes.closing())
    journal.close()


def test_a_note_goes_its_way(friend: TestClient) -> None:
    made = friend.post(PATH, json={"at_s": 12.5, "text": "The door"}).json()
    (row,) = friend.get(PATH).json()["notes"]
    assert (row["id"], row["at_s"], row["text"]) == (made["id"], 12.5, "The door")
    assert friend.get(PATH).headers["cache-control"] == "no-store"
    note = f"{PATH}/{made['id']}"
    changed = friend.put(note, json={"at_s": 13, "text": "The bell", "rev": made["rev"]}).json()
    late = friend.put(note, json={"at_s": 13, "text": "Mine", "rev": made["rev"]})
    assert (late.status_code, late.json()["why"]) == (409, "changed")
    assert friend.request("DELETE", note, json={"rev": changed["rev"]}).json() == {"ok": True}
    assert friend.get(PATH).json() == {"notes": []}


def test_where_there_is_no_such_session_or_it_still_runs(friend: TestClient) -> None:
    assert friend.get("/api/sessions/nobody/notes").status_code == 404
    still = friend.post("/api/sessions/s2/notes", json={"at_s": 1, "text": "x"})
    assert (still.status_code, still.json()["why"]) == (409, "open_session")


NONSENSE: list[Any] = [
    {}, [], {"at_s": 1}, {"text": "x"}, {"at_s": -1, "text": "x"}, {"at_s": "1", "text": "x"},
    {"at_s": True, "text": "x"}, {"at_s": 1e9, "text": "x"}, {"at_s": 1, "text": ""},
    {"at_s": 1, "text": " \n"}, {"at_s": 1, "text": "x" * 2001},
    {"at_s": 1, "text": "x", "more": 1},
]  # fmt: skip


@pytest.mark.parametrize("form", NONSENSE)
def test_nonsense_is_refused_and_nothing_kept(friend: TestClient, form: Any) -> None:
    assert friend.post(PATH, json=form).status_code == 422
    assert friend.get(PATH).json() == {"notes": []}


def test_a_locked_record_is_not_read(site: Site) -> None:
    assert site.friend().get(PATH).status_code == 409
