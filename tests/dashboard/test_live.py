"""The slices that a page sees, made from real steps of a virtual session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from biocoach import types as t
from biocoach.review.way_back_more import MoreOfIt
from biocoach.running import Running, Step
from biocoach.settings import Settings
from biocoach.types import (
    Battery,
    Begin,
    Ecg,
    End,
    Fit,
    InputBody,
    Link,
    Mark,
    MarkKind,
    OfferReply,
    Plan,
    PracticeLog,
    PracticeMoment,
    Presence,
    Question,
    Rating,
    Reading,
    Reply,
    SecondOpinion,
    Strap,
    Support,
    Tick,
)
from dashboard.live import ECG_SAMPLES, TRACE_ROWS, Live
from devices.virtual import scenario_events
from tests.fakes import FakeClock

STRAP: dict[str, Any] = {
    "link": "searching", "name": "", "reason": "searching", "battery_pct": None,
    "contact": "unknown", "sends": [], "adapter": "ok", "found": [],
}  # fmt: skip


PACED = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, paced=True)


class Stage:
    """A session that is fed by hand, and its live view."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.running = Running(
            id="s", person="me", writer="t", settings=Settings(),
            start_clock_s=self.clock.now_s(), started=datetime(2026, 1, 31, 9, tzinfo=UTC),
        )  # fmt: skip
        self.live = Live(self.running, strap=dict(STRAP))
        begin = Begin(seed=1, settings_hash="", fit=Fit(), simulated=True)
        self.give(0.0, begin)

    def give(self, at_s: float, body: InputBody) -> tuple[Any, Any]:
        steps = self.running.arrive(self.running.start_clock_s + at_s, body, self.clock)
        self.live.step(self.running, steps)
        return self.live.take()

    def play(self, support: Support, until_s: float) -> Iterator[tuple[float, Any, Any]]:
        """The virtual separation under a support policy; what each input changed."""
        for timed in scenario_events(7, "separation"):
            if timed.at_s > until_s:
                return
            body = timed.body
            if isinstance(body, Plan):
                body = replace(body, step=replace(body.step, support=support))
            yield timed.at_s, *self.give(timed.at_s, body)


def test_every_change_can_be_sent() -> None:
    stage = Stage()
    offered = list[str]()
    for _, changed, pushed in stage.play(Support.REGULATE, 700):
        json.dumps([changed, pushed], allow_nan=False)
        offered += [changed["offer"]["practice"]] if changed.get("offer") else []
    seen = stage.live.visible()
    assert seen["session"]["phase"] == "apart"
    assert seen["events"]["activations"][0]["number"] == 1
    assert offered == ["slow-paced-4-6"]
    assert seen["strap"]["link"] == "up"
    assert seen["now"]["baseline_bpm"] == pytest.approx(60.6, abs=2)
    assert len(seen["trace"]) <= TRACE_ROWS


def test_the_still_screen_lets_nothing_of_the_heart_out() -> None:
    stage = Stage()
    for at_s, changed, pushed in stage.play(Support.OBSERVE, 1100):
        if at_s <= 300.5:
            continue
        assert not pushed
        text = json.dumps(changed)
        assert "hr_bpm" not in text
        assert changed.get("now") is None
        assert not changed.get("trace")
        assert not (changed.get("events") or {"activations": []})["activations"]
        assert changed.get("offer") is None
        assert changed.get("question") is None
    seen = stage.live.visible()
    assert seen["session"]["still"]
    assert (seen["now"], seen["trace"], seen["ecg"]) == (None, [], None)


def test_after_the_still_screen_everything_is_there() -> None:
    stage = Stage()
    list(stage.play(Support.OBSERVE, 1100))
    changed, _ = stage.give(1101, Mark(kind=MarkKind.BACK))
    assert changed["trace"]
    assert changed["events"]["activations"]
    assert changed["now"] is not None


def test_far_away_brings_orienting_even_when_still() -> None:
    stage = Stage()
    list(stage.play(Support.OBSERVE, 400))
    changed, _ = stage.give(401, Rating(presence=Presence.FAR_AWAY))
    assert changed["offer"]["practice"] == "orienting"
    changed, _ = stage.give(402, Rating(presence=Presence.NUMB))
    assert changed["question"]["kind"] == "end_gently"


def test_the_page_is_told_how_the_coach_takes_the_person() -> None:
    stage = Stage()
    list(stage.play(Support.ASK, 540))

    def taken() -> tuple[bool, bool]:
        session = stage.live.visible()["session"]
        return session["away"], session["panic"]

    assert taken() == (False, True)  # the heart is activated
    stage = Stage()
    list(stage.play(Support.ASK, 200))
    assert taken() == (False, False)
    stage.give(201, Rating(suds=80, presence=Presence.NUMB))
    assert taken() == (True, True)
    stage.give(202, Rating(suds=20, presence=Presence.HERE))
    assert taken() == (False, False)


