"""A note draft over HTTP, of a real record with a total and a ladder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from biocoach.exposure.practised import Practised
from biocoach.store import Key, open_store
from biocoach.types import Support
from tests.dashboard.support import Site
from tests.fakes import START, FakeClock

PATH = "/api/reports/note"
TODAY = START.date().isoformat()
ASK = {"kind": "dap", "since": "2026-01-01", "until": TODAY}
SECRET = "canary-of-the-coal-mine"


def practised(name: str, **more: Any) -> dict[str, Any]:
    row = Practised(
        session=name, day=TODAY, ladder="l", step="s", support=Support.ASK,
        open=bool(more.get("still")),
    )  # fmt: skip
    told = {"ways_back": [], "urges": 0, "acted": 0, "urges_open": 0, "coverage": 0.9}
    return {"id": name, "practised": row.told()} | told | more


@pytest.fixture
def friend(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    journal = open_store(tmp_path / "record", Key(None), writer="t", clock=FakeClock())
    asyncio.run(site.notes.opened(journal, simulated=False))
    site.facts.record = {}
    site.house.rows = [practised("s2", still=True), practised("s1"), {"id": "file"}]
    yield site.friend()
    asyncio.run(site.notes.closing())
    journal.close()


def texts(found: dict[str, Any]) -> str:
    return "\n".join(s["text"] for section in found["sections"] for s in section["sentences"])


def test_a_draft_says_what_the_record_says(friend: TestClient) -> None:
    total = {"scale": "oasis", "day": TODAY, "total": 0, "note": ""}
    assert friend.post("/api/measures", json=total).json()["ok"]
    answer = friend.post(PATH, json=ASK | {"talk": SECRET})
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["simulated"] is False
    assert [s["part"] for s in found["sections"]] == ["data", "assessment", "plan"]
    assert "The client practised once" in texts(found)  # the one that goes on says nothing yet
    assert f": 0 on {TODAY}." in texts(found)
    assert SECRET in texts(found)


def test_while_the_record_is_locked_there_is_none(site: Site) -> None:
    answer = site.friend().post(PATH, json=ASK)
    assert (answer.status_code, answer.json()["why"]) == (409, "locked")


NONSENSE: list[Any] = [
    {}, [], ASK | {"kind": "essay"}, ASK | {"since": "2026-13-01"}, ASK | {"more": 1},
    ASK | {"since": "2026-02-01", "until": "2026-01-01"}, ASK | {"talk": "x" * 2001},
    ASK | {"since": "1492-01-01"}, ASK | {"until": "9999-12-31"}, ASK | {"talk": None},
]  # fmt: skip


@pytest.mark.parametrize("form", NONSENSE)
def test_nonsense_is_refused(friend: TestClient, form: Any) -> None:
    answer = friend.post(PATH, json=form)
    assert answer.status_code == 422
    assert set(answer.json()) == {"detail", "kinds"}
