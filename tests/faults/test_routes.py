"""A seeded share of the campaign of strangers, and proof that it would notice each way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from dashboard import gate, guard, phone_gate, phone_guard, reading_app
from dashboard.strict_http import StrictHttp
from tests.faults import routes
from tests.faults.campaign import Order, Outcome
from tests.faults.doors import CANARY, Way, ways_in
from tests.faults.knocks import put_directly
from tests.faults.smuggling import smuggle
from tests.faults.strangers import SITES, hosts, origins, tables
from tests.faults.trails import WAYS_OUT, trails


def test_no_stranger_is_let_in_anywhere() -> None:
    outcome = routes.tried(Order(count=900, seed=1), share=0.01)
    assert outcome.failures == []
    counts = outcome.counts
    assert counts["routes"] > 200
    assert counts["let in who may"] > 150
    for table in ("host", "origin", "site", "cookie", "body"):
        assert counts[f"{table} directly"] > 2000
        assert counts[f"{table} over the wire"] > 10
    assert counts["smuggled"] > 200
    assert counts["paths"] > 3000


@pytest.fixture
def ways(tmp_path: Path) -> Iterator[list[Way]]:
    with ways_in(tmp_path) as found:
        yield found


def test_the_tables_are_as_large_as_was_promised(ways: list[Way]) -> None:
    for way in ways:
        assert len({*hosts(way)}) >= 50
        assert way.host not in hosts(way)
        assert len({*origins(way)}) >= 20
        assert way.origin not in origins(way)
    assert len(SITES) >= 8
    assert len({*WAYS_OUT}) >= 50


def always(answer: Any) -> Callable[..., Any]:
    return lambda *_, **__: answer


TAKEN_AWAY: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "host, here": (guard.Guard, "refuses_host", always(False)),
    "host, phones": (phone_guard.PhoneGuard, "refuses_host", always(False)),
    "origin, here": (guard.Guard, "refuses_origin", always(False)),
    "origin, phones": (phone_guard.PhoneGuard, "refuses_origin", always(False)),
    "cookie": (guard.Guard, "knows", always(True)),
    "cookie, phones": (phone_guard.PhoneGuard, "phone", lambda self, _: self._phones()[0]),
    "body": (gate, "refuses_body", always(None)),
}


@pytest.mark.parametrize("what", TAKEN_AWAY)
def test_it_notices_when_one_protection_is_taken_away(
    what: str, ways: list[Way], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*TAKEN_AWAY[what])
    table = what.partition(",")[0]
    failures = Outcome()
    for way in ways:
        rows = [
            row
            for row in islice(tables(way), 0, None, 7)
            if row.table == table and row.knock.target != "/api/live"  # once open, it never ends
        ]
        answers = put_directly(way.app, [row.knock for row in rows])
        routes._judge(way, "directly", rows, answers, failures)
    assert failures.failures


@pytest.mark.parametrize("shut", [phone_gate, reading_app])
def test_it_notices_what_a_way_in_does_not_keep_shut(
    shut: Any, ways: list[Way], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shut, "allowed", always(True))
    outcome = Outcome()
    for way in ways:
        routes._friends(way, outcome)
    wanted = "phone" if shut is phone_gate else "read"
    # The read-only page has no routes beyond its list but one that both lists know of.
    found = {line.partition(":")[0] for line in outcome.failures}
    assert found <= {wanted}
    assert found or shut is reading_app


def test_it_notices_a_lenient_reader_of_http(
    ways: list[Way], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "two_ends", always(False))
    for name in ("data_received", "on_headers_complete", "on_message_begin"):
        monkeypatch.delattr(StrictHttp, name)
    outcome = Outcome()
    smuggle(ways[0], outcome)
    told = "\n".join(outcome.failures)
    for part in ("target 'http://evil.example", "no version", "gzip", "a header without end"):
        assert part in told


def test_it_notices_a_file_from_outside(ways: list[Way], monkeypatch: pytest.MonkeyPatch) -> None:
    """A mount that believes a path."""
    from starlette.staticfiles import StaticFiles

    def gullible(self: StaticFiles, path: str) -> tuple[str, Any]:
        found = Path(str(self.directory)) / path
        return (str(found), found.stat()) if found.is_file() else ("", None)

    monkeypatch.setattr(StaticFiles, "lookup_path", gullible)
    found = put_directly(ways[0].app, trails(ways[0]))
    assert any(CANARY.encode() in answer.body for answer in found)
