"""One's own things over HTTP: forms with limits, media as what they are, nothing told back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from biocoach.store import Key, open_store
from dashboard.routes.own import part
from tests.dashboard.support import Site
from tests.fakes import FakeClock
from tests.store.test_media import KNOWN, OTHERS, picture, wav

Json = dict[str, Any]
CANARY = "canary-of-the-coal-mine"
RAW = {"content-type": "application/octet-stream"}
MEDIA = "/api/own/media"


@pytest.fixture
def record(site: Site, tmp_path: Path) -> Iterator[TestClient]:
    """A page of which the record is open."""
    clock = FakeClock()
    journal = open_store(tmp_path / "data", Key(None), writer="t", clock=clock)
    asyncio.run(site.own.opened(journal, clock, simulated=False))
    yield site.friend()
    asyncio.run(site.own.closing())
    journal.close()


def own(page: TestClient, **changed: Any) -> Json:
    found: Json = page.get("/api/own").json()
    return {k: v for k, v in found.items() if k != "simulated"} | changed


def add(page: TestClient, content: bytes) -> str:
    told = page.post(MEDIA, content=content, headers=RAW).json()
    assert told["ok"], told
    return str(told["id"])


def thing(**changed: Any) -> Json:
    return {"id": "a", "kind": "word", "text": "stay", "media": ""} | changed


def test_they_are_kept_and_come_back(record: TestClient) -> None:
    shown = add(record, picture("JPEG"))
    kit = [thing(), thing(id="b", kind="picture", media=shown)]
    asked = own(record, phrases=["It is a wave"], kit=kit)
    told = record.put("/api/own", json=asked)
    assert told.json()["ok"]
    answer = record.get("/api/own")
    assert answer.json() == asked | {"rev": told.json()["rev"], "simulated": False}
    assert answer.headers["cache-control"] == "no-store"
    late = record.put("/api/own", json=asked)
    assert (late.status_code, late.json()) == (409, {"ok": False, "why": "changed"})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/own", None),
        ("GET", f"{MEDIA}/a", None),
        ("PUT", "/api/own", {"rev": "a", "phrases": [], "kit": [], "imagery": {}}),
        ("POST", MEDIA, None),
    ],
)
def test_while_the_record_is_locked_they_say_so(
    site: Site, method: str, path: str, body: Json | None
) -> None:
    page = site.friend()
    if method == "POST":
        answer = page.post(path, content=wav(), headers=RAW)
    else:
        answer = page.request(method, path, json=body)
    assert (answer.status_code, answer.json()) == (409, {"ok": False, "why": "locked"})


NONSENSE: list[Json] = [
    {"phrases": [""]},
    {"phrases": ["x" * 301]},
    {"phrases": ["x"] * 101},
    {"phrases": "x"},
    {"phrases": [1]},
    {"kit": [thing(id=f"a{n}") for n in range(61)]},
    {"kit": [thing(), thing()]},
    {"kit": [thing(kind="song")]},
    {"kit": [thing(text="x" * 301)]},
    {"kit": [thing(kind="picture")]},
    {"kit": [thing(media="abc")]},
    {"kit": [thing(id="")]},
    {"kit": [thing(id="../../etc/passwd")]},
    {"kit": [thing(kind="voice", media="../a")]},
    {"kit": [thing(more=1)]},
    {"imagery": {"text": "x" * 10_001, "by": ""}},
    {"imagery": {"text": "", "by": "x" * 201}},
    {"rev": ""},
    {"more": 1},
]


@pytest.mark.parametrize("changed", NONSENSE)
def test_nonsense_is_refused_and_nothing_is_kept(record: TestClient, changed: Json) -> None:
    before = own(record)
    assert record.put("/api/own", json=before | changed).status_code == 422
    assert own(record) == before


def test_the_most_that_a_form_takes_fits(record: TestClient) -> None:
    letter = "\N{CAT FACE}"  # twelve bytes, as JSON writes it
    kit = [thing(id=f"a{n}", text=letter * 300) for n in range(60)]
    full = {"phrases": [letter * 300] * 100, "kit": kit}
    asked = own(record, **full, imagery={"text": letter * 10_000, "by": letter * 200})
    assert record.put("/api/own", json=asked).json()["ok"]


# ---- media


@pytest.mark.parametrize(("kind", "content"), KNOWN)
def test_one_is_served_as_what_it_is(record: TestClient, kind: str, content: bytes) -> None:
    answer = record.get(f"{MEDIA}/{add(record, content)}")
    assert answer.content == content
    told = {
        "content-type": kind,
        "x-content-type-options": "nosniff",
        "content-disposition": "inline",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
    }
    assert told.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_anything_else_is_refused(record: TestClient, content: bytes) -> None:
    answer = record.post(MEDIA, content=content, headers=RAW)
    assert (answer.status_code, answer.json()) == (422, {"ok": False, "why": "not_media"})


@pytest.mark.parametrize(
    "name", ["nobody", "../../../etc/passwd", "%2e%2e%2f%2e%2e%2fjournal.db", "a%00", "a/b"]
)
def test_a_name_that_is_none_finds_nothing(record: TestClient, name: str) -> None:
    assert record.get(f"{MEDIA}/{name}").status_code == 404


def test_a_kit_cannot_name_what_is_not_there(record: TestClient) -> None:
    kit = [thing(kind="picture", media="abc")]
    answer = record.put("/api/own", json=own(record, kit=kit))
    assert (answer.status_code, answer.json()) == (409, {"ok": False, "why": "no_media"})


def test_more_than_six_megabytes_are_refused_as_they_come(record: TestClient) -> None:
    pieces = (wav() for _ in range(6_000_000 // len(wav()) + 1))
    answer = record.post(MEDIA, content=pieces, headers=RAW)
    assert (answer.status_code, answer.json()) == (413, {"detail": "That is more than fits here."})


def test_a_player_is_given_the_part_that_it_asks_for(record: TestClient) -> None:
    sound = wav()
    address = f"{MEDIA}/{add(record, sound)}"
    answer = record.get(address, headers={"range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (206, sound[10:20])
    assert answer.headers["content-range"] == f"bytes 10-19/{len(sound)}"
    assert answer.headers["content-type"] == "audio/wav"
    none = record.get(address, headers={"range": f"bytes={len(sound)}-"})
    assert (none.status_code, none.content) == (416, b"")
    for nonsense in ("bytes=9-3", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=" + "9" * 5000):
        assert record.get(address, headers={"range": nonsense}).content == sound


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("0", "", range(10)),
        ("3", "5", range(3, 6)),
        ("3", "99", range(3, 10)),
        ("", "4", range(6, 10)),
        ("", "99", range(10)),
        ("10", "", range(10, 10)),
        ("99", "100", range(10, 10)),
        ("5", "3", None),
        ("", "", None),
    ],
)
def test_parts(first: str, last: str, found: range | None) -> None:
    assert part(first, last, 10) == found


# ---- nothing of it is told


def test_nothing_of_them_is_in_a_log_or_in_an_answer_that_refuses(
    record: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    bad = [
        own(record, phrases=[CANARY * 100]),
        own(record, kit=[thing(text=CANARY, kind=CANARY)]),
        own(record, **{CANARY: 1}),
        own(record, rev=CANARY, phrases=[CANARY]),
        own(record, kit=[thing(kind="picture", text=CANARY, media=CANARY)]),
    ]
    answers = [record.put("/api/own", json=form) for form in bad]
    answers.append(record.post(MEDIA, content=CANARY.encode(), headers=RAW))
    json = {"content-type": "application/json"}
    answers.append(record.put("/api/own", content=f'{{"a":["{CANARY}'.encode(), headers=json))
    answers.append(record.get(f"{MEDIA}/{CANARY}"))
    assert all(answer.status_code >= 400 for answer in answers)
    assert record.put("/api/own", json=own(record, phrases=[CANARY])).json()["ok"]
    add(record, picture("PNG") + CANARY.encode())
    said = "".join(answer.text for answer in answers)
    printed = "".join(capfd.readouterr())
    logged = "".join(line.getMessage() for line in caplog.records if line.name != "httpx2")
    assert CANARY not in said + printed + logged
