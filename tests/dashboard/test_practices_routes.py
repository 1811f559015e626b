"""The practices over HTTP: forms with limits, and what they become."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.support import Site

CHOICES = [
    {"opted_in": True},
    {"asked": "clear"},
    {"asked": "again"},
    {"enabled_by": ""},
    {"enabled_by": "Kim"},
    {"offered": False},
]
NONSENSE: list[Any] = [
    {},
    [],
    {"opted_in": True, "offered": True},
    {"opted_in": "yes"},
    {"opted_in": None},
    {"asked": "maybe"},
    {"enabled_by": "x" * 201},
    {"other": 1},
]


def test_the_shelf_and_the_words_are_read(site: Site) -> None:
    friend = site.friend()
    assert friend.get("/api/practices").json() == {"practices": [{"id": "orienting"}]}
    assert friend.get("/api/practices/dear-man/words").json() == {"words": {"when": "dear-man"}}
    assert friend.get("/api/practices/helps").json() == {}


@pytest.mark.parametrize("choice", CHOICES)
def test_one_thing_is_said_of_a_practice(site: Site, choice: dict[str, Any]) -> None:
    answer = site.friend().put("/api/practices/held/choice", json=choice)
    assert answer.json()["ok"]
    assert site.house.facts == {"held": choice}


@pytest.mark.parametrize("choice", NONSENSE)
def test_nonsense_is_refused_and_nothing_kept(site: Site, choice: Any) -> None:
    answer = site.friend().put("/api/practices/held/choice", json=choice)
    assert answer.status_code == 422
    assert site.house.facts == {}


def test_sampling_and_words_are_kept(site: Site) -> None:
    friend = site.friend()
    assert friend.put("/api/practices/choosing", json={"sampling": True}).json()["ok"]
    words, path = {"words": {"a": "b"}, "rev": "1"}, "/api/practices/held/words"
    assert friend.put(path, json=words).json() == {"ok": True, "rev": "1+"}
    assert site.house.facts == {"sampling": {"on": True}, "held": {"a": "b"}}
    assert friend.put("/api/practices/pace", json={"per_min": 5.5}).json()["ok"]
    assert site.house.facts["pace"] == {"per_min": 5.5}
    assert friend.put("/api/practices/pace", json={"per_min": 12}).status_code == 422
    forgot = friend.post(f"{path}/forget", json={"at_utc": "2026"})
    assert (forgot.json()["ok"], site.house.facts["held"]) == (True, {"forgot": "2026"})
    too_long = friend.put(
        "/api/practices/held/words", json={"words": {"a": "x" * 10_001}, "rev": ""}
    )
    assert too_long.status_code == 422
    assert "xxx" not in too_long.text


def test_a_practice_that_is_not_there_is_not_begun(site: Site) -> None:
    form = {"kind": "practice", "practice": "nobody", "moment": "started"}
    answer = site.friend().post("/api/sessions/current/inputs", json=form)
    assert (answer.status_code, answer.json()["why"]) == (409, "unknown_practice")
    assert site.house.given == []
