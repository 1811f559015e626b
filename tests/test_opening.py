"""Which session comes next: a new one that knows its past, or the open one brought up to now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest

from biocoach.coach.choice import BEFORE
from biocoach.opening import AGAIN, REMADE_AT_ONCE, REMADE_ENTRIES, Opening, _a_few
from biocoach.review import sessions, summing_beside
from biocoach.running import Running
from biocoach.runtime import Opened
from biocoach.settings import Settings
from biocoach.store import Journal, SessionRow, memory_store
from biocoach.types import (
    Answer,
    Begin,
    Closed,
    Debrief,
    End,
    Entry,
    Gap,
    Input,
    InputBody,
    Label,
    Link,
    Mark,
    MarkKind,
    Offer,
    OfferReply,
    Phase,
    Rating,
    Refused,
    Reply,
    Silence,
    Tick,
)
from tests.fakes import FIT, FakeClock, Told
from tests.review.support import children_started
from tests.signal.hearts import Rows, heart, worn
from tests.strategies import motion, plan, reading

RISE = [row for row in worn(heart(620, lambda t: 84.0 if t >= 360 else 64.0))[1:] if row[0] < 620]


@dataclass
class House:
    clock: FakeClock
    journal: Journal
    scripted: bool = False
    simulated: bool = True

    def opening(self) -> Opening:
        names = count(len(self.journal.sessions()) + 1)
        return Opening(
            journal=self.journal,
            clock=self.clock,
            settings=Settings(),
            writer="test",
            fit=lambda: FIT,
            new_id=lambda: f"s{next(names)}",
            seed=lambda: 7,
            repertoire=lambda: BEFORE,
        )

    def start(self, *, resume: bool = True) -> Opened:
        source = Told(self.clock, [], scripted=self.scripted)
        source.simulated = self.simulated
        opened = self.opening().open(source, resume)
        self.journal.append([e for step in opened.steps for e in step.entries])
        return opened

    def say(self, running: Running, *bodies: InputBody) -> None:
        for body in bodies:
            steps = running.arrive(self.clock.now_s(), body, self.clock)
            self.journal.append([e for step in steps for e in step.entries])

    def wear(self, running: Running, seconds: int) -> None:
        for second in range(seconds):
            self.clock.advance(1.0)
            self.say(running, motion(4), reading((1021 + second % 7,)))

    def with_a_rise(self, *last_words: InputBody) -> list[Offer | Silence]:
        """A session of 620 s whose heart rises at second 360 while apart: what the coach said."""
        running, start_s = self.start(resume=False).running, self.clock.now_s()
        rows: Rows = [(0.0, plan()), (300.0, Mark(kind=MarkKind.APART)), *RISE]
        rows += [(620.0, word) for word in (*last_words, End(), End())]
        entries: list[Entry] = []
        for at_s, body in sorted(rows, key=lambda row: row[0]):
            self.clock.advance_to(start_s + at_s)
            for step in running.arrive(self.clock.now_s(), body, self.clock):
                entries += step.entries
        self.journal.append(entries)
        return [e.body for e in entries if isinstance(e.body, Offer | Silence)]

    def whole_session(self) -> None:
        running = self.start(resume=False).running
        self.say(running, plan(), Mark(kind=MarkKind.BASELINE))
        self.wear(running, 310)
        self.say(running, Mark(kind=MarkKind.APART), Mark(kind=MarkKind.BACK), Debrief(suds=10))


@pytest.fixture
def house() -> Iterator[House]:
    clock = FakeClock(5000.25)
    journal = memory_store(writer="test", clock=clock)
    yield House(clock, journal)
    journal.close()


def begin_of(opened: Opened) -> Begin:
    item = opened.steps[0].stamped
    assert isinstance(item, Input)
    assert isinstance(item.body, Begin)
    return item.body


def test_the_first_session_knows_no_past_and_its_settings_are_kept(house: House) -> None:
    begin = begin_of(house.start())
    assert begin.prior.baselines == ()
    assert begin.prior.practised_today == 0
    assert (begin.clock_s, begin.seed, begin.simulated, begin.source) == (5000.25, 7, True, "told")
    assert begin.fit == FIT
    kept = house.journal.settings(begin.settings_hash)
    assert kept is not None
    assert kept["care"]["offers_per_hour"] == 3


def test_a_later_session_leans_on_the_earlier_ones(house: House) -> None:
    for _ in range(3):
        house.whole_session()
    opened = house.start()
    begin = begin_of(opened)
    assert len(begin.prior.baselines) == 3
    assert begin.prior.threshold == 2.5
    assert begin.prior.practised_today == 3
    assert opened.running.session.baseline_need_s == 120.0
    house.clock.set_wall(house.clock.wall() + timedelta(days=1))
    house.say(opened.running, Mark(kind=MarkKind.APART))
    assert begin_of(house.start(resume=False)).prior.practised_today == 0


def test_a_long_session_is_summed_up_in_a_child_and_known_to_the_next_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = children_started(monkeypatch)
    monkeypatch.setattr(summing_beside, "LONG_S", 300.0)
    house.whole_session()
    prior = begin_of(house.start()).prior
    assert (len(prior.baselines), prior.practised_today) == (1, 1)
    assert children == [summing_beside.MODULE]


def test_only_ten_baselines_are_carried_along(house: House) -> None:
    for _ in range(12):
        house.whole_session()
    assert len(begin_of(house.start()).prior.baselines) == 10


# ---- what was taught goes on


def dismissed_day(house: House, answer: Answer = Answer.OTHER) -> float | None:
    """A day's session with one rise and its answer: the threshold that the next one begins with."""
    house.with_a_rise(Label(answer=answer))
    house.clock.advance(86_400.0)
    return begin_of(house.start()).prior.threshold


