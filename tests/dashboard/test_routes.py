"""What a page sends becomes session inputs, and answers are as the page expects them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from biocoach import types as t
from dashboard.hub import QUEUE_SIZE, Hub
from tests.dashboard.support import HOST, Site

INPUTS: list[tuple[dict[str, Any], t.PersonBody]] = [
    (
        {
            "kind": "plan",
            "step": {"id": "shop", "title": "Shop", "support": "delay", "expected_suds": 40},
            "planned_s": 900,
            "sits_still": True,
            "feared": "no return",
            "probability_pct": 60,
            "suds": 50,
            "checkpoints_s": [600, 300],
        },
        t.Plan(
            step=t.Step(id="shop", title="Shop", support=t.Support.DELAY, expected_suds=40),
            planned_s=900,
            feared="no return",
            probability_pct=60,
            suds=50,
            checkpoints_s=(300, 600),
        ),
    ),
    ({"kind": "mark", "mark": "apart"}, t.Mark(kind=t.MarkKind.APART)),
    (
        {"kind": "rating", "suds": 55, "presence": "numb"},
        t.Rating(suds=55, presence=t.Presence.NUMB),
    ),
    (
        {"kind": "urge", "urge": "text", "acted": None},
        t.Urge(kind=t.UrgeKind.TEXT, acted=None),
    ),
    ({"kind": "label", "answer": "other"}, t.Label(answer=t.Answer.OTHER)),
    ({"kind": "offer_reply", "reply": "snooze"}, t.OfferReply(reply=t.Reply.SNOOZE)),
    (
        {
            "kind": "practice",
            "practice": "orienting",
            "moment": "started",
            "asked": True,
            "step": 2,
        },
        t.PracticeLog(
            practice="orienting", moment=t.PracticeMoment.STARTED, asked=True, paced=True, step=2
        ),
    ),
    ({"kind": "numbers", "shown": True}, t.NumbersShown(shown=True)),
    ({"kind": "debrief", "happened": "came back", "suds": 20},
     t.Debrief(happened="came back", suds=20)),
    ({"kind": "end"}, t.End()),
    ({"kind": "amend", "of_number": 7}, t.Amend(of_number=7)),
]  # fmt: skip
NONSENSE: list[Any] = [
    {},
    [],
    {"kind": "who"},
    {"kind": "rating", "suds": 101},
    {"kind": "rating", "suds": -1},
    {"kind": "rating", "suds": True},
    {"kind": "rating", "suds": "50"},
    {"kind": "rating", "suds": 50.0},
    {"kind": "debrief", "probability_pct": "20"},
    {"kind": "label", "answer": "other", "activation": "1"},
    {"kind": "urge", "urge": "text", "acted": "no"},
    {"kind": "urge", "urge": "text", "acted": 0},
    {"kind": "urge", "urge": "text"},
    {"kind": "numbers", "shown": "yes"},
    {"kind": "amend", "of_number": True},
    {"kind": "plan", "step": {"id": "a", "title": "b"}, "planned_s": "600"},
    {"kind": "plan", "step": {"id": "a", "title": "b"}, "planned_s": 600, "sits_still": 1},
    {"kind": "plan", "step": {"id": "a", "title": "b"}, "planned_s": 600, "checkpoints_s": ["60"]},
    {"kind": "plan", "step": {"id": "a", "title": "b", "expected_suds": "5"}, "planned_s": 600},
    {"kind": "practice", "practice": "orienting", "moment": "started", "step": "2"},
    {"kind": "practice", "practice": "orienting", "moment": "moved", "step": -1},
    {"kind": "practice", "practice": "orienting", "moment": "started", "paced": True},
    {"kind": "mark", "mark": "elsewhere"},
    {"kind": "plan", "step": {"id": "a", "title": "b"}, "planned_s": 0},
    {"kind": "plan", "step": {"id": "a", "title": "b"}, "planned_s": 1e308},
    {"kind": "mark", "mark": "note", "text": "x" * 20_000},
    {"kind": "amend", "of_number": -1},
    {"kind": "end", "extra": 1},
]


@pytest.mark.parametrize(("form", "body"), INPUTS)
def test_a_form_becomes_an_input(site: Site, form: dict[str, Any], body: t.PersonBody) -> None:
    answer = site.friend().post("/api/sessions/current/inputs", json=form)
    assert answer.json() == {"ok": True, "number": 1}
    assert site.house.given == [body]


def test_every_kind_of_personal_input_has_a_form() -> None:
    sent = {type(body) for _, body in INPUTS}
    assert sent == set(t.PersonBody.__args__)


MARKS = "/api/sessions/a/marks"
LATER: list[tuple[str, dict[str, Any], t.LaterBody]] = [
    (MARKS, {"at_s": 60, "mark": "apart"}, t.Afterwards(moment_s=60, mark=t.MarkKind.APART)),
    (
        MARKS,
        {"at_s": 1.5, "mark": "note", "text": "bus"},
        t.Afterwards(moment_s=1.5, mark=t.MarkKind.NOTE, text="bus"),
    ),
    (MARKS, {"at_s": 0, "suds": 55}, t.Afterwards(moment_s=0, suds=55)),
    (f"{MARKS}/withdraw", {"number": 7}, t.NotAfterwards(of_number=7)),
]


@pytest.mark.parametrize(("path", "form", "body"), LATER)
def test_what_is_said_afterwards_reaches_the_house(
    site: Site, path: str, form: dict[str, Any], body: t.LaterBody
) -> None:
    assert site.friend().post(path, json=form).json() == {"ok": True, "number": 1}
    assert site.house.given == [body]
    site.house.why = "wrong_order"
    answer = site.friend().post(path, json=form)
    assert (answer.status_code, answer.json()["why"]) == (409, "wrong_order")


@pytest.mark.parametrize(
    "form",
    [
        {"mark": "apart"}, {"at_s": -1, "mark": "apart"}, {"at_s": 1, "mark": "too_much"},
        {"at_s": "1", "mark": "apart"}, {"at_s": 1, "suds": 101}, {"at_s": 1e9, "suds": 1},
        {"at_s": 1, "mark": "note", "text": "x" * 10_001}, {"at_s": 1, "mark": "apart", "more": 1},
    ],
)  # fmt: skip
def test_nonsense_said_afterwards_reaches_nobody(site: Site, form: dict[str, Any]) -> None:
    assert site.friend().post(MARKS, json=form).status_code == 422
    assert not site.house.given


def test_a_file_that_was_refused_says_why(site: Site) -> None:
    headers = {"content-type": "application/octet-stream"}
    for why, status in {"refused": 422, "locked": 409, "not_recording": 409}.items():
        site.house.why = why
        answer = site.friend().post("/api/recordings", content=b"800", headers=headers)
        assert (answer.status_code, answer.json()["why"]) == (status, why)


@pytest.mark.parametrize("form", NONSENSE)
def test_nonsense_is_refused_and_reaches_nobody(site: Site, form: Any) -> None:
    answer = site.friend().post("/api/sessions/current/inputs", json=form)
    assert answer.status_code == 422
    assert not site.house.given


@pytest.mark.parametrize("moment", ["started", "finished", "stopped"])
def test_a_practice_that_is_not_there_is_refused(site: Site, moment: str) -> None:
    """While one runs nothing is offered, so that one which nobody can see must not begin."""
    log = {"kind": "practice", "practice": "nope", "moment": moment}
    answer = site.friend().post("/api/sessions/current/inputs", json=log)
    assert answer.status_code == 409
    assert answer.json() == {"ok": False, "why": "unknown_practice"}
    assert not site.house.given


@pytest.mark.parametrize("wrong", ["yes", 1, 0, None])
def test_an_answer_that_is_neither_yes_nor_no_is_not_taken(site: Site, wrong: Any) -> None:
    page = site.friend()
    assert page.put("/api/settings/fit", json=fit_answers(hard_times=wrong)).status_code == 422
    contacts = {"contacts": [{"name": "Ana", "phone": "0123", "parted_from": wrong}]}
    assert page.put("/api/settings/contacts", json=contacts).status_code == 422


def test_a_refusal_has_its_code(site: Site) -> None:
    site.house.why = "ladder_waits"
    answer = site.friend().post("/api/sessions/current/inputs", json={"kind": "end"})
    assert answer.status_code == 409
    assert answer.json() == {"ok": False, "why": "ladder_waits"}


def test_unlock_says_when_the_passphrase_is_wrong(site: Site) -> None:
    page = site.friend()
    assert page.post("/api/unlock", json={"passphrase": "no"}).status_code == 403
    assert page.post("/api/unlock", json={"passphrase": "open sesame!"}).json()["ok"]


def fit_answers(**changed: Any) -> dict[str, Any]:
    answers = dict.fromkeys(
        ["pacemaker", "atrial_fibrillation", "heart_slowing", "pregnancy", "hard_times",
         "with_therapist"], False,
    )  # fmt: skip
    return answers | {"age": "adult"} | changed


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {"ladder_waits": False, "rhythm_unreliable": False}),
        ({"pacemaker": True}, {"rhythm_unreliable": True}),
        ({"atrial_fibrillation": True}, {"rhythm_unreliable": True}),
        ({"hard_times": True}, {"ladder_waits": True}),
        ({"age": "13_17"}, {"ladder_waits": True}),
        ({"age": "13_17", "with_therapist": True}, {"ladder_waits": False}),
    ],
)
def test_of_the_hard_questions_only_the_route_is_kept(
    site: Site, changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    answer = site.friend().put("/api/settings/fit", json=fit_answers(**changed)).json()
    assert expected.items() <= answer["fit"].items()
    assert "hard_times" not in answer["fit"]
    assert "pacemaker" not in answer["fit"]


def test_contacts_come_back_on_the_crisis_card(site: Site) -> None:
    page = site.friend()
    contacts = {"contacts": [{"name": "Ana", "phone": "0123", "parted_from": False}]}
    assert page.put("/api/settings/contacts", json=contacts).json()["ok"]
    assert page.get("/api/crisis").json()["contacts"] == contacts["contacts"]
    assert page.get("/api/crisis").json()["lines"]


def test_a_check_in_is_offered_and_kept(site: Site) -> None:
    page = site.friend()
    assert page.get("/api/check-in").json() == {"due": None}
    site.house.due = {"session": "a"}
    assert page.get("/api/check-in").json() == {"due": {"session": "a"}}
    answer = {"session": "a", "presence": "numb", "suds": 40, "words": "slept badly"}
    assert page.put("/api/check-in", json=answer).json()["ok"]
    assert site.house.facts["check_in"] == answer
    skipped = page.put("/api/check-in", json={"session": "a"})
    assert skipped.json()["ok"]
    assert site.house.facts["check_in"]["presence"] is None
    site.house.why = "no_check_in"
    assert page.put("/api/check-in", json=answer).status_code == 409
    assert page.put("/api/check-in", json=answer | {"suds": 101}).status_code == 422


def test_what_was_learnt_is_told_and_starts_again(site: Site) -> None:
    page = site.friend()
    assert page.get("/api/settings/learnt").json() == {"threshold": 2.75}
    assert page.post("/api/settings/learnt/again", json={}).json()["ok"]
    assert "threshold_again" in site.house.facts
    site.house.why = "not_recording"
    assert page.post("/api/settings/learnt/again", json={}).status_code == 409


def test_recovery_over_all_sessions_is_told(site: Site) -> None:
    assert site.friend().get("/api/recovery").json() == {"groups": []}


def test_a_session_that_is_not_there(site: Site) -> None:
    page = site.friend()
    assert page.get("/api/sessions/a").json() == {"id": "a"}
    assert page.get("/api/sessions/b").status_code == 404


def test_the_socket_gives_a_snapshot_then_deltas(site: Site) -> None:
    with site.friend().websocket_connect(f"ws://{HOST}/ws") as socket:
        first = json.loads(socket.receive_text())
        assert first == {"type": "snapshot", "n": 0, "state": {"app": {"locked": False}}}
        socket.send_text('{"type":"snapshot?"}')
        assert json.loads(socket.receive_text())["type"] == "snapshot"


def test_deltas_are_numbered_without_a_hole() -> None:
    hub = Hub({"a": 1})
    page = hub.join()
    for value in range(5):
        hub.publish({"a": value}, {})
    messages = [json.loads(text) for text in drained(page)]
    assert [m["n"] for m in messages] == [1, 2, 3, 4, 5]
    assert hub.snapshot()["state"] == {"a": 4}


def test_a_slow_page_is_given_a_snapshot_and_harms_nobody() -> None:
    hub = Hub({"a": 1})
    slow, quick = hub.join(), hub.join()
    got: list[str | None] = []
    for value in range(QUEUE_SIZE + 10):
        hub.publish({"a": value}, {})
        got += drained(quick)
    assert len(got) == QUEUE_SIZE + 10
    assert drained(slow)[0] is None  # it needs a snapshot


def drained(page: Any) -> list[Any]:
    """Everything that waits in a page's queue, without waiting for more."""
    import asyncio

    async def drain() -> list[Any]:
        rows = []
        while page.waiting:
            rows.append(await page.next())
        return rows

    return asyncio.run(drain())