def test_too_much_is_answered_in_every_policy() -> None:
    for support in Support:
        stage = Stage()
        list(stage.play(support, 400))
        changed, _ = stage.give(401, Mark(kind=MarkKind.TOO_MUCH))
        assert changed["offer"]["practice"] == "orienting"
        assert changed["question"]["kind"] == "too_much"


def test_too_much_waits_for_its_answer_while_its_orienting_runs() -> None:
    """A page that is opened anew finds the card with its choices again."""
    stage = Stage()
    list(stage.play(Support.OBSERVE, 400))
    stage.give(401, Mark(kind=MarkKind.TOO_MUCH))
    log = PracticeLog(practice="orienting", moment=PracticeMoment.STARTED, asked=True)
    stage.give(402, log)
    seen = stage.live.visible()
    assert (seen["question"]["kind"], seen["practice"]["id"]) == ("too_much", "orienting")
    stage.give(410, replace(log, moment=PracticeMoment.STOPPED))
    assert stage.live.visible()["question"] is None


def before_it_is_written(stage: Stage, at_s: float, body: InputBody) -> Any:
    """The step is made, and its words are told although the disk refuses."""
    stage.live.recording = False
    steps = stage.running.arrive(stage.running.start_clock_s + at_s, body, stage.clock)
    stage.live.care(steps[-1:])
    return stage.live.take()[0], steps


@pytest.mark.parametrize("support", Support)
def test_while_the_disk_refuses_too_much_brings_orienting_and_nothing_of_the_heart(
    support: Support,
) -> None:
    stage = Stage()
    list(stage.play(support, 600))
    stage.live.recording = False
    seen = stage.live.visible()
    assert (seen["now"], seen["offer"]) == (None, None)
    said = Mark(kind=MarkKind.TOO_MUCH)
    changed, steps = before_it_is_written(stage, 604, said)
    assert changed["offer"]["practice"] == "orienting"
    assert changed["question"]["kind"] == "too_much"
    assert set(changed) <= {"offer", "question", "session"}
    stage.live.recording = True
    stage.live.step(stage.running, steps)  # it is written
    seen = stage.live.visible()
    assert (seen["offer"]["practice"], seen["question"]["kind"]) == ("orienting", "too_much")
    assert [m["kind"] for m in seen["events"]["marks"]].count("too_much") == 1


def test_while_the_disk_refuses_too_much_still_takes_the_breathing_off_the_page() -> None:
    stage = Stage()
    list(stage.play(Support.ASK, 600))
    breathing = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED)
    clock_s = stage.running.start_clock_s + 603
    stage.live.step(stage.running, stage.running.arrive(clock_s, breathing, stage.clock))
    assert stage.live.visible()["practice"]["id"] == "slow-paced-4-6"
    changed, _ = before_it_is_written(stage, 604, Mark(kind=MarkKind.TOO_MUCH))
    assert changed["practice"] is None


def test_an_ending_is_shown_while_the_disk_refuses_and_no_second_stands_as_now() -> None:
    stage = Stage()
    list(stage.play(Support.OBSERVE, 600))
    changed, steps = before_it_is_written(stage, 604, End())
    assert changed["session"]["phase"] == "debrief"
    assert changed["now"] is None
    assert changed["trace"][-1][0] == 600  # what was kept may be seen, now that it is over
    stage.live.step(stage.running, steps)
    stage.live.recording = True
    assert stage.live.visible()["now"]["at_s"] == 604


def test_a_reply_clears_the_offer() -> None:
    stage = Stage()
    list(stage.play(Support.REGULATE, 600))
    assert stage.live.visible()["offer"]
    changed, _ = stage.give(601, OfferReply(reply=Reply.NOT_NOW))
    assert changed["offer"] is None


def test_an_offer_goes_with_its_data_and_a_practice_that_was_taken_stays() -> None:
    silent = Link(up=False, reason="silent")
    left = Stage()
    list(left.play(Support.REGULATE, 600))
    assert left.live.visible()["offer"]
    assert left.give(610, silent)[0]["offer"] is None
    taken = Stage()
    list(taken.play(Support.REGULATE, 600))
    taken.give(601, OfferReply(reply=Reply.TAKE))
    taken.give(602, PACED)
    taken.give(610, silent)
    assert taken.live.visible()["practice"]["id"] == PACED.practice


