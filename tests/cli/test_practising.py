"""The practices of a running biocoach, over a real store: choices, words, files, what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli.facts import LOCKED
from biocoach.cli.practising import Practising
from biocoach.cli.readings import Readings
from biocoach.cli.sheets import CHANGED, Sheets
from biocoach.coach.shipped import texts
from biocoach.settings import Settings
from biocoach.store import Journal, StoreError, Trouble, memory_store
from biocoach.types import AgeBand, Begin, Entry, Fit, PracticeLog, PracticeMoment, Repertoire
from dashboard.ports import Outcome
from tests.fakes import FakeClock

Json = dict[str, Any]
MINE = texts()["orienting.toml"].replace('id = "orienting"', 'id = "my-look"')
HELD = """
id = "held"
title = "Held"
summary = "Held."
about = "Held."
area = "breathing"
voice = "any"
eyes = "any"
opt_in = true
ask_first = ["pregnancy", "lung_disease"]
stop = ["Stop."]
[[steps]]
do = "breathe"
say = "In."
minutes = 1
breath = { in_s = 4, hold_s = 4, out_s = 4 }
[[steps]]
do = "breathe"
say = "Your own."
minutes = 1
pace = "own"
[[steps]]
do = "write"
say = "Write."
field = "what"
[[sources]]
author = "Nobody"
year = 2020
where = "nowhere"
"""


@dataclass
class Here:
    folder: Path
    journal: Journal
    fit: Fit = field(default_factory=Fit)
    told: list[Repertoire] = field(default_factory=list)
    why: str = ""
    simulated: bool = False
    heard: Callable[[], object] = bool
    record: object | None = "a record"

    def __post_init__(self) -> None:
        self.readings = Readings(FakeClock(), Settings())
        self.sheets = Sheets(
            fact=self.journal.fact, replace=self.replace, record=lambda: self.record,
            wall=FakeClock().wall,
        )  # fmt: skip
        self.practising = Practising(
            self.folder, sheets=self.sheets, fact=self.journal.fact, keep=self.keep, tell=self.tell,
            record=lambda: self.record, fit=lambda: self.fit, wall=FakeClock().wall,
            quickness=self.readings.quickness, helps=self.readings.helps,
        )  # fmt: skip

    def unlock(self) -> None:
        self.readings.open(self.journal, simulated=self.simulated)

    def lived(self, name: str, *practices: str, simulated: bool = False) -> None:
        """A closed session with a way back for each practice, "" for none."""
        ways = [
            {
                "where": "apart", "half_s": 30.0 if practice else 60.0, "seen_s": 300.0,
                "amplitude_bpm": 14.0, "up_s": 60.0, "left_out": "",
                "begun": [{"practice": practice, "after_s": -9.0}] if practice else [],
            }
            for practice in practices
        ]  # fmt: skip
        begin = Begin(seed=1, settings_hash="", fit=Fit(), simulated=simulated)
        entry = Entry(
            person="me", writer="t", session=name, boot_id="b", at_s=0.0, settings_hash="",
            wall_utc="2026-01-31T09:00:00.000Z", body=begin, number=0,
        )  # fmt: skip
        self.journal.append([entry])
        summary = {
            "id": name, "step": "a", "simulated": simulated, "suds_before": None,
            "ways_back": ways,
        }  # fmt: skip
        self.journal.put_summary(name, summary)

    async def quickness(self) -> dict[str, tuple[float, float]]:
        """As a session is told it."""
        await self.practising.refresh()
        facts = self.practising.repertoire().practices
        return {f.id: f.quickness for f in facts if f.quickness is not None}

    async def keep(self, name: str, value: Json) -> Outcome:
        if not self.why:
            await asyncio.to_thread(self.journal.put_fact, name, value)
        return Outcome(why=self.why)

    async def replace(self, name: str, value: Json) -> Outcome:
        if not self.why:
            await asyncio.to_thread(self.journal.replace_fact, name, value)
        return Outcome(why=self.why)

    async def tell(self, repertoire: Repertoire) -> Outcome:
        if not self.why:
            self.told.append(repertoire)
        self.heard()
        return Outcome(why=self.why)

    def drop(self, name: str, text: str) -> None:
        self.practising.folder.mkdir(parents=True, exist_ok=True)
        (self.practising.folder / name).write_text(text, encoding="utf-8")

    async def write(self, practice: str, words: dict[str, str], *, afresh: bool = False) -> str:
        """Why it was not kept; "" where it was."""
        rev = self.practising.words(practice)["rev"]
        kept = await self.practising.keep_words(practice, words, rev=rev, afresh=afresh)
        return kept.why if isinstance(kept, Outcome) else ""

    async def row(self, practice: str) -> Json:
        shelf = await self.practising.shelf()
        return next(p for p in shelf["practices"] if p["id"] == practice)


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path, memory_store(writer="test", clock=FakeClock()))


def played(story: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(story())


def test_the_shelf_has_what_is_shipped_and_the_folder_is_there(here: Here) -> None:
    async def go() -> None:
        shelf = await here.practising.shelf()
        assert {f"{p['id']}.toml" for p in shelf["practices"]} <= set(texts())
        assert (shelf["problems"], shelf["sampling"], shelf["pace"]) == ([], False, None)
        assert Path(shelf["folder"]).is_dir()
        assert not any(p["mine"] for p in shelf["practices"])

    played(go)


def test_a_file_that_is_dropped_in_appears_and_the_session_is_told(here: Here) -> None:
    async def go() -> None:
        here.practising.repertoire()  # as a session begins
        await here.practising.shelf()
        assert here.told == []
        here.drop("mine.toml", MINE)
        here.drop("broken.toml", 'id = "x"')
        shelf = await here.practising.shelf()
        assert [p["id"] for p in shelf["practices"] if p["mine"]] == ["my-look"]
        assert [(p["file"], p["line"]) for p in shelf["problems"]] == [("broken.toml", 1)]
        assert len(here.told) == 1
        assert "my-look" in {f.id for f in here.told[0].practices}

    played(go)


def test_opting_in_is_asked_first_and_kept(here: Here) -> None:
    async def go() -> None:
        here.drop("held.toml", HELD)
        here.practising.repertoire()
        assert (await here.row("held"))["closed"] == "ask_first"
        assert not (await here.practising.choose("held", {"asked": "clear"})).why
        assert (await here.row("held"))["closed"] == "opt_in"
        assert not (await here.practising.choose("held", {"opted_in": True})).why
        assert (await here.row("held"))["closed"] == "no_pace"
        await here.keep("pace", {"per_min": 6.0, "found_utc": "2026-01-01T00:00:00Z"})
        row = await here.row("held")
        assert row["closed"] == ""
        assert row["steps"][1]["breath"] == {
            "in_s": 4.0, "sip_s": 0.0, "hold_s": 0.0, "out_s": 6.0, "rest_s": 0.0,
        }  # fmt: skip
        assert {f.closed for f in here.told[-1].practices if f.id == "held"} == {""}
        # a new start with the same record
        again = Here(here.folder, here.journal)
        again.practising.repertoire()
        assert (await again.row("held"))["closed"] == ""
        again.fit = Fit(pregnancy=True)
        assert (await again.row("held"))["closed"] == "not_for_me"

    played(go)


def test_only_what_may_be_offered_can_be_chosen_for_it(here: Here) -> None:
    async def go() -> None:
        here.drop("held.toml", HELD)
        here.drop("mine.toml", MINE)
        here.practising.repertoire()
        assert (await here.practising.choose("held", {"offered": True})).why == "closed"
        assert (await here.practising.choose("nothing", {"offered": True})).why
        await here.practising.choose("orienting", {"offered": False})
        ranks = {f.id: f.rank for f in here.told[-1].practices}
        assert ranks["orienting"] == 0
        assert (await here.row("orienting"))["offered"] is False

    played(go)


def test_without_a_therapist_nobody_can_have_enabled_it(here: Here) -> None:
    async def go() -> None:
        here.practising.repertoire()
        enable = {"enabled_by": "Kim"}
        refused = await here.practising.choose("parts-check-in", enable)
        assert (refused.why, (await here.row("parts-check-in"))["closed"]) == (
            "no_therapist", "therapist"
        )  # fmt: skip
        here.fit = Fit(with_therapist=True)
        assert not (await here.practising.choose("parts-check-in", enable)).why
        assert (await here.row("parts-check-in"))["closed"] == ""
        assert not (await here.practising.choose("parts-check-in", {"enabled_by": ""})).why
        assert (await here.row("parts-check-in"))["closed"] == "therapist"

    played(go)


def test_two_choices_at_once_are_both_kept(here: Here) -> None:
    async def go() -> None:
        here.practising.repertoire()
        await asyncio.gather(
            here.practising.choose("orienting", {"offered": False}),
            here.practising.choose("slow-paced-4-6", {"offered": False}),
            here.practising.sample(True),
        )
        shelf = await here.practising.shelf()
        assert shelf["sampling"]
        names = {p["id"] for p in shelf["practices"] if p["offered"]}
        assert not names & {"orienting", "slow-paced-4-6"}

    played(go)


def test_a_choice_that_could_not_be_kept_is_not_made(here: Here) -> None:
    async def go() -> None:
        here.practising.repertoire()
        here.why = "not_recording"
        assert (await here.practising.sample(True)).why == "not_recording"
        here.why = ""
        assert not (await here.practising.shelf())["sampling"]
        assert here.told == []

    played(go)


def test_what_is_written_is_kept_by_field_and_no_other(here: Here) -> None:
    async def go() -> None:
        here.drop("held.toml", HELD)
        here.practising.repertoire()
        assert here.practising.words("held") == {"words": {}, "earlier": [], "rev": ""}
        assert not await here.write("held", {"what": "so"})
        assert here.practising.words("held")["words"] == {"what": "so"}
        assert await here.write("held", {"who": "me"}) == "unknown_field"
        assert await here.write("nobody", {}) == "unknown_practice"

    played(go)


def test_a_sheet_begun_afresh_keeps_the_earlier_one_until_it_is_erased(here: Here) -> None:
    async def go() -> None:
        here.drop("held.toml", HELD)
        here.practising.repertoire()
        keep, words = here.write, here.practising.words
        await keep("held", {"what": "canary one"})
        await keep("held", {"what": "canary one and a half"})
        await keep("held", {}, afresh=True)
        await keep("held", {"what": "two"})
        found = words("held")
        assert found["words"] == {"what": "two"}
        (earlier,) = found["earlier"]
        assert earlier["words"] == {"what": "canary one and a half"}
        await keep("held", {"what": ""})
        assert len(words("held")["earlier"]) == 1  # only asked for is a sheet put away
        await here.practising.forget_words("held", earlier["at_utc"])
        assert (words("held")["words"], words("held")["earlier"]) == ({"what": ""}, [])
        assert here.journal.verify().problems == ()

    played(go)


def test_of_two_windows_the_one_that_comes_late_is_told_so(here: Here) -> None:
    async def go() -> None:
        here.drop("held.toml", HELD)
        here.practising.repertoire()
        await here.write("held", {"what": "one"})
        seen = here.practising.words("held")["rev"]
        first = await here.practising.keep_words("held", {"what": "two"}, rev=seen)
        late = await here.practising.keep_words("held", {"what": "three"}, rev=seen)
        assert (isinstance(first, dict), late) == (True, CHANGED)
        assert here.practising.words("held")["words"] == {"what": "two"}

    played(go)


def log(practice: str, step: int | None, moment: str = "moved") -> PracticeLog:
    return PracticeLog(practice=practice, moment=PracticeMoment(moment), step=step)


def test_the_breath_of_a_step_is_told_with_it(here: Here) -> None:
    here.drop("held.toml", HELD)
    here.practising.repertoire()
    paced = here.practising.log(log("held", 0))
    assert paced is not None
    assert (paced.paced, paced.per_min) == (True, 5.0)
    assert paced.in_share == pytest.approx(1 / 3)
    own = here.practising.log(log("held", 1))
    assert own is not None
    assert (own.paced, own.per_min) == (False, None)  # no rate was found yet
    for step, moment in [(2, "moved"), (None, "finished"), (0, "stopped")]:
        found = here.practising.log(log("held", step, moment))
        assert found is not None
        assert not found.paced
    beyond = here.practising.log(log("held", 99))
    assert beyond is not None
    assert beyond.step is None
    assert here.practising.log(log("nobody", 0, "started")) is None


@pytest.mark.parametrize("moment", ["moved", "finished", "stopped"])
def test_a_practice_whose_file_went_away_under_way_can_still_be_ended(
    here: Here, moment: str
) -> None:
    """Or the coach would take it for running, and keep silent, to the session's end."""
    assert here.practising.log(log("gone", 1, moment)) == log("gone", 1, moment)


