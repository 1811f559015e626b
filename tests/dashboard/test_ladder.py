"""The ladders over HTTP: forms with limits, nothing told back, locked is said."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.dashboard.support import Site

Json = dict[str, Any]
CANARY = "canary-of-the-coal-mine"
ADDED = ("state", "history", "proposal", "overrule")


@pytest.fixture
def page(site: Site) -> TestClient:
    """A page of which the record is open."""
    site.facts.record = {}
    return site.friend()


def new(page: TestClient) -> str:
    told = page.post("/api/ladder", json={"template": "not-asking", "title": ""}).json()
    assert told["ok"], told
    return str(told["id"])


def wish(page: TestClient, name: str, **changed: Any) -> Json:
    told = next(one for one in page.get("/api/ladder").json()["ladders"] if one["id"] == name)
    steps = [{k: v for k, v in s.items() if k not in ADDED} for s in told["steps"]]
    return {k: told[k] for k in ("title", "put_away", "rev")} | {"steps": steps} | changed


def test_it_is_kept_and_comes_back(page: TestClient) -> None:
    name = new(page)
    asked = wish(page, name, title="Mine")
    told = page.put(f"/api/ladder/{name}", json=asked)
    assert told.json()["ok"]
    answer = page.get("/api/ladder")
    assert answer.headers["cache-control"] == "no-store"
    assert wish(page, name) == asked | {"rev": told.json()["rev"]}
    late = page.put(f"/api/ladder/{name}", json=asked)
    assert (late.status_code, late.json()) == (409, {"ok": False, "why": "changed"})
    gone = page.put("/api/ladder/nobody", json=asked)
    assert (gone.status_code, gone.json()["why"]) == (404, "not_there")


def test_the_arc_and_its_signs_are_set(page: TestClient) -> None:
    assert page.put("/api/ladder/arc", json={"phase": "stabilising"}).json()["ok"]
    assert page.put("/api/ladder/signs", json={"signs": ["gap", "gap"]}).json()["ok"]
    arc = page.get("/api/ladder").json()["arc"]
    assert arc["phase"] == "stabilising"
    assert [sign["id"] for sign in arc["signs"] if sign["watched"]] == ["gap"]


def test_a_therapists_word_comes_and_goes(page: TestClient) -> None:
    name = new(page)
    step = wish(page, name)["steps"][0]["id"]
    word = {"step": step, "way": "nearer", "by": "Rosa", "reason": "so"}
    assert page.post(f"/api/ladder/{name}/overrule", json=word).json()["ok"]
    told = page.get("/api/ladder").json()["ladders"][0]["steps"][0]
    assert told["proposal"]["rule"] == "therapist"
    answer = {"proposal": told["proposal"]["id"], "answer": "no"}
    assert page.post(f"/api/ladder/{name}/answer", json=answer).json()["ok"]
    assert page.post(f"/api/ladder/{name}/overrule/lift", json={"step": step}).json()["ok"]
    late = page.post(f"/api/ladder/{name}/answer", json=answer)
    assert (late.status_code, late.json()["why"]) == (409, "changed")


STEP: list[Json] = [
    {"id": ""},
    {"id": "../x"},
    {"title": ""},
    {"title": "   "},
    {"title": "x" * 201},
    {"kind": "fly"},
    {"planned_s": 59},
    {"planned_s": "600"},
    {"planned_s": 43_201},
    {"planned_s": True},
    {"expected_suds": 101},
    {"expected_suds": 2.5},
    {"contexts": ["x"] * 13},
    {"contexts": [""]},
    {"who": "x" * 201},
    {"support": "shout"},
    {"checks": "always"},
    {"sits_still": 1},
    {"earlier": ["x"]},
    {"state": "mastered"},
]


@pytest.mark.parametrize("changed", STEP)
def test_a_step_that_does_not_fit_is_refused(page: TestClient, changed: Json) -> None:
    name = new(page)
    asked = wish(page, name)
    asked["steps"][0] |= changed
    assert page.put(f"/api/ladder/{name}", json=asked).status_code == 422
    assert wish(page, name)["title"] != ""


NONSENSE: list[tuple[str, str, Json]] = [
    ("POST", "", {"template": "../x", "title": ""}),
    ("POST", "", {"title": "x" * 201}),
    ("POST", "", {"title": "x", "steps": []}),
    ("PUT", "/arc", {"phase": "healed"}),
    ("PUT", "/arc", {}),
    ("PUT", "/signs", {"signs": ["mood"]}),
    ("PUT", "/signs", {"signs": "gap"}),
    ("POST", "/x/answer", {"proposal": "p", "answer": "maybe"}),
    ("POST", "/x/answer", {"proposal": "p", "answer": "yes", "way": "advance"}),
    ("POST", "/x/overrule", {"step": "a", "way": "advance", "by": "R", "reason": "r"}),
    ("POST", "/x/overrule", {"step": "a", "way": "hold", "by": "", "reason": "r"}),
    ("POST", "/x/overrule", {"step": "a", "way": "hold", "by": "R", "reason": " "}),
    ("POST", "/x/overrule", {"step": "a", "way": "hold", "by": CANARY * 50, "reason": "r"}),
    ("POST", "/x/overrule/lift", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), NONSENSE)
def test_nonsense_is_refused_and_not_told_back(
    page: TestClient, method: str, path: str, body: Json
) -> None:
    answer = page.request(method, f"/api/ladder{path}", json=body)
    assert answer.status_code == 422
    assert CANARY not in answer.text


def test_while_the_record_is_locked_it_says_so(site: Site) -> None:
    page = site.friend()
    for method, path, body in (
        ("GET", "/api/ladder", None),
        ("POST", "/api/ladder", {"title": "x"}),
        ("PUT", "/api/ladder/arc", {"phase": "processing"}),
        ("PUT", "/api/ladder/x", {"title": "x", "put_away": False, "steps": [], "rev": "r"}),
    ):
        answer = page.request(method, path, json=body)
        assert (answer.status_code, answer.json()) == (409, {"ok": False, "why": "locked"})


def test_the_most_that_a_form_takes_fits(page: TestClient) -> None:
    name = new(page)
    letter = "\N{CAT FACE}"
    usual = wish(page, name)["steps"][0]
    full = {"title": letter * 200, "who": letter * 200, "where": letter * 200,
            "contact": letter * 200, "contexts": [letter * 200] * 12}  # fmt: skip
    steps = [usual | full | {"id": f"s{n}"} for n in range(40)]
    assert page.put(f"/api/ladder/{name}", json=wish(page, name, steps=steps)).json()["ok"]
