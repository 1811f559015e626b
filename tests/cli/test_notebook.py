"""Worksheets over a real record: kept, changed by one window at a time, and really erased."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from biocoach.cli import notebook
from biocoach.exposure.form import told
from biocoach.exposure.shipped_forms import shipped_forms
from biocoach.store import Key
from biocoach.store.database import Database
from biocoach.types import AgeBand
from dashboard.ports import Outcome
from tests.cli.note_support import KEYS, Writer, written_by
from tests.exposure.form_maker import GOOD

CANARY = "canary-of-the-coal-mine"
MOMENT: dict[str, Any] = {
    "thought": "They are late.",
    "urge": "text",
    "acted": False,
    "intensity": 70,
    "lasted_min": 5,
}


@pytest.fixture(params=KEYS)
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Writer]:
    yield from written_by(tmp_path, KEYS[request.param])


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Writer]:
    yield from written_by(tmp_path, KEYS["plain"])


# ---- what there is


def test_the_shelf_has_what_is_shipped_for_ones_age(plain: Writer) -> None:
    shipped = shipped_forms().forms
    found = plain.lists()
    assert found["sheets"] == found["problems"] == []
    assert [form["id"] for form in found["forms"]] == [
        name for name, form in shipped.items() if AgeBand.ADULT in form.ages
    ]
    assert found["forms"][0] == told(shipped[found["forms"][0]["id"]]) | {"mine": False}
    plain.is_aged(AgeBand.TEEN)
    assert "gad-7" not in {form["id"] for form in plain.lists()["forms"]}
    plain.is_aged(AgeBand.CHILD)
    names = {form["id"] for form in plain.lists()["forms"]}
    assert names == {name for name, form in shipped.items() if AgeBand.CHILD in form.ages}


def test_the_list_can_be_sent(plain: Writer) -> None:
    plain.begins("moment", **MOMENT)
    json.dumps(plain.lists(), allow_nan=False, ensure_ascii=False).encode()


def test_a_form_that_is_not_for_ones_age_is_not_begun(plain: Writer) -> None:
    plain.is_aged(AgeBand.TEEN)
    assert plain.begin("gad-7", None, {}, keep=False)["why"] == "not_for_age"
    assert plain.begin("nobody", None, {}, keep=False)["why"] == "unknown_form"


def test_a_file_of_ones_own_can_be_filled_in_and_read_when_it_has_gone(plain: Writer) -> None:
    path = plain.drops()
    plain.drops("id = ", "broken.toml")
    found = plain.lists()
    assert [form["id"] for form in found["forms"] if form["mine"]] == ["look-back"]
    assert [(p["file"], p["line"]) for p in found["problems"]] == [("broken.toml", 1)]
    name = plain.begins("look-back", line_field="Once.")
    path.unlink()
    assert "look-back" not in {form["id"] for form in plain.lists()["forms"]}
    seen = plain.sees(name)
    assert (seen["title"], seen["form_was"]["fields"][0]["id"]) == ("Look back", "line_field")
    assert plain.writes(name, line_field="Twice.")["why"] == "unknown_form"
    assert plain.sheets.erase(name, seen["rev"]) == {"ok": True}


def test_a_shipped_form_is_not_kept_with_each_sheet(plain: Writer) -> None:
    assert plain.sees(plain.begins("moment", **MOMENT))["form_was"] is None


# ---- writing


def test_a_moment_is_one_word_to_the_record(writer: Writer) -> None:
    name = writer.begins("moment", **MOMENT)
    seen = writer.sees(name)
    assert (seen["answers"], seen["state"], seen["line"]) == (MOMENT, "kept", "They are late.")
    assert (seen["makes"], seen["began_utc"]) == ("moment", seen["kept_utc"])
    (row,) = writer.lists()["sheets"]
    assert row.items() <= seen.items()


def test_a_draft_survives_another_start_and_is_kept_later(writer: Writer) -> None:
    name = writer.begins("evidence", keep=False, thought="I am left.", belief=90)
    writer.goes()
    writer.comes()
    writer.clock.advance(3600)
    seen = writer.sees(name)
    assert (seen["state"], seen["kept_utc"], seen["answers"]["belief"]) == ("draft", None, 90)
    short = writer.writes(name, thought="I am left.", belief=90)
    assert short == {"ok": False, "why": "unfit", "field": "belief_after", "what": "missing"}
    assert writer.writes(name, thought="I am left.", belief=90, belief_after=40)["ok"]
    kept = writer.sees(name)
    assert (kept["state"], kept["began_utc"]) == ("kept", seen["began_utc"])
    assert kept["kept_utc"] > seen["began_utc"]


def test_what_is_hidden_stays_in_a_draft_and_leaves_a_kept_sheet(plain: Writer) -> None:
    name = plain.begins("moment", keep=False, urge="none", acted=True)
    assert plain.sees(name)["answers"] == {"urge": "none", "acted": True}
    assert plain.writes(name, urge="none", acted=True)["ok"]
    assert plain.sees(name)["answers"] == {"urge": "none"}


def test_a_kept_sheet_may_be_written_again_or_go_back_to_the_drafts(plain: Writer) -> None:
    name = plain.begins("journal", words="One.")
    kept_utc = plain.sees(name)["kept_utc"]
    plain.clock.advance(60)
    assert plain.writes(name, words="Two.")["ok"]
    assert (plain.sees(name)["line"], plain.sees(name)["kept_utc"]) == ("Two.", kept_utc)
    assert plain.writes(name, keep=False, words="Two.")["ok"]
    assert (plain.sees(name)["state"], plain.sees(name)["kept_utc"]) == ("draft", None)


def test_the_same_again_writes_nothing(plain: Writer) -> None:
    name = plain.begins("journal", keep=False, words="One.")
    entries = plain.record.verify().entries
    assert plain.writes(name, keep=False, words="One.")["rev"] == plain.sees(name)["rev"]
    assert plain.record.verify().entries == entries


@pytest.mark.parametrize("keep", [True, False])
def test_a_refusal_names_the_field_and_changes_nothing(plain: Writer, keep: bool) -> None:
    name = plain.begins("moment", **MOMENT)
    before = plain.sees(name)
    refused = plain.writes(name, keep=keep, intensity=200)
    assert refused == {"ok": False, "why": "unfit", "field": "intensity", "what": "range"}
    assert plain.sees(name) == before
    new = plain.begin("moment", None, {"nobody": 1}, keep=keep)
    assert (new["why"], new["field"], new["what"]) == ("unfit", "nobody", "unknown")
    assert len(plain.lists()["sheets"]) == 1


def test_the_latest_comes_first_and_is_known_by_its_first_words(plain: Writer) -> None:
    plain.begins("journal", words="  One\n\nand   two. " + "x" * 100)
    plain.clock.advance(1)
    plain.begins("moment", urge="call", acted=True)
    plain.clock.advance(1)
    plain.begins("gratitude", things=[{"thing": "Warm socks"}])
    lines = [row["line"] for row in plain.lists()["sheets"]]
    assert lines[:2] == ["Warm socks", "Call them"]
    assert lines[2].startswith("One and two. xxx")
    assert len(lines[2]) == 80


def test_a_full_shelf_says_so(plain: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "SHEETS_MAX", 2)
    plain.begins("moment", **MOMENT)
    name = plain.begins("moment", **MOMENT)
    assert plain.begin("moment", None, MOMENT, keep=True)["why"] == "full"
    plain.sheets.erase(name, plain.sees(name)["rev"])
    plain.begins("moment", **MOMENT)


def test_on_a_day_of_rest_only_a_moment_and_the_journal_are_begun(plain: Writer) -> None:
    shipped = shipped_forms().forms
    draft = plain.begins("evidence", keep=False, thought="x")
    plain.waits = "rest_today"
    found = {name: plain.begin(name, None, {}, keep=False) for name in shipped}
    assert {name for name, told_one in found.items() if told_one["ok"]} == {"moment", "journal"}
    assert {told_one["why"] for told_one in found.values() if not told_one["ok"]} == {
        "rest_today",
        "not_for_age",
    }
    assert plain.writes(draft, keep=False, thought="y")["ok"]  # nothing typed is lost
    plain.waits = "two_today"
    plain.begins("evidence", keep=False, thought="x")


# ---- links


def test_a_sheet_can_point_to_a_session_or_an_activation_in_it(plain: Writer) -> None:
    plain.lived("s1")
    link = {"session": "s1", "activation": 320.5}
    name = plain.begins("moment", link=link, **MOMENT)
    assert plain.sees(name)["link"] == link
    assert plain.writes(name, thought="Else.")["ok"]
    assert plain.sees(name)["link"] == link
    inner = plain.begins("journal", words="x", session={"session": "s1"})
    assert plain.sees(inner)["link"] == {"session": "s1", "activation": None}


@pytest.mark.parametrize("link", [{"session": "s2"}, {"session": 3}, {}, {"activation": 1}])
def test_a_link_to_nowhere_is_refused(plain: Writer, link: Any) -> None:
    plain.lived("s1")
    wrong = plain.begin("moment", link, MOMENT, keep=True)
    assert (wrong["field"], wrong["what"]) == ("link", "link")
    if link:
        inner = plain.begin("journal", None, {"words": "x", "session": link}, keep=True)
        assert (inner["field"], inner["what"]) == ("session", "link")


def test_a_sheet_outlives_the_session_that_it_points_to(plain: Writer) -> None:
    plain.lived("s1")
    name = plain.begins("journal", words="x", session={"session": "s1"})
    plain.record.erase_session("s1")
    assert plain.writes(name, words="y", session={"session": "s1", "activation": None})["ok"]


# ---- two windows, two records, a full disk, a lock


def test_of_two_windows_the_later_one_is_told_and_overwrites_nothing(plain: Writer) -> None:
    name = plain.begins("journal", keep=False, words="One.")
    rev = plain.sees(name)["rev"]
    assert plain.writes(name, keep=False, rev=rev, words="Mine.")["ok"]
    late = plain.writes(name, keep=False, rev=rev, words="Theirs.")
    assert late == {"ok": False, "why": "changed"}
    assert plain.sheets.erase(name, rev) == {"ok": False, "why": "changed"}
    assert plain.sees(name)["answers"] == {"words": "Mine."}


def test_of_many_at_once_exactly_one_is_written(plain: Writer) -> None:
    name = plain.begins("journal", keep=False, words="One.")
    rev = plain.sees(name)["rev"]
    with ThreadPoolExecutor(8) as pool:
        told_each = list(
            pool.map(lambda n: plain.write(name, {"words": f"<{n}>"}, rev, keep=False), range(16))
        )
    won = [n for n, found in enumerate(told_each) if found["ok"]]
    assert len(won) == 1
    assert plain.sees(name)["answers"] == {"words": f"<{won[0]}>"}


def test_nothing_of_one_record_is_written_into_another(plain: Writer) -> None:
    name = plain.begins("journal", keep=False, words="Private.")
    rev = plain.sees(name)["rev"]
    plain.goes()
    plain.comes(simulated=True)
    assert plain.lists()["simulated"] is True
    assert plain.write(name, {"words": "x"}, rev, keep=False)["why"] == "not_there"
    assert plain.lists()["sheets"] == []


def test_a_full_disk_is_told_and_nothing_is_lost(plain: Writer) -> None:
    name = plain.begins("journal", words="One.")
    database = plain.record._database
    pages = database.run("PRAGMA page_count")[0][0]
    database.run(f"PRAGMA max_page_count = {pages}")
    assert plain.writes(name, words="x" * 4900)["why"] == "not_recording"
    assert plain.sees(name)["answers"] == {"words": "One."}
    database.run("PRAGMA max_page_count = 100000")
    assert plain.writes(name, words="x" * 4900)["ok"]


def test_while_the_record_is_locked_there_is_nothing_to_see_or_to_change(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    locked, told_locked = Outcome(why="locked"), {"ok": False, "why": "locked"}
    assert writer.sheets.worksheets() == writer.sheets.worksheet("a") == locked
    assert writer.measures.measures() == writer.measures.trends() == locked
    assert writer.partings.separations() == writer.partings.calendar("a", None) == locked
    assert writer.begin("moment", None, {}, keep=True) == told_locked
    assert writer.write("a", {}, "r", keep=True) == told_locked
    assert writer.sheets.erase("a", "r") == writer.measures.erase("a", "r") == told_locked
    assert writer.partings.say("a", "back", "r") == told_locked


def test_the_record_is_not_closed_under_a_change(tmp_path: Path) -> None:
    """Each of many changes is kept whole or finds the record locked."""
    writer = Writer(tmp_path)
    writer.comes()

    async def all_at_once() -> set[str]:
        adding = [
            asyncio.create_task(writer.sheets.begin("moment", None, MOMENT, keep=True))
            for _ in range(20)
        ]
        await adding[0]
        await writer.notes.closing()
        writer.record.close()
        return {str(found.get("why")) for found in await asyncio.gather(*adding)}

    assert asyncio.run(all_at_once()) <= {"None", "locked"}


# ---- erasing


def test_an_erased_sheet_is_nowhere_on_the_disk(writer: Writer) -> None:
    name = writer.begins("journal", keep=False, words=CANARY * 50)
    other = writer.begins("journal", words="It stays.")
    assert (CANARY.encode() in writer.on_disk()) is (writer.key is KEYS["plain"])
    assert writer.sheets.erase(name, writer.sees(name)["rev"]) == {"ok": True}
    assert CANARY.encode() not in writer.on_disk()
    assert writer.sheets.worksheet(name) == Outcome(why="not_there")
    assert [row["id"] for row in writer.lists()["sheets"]] == [other]
    assert writer.record.verify().problems == ()


def test_of_what_is_written_over_nothing_stays(writer: Writer) -> None:
    name = writer.begins("journal", keep=False, words=CANARY)
    assert writer.writes(name, keep=False, words="Else.")["ok"]
    assert CANARY.encode() not in writer.on_disk()


def test_what_is_erased_can_neither_be_written_nor_erased_again(plain: Writer) -> None:
    name = plain.begins("journal", words="x")
    rev = plain.sees(name)["rev"]
    assert plain.sheets.erase(name, rev)["ok"]
    gone = {"ok": False, "why": "not_there"}
    assert plain.sheets.erase(name, rev) == gone
    assert plain.write(name, {"words": "y"}, rev, keep=True) == gone


def test_what_cannot_be_taken_out_of_the_log_now_goes_at_the_next_change(plain: Writer) -> None:
    """Another program reads the journal in the meantime."""
    name = plain.begins("journal", words=CANARY)
    plain.record._database.run("PRAGMA busy_timeout = 0")
    other = Database(plain.folder / "record" / "journal.db", Key(None))
    with other.reading() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT count(*) FROM entries").all()
        assert plain.sheets.erase(name, plain.sees(name)["rev"])["ok"]
    plain.begins("moment", **MOMENT)
    assert CANARY.encode() not in plain.on_disk()
    other.close()


def test_an_erased_wording_cannot_be_guessed_from_its_hash(plain: Writer) -> None:
    """Two sheets of the same words leave different tombstones."""
    for _ in range(2):
        name = plain.begins("moment", urge="call")
        plain.sheets.erase(name, plain.sees(name)["rev"])
    with plain.record._database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT body, body_sha256 FROM entries").all()
    assert [row.body for row in rows] == [None, None]
    assert len({row.body_sha256 for row in rows}) == 2


# ---- signs


def test_what_a_kept_plan_says_is_watched(plain: Writer) -> None:
    said: dict[str, Any] = {"own_signs": "I cancel.", "steps": [{"sign": "x", "step": "y"}]}
    name = plain.begins("relapse-plan", keep=False, watched=["gap"], **said)
    assert plain.watched == []
    assert "watch" not in plain.writes(name, watched=["gap"], **said)
    assert plain.writes(name, watched=["too_much", "cut_short"], **said)["ok"]
    assert plain.writes(name, **said)["ok"]
    assert plain.watched == [["gap"], ["too_much", "cut_short"], []]
    plain.begins("journal", words="x")
    assert len(plain.watched) == 3


# ---- any order of all that


class AnyOrder(RuleBasedStateMachine):
    """Create, save, keep, erase, by a window that may have seen an older wording; and restarts."""

    names: Bundle[str] = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.writer = Writer(Path(self.place.name))
        self.writer.comes()
        self.known: dict[str, tuple[str, str]] = {}  # by id: the words, the state
        self.revs: dict[str, list[str]] = {}
        self.gone: set[str] = set()
        self.count = 0

    def words(self, length: int) -> str:
        self.count += 1
        return f"<<{self.count}>>" + "x" * length

    @rule(target=names, keep=st.booleans(), length=st.integers(0, 3000))
    def begin(self, keep: bool, length: int) -> str:
        words = self.words(length)
        name = self.writer.begins("journal", keep=keep, words=words)
        self.known[name] = (words, "kept" if keep else "draft")
        self.revs[name] = [self.writer.sees(name)["rev"]]
        return name

    @rule(name=names, keep=st.booleans(), length=st.integers(0, 3000), back=st.integers(0, 2))
    def write(self, name: str, keep: bool, length: int, back: int) -> None:
        words = self.words(length)
        rev = self.revs[name][-1 - min(back, len(self.revs[name]) - 1)]
        found = self.writer.write(name, {"words": words}, rev, keep=keep)
        if name not in self.known:
            assert found == {"ok": False, "why": "not_there"}
        elif rev != self.revs[name][-1]:
            assert found == {"ok": False, "why": "changed"}
        else:
            assert found["ok"]
            self.gone.add(self.known[name][0])
            self.known[name] = (words, "kept" if keep else "draft")
            self.revs[name].append(found["rev"])

    @rule(name=names, back=st.integers(0, 1))
    def erase(self, name: str, back: int) -> None:
        rev = self.revs[name][-1 - min(back, len(self.revs[name]) - 1)]
        found = self.writer.sheets.erase(name, rev)
        assert found["ok"] is (name in self.known and rev == self.revs[name][-1])
        if found["ok"]:
            self.gone.add(self.known.pop(name)[0])

    @rule(name=names)
    def refuse(self, name: str) -> None:
        found = self.writer.write(name, {"words": 3}, self.revs[name][-1], keep=False)
        assert not found["ok"]

    @rule()
    def restart(self) -> None:
        self.writer.goes()
        self.writer.comes()

    @invariant()
    def nothing_is_lost_and_nothing_erased_is_kept(self) -> None:
        seen = {row["id"]: row for row in self.writer.lists()["sheets"]}
        assert set(seen) == set(self.known)
        for name, (words, state) in self.known.items():
            sheet = self.writer.sees(name)
            assert (sheet["answers"], sheet["state"]) == ({"words": words}, state)
        disk = self.writer.on_disk()
        marks = {words[: words.index(">>") + 2] for words in self.gone}
        assert [mark for mark in marks if mark.encode() in disk] == []

    def teardown(self) -> None:
        assert self.writer.record.verify().problems == ()
        self.writer.goes()
        self.place.cleanup()


AnyOrder.TestCase.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
test_any_order = AnyOrder.TestCase


def test_a_form_of_ones_own_is_there_at_the_first_word(plain: Writer) -> None:
    """Nobody has looked at the shelf since its file came."""
    plain.drops(GOOD)
    plain.begins("look-back", line_field="x")