def test_a_session_that_could_not_be_told_is_told_the_next_time(here: Here) -> None:
    async def go() -> None:
        here.practising.repertoire()
        here.drop("mine.toml", MINE)
        here.why = "not_recording"
        await here.practising.shelf()
        here.why = ""
        await here.practising.shelf()
        assert [len(here.told), "my-look" in {f.id for f in here.told[0].practices}] == [1, True]

    played(go)


@pytest.mark.parametrize("then", [None, "another record"])
def test_nothing_is_written_into_a_record_from_which_it_was_not_read(
    here: Here, then: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Choices read while no record was open would take the place of those that are in it."""

    async def go() -> None:
        here.drop("held.toml", HELD)
        here.practising.repertoire()
        await here.practising.choose("held", {"asked": "not_for_me"})
        await here.write("held", {"what": "mine"})
        real = here.journal.fact

        def swapped(name: str) -> Json | None:
            here.record = then
            return None

        for owner in (here.practising, here.sheets):
            monkeypatch.setattr(owner, "_fact", swapped)
        assert (await here.practising.sample(True)).why == "locked"
        here.record = "a record"
        lost = await here.practising.keep_words("held", {"what": "lost"}, rev="")
        assert lost == LOCKED
        for owner in (here.practising, here.sheets):
            monkeypatch.setattr(owner, "_fact", real)
        here.record = "a record"
        assert (await here.row("held"))["closed"] == "not_for_me"
        assert here.practising.words("held")["words"] == {"what": "mine"}

    played(go)


def test_what_can_not_be_read_is_not_taken_for_nothing(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        here.drop("held.toml", HELD)
        here.practising.repertoire()

        def broken(_: str) -> Json | None:
            raise StoreError(Trouble.IO)

        for owner in (here.practising, here.sheets):
            monkeypatch.setattr(owner, "_fact", broken)
        assert (await here.practising.sample(True)).why == "locked"
        assert (await here.practising.keep_words("held", {"what": "x"}, rev="")) == LOCKED
        assert here.journal.fact("practices") is here.journal.fact("words:held") is None

    played(go)


def test_forgetting_what_was_never_written_writes_nothing(here: Here) -> None:
    async def go() -> None:
        assert (await here.practising.forget_words("nobody", "x")) == {}
        assert here.journal.fact("words:nobody") is None

    played(go)


def test_a_practice_whose_file_is_gone_can_be_ended(here: Here) -> None:
    for moment in ("stopped", "finished"):
        told = log("nobody", None, moment)
        assert here.practising.log(told) == told
    assert here.practising.log(log("nobody", 0, "started")) is None


def test_a_child_has_the_childs_shelf(here: Here) -> None:
    here.drop("adult.toml", MINE.replace('voice = "any"', 'voice = "adult"'))
    here.fit = Fit(age=AgeBand.CHILD)
    told = here.practising.repertoire()
    assert "my-look" not in {f.id for f in told.practices}


# ---- what helps


def test_what_is_believed_of_a_practice_is_told_only_where_the_coach_may_try(here: Here) -> None:
    async def go() -> None:
        here.lived("one", *["orienting", ""] * 20)
        here.unlock()
        assert await here.quickness() == {}
        assert not (await here.practising.sample(True)).why
        (told,) = here.told
        assert told.sampling
        ((mean, deviation),) = [f.quickness for f in told.practices if f.quickness]
        assert mean < -0.2
        assert 0 < deviation < 0.35
        assert await here.quickness() == {"orienting": (mean, deviation)}
        await here.practising.sample(False)
        assert await here.quickness() == {}

    played(go)


def test_another_session_changes_what_is_believed(here: Here) -> None:
    async def go() -> None:
        here.lived("one", *["orienting", ""] * 9)
        here.unlock()
        await here.practising.sample(True)
        before = await here.quickness()
        here.lived("two", *["orienting", ""] * 9)
        after = await here.quickness()
        assert after["orienting"][1] < before["orienting"][1]

    played(go)


def test_simulated_and_real_sessions_are_believed_apart(here: Here) -> None:
    async def go() -> None:
        here.lived("real", *["orienting", ""] * 9)
        here.lived("made", *["slow-paced-4-6", ""] * 9, simulated=True)
        here.unlock()
        await here.practising.sample(True)
        assert list(await here.quickness()) == ["orienting"]
        here.simulated = True
        here.unlock()
        assert list(await here.quickness()) == ["slow-paced-4-6"]

    played(go)


def test_what_helps_comes_with_names_and_with_what_was_chosen(here: Here) -> None:
    async def go() -> None:
        assert here.practising.helps() == {}  # while the record is locked
        here.lived("one", *["orienting", "gone", ""] * 12)
        here.unlock()
        here.practising.repertoire()
        found = here.practising.helps()
        assert [row["practice"] for row in found["groups"][0]["practices"]] == ["gone", "orienting"]
        assert list(found["titles"]) == ["orienting"]
        assert found["titles"]["orienting"]
        assert not found["sampling"]
        assert not found["simulated"]
        await here.practising.sample(True)
        assert here.practising.helps()["sampling"]

    played(go)


def test_a_session_opens_with_what_is_known_and_is_told_more_when_it_is(here: Here) -> None:
    async def go() -> None:
        here.lived("one", *["orienting", ""] * 9)
        here.unlock()
        await here.keep("practices", {"of": {}, "sampling": True})
        told = asyncio.Event()
        here.heard = told.set
        keeping = asyncio.create_task(here.practising.keep_up())
        await asyncio.sleep(0)  # it has begun
        opened = await asyncio.to_thread(here.practising.repertoire)
        assert opened.sampling
        assert not any(f.quickness for f in opened.practices)
        await asyncio.wait_for(told.wait(), 60)
        assert {f.id for f in here.told[-1].practices if f.quickness} == {"orienting"}
        again = await asyncio.to_thread(here.practising.repertoire)
        assert again == here.told[-1]  # the next one knows it from the beginning
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        here.practising.repertoire()  # nobody keeps up any more
        assert len(here.told) == 1

    played(go)
