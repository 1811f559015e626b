"""The practices of a running biocoach, over a real store: choices, words, files, what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli.practising import Practising
from biocoach.coach.shipped import texts
from biocoach.store import Journal, StoreError, Trouble, memory_store
from biocoach.types import AgeBand, Fit, PracticeLog, PracticeMoment, Repertoire
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
    record: object | None = "a record"

    def __post_init__(self) -> None:
        self.practising = Practising(
            self.folder, fact=self.journal.fact, keep=self.keep, replace=self.replace,
            tell=self.tell, fit=lambda: self.fit, wall=FakeClock().wall,
            record=lambda: self.record,
        )  # fmt: skip

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
        return Outcome(why=self.why)

    def drop(self, name: str, text: str) -> None:
        self.practising.folder.mkdir(parents=True, exist_ok=True)
        (self.practising.folder / name).write_text(text, encoding="utf-8")

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
        assert here.practising.words("held") == {"words": {}, "earlier": []}
        assert not (await here.practising.keep_words("held", {"what": "so"})).why
        assert here.practising.words("held") == {"words": {"what": "so"}, "earlier": []}
        assert (await here.practising.keep_words("held", {"who": "me"})).why == "unknown_field"
        assert (await here.practising.keep_words("nobody", {})).why == "unknown_practice"

    played(go)


def test_a_sheet_begun_afresh_keeps_the_earlier_one_until_it_is_erased(here: Here) -> None:
    async def go() -> None:
        here.drop("held.toml", HELD)
        here.practising.repertoire()
        keep, words = here.practising.keep_words, here.practising.words
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
        assert words("held") == {"words": {"what": ""}, "earlier": []}
        assert here.journal.verify().problems == ()

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
        await here.practising.keep_words("held", {"what": "mine"})
        real = here.practising._fact

        def swapped(name: str) -> Json | None:
            here.record = then
            return None

        monkeypatch.setattr(here.practising, "_fact", swapped)
        assert (await here.practising.sample(True)).why == "locked"
        here.record = "a record"
        assert (await here.practising.keep_words("held", {"what": "lost"})).why == "locked"
        monkeypatch.setattr(here.practising, "_fact", real)
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

        monkeypatch.setattr(here.practising, "_fact", broken)
        assert (await here.practising.sample(True)).why == "locked"
        assert (await here.practising.keep_words("held", {"what": "x"})).why == "locked"
        assert here.journal.fact("practices") is here.journal.fact("words:held") is None

    played(go)


def test_forgetting_what_was_never_written_writes_nothing(here: Here) -> None:
    async def go() -> None:
        assert not (await here.practising.forget_words("nobody", "x")).why
        assert here.journal.fact("words:nobody") is None

    played(go)


def test_a_child_has_the_childs_shelf(here: Here) -> None:
    here.drop("adult.toml", MINE.replace('voice = "any"', 'voice = "adult"'))
    here.fit = Fit(age=AgeBand.CHILD)
    told = here.practising.repertoire()
    assert "my-look" not in {f.id for f in told.practices}