def test_one_dismissal_a_session_adds_up_and_distress_takes_one_back(house: House) -> None:
    house.simulated = False
    found = [dismissed_day(house) for _ in range(3)]
    assert found == [2.5, 2.75, 2.75]
    again = [dismissed_day(house, Answer.DISTRESS) for _ in range(2)]
    assert again == [2.75, 2.5]


def test_within_a_session_it_is_what_the_next_one_begins_with(house: House) -> None:
    house.simulated = False
    dismissed_day(house)
    running, start_s = house.start(resume=False).running, house.clock.now_s()
    rows: Rows = [(0.0, plan()), (300.0, Mark(kind=MarkKind.APART)), *RISE]
    rows += [(619.0, Label(answer=Answer.OTHER))]
    for at_s, body in sorted(rows, key=lambda row: row[0]):
        house.clock.advance_to(max(house.clock.now_s(), start_s + at_s))
        house.say(running, body)
    assert running.session.threshold == 2.75
    house.say(running, End(), End())
    assert begin_of(house.start()).prior.threshold == 2.75


def test_simulated_sessions_teach_later_ones_nothing(house: House) -> None:
    assert [dismissed_day(house) for _ in range(2)] == [2.5, 2.5]


def test_it_starts_again_for_the_sessions_that_begin_later(house: House) -> None:
    house.simulated = False
    assert [dismissed_day(house) for _ in range(2)] == [2.5, 2.75]
    house.journal.put_fact(AGAIN, {"at_utc": "1970-01-01T00:00:00.000Z"})  # a clock that is wrong
    prior = begin_of(house.start(resume=False)).prior
    assert (prior.threshold, prior.dismissed) == (2.5, 0)
    assert [dismissed_day(house) for _ in range(2)] == [2.5, 2.75]


def test_a_long_recording_is_made_again_by_itself() -> None:
    row = SessionRow(
        session="", person="", started_utc="", last_utc="", entries=REMADE_ENTRIES // 3, closed=True
    )
    long = replace(row, entries=2 * REMADE_ENTRIES)
    assert _a_few([]) == []
    assert _a_few([row] * 9) == [row] * 3
    assert _a_few([replace(row, entries=9)] * 9) == [replace(row, entries=9)] * REMADE_AT_ONCE
    assert _a_few([long, row]) == [long]
    assert _a_few([row, long, row]) == [row]


def test_summaries_of_an_earlier_version_are_made_again_a_few_at_a_time(house: House) -> None:
    count = REMADE_AT_ONCE + 2
    for _ in range(count):
        house.say(house.start(resume=False).running, plan(), End(), End())
    names = [f"s{n}" for n in range(1, count + 1)]
    house.start()
    assert all("answers" in house.journal.summaries()[name] for name in names)
    for name in names:
        old = house.journal.summaries()[name]
        house.journal.put_summary(name, {k: old[k] for k in old.keys() - {"answers", "made_by"}})
    house.start()  # the newest first
    assert [n for n in names if "answers" not in house.journal.summaries()[n]] == names[:2]
    house.start()
    assert all("answers" in house.journal.summaries()[name] for name in names)


