"""The review of a session, from the journal's entries of a virtual one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from biocoach.review import sessions
from biocoach.settings import Settings
from biocoach.types import (
    Amend,
    Answer,
    Begin,
    Debrief,
    End,
    Entry,
    Fit,
    InputBody,
    Label,
    Link,
    Mark,
    MarkKind,
    OfferReply,
    Plan,
    PracticeLog,
    PracticeMoment,
    Presence,
    Rating,
    Reply,
    Step,
    Support,
)
from devices.virtual import scenario_events, truth

SETTINGS = Settings()


def journal(scenario: str, *more: tuple[float, InputBody], until_s: float = 1e9) -> list[Entry]:
    """The inputs of a virtual session as entries, in order of their stamps."""
    begin = Begin(seed=7, settings_hash=SETTINGS.hash(), fit=Fit(), simulated=True)
    rows: list[tuple[float, InputBody]] = [(0.0, begin)]
    rows += [(e.at_s, e.body) for e in scenario_events(7, scenario) if e.at_s < until_s]
    rows += more
    rows.sort(key=lambda row: row[0])
    return [
        Entry(
            person="me", writer="t", session="s", boot_id="b", at_s=at_s,
            wall_utc="2026-01-31T09:00:00.000Z", body=body, settings_hash="", number=number,
        )
        for number, (at_s, body) in enumerate(rows)
    ]  # fmt: skip


def test_medicine_that_slows_the_heart_is_told_with_its_session() -> None:
    """As it was when the session began; the page and the packet put it beside the figures."""
    for slowing in (True, False):
        entries = journal("calm", until_s=400.0)
        begin = entries[0].body
        assert isinstance(begin, Begin)
        entries[0] = replace(entries[0], body=replace(begin, fit=Fit(heart_slowing=slowing)))
        assert sessions.review("s", entries, SETTINGS)["heart_slowing"] is slowing
        assert sessions.summary("s", entries, SETTINGS)["heart_slowing"] is slowing


def review(*arguments: Any, **options: Any) -> dict[str, Any]:
    found = sessions.review("s", journal(*arguments, **options), SETTINGS)
    json.dumps(found, allow_nan=False)
    return found


def test_the_half_recovery_times_are_the_truth_s() -> None:
    found = review("separation")["activations"]
    rises = truth(7, "separation")["rises"]
    assert isinstance(rises, list)
    assert [a["recovery"]["where"] for a in found] == ["apart", "after_reunion"]
    for activation, rise in zip(found, rises, strict=True):
        assert activation["recovery"]["half_s"] == pytest.approx(rise["half_s"], abs=15)


def test_a_session_without_an_activation_has_a_review() -> None:
    found = review("calm")
    assert (found["activations"], found["offers"], found["plan"]) == ([], [], None)


def test_a_session_cut_off_after_its_beginning_has_a_review() -> None:
    found = review("separation", until_s=0.1)
    assert found["activations"] == []
    assert found["coverage"] == 0


def test_what_is_cut_short_is_censored() -> None:
    way = review("separation", until_s=1165)["activations"][1]["recovery"]
    assert way["half_s"] is None
    assert way["censored"]


def test_an_offer_has_its_answer_and_a_practice_its_length() -> None:
    started = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, paced=True)
    stopped = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STOPPED)
    found = review(
        "separation",
        (530.0, OfferReply(reply=Reply.TAKE)),
        (531.0, started),
        (560.0, stopped),
        (600.0, Label(answer=Answer.OTHER)),
    )
    assert found["offers"][0]["reply"] == "take"
    (practice,) = found["practices"]
    assert (practice["start_s"], practice["end_s"], practice["finished"]) == (531, 560, False)
    assert found["activations"][0]["label"] == "other"
    assert found["activations"][1]["label"] is None


def test_an_offer_that_was_withdrawn_says_why() -> None:
    down = (560.0, Link(up=False, reason="out of range"))
    (gone, *_) = review("separation", down)["offers"]
    assert (gone["reply"], gone["withdrawn"]) == (None, "poor_signal")
    taken = review("separation", (530.0, OfferReply(reply=Reply.TAKE)), down)["offers"][0]
    assert (taken["reply"], taken["withdrawn"]) == ("take", None)


def test_a_practice_that_far_away_ended_has_its_end() -> None:
    started = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, paced=True)
    stopped = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STOPPED)
    away = (540.0, Rating(presence=Presence.FAR_AWAY))
    (practice,) = review("separation", (531.0, started), away, (560.0, stopped))["practices"]
    assert (practice["start_s"], practice["end_s"], practice["finished"]) == (531, 540, False)


def test_the_summary_lends_its_baseline_and_counts_the_day() -> None:
    found = sessions.summary("s", journal("separation"), SETTINGS)
    assert found["went_apart"]
    assert found["planned"]
    assert found["baseline"]["hr_bpm"] == pytest.approx(60.6, abs=2)
    assert (found["suds_before"], found["suds_after"]) == (40, 20)
    assert found["end_reason"] == "debrief"


def test_a_plan_that_was_changed_counts_as_last_said() -> None:
    first = next(e.body for e in scenario_events(7, "separation") if isinstance(e.body, Plan))
    assert review("separation")["plan"]["step"]["title"] == first.step.title


def test_a_mark_that_was_taken_back_is_not_shown() -> None:
    mark = Mark(kind=MarkKind.BACK)
    (again,) = [e.number for e in journal("separation", (1150.0, mark)) if e.body is mark]
    assert again is not None
    undone = journal("separation", (1150.0, mark), (1151.0, Amend(of_number=again)))
    found = sessions.review("s", undone, SETTINGS)["marks"]
    assert [m["at_s"] for m in found if m["kind"] == "back"] == [1140.0]


def test_an_activation_that_has_not_ended_has_its_true_peak() -> None:
    (found,) = review("separation", until_s=600)["activations"]
    assert found["end_s"] is None
    assert found["peak_bpm"] == pytest.approx(81, abs=2)


def refused(*said: InputBody) -> dict[str, Any]:
    """The summary of a real session (no file, not simulated) without a therapist."""
    begin = Begin(seed=1, settings_hash="", fit=Fit(), source="ble:x")
    rows = [
        Entry(
            person="me", writer="t", session="s", boot_id="b", at_s=float(n),
            wall_utc="2026-01-31T09:00:00.000Z", body=body, settings_hash="", number=n,
        )
        for n, body in enumerate([begin, *said])
    ]  # fmt: skip
    return sessions.summary("s", rows, SETTINGS)


def test_what_was_refused_did_not_happen() -> None:
    step = Step(id="a", title="Too hard alone", expected_suds=90)
    apart = Mark(kind=MarkKind.APART)
    found = refused(Plan(step=step, planned_s=600), apart, Debrief(suds=90), End())
    assert not found["planned"]
    assert not found["went_apart"]
    assert not found["hard_end"]
    assert found["suds_after"] is None


PLAN = Plan(step=Step(id="a", title="A step"), planned_s=600)
APART, UNDO = Mark(kind=MarkKind.APART), Amend(of_number=2)


def test_a_mistaken_leaving_that_was_undone_is_no_practice() -> None:
    assert refused(PLAN, APART)["went_apart"]
    assert not refused(PLAN, APART, UNDO, End())["went_apart"]


@pytest.mark.parametrize(
    ("ending", "hard"),
    [
        ((End(reason="too_much"), Debrief(suds=10)), True),
        ((End(), Debrief(suds=70)), True),
        ((End(), Debrief(suds=10, presence=Presence.FAR_AWAY)), True),
        ((End(), Debrief(suds=10, presence=Presence.NUMB)), True),
        ((Mark(kind=MarkKind.TOO_MUCH), End(), Debrief(suds=10)), True),
        ((Rating(suds=80), End()), True),
        ((Rating(presence=Presence.NUMB), End()), True),
        ((Rating(suds=80), End(), Debrief(suds=20)), False),
        ((End(), Debrief(suds=69, presence=Presence.HERE)), False),
        ((End(), Debrief()), False),
        # What the debrief does not say is as it was rated last; what it says is newer.
        ((Rating(suds=90), End(), Debrief()), True),
        ((Rating(suds=90), End(), End()), True),
        ((Rating(presence=Presence.NUMB), Rating(suds=20), End(), Debrief()), True),
        (
            (
                Rating(suds=90, presence=Presence.FAR_AWAY),
                Rating(suds=20, presence=Presence.HERE),
                End(),
                Debrief(),
            ),
            False,
        ),
        ((Rating(suds=90), End(), Debrief(suds=20, presence=Presence.HERE)), False),
    ],
)
def test_a_hard_ending_asks_for_rest(ending: tuple[InputBody, ...], hard: bool) -> None:
    assert refused(PLAN, APART, *ending)["hard_end"] == hard


def test_a_still_session_says_so() -> None:
    observed = Plan(step=Step(id="a", title="A", support=Support.OBSERVE), planned_s=600)
    assert refused(observed, APART)["still"]
    assert not refused(observed, APART, End())["still"]


# ---- the ways back, for recovery over all sessions


def ways(*more: tuple[float, InputBody], until_s: float = 1e9) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sessions.summary(
        "s", journal("separation", *more, until_s=until_s), SETTINGS
    )["ways_back"]
    return found


def practice(start_s: float, end_s: float, *, asked: bool) -> list[tuple[float, InputBody]]:
    began = PracticeLog(practice="orienting", moment=PracticeMoment.STARTED, asked=asked)
    ended = PracticeLog(practice="orienting", moment=PracticeMoment.FINISHED, asked=asked)
    return [(start_s, began), (end_s, ended)]


def test_a_way_back_knows_whether_a_practice_was_used_on_it() -> None:
    apart, reunion = ways()
    assert [apart["where"], reunion["where"]] == ["apart", "after_reunion"]
    assert not apart["used"]
    (onset_s, reference_s), _ = [
        (a["onset_s"], a["recovery"]["reference_s"]) for a in review("separation")["activations"]
    ]
    for start_s, end_s, used in (
        (onset_s - 60, onset_s - 30, False),
        (onset_s - 60, onset_s + 5, True),
        (onset_s + 30, reference_s - 1, True),
        (reference_s + apart["half_s"] + 5, reference_s + apart["half_s"] + 30, False),
    ):
        (found, other) = ways(*practice(start_s, end_s, asked=True))
        assert (found["used"], found["asked"], other["used"]) == (used, used, False)
    assert not ways(*practice(onset_s + 30, onset_s + 60, asked=False))[0]["asked"]


def test_a_way_back_while_far_away_or_numb_is_no_recovery() -> None:
    onset_s = review("separation")["activations"][0]["onset_s"]
    numb, here = Rating(presence=Presence.NUMB), Rating(presence=Presence.HERE)
    assert ways((onset_s + 20, numb))[0]["left_out"] == "away"
    assert ways((onset_s - 90, numb))[0]["left_out"] == "away"
    assert ways((onset_s - 90, numb), (onset_s - 30, here))[0]["left_out"] == ""


def test_one_that_was_cut_short_says_for_how_long_it_was_seen() -> None:
    whole = review("separation")["activations"][0]["recovery"]
    stop_s = whole["reference_s"] + whole["half_s"] / 3
    (cut,) = ways(until_s=stop_s)
    assert (cut["half_s"], cut["censored"], cut["left_out"]) == (None, True, "")
    assert 0 <= cut["seen_s"] < whole["half_s"]
