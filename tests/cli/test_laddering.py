"""The ladders of a running biocoach, over a real store: kept, answered, overruled, never mixed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from biocoach.cli.facts import Facts
from biocoach.cli.laddering import Laddering
from biocoach.exposure.arc import Urged
from biocoach.exposure.practised import Practised
from biocoach.settings import LADDER, CareSettings
from biocoach.store import Journal, Key, memory_store, open_store
from biocoach.types import AgeBand, Fit
from dashboard.ports import Outcome
from tests.exposure.rows import LEARNT, row
from tests.fakes import FakeClock

Json = dict[str, Any]
T = TypeVar("T")


def now(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@dataclass
class Here:
    """Somebody at the page, and the record behind it."""

    journal: Journal
    fit: Fit = field(default_factory=lambda: Fit(with_therapist=True))
    rows: list[Practised] = field(default_factory=list)
    urges: list[Urged] = field(default_factory=list)
    waits: str = ""

    def __post_init__(self) -> None:
        self.record: Journal | None = self.journal
        self.facts = Facts(lambda: self.record)
        self.ladders = Laddering(
            fact=lambda name: self.record.fact(name) if self.record else None,
            replace=self.facts.replace,
            record=lambda: self.record,
            practised=lambda: self.rows,
            urged=lambda: self.urges,
            fit=lambda: self.fit,
            waits=lambda: self.waits,
            simulated=bool,
            wall=FakeClock().wall,
            care=CareSettings(),
        )

    def view(self) -> Json:
        found = now(self.ladders.view())
        assert not isinstance(found, Outcome), found
        return found

    def new(self, template: str | None = "partner-away", title: str = "") -> str:
        found = now(self.ladders.add(template, title))
        assert not isinstance(found, Outcome), found
        return str(found["id"])

    def shown(self, name: str) -> Json:
        found: Json = next(one for one in self.view()["ladders"] if one["id"] == name)
        return found

    def wish(self, name: str, **changed: Any) -> Json:
        told = self.shown(name)
        steps = [
            {k: v for k, v in step.items() if k not in ("state", "history", "proposal", "overrule")}
            for step in told["steps"]
        ]
        usual = {"title": told["title"], "put_away": told["put_away"], "rev": told["rev"]}
        return usual | {"steps": steps} | changed

    def keep(self, name: str, wish: Json) -> str:
        found = now(self.ladders.keep(name, wish))
        return found.why if isinstance(found, Outcome) else ""

    def learnt(self, name: str, nth: int = 0, rows: tuple[Practised, ...] = LEARNT) -> str:
        """That step was practised; its id."""
        step = self.shown(name)["steps"][nth]
        self.rows += [
            replace(r, ladder=name, step=step["id"], planned_s=step["planned_s"]) for r in rows
        ]
        return str(step["id"])


@pytest.fixture
def here() -> Here:
    return Here(memory_store(writer="t", clock=FakeClock()))


def test_at_first_there_are_only_templates(here: Here) -> None:
    found = here.view()
    assert found["ladders"] == []
    assert len(found["templates"]) >= 7
    assert found["limits"] is None
    assert found["arc"]["phase"] is None
    assert found["arc"]["suggested"]["phase"] == "assessment"
    assert [sign["watched"] for sign in found["arc"]["signs"]] == [False] * 4


def test_a_ladder_is_begun_from_a_template_or_blank(here: Here) -> None:
    name = here.new()
    blank = here.new(None, " Mine ")
    told = here.shown(name)
    assert told["title"] == "When my partner is away"
    assert {step["state"] for step in told["steps"]} == {"new"}
    ids = [step["id"] for step in told["steps"]]
    assert len(set(ids)) == len(ids) == 7
    assert here.shown(blank)["title"] == "Mine"
    assert here.shown(blank)["steps"] == []
    assert now(here.ladders.add("nothing", "")) == Outcome(why="not_there")
    assert now(here.ladders.add(None, "  ")) == Outcome(why="unfit")


def test_there_are_only_so_many(here: Here) -> None:
    for _ in range(LADDER.ladders_max):
        here.new(None, "One")
    assert now(here.ladders.add(None, "More")) == Outcome(why="full")


def test_it_is_edited_and_two_windows_do_not_overwrite_each_other(here: Here) -> None:
    name = here.new()
    wish, late = here.wish(name), here.wish(name, title="Late")
    wish["steps"].reverse()
    wish["steps"][0]["title"] = "Anew"
    assert here.keep(name, wish) == ""
    assert here.shown(name)["steps"][0]["title"] == "Anew"
    assert here.keep(name, late) == "changed"
    assert here.shown(name)["title"] != "Late"
    assert here.keep("gone", wish) == "not_there"
    assert here.keep(name, here.wish(name, title="")) == "unfit"


def test_what_was_practised_is_never_lost(here: Here) -> None:
    name = here.new()
    step = here.learnt(name, nth=1)
    assert here.keep(name, here.wish(name, steps=[])) == ""
    (kept,) = here.shown(name)["steps"]
    assert (kept["id"], kept["put_away"], kept["state"]) == (step, True, "done")
    assert [r["session"] for r in kept["history"]] == ["2", "1"]


def test_a_step_made_harder_keeps_its_history_and_counts_anew(here: Here) -> None:
    name = here.new()
    here.learnt(name)
    wish = here.wish(name)
    wish["steps"][0]["expected_suds"] += 30
    assert here.keep(name, wish) == ""
    step = here.shown(name)["steps"][0]
    assert step["state"] == "new"
    assert [r["earlier"] for r in step["history"]] == [True, True]


def test_a_proposal_is_answered_once(here: Here) -> None:
    name = here.new()
    here.learnt(name)
    proposal = here.shown(name)["steps"][0]["proposal"]
    assert (proposal["way"], proposal["to_title"]) == (
        "advance", "They go round the block without me",
    )  # fmt: skip
    assert now(here.ladders.answer(name, proposal["id"], yes=False, way=None)) == Outcome()
    assert here.shown(name)["steps"][0]["proposal"] is None
    again = now(here.ladders.answer(name, proposal["id"], yes=True, way=None))
    assert again == Outcome(why="changed")
    assert now(here.ladders.answer("gone", proposal["id"], yes=True, way=None)).why == "changed"


@pytest.mark.parametrize(
    ("way", "changed"),
    [(None, {"planned_s": 300.0}), ("nearer", {})],
)
def test_a_yes_to_less_changes_the_step(here: Here, way: str | None, changed: Json) -> None:
    name = here.new()
    hard = (row("1", too_much=True, stayed=False), row("2", away=True))
    here.learnt(name, rows=hard)
    before = here.shown(name)
    proposal = before["steps"][0]["proposal"]
    assert proposal["way"] == "shorter"
    assert now(here.ladders.answer(name, proposal["id"], yes=True, way=way)) == Outcome()
    after = here.shown(name)
    told = {k: after["steps"][0][k] for k in ("planned_s", "support")}
    assert told == {"planned_s": 600.0, "support": "regulate"} | changed
    assert (after["rev"] != before["rev"]) is bool(changed)
    assert after["steps"][0]["proposal"]["asks"] is False


def test_a_yes_to_what_was_not_offered_is_a_yes_to_nothing(here: Here) -> None:
    name = here.new()
    here.learnt(name, rows=(row("1", too_much=True, stayed=False), row("2", away=True)))
    before = here.shown(name)
    proposal = before["steps"][0]["proposal"]
    for way in ("advance", "step_back"):
        found = now(here.ladders.answer(name, proposal["id"], yes=True, way=way))
        assert found == Outcome(why="changed")
    assert here.shown(name) == before


def test_a_hold_is_not_answered(here: Here) -> None:
    """It asks nothing: an answer to it would keep what is asked later from being asked."""
    name = here.new()
    here.learnt(name, rows=LEARNT[:1])
    hold = here.shown(name)["steps"][0]["proposal"]
    assert hold["asks"] is False
    assert now(here.ladders.answer(name, hold["id"], yes=False, way=None)).why == "changed"


def test_a_yes_is_to_what_was_read(here: Here) -> None:
    """The step was made longer, or another put above it, in a second window meanwhile."""
    name = here.new()
    here.learnt(name, rows=(row("1", too_much=True, stayed=False), row("2", away=True)))
    here.learnt(name, nth=1)
    shorter, advance = (step["proposal"] for step in here.shown(name)["steps"][:2])
    wish = here.wish(name)
    wish["steps"][0]["planned_s"] = 1200.0
    wish["steps"].insert(2, wish["steps"].pop(4))
    assert here.keep(name, wish) == ""
    for stale in (shorter, advance):
        found = now(here.ladders.answer(name, stale["id"], yes=True, way=None))
        assert found == Outcome(why="changed")
    assert here.shown(name)["steps"][0]["planned_s"] == 1200.0


def test_a_second_word_of_the_same_therapist_is_asked_anew(here: Here) -> None:
    name = here.new()
    step = here.learnt(name)
    word = {"step": step, "way": "shorter", "by": "Rosa", "reason": "A hard week"}
    for reason in ("A hard week", "The flat is new"):
        assert now(here.ladders.overrule(name, word | {"reason": reason})) == Outcome()
        asked = here.shown(name)["steps"][0]["proposal"]
        assert (asked["way"], asked["reason"]) == ("shorter", reason)
        assert now(here.ladders.answer(name, asked["id"], yes=True, way=None)) == Outcome()
        told = here.shown(name)["steps"][0]["proposal"]
        assert told is None or told["way"] != "shorter"


def test_what_is_answered_while_a_session_runs_is_no_answer_to_how_it_ends(here: Here) -> None:
    name = here.new()
    step = here.learnt(name)
    runs = row("9", ladder=name, step=step, planned_s=600.0, stayed=None, open=True)
    here.rows.append(runs)
    proposal = here.shown(name)["steps"][0]["proposal"]
    assert now(here.ladders.answer(name, proposal["id"], yes=False, way=None)) == Outcome()
    assert here.shown(name)["steps"][0]["proposal"] is None
    here.rows[-1] = replace(runs, stayed=True, open=False)
    assert here.shown(name)["steps"][0]["proposal"]["way"] == "advance"


def test_a_therapist_may_turn_it_towards_less(here: Here) -> None:
    name = here.new()
    step = here.learnt(name)
    word = {"step": step, "way": "hold", "by": " Rosa ", "reason": "A hard week"}
    assert now(here.ladders.overrule(name, word)) == Outcome()
    told = here.shown(name)["steps"][0]
    assert told["overrule"] == {
        "way": "hold", "by": "Rosa", "reason": "A hard week", "day": "2026-01-31",
        "until": "2026-02-28",
    }  # fmt: skip
    assert (told["proposal"]["rule"], told["proposal"]["by"]) == ("therapist", "Rosa")
    assert now(here.ladders.lift(name, step)) == Outcome()
    assert here.shown(name)["steps"][0]["overrule"] is None
    assert here.shown(name)["steps"][0]["proposal"]["way"] == "advance"
    assert now(here.ladders.lift(name, step)) == Outcome(why="not_there")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"by": " "}, "unfit"),
        ({"reason": ""}, "unfit"),
        ({"step": "gone"}, "not_there"),
        ({"way": "step_back"}, "no_less"),
        ({"way": "more_support"}, "no_less"),
    ],
)
def test_a_word_that_changes_nothing_is_refused(here: Here, changed: Json, why: str) -> None:
    name = here.new()
    step = here.shown(name)["steps"][0]["id"]
    word = {"step": step, "way": "hold", "by": "Rosa", "reason": "so"} | changed
    assert now(here.ladders.overrule(name, word)) == Outcome(why=why)


def test_the_limits_of_practising_alone_are_told(here: Here) -> None:
    here.fit = Fit()
    assert here.view()["limits"] == {"suds_max": 50, "length_max_s": 3600.0}
    name = here.new()
    here.learnt(name, nth=4)  # the next one takes three hours
    assert here.shown(name)["steps"][4]["proposal"]["way"] == "fade"


def test_a_child_is_known(here: Here) -> None:
    here.fit = Fit(with_therapist=True, age=AgeBand.CHILD)
    name = here.new("child-own-bed")
    here.learnt(name, nth=4)
    assert here.shown(name)["steps"][4]["proposal"]["way"] == "bare_repeat"


def test_while_the_ladder_waits_nothing_is_proposed(here: Here) -> None:
    name = here.new()
    here.learnt(name)
    here.waits = "ladder_waits"
    assert here.view()["waits"] == "ladder_waits"
    assert {step["proposal"] for step in here.shown(name)["steps"]} == {None}


def test_the_arc_is_set_by_people(here: Here) -> None:
    name = here.new()
    here.learnt(name)
    here.urges = [Urged(session="1", day="2026-03-01", let_pass=1)]
    assert now(here.ladders.set_phase("processing", " Rosa ")) == Outcome()
    assert now(here.ladders.watch(["gap"])) == Outcome()
    arc = here.view()["arc"]
    assert (arc["phase"], arc["since"], arc["by"]) == ("processing", "2026-01-31", "Rosa")
    assert arc["suggested"] is None
    assert [m["id"] for m in arc["milestones"]][:2] == ["urges_passed", "step_done"]
    assert [s["id"] for s in arc["signs"] if s["watched"]] == ["gap"]
    assert now(here.ladders.watch([])) == Outcome()
    assert here.view()["arc"]["phase"] == "processing"


def test_signs_of_a_plan_in_one_record_are_watched_in_no_other(here: Here) -> None:
    """The record was closed and another opened between the sheet and its signs."""
    written_in = here.journal
    here.record = memory_store(writer="t", clock=FakeClock())
    assert now(here.ladders.watch(["gap"], written_in)).why == "locked"
    assert here.record.fact("arc") is None
    assert now(here.ladders.watch(["gap"], here.record)) == Outcome()


def test_it_is_there_after_a_restart_and_old_wordings_are_gone(tmp_path: Path) -> None:
    journal = open_store(tmp_path, Key(None), writer="t", clock=FakeClock())
    here = Here(journal)
    name = here.new()
    wish = here.wish(name)
    wish["steps"][0]["who"] = "canary-of-the-coal-mine"
    assert here.keep(name, wish) == ""
    wish = here.wish(name)
    wish["steps"][0]["who"] = "M."
    assert here.keep(name, wish) == ""
    journal.close()
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"canary" not in on_disk
    again = open_store(tmp_path, Key(None), writer="t", clock=FakeClock())
    assert Here(again).shown(name)["steps"][0]["who"] == "M."
    again.close()


def test_while_no_record_is_open_it_says_so(here: Here) -> None:
    name = here.new()
    wish = here.wish(name)
    here.record = None
    assert now(here.ladders.view()) == Outcome(why="locked")
    assert here.keep(name, wish) == "locked"
    assert now(here.ladders.add(None, "x")) == Outcome(why="locked")
    assert now(here.ladders.set_phase("processing", "")) == Outcome(why="locked")


def test_nothing_of_one_record_is_written_into_another(here: Here) -> None:
    name = here.new()
    wish, other = here.wish(name), memory_store(writer="t", clock=FakeClock())
    before = here.ladders._practised

    def another_opens() -> list[Practised]:
        here.record = other
        return before()

    here.ladders._practised = another_opens
    assert here.keep(name, wish) == "locked"
    assert other.fact("ladders") is None


@pytest.mark.parametrize(
    "fact",
    [
        {"ladders": [{"id": "x"}]},
        {"ladders": [], "decided": {"answers": [{"way": "fly"}]}},
    ],
)
def test_what_can_not_be_read_is_not_written_over(here: Here, fact: Json) -> None:
    here.journal.put_fact("ladders", fact)
    assert now(here.ladders.view()) == Outcome(why="unreadable")
    assert now(here.ladders.add(None, "x")) == Outcome(why="unreadable")
    assert here.journal.fact("ladders") == fact


def test_many_changes_at_once_are_all_kept(here: Here) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(here.ladders.add(None, f"L{n}") for n in range(8)))

    now(all_at_once())
    assert sorted(one["title"] for one in here.view()["ladders"]) == [f"L{n}" for n in range(8)]
