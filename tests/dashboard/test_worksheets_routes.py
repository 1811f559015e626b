"""Worksheets, measures and separations over HTTP: strict forms over a real record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from icalendar import Calendar
from starlette.testclient import TestClient

from biocoach.store import Key, open_store
from tests.dashboard.support import Site
from tests.exposure.form_maker import json_values
from tests.fakes import FakeClock

PATH = "/api/worksheets"
MOMENT = {"form": "moment", "answers": {"urge": "call", "acted": False}, "keep": True}
SOON = {
    "who": "K",
    "whole_days": True,
    "first_day": "2026-03-02",
    "last_day": "2026-03-15",
}
TOTAL = {"scale": "asa-27", "day": "2026-01-30", "total": 30}


@pytest.fixture
def friend(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    journal = open_store(tmp_path / "record", Key(None), writer="t", clock=FakeClock())
    asyncio.run(site.notes.opened(journal, simulated=False))
    yield site.friend()
    asyncio.run(site.notes.closing())
    journal.close()


def begun(friend: TestClient, form: Any) -> tuple[str, str]:
    answer = friend.post(PATH, json=form)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"], answer.json()["rev"]


def erase(friend: TestClient, path: str, rev: str) -> Any:
    return friend.request("DELETE", path, json={"rev": rev})


def test_a_sheet_goes_its_way(friend: TestClient) -> None:
    name, rev = begun(friend, MOMENT | {"keep": False})
    assert friend.get(f"{PATH}/{name}").json()["answers"] == MOMENT["answers"]
    assert friend.get(PATH).headers["cache-control"] == "no-store"
    written = friend.put(
        f"{PATH}/{name}", json={"answers": {"thought": "x"}, "rev": rev, "keep": True}
    ).json()
    assert written["ok"]
    assert [row["state"] for row in friend.get(PATH).json()["sheets"]] == ["kept"]
    late = friend.put(f"{PATH}/{name}", json={"answers": {}, "rev": rev})
    assert (late.status_code, late.json()["why"]) == (409, "changed")
    assert erase(friend, f"{PATH}/{name}", written["rev"]).json() == {"ok": True}
    gone = friend.get(f"{PATH}/{name}")
    assert (gone.status_code, gone.json()["why"]) == (404, "not_there")


def test_what_does_not_fit_its_form_is_told_with_the_field(friend: TestClient) -> None:
    answer = friend.post(PATH, json=MOMENT | {"answers": {"intensity": 300}})
    assert answer.status_code == 422
    assert answer.json() == {"ok": False, "why": "unfit", "field": "intensity", "what": "range"}
    unknown = friend.post(PATH, json=MOMENT | {"form": "nobody"})
    assert (unknown.status_code, unknown.json()["why"]) == (404, "unknown_form")


NONSENSE: list[Any] = [
    {},
    [],
    {"form": "moment"},
    MOMENT | {"keep": "yes"},
    MOMENT | {"answers": []},
    MOMENT | {"answers": {str(n): 1 for n in range(101)}},
    MOMENT | {"link": "s1"},
    MOMENT | {"other": 1},
    MOMENT | {"form": "x" * 201},
]


@pytest.mark.parametrize("form", NONSENSE)
def test_nonsense_is_refused_and_nothing_kept(friend: TestClient, form: Any) -> None:
    assert friend.post(PATH, json=form).status_code == 422
    assert friend.get(PATH).json()["sheets"] == []


def test_a_refusal_tells_nothing_of_what_was_written(friend: TestClient) -> None:
    private = friend.post(PATH, json=MOMENT | {"answers": "private words"})
    assert "private" not in private.text
    for name in ("private words", "<b>"):
        assert name not in friend.post(PATH, json=MOMENT | {"answers": {name: 1}}).text


@pytest.mark.parametrize("rev", [None, "", "x" * 65, "a b", 3])
def test_a_change_says_what_it_saw(friend: TestClient, rev: Any) -> None:
    name, _ = begun(friend, MOMENT)
    assert friend.put(f"{PATH}/{name}", json={"answers": {}, "rev": rev}).status_code == 422
    assert erase(friend, f"{PATH}/{name}", rev).status_code == 422
    assert len(friend.get(PATH).json()["sheets"]) == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(json_values)
def test_any_json_is_answered(friend: TestClient, value: Any) -> None:
    for answers in (value, {"thought": value}, {"urge": value}, {"lasted_min": value}):
        try:
            sent = friend.post(PATH, json=MOMENT | {"answers": answers, "keep": False})
        except ValueError:  # NaN, which the client itself refuses to send
            continue
        assert sent.status_code in (200, 422)
    assert friend.get(PATH).status_code == 200


def test_a_total_goes_its_way(friend: TestClient) -> None:
    added = friend.post("/api/measures", json=TOTAL).json()
    path = f"/api/measures/{added['id']}"
    changed = friend.put(path, json=TOTAL | {"total": 20, "note": "x", "rev": added["rev"]}).json()
    assert changed["ok"]
    (row,) = friend.get("/api/measures").json()["totals"]
    assert (row["total"], row["note"], row["rev"]) == (20, "x", changed["rev"])
    assert erase(friend, path, added["rev"]).json()["why"] == "changed"
    assert erase(friend, path, changed["rev"]).json() == {"ok": True}


@pytest.mark.parametrize(
    "wrong", [{"total": "30"}, {"total": True}, {"note": "x" * 301}, {"day": 3}, {"other": 1}]
)
def test_a_total_is_a_number_of_a_scale_on_a_day(friend: TestClient, wrong: Any) -> None:
    assert friend.post("/api/measures", json=TOTAL | wrong).status_code == 422
    assert friend.get("/api/measures").json()["totals"] == []


def test_the_weeks_are_told(friend: TestClient) -> None:
    begun(friend, MOMENT)
    (week,) = friend.get("/api/trends").json()["weeks"]
    assert week["moments"]["n"] == 1


def test_a_separation_goes_its_way(friend: TestClient) -> None:
    name, rev = begun(friend, {"form": "separation-ahead", "answers": SOON, "keep": True})
    (row,) = friend.get("/api/separations").json()["coming"]
    assert (row["id"], row["state"]) == (name, "announced")
    path = f"/api/separations/{name}"
    file = friend.get(f"{path}.ics", params={"remind": 60})
    assert file.headers["content-type"].startswith("text/calendar")
    assert "K" not in file.headers["content-disposition"]
    assert len(Calendar.from_ical(file.content).walk("VALARM")) == 1
    assert friend.get(f"{path}.ics", params={"remind": -1}).status_code == 422
    assert friend.get("/api/separations/nobody.ics").status_code == 404
    off = friend.post(f"{path}/said", json={"said": "call_off", "rev": rev})
    assert off.json()["ok"]
    assert friend.get("/api/separations").json()["past"][0]["state"] == "called_off"
    assert friend.post(f"{path}/said", json={"said": "begins", "rev": rev}).status_code == 422


def test_while_it_is_locked_the_page_is_told(site: Site) -> None:
    stranger = site.friend()
    for path in (PATH, f"{PATH}/a", "/api/measures", "/api/trends", "/api/separations"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.json()["why"]) == (409, "locked")
    assert stranger.get("/api/separations/a.ics").json()["why"] == "locked"
    assert stranger.post(PATH, json=MOMENT).json()["why"] == "locked"