def test_far_away_ends_the_breathing_and_its_end_leaves_the_orienting() -> None:
    stage = Stage()
    list(stage.play(Support.REGULATE, 400))
    stage.give(401, PACED)
    changed, _ = stage.give(402, Rating(presence=Presence.FAR_AWAY))
    assert changed["practice"] is None
    assert (changed["ended"]["practice"], changed["ended"]["because"]) == (
        PACED.practice, "far_away"
    )  # fmt: skip
    assert changed["offer"]["practice"] == "orienting"
    stage.give(403, Rating(presence=Presence.FAR_AWAY))
    assert stage.live.visible()["question"]["kind"] == "end_gently"
    stage.give(403, replace(PACED, moment=PracticeMoment.STOPPED))  # the page says so afterwards
    assert stage.live.visible()["offer"]["practice"] == "orienting"
    assert stage.live.visible()["question"]["kind"] == "end_gently"


def test_the_late_end_of_one_practice_leaves_the_next_on_the_page() -> None:
    stage = Stage()
    list(stage.play(Support.REGULATE, 400))
    stage.give(401, PACED)
    stage.give(402, replace(PACED, practice="orienting"))
    stage.give(403, replace(PACED, moment=PracticeMoment.STOPPED))
    assert stage.live.visible()["practice"]["id"] == "orienting"
    stage.give(404, replace(PACED, practice="orienting", moment=PracticeMoment.MOVED, step=3))
    seen = stage.live.visible()["practice"]
    assert (seen["step"], seen["since_s"]) == (3, 402.0)
    stage.give(405, replace(PACED, practice="orienting", moment=PracticeMoment.STOPPED))
    assert stage.live.visible()["practice"] is None


def test_a_checkpoint_is_due_until_it_is_answered() -> None:
    stage = Stage()
    list(stage.play(Support.REGULATE, 599))
    assert not stage.live.visible()["session"]["checkpoint_due"]
    stage.give(600.5, Rating(suds=10))
    due = [
        stage.live.visible()["session"]["checkpoint_due"]
        for _ in [stage.give(601, Mark(kind=MarkKind.NOTE))]
    ]
    assert due == [False]


def test_an_ecg_line_that_ended_is_not_told_to_a_page_that_opens_later() -> None:
    stage = Stage()
    stage.give(1.0, Link(up=True))
    stage.give(2.0, Ecg(raw=b"", timestamp_ns=0, samples_uv=tuple(range(73))))
    stage.give(6.5, Battery(percent=50))
    assert stage.live.visible()["ecg"] is not None
    changed, _ = stage.give(9.0, Battery(percent=50))
    assert changed["ecg"] is None
    assert stage.live.visible()["ecg"] is None


def test_ecg_is_kept_short() -> None:
    stage = Stage()
    frame = Ecg(raw=b"", timestamp_ns=0, samples_uv=tuple(range(73)))
    pushes = [stage.give(float(i), frame)[1] for i in range(1, 40)]
    assert len(stage.live.visible()["ecg"]["samples"]) == ECG_SAMPLES
    assert pushes[-1]["ecg"] == [list(range(73))]


def steps_of(stage: Stage) -> list[Step]:
    return stage.running.pass_time(stage.running.start_clock_s + 3, stage.clock)


def test_of_hours_that_pass_at_once_a_page_is_told_what_it_keeps() -> None:
    stage = Stage()
    slept = stage.running.pass_time(stage.running.start_clock_s + 5000, stage.clock)
    stage.live.step(stage.running, slept)
    changed, pushed = stage.live.take()
    assert changed["now"]["at_s"] == 5000
    assert pushed["trace"] == stage.live.visible()["trace"]
    assert len(pushed["trace"]) == TRACE_ROWS


def test_time_alone_is_told() -> None:
    stage = Stage()
    stage.live.step(stage.running, steps_of(stage))
    changed, pushed = stage.live.take()
    assert changed["session"]["at_s"] == 3
    assert [row[0] for row in pushed["trace"]] == [1, 2, 3]


def test_a_strap_that_says_nothing_holds_nobody_up() -> None:
    """The quiet minutes end by their length where no baseline came of them."""
    stage = Stage()
    stage.give(1.0, Mark(kind=MarkKind.BASELINE))
    stage.give(200.0, Rating(suds=20))
    assert not stage.live.slices["session"]["baseline"]["can_finish"]
    stage.give(302.0, Rating(suds=20))
    baseline = stage.live.slices["session"]["baseline"]
    assert (baseline["ready"], baseline["can_finish"]) == (False, True)


def test_that_there_is_no_second_opinion_is_told_and_when_there_is_one_again() -> None:
    stage = Stage()
    assert stage.live.slices["opinion"] is None
    gone = SecondOpinion(hr_bpm=None, rmssd_ms=None, why="not_available")
    read = SecondOpinion(hr_bpm=66.0, rmssd_ms=30.0)
    unread = SecondOpinion(hr_bpm=None, rmssd_ms=None, why="too_few")
    for at_s, body, available in ((60.1, gone, False), (75.2, read, True), (90.3, unread, True)):
        changed, _ = stage.give(at_s, body)
        assert changed.get("opinion", {"available": True}) == {"available": available}
    assert "opinion" not in stage.give(105.1, read)[0]  # only a change is told


