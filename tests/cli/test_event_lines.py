"""Events, from messages as the page's socket gives them."""

from __future__ import annotations

from typing import Any

import pytest

from biocoach.cli.event_lines import EVENTS, SCHEMA, Watch, locked

Json = dict[str, Any]
CANARY = "canary"
APP = {"simulated": False, "recording": True, "locked": False}
SESSION = {"id": "s1", "phase": "plan", "still": False, "plan": {"step": {"title": CANARY}}}
STRAP = {"link": "up", "reason": "", "name": CANARY}
NOW = {"hr_bpm": 61.25, "rmssd_ms": None}
NOBODY: Json = {"activations": [], "marks": [{"text": CANARY}]}


def state(**more: Any) -> Json:
    base = {
        "app": APP, "session": SESSION, "strap": STRAP, "now": NOW, "events": NOBODY,
        "offer": None, "question": None,
    }  # fmt: skip
    return {"type": "snapshot", "n": 0, "state": base | more}


def delta(**more: Any) -> Json:
    return {"type": "delta", "n": 1, "set": more, "push": {}}


def rise(number: int, end_s: float | None = None) -> Json:
    return {"number": number, "end_s": end_s, "movement": "still", "why": CANARY, "above_bpm": 14.0}


def watching(*messages: Json, numbers: bool = False) -> list[Json]:
    """What is told after the first look."""
    watch = Watch(numbers=numbers)
    (here,) = watch.take(state())
    assert here["event"] == "here"
    return [event for message in messages for event in watch.take(message)]


def short(found: list[Json]) -> list[str]:
    keys = ("event", "phase", "moment", "link", "reason", "recording")
    return [" ".join(str(e[k]) for k in keys if k in e) for e in found]


def test_each_thing_that_happens_is_one_line() -> None:
    found = watching(
        delta(session=SESSION | {"phase": "apart"}),
        delta(events={"activations": [rise(1)]}, now=NOW),
        delta(offer={"at_s": 5.0, "practice": CANARY, "because": CANARY}),
        delta(offer=None),
        delta(events={"activations": [rise(1, 50.0)]}),
        delta(question={"kind": "settled", "at_s": 60.0}),
        delta(strap=STRAP | {"link": "down", "reason": "dropped"}),
        delta(strap=STRAP),
    )
    assert short(found) == [
        "phase apart", "activation begun", "offer made", "offer over", "activation ended",
        "settled", "link lost dropped", "link up",
    ]  # fmt: skip
    assert {event["schema"] for event in found} == {SCHEMA}
    assert {event["event"] for event in found} <= set(EVENTS)
    assert CANARY not in repr(found)


def test_the_same_twice_is_told_once() -> None:
    events = {"activations": [rise(1)]}
    assert short(watching(delta(events=events), delta(events=events), state(events=events))) == [
        "activation begun"
    ]


def test_no_number_leaves_without_being_asked_for() -> None:
    message = delta(events={"activations": [rise(1)]})
    (quiet,), (loud,) = watching(message), watching(message, numbers=True)
    assert not [value for value in quiet.values() if isinstance(value, int | float) and value]
    assert loud["numbers"] == {"hr_bpm": 61.25, "rmssd_ms": None}


def test_what_a_still_screen_hides_is_never_told() -> None:
    apart = SESSION | {"phase": "apart", "still": True}
    back = SESSION | {"phase": "back", "still": False}
    all_of_it = {"activations": [rise(1, 90.0), rise(2)]}
    found = watching(
        delta(session=apart), delta(session=back, events=all_of_it), delta(events=all_of_it),
        delta(events={"activations": [rise(1, 90.0), rise(2), rise(3)]}),
    )  # fmt: skip
    assert short(found) == ["phase apart", "phase back", "activation begun"]


def test_the_end_of_what_began_unseen_is_not_told_either() -> None:
    still = SESSION | {"still": True}
    before, hidden = {"activations": [rise(1)]}, {"activations": [rise(1), rise(2)]}
    over = {"activations": [rise(1, 80.0), rise(2, 90.0)]}
    found = watching(
        delta(events=before), delta(session=still, events=NOBODY),
        delta(session=SESSION, events=hidden), delta(events=hidden), delta(events=over),
    )  # fmt: skip
    assert short(found) == ["activation begun", "activation ended"]


def test_one_look_at_a_locked_record_says_that_nothing_is_kept() -> None:
    assert short([locked()]) == ["here  lost False"]
    assert locked()["schema"] == SCHEMA


def test_while_the_disk_refuses_only_that_is_told() -> None:
    off = APP | {"recording": False, "recording_why": CANARY}
    apart = SESSION | {"phase": "apart"}
    found = watching(delta(app=off), delta(session=apart), delta(app=APP))
    assert short(found) == ["recording False", "recording True", "phase apart"]
    assert CANARY not in repr(found)


def test_another_session_begins_anew() -> None:
    watch = Watch(numbers=False)
    watch.take(state(events={"activations": [rise(1, 5.0)]}))
    found = watch.take(state(session=SESSION | {"id": "s2"}, events={"activations": [rise(1)]}))
    assert short(found) == ["phase plan", "activation begun"]


def test_a_locked_record_says_nothing_and_its_end_is_told() -> None:
    watch = Watch(numbers=False)
    assert watch.take({"type": "snapshot", "n": 0, "state": {"app": {"locked": True}}}) == []
    assert watch.lost() == []
    watch.take(state(app=APP | {"simulated": True}))
    assert watch.lost() == [{"schema": SCHEMA, "event": "gone", "simulated": True}]
    assert watch.take(state())[0]["event"] == "here"


@pytest.mark.parametrize("reason", ["a\nb", "two words", "", "straße", 5, None])
def test_a_reason_is_a_code_or_nothing(reason: object) -> None:
    (lost,) = watching(delta(strap={"link": "down", "reason": reason}))
    assert "reason" not in lost
