"""What helps me over a real record, and choosing by trying, as a page reaches them."""

from __future__ import annotations

from pathlib import Path

from biocoach.review import sessions
from biocoach.review.what_helps import settled
from biocoach.store import Key, open_store
from biocoach.types import Repertoire
from tests.cli.served import serving
from tests.fakes import FakeClock
from tests.many_days import WORDS, many_days

SERVE = ("serve", "--plain", "--data-dir", "record")


def test_a_page_reads_what_helps_and_lets_the_coach_try(tmp_path: Path) -> None:
    many_days(tmp_path / "record")
    with serving(tmp_path, *SERVE) as page:
        page.until(lambda s: s.get("session"))
        found = page.get("/api/practices/helps")
        assert (found["simulated"], found["sampling"], found["unread"]) == (False, False, 0)
        assert [group["where"] for group in found["groups"]] == ["apart", "after_reunion"]
        apart = found["groups"][0]
        assert 8 <= apart["without"] + sum(row["n"] for row in apart["practices"]) <= len(WORDS)
        assert {row["says"] for row in apart["practices"]} <= {"not_enough"}
        assert page.send("/api/practices/choosing", {"sampling": True}, "PUT")["ok"]
        assert page.get("/api/practices/helps")["sampling"]

    journal = open_store(tmp_path / "record", Key(None), writer="test", clock=FakeClock())
    rows = settled(list(journal.summaries().values()), "apart")
    last = journal.sessions()[-1].session
    told = [e.body for e in journal.read(last) if isinstance(e.body, Repertoire)]
    made = {s["made_by"] for s in journal.summaries().values()}
    journal.close()
    assert len(made) == 1
    assert made.pop().startswith(f"{sessions.SUMMARY_VERSION}:")
    assert told[-1].sampling
    believed = {f.id for f in told[-1].practices if f.quickness is not None}
    assert believed == {row.practice for row in rows} - {""}