def test_a_still_session_is_refused_in_words(site: Site) -> None:
    site.house.still = True
    answer = site.friend().get("/api/sessions/a")
    assert answer.status_code == 409
    assert answer.json()["why"] == "still_review"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/unlock", '{"passphrase":"CANARY \\ud83d"}'),
        ("/api/sessions/current/inputs", '{"kind":"mark","mark":"note","text":"CANARY \\ud83d"}'),
        ("/api/sessions/current/inputs", '{"kind":"rating","suds":NaN,"CANARY":1}'),
        ("/api/sessions/current/inputs", '{"kind":"urge","urge":"CANARY","acted":true}'),
    ],
)
def test_a_bad_form_gives_nothing_of_it_back(site: Site, path: str, body: str) -> None:
    headers = {"content-type": "application/json"}
    answer = site.friend().post(path, content=body, headers=headers)
    assert answer.status_code == 422
    assert "CANARY" not in answer.text


def test_a_strap_is_forgotten_and_asked_for_its_ecg(site: Site) -> None:
    page = site.friend()
    assert page.post("/api/straps/forget", json={}).json()["ok"]
    assert site.house.facts["strap"] == {}
    assert page.put("/api/straps/ecg", json={"on": True}).json()["ok"]
    assert site.house.facts["ecg"] == {"on": True}
    assert page.put("/api/straps/ecg", json={"on": "perhaps"}).status_code == 422


