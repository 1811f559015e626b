"""What is written into a form: kept, or refused with the field that is wrong. Never a crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.answers import LINE_MAX, LINES_MAX, Unfit, What, judged, shown
from biocoach.exposure.form import Form, Kind, OnlyIf
from biocoach.exposure.scoring import score_of
from biocoach.exposure.shipped_forms import shipped_forms
from tests.exposure.form_maker import (
    EVERY,
    FITTING,
    HEAD,
    OPTIONS,
    SOURCE,
    any_answers,
    field,
    form,
    json_values,
)

ALL = form(EVERY)
SHIPPED = shipped_forms().forms
HIDING = form(
    HEAD
    + field("yes_no", "", "did")
    + field("choice", OPTIONS, "how", 'only_if = { field = "did", is = [true] }')
    + field("line", "", "why", 'only_if = { field = "how", is = ["b"] }')
    + field("many", OPTIONS, "which", "optional = true")
    + field("line", "", "both", 'only_if = { field = "which", is = ["b"] }')
    + SOURCE
)


def test_what_fits_is_kept_as_it_is() -> None:
    assert judged(ALL, FITTING, keep=True) == FITTING
    assert judged(ALL, FITTING, keep=False) == FITTING


def test_a_draft_may_be_unfinished_and_a_kept_sheet_may_not() -> None:
    assert judged(ALL, {}, keep=False) == {}
    for name in FITTING:
        rest = {key: value for key, value in FITTING.items() if key != name}
        assert judged(ALL, rest, keep=False) == rest
        assert judged(ALL, rest, keep=True) == Unfit(field=name, what=What.MISSING)


WRONG: list[tuple[str, Any, What]] = [
    ("line_field", 3, What.KIND),
    ("line_field", "x" * (LINE_MAX + 1), What.TOO_LONG),
    ("lines_field", "x" * (LINES_MAX + 1), What.TOO_LONG),
    ("lines_field", "half a letter \ud83d", What.KIND),
    ("scale_field", 101, What.RANGE),
    ("scale_field", -1, What.RANGE),
    ("scale_field", 40.0, What.KIND),
    ("scale_field", True, What.KIND),
    ("percent_field", "40", What.KIND),
    ("number_field", 10.6, What.RANGE),
    ("number_field", float("nan"), What.RANGE),
    ("number_field", True, What.KIND),
    ("choice_field", "c", What.OPTION),
    ("choice_field", ["a"], What.KIND),
    ("many_field", "a", What.KIND),
    ("many_field", ["a", "a"], What.TOO_MANY),
    ("many_field", ["c"], What.OPTION),
    ("many_field", [{}], What.KIND),
    ("yes_no_field", 1, What.KIND),
    ("date_field", "2026-02-30", What.RANGE),
    ("date_field", "31.1.2026", What.KIND),
    ("date_field", "2026-01-31T09:30Z", What.KIND),
    ("moment_field", "2026-01-31T24:30Z", What.RANGE),
    ("moment_field", "2026-01-31T09:30", What.KIND),
    ("rows_field", {"what": "x"}, What.KIND),
    ("rows_field", [{"what": "x"}] * 4, What.TOO_MANY),
    ("link_field", "s1", What.LINK),
    ("link_field", {"session": "../x"}, What.LINK),
    ("link_field", {"session": "s1", "activation": -1}, What.LINK),
    ("link_field", {"session": "s1", "activation": float("inf")}, What.LINK),
    ("link_field", {"session": "s1", "else": 1}, What.LINK),
    ("nobody", 1, What.UNKNOWN),
    ("said_field", "x", What.UNKNOWN),
]


@pytest.mark.parametrize(("name", "value", "what"), WRONG)
@pytest.mark.parametrize("keep", [True, False])
def test_what_does_not_fit_is_refused_with_its_field(
    name: str, value: Any, what: What, keep: bool
) -> None:
    """In a draft, too: two windows have the same rules."""
    assert judged(ALL, FITTING | {name: value}, keep=keep) == Unfit(field=name, what=what)


def test_in_rows_the_row_and_its_field_are_named() -> None:
    rows = [{"what": "x"}, {"what": "y", "much": 200}]
    found = judged(ALL, FITTING | {"rows_field": rows}, keep=False)
    assert found == Unfit(field="rows_field.1.much", what=What.RANGE)
    lacking = judged(ALL, FITTING | {"rows_field": [{"much": 3}]}, keep=True)
    assert lacking == Unfit(field="rows_field.0.what", what=What.MISSING)


def test_empty_rows_and_empty_words_are_not_said() -> None:
    rows: list[Any] = [{"what": " "}, {}, {"what": "x", "much": None}]
    found = judged(ALL, FITTING | {"rows_field": rows}, keep=True)
    assert isinstance(found, dict)
    assert found["rows_field"] == [{"what": "x"}]
    none = judged(ALL, FITTING | {"rows_field": [{}], "line_field": "x"}, keep=True)
    assert none == Unfit(field="rows_field", what=What.MISSING)
    assert judged(ALL, FITTING | {"line_field": "  "}, keep=True) == Unfit(
        field="line_field", what=What.MISSING
    )


def test_what_is_not_shown_is_not_kept_and_not_asked_for() -> None:
    hidden = {"did": False, "how": "b", "why": "so", "which": ["a"], "both": "x"}
    assert judged(HIDING, hidden, keep=True) == {"did": False, "which": ["a"]}
    assert judged(HIDING, hidden, keep=False) == hidden  # going back shows it again
    seen = {"did": True, "how": "b", "why": "so", "which": ["a", "b"], "both": "x"}
    assert judged(HIDING, seen, keep=True) == seen
    assert judged(HIDING, {"did": True}, keep=True) == Unfit(field="how", what=What.MISSING)
    assert judged(HIDING, {"did": True, "how": "a"}, keep=True) == {"did": True, "how": "a"}


def test_a_hidden_field_hides_what_hangs_on_it() -> None:
    found = judged(HIDING, {"did": False, "how": "b"}, keep=True)
    assert found == {"did": False}


def test_a_condition_looks_into_a_list() -> None:
    rule = OnlyIf(field="which", is_=("b",))
    assert [shown(rule, {"which": w}) for w in (["a"], ["a", "b"], [])] == [False, True, False]
    assert shown(rule, {}) is False
    assert shown(None, {}) is True


def test_a_sheet_holds_some_pages_and_no_book() -> None:
    many = "".join(field("lines", "", f"f{n}") for n in range(9))
    long = form(HEAD + many + SOURCE)
    found = judged(long, {f"f{n}": "x" * LINES_MAX for n in range(9)}, keep=False)
    assert found == Unfit(field="", what=What.TOO_LONG)


def test_a_name_that_is_no_name_is_not_told_back() -> None:
    for name in ("<script>", "\ud800", "x" * 50):
        assert judged(ALL, {name: 1}, keep=False) == Unfit(field="", what=What.UNKNOWN)


@given(any_answers, st.booleans())
def test_any_answers_are_kept_or_refused(answers: Any, keep: bool) -> None:
    found = judged(ALL, answers, keep=keep)
    if isinstance(found, Unfit):
        return
    # What was kept can be written, sent to a page, and is fit again.
    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    assert judged(ALL, found, keep=keep) == found
    assert judged(ALL, found, keep=False) == found


@given(st.sampled_from(sorted(SHIPPED)), st.data(), st.booleans())
def test_any_answers_to_what_is_shipped_are_kept_or_refused(
    name: str, data: st.DataObject, keep: bool
) -> None:
    found = SHIPPED[name]
    answers = data.draw(
        st.dictionaries(
            st.sampled_from([f.id for f in found.fields]),
            json_values | st.booleans() | st.integers(0, 100) | st.text(max_size=5),
            max_size=len(found.fields),
        )
    )
    kept = judged(found, answers, keep=keep)
    if isinstance(kept, dict):
        assert judged(found, kept, keep=keep) == kept
        score_of(found, kept)


def fitting(found: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Answers to a shipped form that are all there."""
    makers: dict[Kind, Any] = {
        Kind.LINE: st.just("x"),
        Kind.LINES: st.just("x"),
        Kind.SCALE: st.integers(0, 100),
        Kind.PERCENT: st.integers(0, 100),
        Kind.YES_NO: st.booleans(),
        Kind.DATE: st.just("2026-01-31"),
        Kind.MOMENT: st.just("2026-01-31T09:30Z"),
        Kind.LINK: st.none(),
    }
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for one in found.fields:
        values = [option.value for option in one.options]
        if one.kind is Kind.SAID:
            continue
        if one.kind is Kind.CHOICE:
            parts[one.id] = st.sampled_from(values)
        elif one.kind is Kind.MANY:
            parts[one.id] = st.lists(st.sampled_from(values), min_size=1, unique=True)
        elif one.kind is Kind.NUMBER:
            parts[one.id] = st.floats(one.least, one.most)
        elif one.kind is Kind.ROWS:
            text = [inner.id for inner in one.fields if inner.kind is Kind.LINE]
            parts[one.id] = st.just([dict.fromkeys(text, "x")])
        else:
            parts[one.id] = makers[one.kind]
    return st.fixed_dictionaries(parts)


@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
def test_every_shipped_form_can_be_kept(name: str, data: st.DataObject) -> None:
    """A required field never hangs on what can't be said."""
    found = judged(SHIPPED[name], data.draw(fitting(SHIPPED[name])), keep=True)
    assert isinstance(found, dict), found