# ---- the coach's budget goes on


def test_a_new_session_right_away_does_not_buy_a_fourth_offer_in_the_hour(house: House) -> None:
    """Each of these has a rise and, for itself, an offer; together they have three an hour."""
    said = [house.with_a_rise() for _ in range(4)]
    assert [[type(d) for d in found] for found in said] == [[Offer]] * 3 + [[Silence]]
    assert said[-1][0].because == "enough_this_hour"
    house.clock.advance(2400.0)  # the first of them is more than an hour ago now
    assert [type(d) for d in house.with_a_rise()] == [Offer]


def test_quiet_that_was_asked_for_outlasts_its_session(house: House) -> None:
    house.with_a_rise(OfferReply(reply=Reply.SNOOZE))
    house.clock.advance(700.0)
    assert [d.because for d in house.with_a_rise()] == ["snoozed"]
    house.clock.advance(3600.0)
    assert [type(d) for d in house.with_a_rise()] == [Offer]


@pytest.mark.parametrize(("wall_s", "ago_s"), [(900.0, 900.0), (-3600.0, 0.0)])
def test_across_a_reboot_the_budget_goes_by_the_wall(
    house: House, wall_s: float, ago_s: float
) -> None:
    """A wall that was set back makes it no shorter than it was when the session ended."""
    (offer,) = house.with_a_rise(OfferReply(reply=Reply.SNOOZE))
    wall = house.clock.wall()
    house.clock = FakeClock(12.5, boot_id="boot-2")
    house.clock.set_wall(wall + timedelta(seconds=wall_s))
    prior = begin_of(house.start()).prior
    assert [*prior.offers_ago_s] == pytest.approx([620.0 - offer.at_s + ago_s])
    assert prior.snooze_left_s == pytest.approx(3600.0 - ago_s)


def test_a_story_that_is_played_neither_spends_the_budget_nor_keeps_to_it(house: House) -> None:
    house.with_a_rise()
    house.scripted = True
    assert [type(d) for d in house.with_a_rise()] == [Offer]
    house.scripted = False
    assert len(begin_of(house.start()).prior.offers_ago_s) == 1


# ---- the open one


def test_an_open_session_goes_on_with_a_gap(house: House) -> None:
    running = house.start().running
    house.say(running, plan(), Mark(kind=MarkKind.BASELINE))
    house.wear(running, 200)
    house.clock.advance(60.0)
    back = house.start()
    assert back.running.id == running.id
    assert back.running.session.phase is Phase.BASELINE
    assert back.running.started == running.started
    stamps = [s.stamped for s in back.steps]
    assert [s.at_s for s in stamps if isinstance(s, Tick)] == list(range(1, 261))
    known = [s for s in back.steps if s.stamped.at_s <= 200]  # told to the page, not kept twice
    assert [e for s in known for e in s.entries] == []
    last = stamps[-1]
    assert isinstance(last, Input)
    assert last.body == Link(up=False, reason="restarted")
    assert last.at_s == 260.0
    house.say(back.running, Link(up=True), reading((1021,)))
    gaps = [e.body for e in house.journal.read(running.id) if isinstance(e.body, Gap)]
    assert [(g.reason, round(g.end_s)) for g in gaps] == [("restarted", 259)]


def test_one_that_was_only_planned_is_closed_and_a_new_one_opens(house: House) -> None:
    first = house.start().running
    house.say(first, plan())
    house.clock.advance(10.0)
    second = house.start()
    assert second.running.id == "s2"
    closed = [e.body for e in house.journal.read("s1") if isinstance(e.body, Closed)]
    assert [c.reason for c in closed] == ["left in plan"]
    assert begin_of(second).prior.practised_today == 0


def test_one_left_for_a_night_is_closed_and_a_new_one_opens(house: House) -> None:
    first = house.start().running
    house.say(first, plan(), Mark(kind=MarkKind.APART))
    house.clock.advance(14 * 3600.0)
    assert house.start().running.id == "s2"
    closed = [e.body for e in house.journal.read("s1") if isinstance(e.body, Closed)]
    assert [c.reason for c in closed] == ["ended, unknown when"]


YEAR_S = 365 * 86_400.0


