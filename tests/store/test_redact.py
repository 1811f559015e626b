"""Names go, whole words in any case, and nothing that programs go by is broken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.store.codec import from_json, to_json
from biocoach.store.redact import Redactor, leaving, names_in
from biocoach.store.transfer import ENTRY, FACT
from biocoach.types import (
    Begin,
    Debrief,
    Fit,
    Mark,
    MarkKind,
    Plan,
    PracticeFacts,
    PracticeLog,
    PracticeMoment,
    Repertoire,
    Step,
    Strap,
)


def test_whole_words_in_any_case_by_the_same_stand_in() -> None:
    names = Redactor(["Tom", "Anna Maria", "Anna", "Zoë"])
    said = names.text("TOM's bag, tomorrow; anna  maria and Anna; Zoe\u0308 (tom)")
    assert said == "[name 1]'s bag, tomorrow; [name 2] and [name 3]; [name 4] ([name 1])"
    assert names.count == 5


def test_a_name_that_is_a_code_leaves_the_code_alone() -> None:
    mark = {ENTRY: {"body": to_json(Mark(kind=MarkKind.NOTE, text="Mark and Note"))}}
    body = leaving(mark, Redactor(["mark", "note"]))[ENTRY]["body"]
    assert from_json(body) == Mark(kind=MarkKind.NOTE, text="[name 1] and [name 2]")


def test_every_text_of_a_plan_and_a_debrief() -> None:
    step = Step(id="s1", title="To Kim", ladder="kim", who="Kim", where="Kim's")
    plan = Plan(
        step=step, planned_s=60, feared="Kim goes", context="Kim", contact="kim", medicine="Kim"
    )
    for body in (plan, Debrief(happened="Kim", body_words="KIM", learnt="kim")):
        told = leaving({ENTRY: {"body": to_json(body)}}, Redactor(["Kim"]))[ENTRY]["body"]
        told = told | {"step": told["step"] | {"ladder": ""}} if "step" in told else told
        assert "kim" not in json.dumps(told).casefold()
    assert told["kind"] == "debrief"


def test_a_sheet_keeps_its_form_and_loses_its_names() -> None:
    sheet = {"form": "kim", "state": "kept", "answers": {"state": "Kim", "rows": [{"id": "Kim"}]}}
    value = leaving({FACT: "sheet:1", "value": sheet}, Redactor(["Kim"]))["value"]
    assert value["form"] == "name-1"  # a file of one's own may be called so
    assert value["state"] == "kept"
    assert value["answers"] == {"state": "[name 1]", "rows": [{"id": "[name 1]"}]}


def test_what_comes_with_biocoach_keeps_its_name() -> None:
    redactor = Redactor(["May", "Kept"], codes={"may-i-ask"})
    sheet = {"form": "may-i-ask", "state": "kept", "title": "May I ask"}
    assert redactor.value(sheet) == sheet | {"title": "[name 1] I ask"}


def test_a_practice_of_ones_own_is_called_by_nobody_s_name_and_stays_the_same_one() -> None:
    redactor = Redactor(["Kim"])
    facts = PracticeFacts(id="kim-letter_secret")
    told = redactor.body(Repertoire(practices=(facts, PracticeFacts(id="orienting"))))
    assert [one.id for one in told.practices] == ["name-1-letter_secret", "orienting"]
    log = PracticeLog(practice="kim-letter_secret", moment=PracticeMoment.STARTED)
    assert redactor.body(log).practice == "name-1-letter_secret"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Kim", "_Kim_ and Kim's, not Kimberley", "_[name 1]_ and [name 1]'s, not Kimberley"),
        ("小明", "小明出门了", "[name 1]出门了"),
        ("さくら", "さくらさんへ", "[name 1]さんへ"),
        ("Zoë", "zoë", "[name 1]"),
    ],
)
def test_a_name_is_found_in_its_own_script(name: str, text: str, told: str) -> None:
    redactor = Redactor([name, "Nobody"])
    assert redactor.text(text) == told
    assert redactor.counts["Nobody"] == 0
    assert redactor.counts[name] == redactor.count >= 1


def test_a_strap_is_not_known_again_by_its_address() -> None:
    strap = {ENTRY: {"body": to_json(Strap(name="H10", address="AA:BB:CC:DD:EE:FF"))}}
    assert "AA:BB" not in str(leaving(strap, Redactor([])))


def test_prose_under_the_key_of_a_code_is_prose() -> None:
    assert Redactor(["Kim"]).value({"step": "with Kim here"}) == {"step": "with [name 1] here"}


def test_the_route_of_the_first_run_does_not_leave() -> None:
    fit = Fit(ladder_waits=True, pregnancy=True, heart_slowing=True)
    begin = Begin(seed=1, settings_hash="h", fit=fit, source="replay:/home/kim/x.jsonl")
    body = from_json(leaving({ENTRY: {"body": to_json(begin)}}, Redactor([]))[ENTRY]["body"])
    assert isinstance(body, Begin)
    assert body.fit == Fit(heart_slowing=True)
    assert body.source == "replay"


@given(
    st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), max_size=4),
    st.text(),
)
def test_no_listed_word_is_left(names: list[str], text: str) -> None:
    redactor = Redactor(names)
    once = redactor.value({"text": f"{text} {' '.join(names)} {text}"})
    for name in redactor.names:
        assert f" {name} " not in once["text"].replace("[name", "")
    json.dumps(once)


def test_who_and_where_are_suggested() -> None:
    steps = [{"who": "Kim ", "where": ""}, {"who": "Kim", "where": "Home"}]
    assert names_in([{"steps": steps}]) == ["Kim", "Home"]
