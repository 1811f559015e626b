"""The day of a hard ending, and the day after, as the page is told of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from biocoach.store import Key, open_store
from tests.cli.served import INPUTS, PLAN, serving
from tests.fakes import FakeClock
from tests.hard_day import SESSION, hard_ending


def test_on_the_day_itself_rest_is_the_word(tmp_path: Path) -> None:
    hard_ending(tmp_path / "record", days_ago=0)
    with serving(tmp_path, "serve", "--plain", "--data-dir", "record") as page:
        state = page.until(lambda s: s.get("session"))
        assert state["app"]["may_practise"] == "rest_today"
        assert page.send(INPUTS, PLAN) == {"ok": False, "why": "rest_today"}
        assert page.get("/api/check-in") == {"due": None}


def test_the_day_after_asks_once(tmp_path: Path) -> None:
    hard_ending(tmp_path / "record", days_ago=1)
    serve = ("serve", "--plain", "--data-dir", "record")
    with serving(tmp_path, *serve) as page:
        state = page.until(lambda s: s.get("session"))
        assert state["app"]["may_practise"] == ""
        assert page.get("/api/check-in") == {"due": {"session": SESSION}}
        answer = {"session": SESSION, "presence": "here", "suds": 20, "words": "slept"}
        other = page.send("/api/check-in", answer | {"session": "another"}, "PUT")
        assert other == {"ok": False, "why": "no_check_in"}
        assert page.send("/api/check-in", answer, "PUT")["ok"]
        assert page.send("/api/check-in", answer, "PUT")["why"] == "no_check_in"
    with serving(tmp_path, *serve) as page:
        page.until(lambda s: s.get("session"))
        assert page.get("/api/check-in") == {"due": None}
    journal = open_store(tmp_path / "record", Key(None), writer="test", clock=FakeClock())
    kept = journal.fact("check_in")
    journal.close()
    assert kept is not None
    assert answer.items() <= kept.items()
    assert date.fromisoformat(kept["date"])