@pytest.mark.parametrize("boot_id", ["boot-1", "boot-2"])
def test_one_left_for_a_year_is_closed_without_counting_its_seconds(
    house: House, boot_id: str
) -> None:
    first = house.start().running
    house.say(first, plan(), Mark(kind=MarkKind.APART))
    wall = house.clock.wall() + timedelta(seconds=YEAR_S)
    house.clock = FakeClock(house.clock.now_s() + YEAR_S, boot_id=boot_id)
    house.clock.set_wall(wall)
    assert house.start().running.id == "s2"
    last = list(house.journal.read("s1"))[-1]
    assert last.body == Closed(at_s=43_200, reason="ended, unknown when")
    summary = house.journal.summary("s1")
    assert summary is not None
    assert summary["length_s"] == 43_200


def test_a_summary_of_a_session_that_ended_a_year_before_its_last_line(house: House) -> None:
    """As it was written once: the restart's own line came after the end."""
    first = house.start().running
    house.say(first, plan(), Mark(kind=MarkKind.APART), End(), End())
    entries = list(house.journal.read("s1"))
    late = replace(entries[-1], at_s=YEAR_S, number=9, body=Link(up=False, reason="restarted"))
    summary = sessions.summary("s1", [*entries, late], Settings())
    assert (summary["length_s"], summary["end_reason"]) == (0.0, "ended")


def test_nothing_is_kept_of_what_comes_after_the_end(house: House) -> None:
    running = house.start().running
    house.say(running, plan(), Mark(kind=MarkKind.APART))
    later_s = house.clock.now_s() + YEAR_S
    (*_, last) = running.arrive(later_s, Rating(suds=30), house.clock)
    assert isinstance(last.stamped, Input)
    assert last.outputs == [Refused(at_s=YEAR_S, number=last.number or 0, why="wrong_phase")]
    assert last.entries == []
    assert running.sequencer.next_tick_s == 43_201
    assert running.pass_time(later_s + 5, house.clock) == []


# ---- stories and recordings


@pytest.mark.parametrize(("was", "comes"), [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("words", [0, 1, 2])
def test_a_story_has_a_session_of_its_own_and_is_not_gone_on_with(
    house: House, was: bool, comes: bool, words: int
) -> None:
    """Nor does a story begin in a session that somebody tries things in."""
    house.scripted = was
    first = house.start().running
    marks = [Mark(kind=MarkKind.APART), Mark(kind=MarkKind.BACK)]
    house.say(first, plan(), Mark(kind=MarkKind.BASELINE))
    house.wear(first, 20)
    house.say(first, *marks[:words])
    house.clock.advance(3000.0)
    house.scripted = comes
    assert house.start().running.id == "s2"
    entries = list(house.journal.read("s1"))
    assert isinstance(entries[-1].body, Closed)
    assert entries[-1].body.reason == ("story cut short" if was else "left for a story")
    assert entries[-1].at_s == 20.0  # not a second later than it is known to have gone on
    assert house.journal.sessions()[0].closed


def test_one_that_somebody_tries_things_in_goes_on(house: House) -> None:
    first = house.start().running
    house.say(first, plan(), Mark(kind=MarkKind.APART))
    house.clock.advance(30.0)
    assert house.start().running.session.phase is Phase.APART


@pytest.mark.parametrize(("wall_s", "at_s"), [(600.0, 800.0), (-3600.0, 200.0)])
def test_across_a_reboot_the_wall_counts_but_never_backwards(
    house: House, wall_s: float, at_s: float
) -> None:
    """Also where the wall was set back meanwhile: the session's time must go on."""
    running = house.start().running
    house.say(running, plan(), Mark(kind=MarkKind.APART))
    house.wear(running, 200)
    wall = house.clock.wall()
    house.clock = FakeClock(12.5, boot_id="boot-2")
    house.clock.set_wall(wall + timedelta(seconds=wall_s))
    back = house.start()
    last = back.steps[-1].stamped
    assert isinstance(last, Input)
    assert last.body == Link(up=False, reason="restarted, clock estimated")
    assert last.at_s == at_s
    house.clock.advance(3.0)
    house.say(back.running, reading((900,)))
    entries = list(house.journal.read(running.id))
    assert entries[-1].at_s == pytest.approx(at_s + 3.0)
    assert {e.boot_id for e in entries} == {"boot-1", "boot-2"}