def test_the_errand_is_asked_for_and_answered_at_once(site: Site) -> None:
    page = site.friend()
    assert page.get("/api/errand").json() == {"stage": "away"}
    assert page.post("/api/errand/start", json={}).json()["ok"]
    assert page.post("/api/errand/start", json={"replace": True}).json()["ok"]
    assert page.post("/api/errand/fetch", json={}).json()["ok"]
    assert page.post("/api/errand/trial", json={}).json()["ok"]
    assert page.post("/api/errand/seen", json={}).json()["ok"]
    assert site.house.errands.asked == ["start", "replace", "fetch", "trial", "seen"]
    site.house.errands.why = "errand_busy"
    refused = page.post("/api/errand/fetch", json={})
    assert (refused.status_code, refused.json()) == (409, {"ok": False, "why": "errand_busy"})
    assert page.post("/api/errand/start", json={"replace": "yes"}).status_code == 422


PLANNED = {"kind": "plan", "step": {"id": "shop", "title": "The shop"}, "planned_s": 900}
SAID = {"kind": "debrief", "came": "no", "beyond_plan": False}


def test_a_step_without_strap_or_screen_is_told(site: Site) -> None:
    page = site.friend()
    form = {
        "started_utc": "2026-01-31T10:00:00+01:00", "plan": PLANNED, "stayed_s": 900,
        "over": True, "debrief": SAID,
    }  # fmt: skip
    assert page.post("/api/sessions/told", json=form).json() == {"ok": True, "session": "told"}
    (told,) = site.house.told
    assert told.started.isoformat() == "2026-01-31T09:00:00+00:00"
    assert (told.plan.planned_s, told.debrief.came, told.too_much) == (900.0, t.Came.NO, False)
    assert page.post("/api/sessions/told", json=form | {"stayed_s": -1}).status_code == 422
    without_zone = form | {"started_utc": "2026-01-31T10:00:00"}
    assert page.post("/api/sessions/told", json=without_zone).status_code == 422
    site.house.why = "not_then"
    assert page.post("/api/sessions/told", json=form).status_code == 409