def test_a_connected_strap_that_falls_silent_is_said_within_three_seconds() -> None:
    stage = Stage()
    stage.give(0.5, Link(up=True))
    stage.give(1.0, Reading(raw=b"", bpm=60, rr_1024=(1024,)))
    stage.give(3.0, Battery(percent=50))
    assert not stage.live.slices["strap"]["quiet"]
    stage.give(4.0, Battery(percent=50))
    assert stage.live.slices["strap"]["quiet"]
    stage.give(4.2, Reading(raw=b"", bpm=60, rr_1024=(1024,)))
    assert not stage.live.slices["strap"]["quiet"]
    stage.give(5.0, Link(up=False, reason="dropped"))
    stage.give(20.0, Battery(percent=50))
    assert not stage.live.slices["strap"]["quiet"]  # its loss has words of its own


def test_a_strap_that_sends_rates_but_no_beats_is_said() -> None:
    """Off the body some go on with a rate; on the still screen nothing else would tell."""
    stage = Stage()
    stage.give(0.5, Link(up=True))
    stage.give(1.0, Reading(raw=b"", bpm=60, rr_1024=(1024,)))
    for second in range(2, 6):
        stage.give(second, Reading(raw=b"", bpm=60))
    assert not stage.live.slices["strap"]["quiet"]
    for second in range(6, 9):
        stage.give(second, Reading(raw=b"", bpm=60))
    assert stage.live.slices["strap"]["quiet"]
    stage.give(9.0, Reading(raw=b"", bpm=60, rr_1024=(1024,)))
    assert not stage.live.slices["strap"]["quiet"]


def test_a_strap_that_has_only_rates_is_not_silent_while_they_come() -> None:
    stage = Stage()
    stage.give(0.5, Link(up=True))
    stage.give(0.6, Strap(name="Polar Sense", lacks=("rr",)))
    for second in range(1, 12):
        stage.give(second, Reading(raw=b"", bpm=60))
    assert not stage.live.slices["strap"]["quiet"]
    for second in range(12, 20):
        stage.give(second, Reading(raw=b"", bpm=0))
    assert stage.live.slices["strap"]["quiet"]


def test_what_a_strap_lacks_and_why_it_gives_no_movement_is_told() -> None:
    stage = Stage()
    strap = Strap(name="H10", sends=("rr",), lacks=("ecg",), trouble="needs_pairing")
    changed, _ = stage.give(1.0, strap)
    told = {key: changed["strap"][key] for key in ("sends", "lacks", "trouble")}
    assert told == {"sends": ["rr"], "lacks": ["ecg"], "trouble": "needs_pairing"}


WIRE = Path(__file__).parents[1] / "wire"


def test_the_pages_review_has_the_plan_and_the_debrief_of_a_session() -> None:
    """What the page's own tests read is what it is sent; what flows live is held in tests/wire."""
    found = json.loads((WIRE / "review.json").read_text(encoding="utf-8"))
    assert found["plan"].keys() == {f.name for f in fields(t.Plan)}
    assert found["plan"]["step"].keys() == {f.name for f in fields(t.Step)}
    assert found["debrief"].keys() == {f.name for f in fields(t.Debrief)}
    more = {f.name for f in fields(MoreOfIt)} | {"after_s", "full_window_s"}
    assert found["activations"][0]["more"].keys() == more


def settled(at_s: int, *, told_s: int) -> Stage:
    """Asked at one second, and told together with all that passed until another."""
    stage = Stage()
    asked = Question(at_s=float(at_s), kind="settled")
    steps = [
        Step(stamped=Tick(at_s=second), outputs=[asked] if second == at_s else [], entries=[])
        for second in sorted({at_s - 1, at_s, told_s})
    ]
    stage.live.step(stage.running, steps[:1])
    stage.live.step(stage.running, steps[1:])
    return stage


def test_a_question_of_now_is_asked_and_stays() -> None:
    stage = settled(100, told_s=101)
    for second in range(102, 130):
        stage.live.step(stage.running, [Step(stamped=Tick(at_s=second), outputs=[], entries=[])])
    assert stage.live.visible()["question"]["kind"] == "settled"


@pytest.mark.parametrize("told_s", [106, 160, 7000])
def test_after_a_sleep_nobody_is_asked_about_the_time_before_it(told_s: int) -> None:
    assert settled(100, told_s=told_s).live.visible()["question"] is None


def test_nor_does_a_question_outlast_a_sleep() -> None:
    stage = settled(100, told_s=101)
    stage.live.step(stage.running, [Step(stamped=Tick(at_s=900), outputs=[], entries=[])])
    assert stage.live.visible()["question"] is None
