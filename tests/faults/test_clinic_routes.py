"""A share of ``python -m tests.faults clinic``, and proof that it would notice each way in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import pytest
from fastapi import FastAPI

from biocoach.cli.clinic import down
from biocoach.cli.clinic.desk import ClinicDesk
from biocoach.store.clinic import doors
from dashboard.clinic import gate
from dashboard.clinic.sittings import Sittings
from dashboard.ports import Outcome as Said
from tests.faults.campaign import Order
from tests.faults.clinic import routes
from tests.faults.clinic.actors import STRANGER
from tests.faults.clinic.routes import Trial
from tests.faults.clinic.rows import Row
from tests.faults.clinic.served import Served, served
from tests.postgres import fresh


def test_nobody_learns_or_changes_anything_at_a_clinic_s_server() -> None:
    outcome = routes.tried(Order(count=100, seed=1), who=0.12, share=0.012, wire=0.03)
    assert outcome.failures == []
    counts = outcome.counts
    assert counts["routes"] > 70
    assert counts["strangers directly"] > 600
    assert counts["let in directly"] > 100
    assert counts["opened directly"] >= 3
    for table in ("host", "origin", "cookie", "kind", "method", "paths", "bodies", "drawn"):
        assert counts[f"{table} directly"] > 2


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for base in fresh():
        with served(base, tmp_path_factory.mktemp("clinic")) as found:
            yield found


def always(answer: Any) -> Callable[..., Any]:
    return lambda *_, **__: answer


def of_table(trial: Trial, name: str, every: int) -> Iterable[Row]:
    """Those that would change nothing if they were let in: all tests here are of one world."""
    rows = trial.rows
    some = rows.strangers() if name == "strangers" else rows.spoilt()
    harmless = (r for r in some if r.table == name and (_reads(r) or "sign-in" in r.knock.target))
    return islice(harmless, 0, None, every)


def _reads(row: Row) -> bool:
    return row.knock.method in ("GET", "HEAD")


def somebody(self: Sittings, _cookies: object) -> object:
    """Whoever signed in last."""
    return list(self._open.values())[-1].member


def told_apart(_desk: ClinicDesk, _who: object, client: str, _before: int) -> Said:
    return Said(why="not_yours" if down.id_of(client) else "not_there")


TAKEN_AWAY: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "host": (gate, "foreign_host", always(False)),
    "origin": (gate, "foreign_origin", always(False)),
    "cookie": (Sittings, "who", somebody),
    "kind": (gate, "refuses_body", always(None)),
    "strangers, whoever they are": (Sittings, "who", somebody),
    "strangers, what is there": (ClinicDesk, "client", told_apart),
}


@pytest.mark.parametrize("what", TAKEN_AWAY)
def test_it_notices_when_one_protection_is_taken_away(
    what: str, it: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = Trial(it, 1)
    monkeypatch.setattr(*TAKEN_AWAY[what])
    table = what.partition(",")[0]
    trial.judge(of_table(trial, table, every=5 if table == "strangers" else 23))
    assert trial.outcome.failures


def test_it_notices_a_token_that_is_worth_something_again(
    it: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = Trial(it, 1)
    monkeypatch.setattr(doors, "holder", always(it.world.elm.client.holder))
    rows = (row for row in trial.rows.strangers() if row.knock.target == "/sync/hello")
    trial.judge(row for row in rows if row.actor.role == STRANGER)
    assert any("a revoked computer" in why for why in trial.outcome.failures)


def test_it_notices_rules_on_rows_that_do_not_hold(it: Served) -> None:
    trial = Trial(it, 1)
    with it.base.root() as root:
        root.execute("ALTER TABLE clinic.clients DISABLE ROW LEVEL SECURITY")
    try:
        rows = (row for row in trial.rows.strangers() if _reads(row))
        known = ("/api/clients/", "/api/people")
        trial.judge(row for row in rows if row.knock.target.startswith(known))
    finally:
        with it.base.root() as root:
            root.execute("ALTER TABLE clinic.clients ENABLE ROW LEVEL SECURITY")
    assert trial.outcome.failures


def test_a_new_route_is_tried_and_has_to_say_who_may(it: Served) -> None:
    api = it.way.app
    while not isinstance(api, FastAPI):
        api = api._app  # type: ignore[attr-defined]
    secret = it.world.ids["client"]
    api.add_api_route("/api/new", always(secret))
    api.router.routes.insert(0, api.router.routes.pop())  # before the page's own files
    try:
        trial = Trial(it, 1)
        trial.unwritten()
        trial.judge(row for row in trial.rows.strangers() if row.knock.target == "/api/new")
    finally:
        api.router.routes.pop(0)
    unwritten, *let_in = trial.outcome.failures
    assert unwritten == "nobody says who may GET /api/new"
    assert len(let_in) > 10