def test_a_plan_and_a_debrief_are_said_of_a_recording(site: Site) -> None:
    page = site.friend()
    for said in ({"plan": PLANNED}, {"debrief": SAID}):
        assert page.post("/api/sessions/a/marks", json={"at_s": 0} | said).json()["ok"]
    plan, debrief = site.house.given
    assert isinstance(plan, t.Afterwards)
    assert plan.plan is not None
    assert plan.plan.step.id == "shop"
    assert isinstance(debrief, t.Afterwards)
    assert debrief.debrief is not None
    assert debrief.debrief.beyond_plan is False


def test_what_is_typed_into_a_plan_is_kept_before_it_is_said(site: Site) -> None:
    page = site.friend()
    assert page.get("/api/drafts/plan").json()["words"] == {}
    form = {"words": {"feared": "no return"}, "rev": ""}
    assert page.put("/api/drafts/plan", json=form).json() == {"ok": True, "rev": "x"}
    assert page.get("/api/drafts/plan").json()["words"] == {"feared": "no return"}
    assert page.get("/api/drafts/debrief").json()["words"] == {}
    late = page.put("/api/drafts/plan", json=form)
    assert (late.status_code, late.json()["why"]) == (409, "changed")
    assert page.put("/api/drafts/diary", json=form).status_code == 422


def test_progress_is_asked_for_by_time_ladder_and_support(site: Site) -> None:
    friend = site.friend()
    url = "/api/progress?from=2026-01-01&to=2026-02-01&ladder=l&step=s&support=ask"
    assert friend.get(url).json()["asked"] == {
        "since": "2026-01-01",
        "until": "2026-02-01",
        "ladder": "l",
        "step": "s",
        "support": "ask",
    }
    assert set(friend.get("/api/progress?from=&to=").json()["asked"].values()) == {""}
    site.house.still = True
    assert friend.get("/api/progress").status_code == 409


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "from=2026-02-30", "to=20260101", "support=calm", "since=2026-01-01", "x=1"],
)
def test_no_other_weeks_can_be_asked_for(site: Site, query: str) -> None:
    assert site.friend().get(f"/api/progress?{query}").status_code == 422
