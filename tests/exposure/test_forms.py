"""The format of a worksheet: what a file may say, and where a broken one is broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.form import Form, Kind, told
from biocoach.exposure.forms import NEEDS, join, load, parse
from biocoach.exposure.shipped_forms import texts
from biocoach.fields import Problem
from tests.exposure.form_maker import EVERY, FIELDS, GOOD, HEAD, OPTIONS, SOURCE, field, form

HERE = "# here"
NOTED = (
    field("yes_no", "", "acted")
    + field("scale", 'low = "a"\nhigh = "b"', "intensity")
    + field("number", "least = 0\nmost = 9", "lasted_min")
)
POINTS = """options = [
  { value = "0", label = "No", points = 0 },
  { value = "1", label = "Yes", points = 1 },
]"""
SCORED = HEAD.replace('"self"', '"measures"') + field("choice", POINTS, "one")
SCORING = """
[scoring]
scale = "mine"
fields = ["one"]
least = 0
most = 1
bands = [{ least = 0, words = "some" }]
"""


def problem_of(text: str) -> Problem:
    found = parse(text, "look-back.toml")
    assert isinstance(found, Problem), found
    assert found.file == "look-back.toml"
    return found


def line_here(text: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if HERE in line)


def test_a_good_file_is_a_form() -> None:
    found = form(GOOD)
    assert (found.id, found.minutes, found.fields[0].kind) == ("look-back", 5, Kind.LINE)
    assert (found.ask_first, found.scoring, found.makes, found.quick) == ((), None, None, False)


def test_every_kind_of_field_can_be_written() -> None:
    assert [one.kind for one in form(EVERY).fields] == list(Kind)


def test_the_page_is_told_only_what_a_kind_has() -> None:
    fields = {one["kind"]: one for one in told(form(EVERY))["fields"]}
    assert set(fields["line"]) == {"id", "kind", "label", "hint", "optional"}
    assert fields["number"] | {"least": -5, "most": 10.5, "unit": "km"} == fields["number"]
    assert [one["id"] for one in fields["rows"]["fields"]] == ["what", "much"]
    asked = form(
        HEAD + field("yes_no", "", "yes")
        + field("line", "", "why", 'only_if = { field = "yes", is = [true] }') + SOURCE
    )  # fmt: skip
    assert told(asked)["fields"][1]["only_if"] == {"field": "yes", "is": [True]}


def test_a_number_from_zero_is_told_with_its_zero() -> None:
    found = form(HEAD + field("number", "least = 0\nmost = 9") + SOURCE)
    assert told(found)["fields"][0]["least"] == 0


@pytest.mark.parametrize("kind", NEEDS)
def test_what_a_kind_needs_must_be_there(kind: Kind) -> None:
    for key in NEEDS[kind]:
        rest = [line for line in FIELDS[kind].splitlines() if not line.startswith(key + " ")]
        if key in ("options", "fields"):
            rest = rest[: rest.index(next(r for r in rest if r.lstrip().startswith("{")))]
        assert key in problem_of(HEAD + field(kind, "\n".join(rest)) + SOURCE).why


BROKEN = [
    (GOOD.replace('id = "look-back"', 'id = "Look Back" # here'), "small letters"),
    (GOOD.replace('shelf = "self"', 'shelf = "attic" # here'), "must be one of"),
    (GOOD.replace("minutes = 5", "minutes = 5.5 # here"), "whole number"),
    (GOOD.replace('"13_17"]', '"12"] # here'), "must have some of"),
    (GOOD.replace('["adult", "13_17"]', "[] # here"), "must have some of"),
    (GOOD.replace("minutes", "minuets = 3 # here\nminutes"), "unknown key 'minuets'"),
    (HEAD + field("line", "low = 3 # here") + SOURCE, "unknown key 'low'"),
    (GOOD.replace('kind = "line"', 'kind = "poem" # here'), "must be one of"),
    (HEAD + field("number", "least = 5\nmost = 5 # here") + SOURCE, "more than 'least'"),
    (HEAD + field("choice", OPTIONS.replace('"b"', '"a"').replace("[", "[ # here", 1)) + SOURCE,
     "two different"),
    (HEAD + field("choice", OPTIONS.replace('"b",', '"B b",')) + SOURCE, "small letters"),
    (HEAD + field("rows", FIELDS[Kind.ROWS].replace("most = 3", "most = 1.5 # here")) + SOURCE,
     "whole number"),
    (HEAD + field("line", "", "a") + field("line", "", "a").replace('id = "a"', 'id = "a" # here')
     + SOURCE, "there twice"),
    (HEAD + field("line", "", "a", 'only_if = { field = "b", is = ["c"] } # here') + SOURCE,
     "earlier choice"),
    (HEAD + field("yes_no", "", "a")
     + field("line", "", "b", 'only_if = { field = "a", is = ["yes"] } # here') + SOURCE,
     "earlier choice"),
    (HEAD + field("line", "", "a", "only_if = { field = \"a\", is = [[]] } # here") + SOURCE,
     "must have words"),
    (HEAD + 'makes = "moment" # here\n' + field("line", "") + SOURCE, "'yes_no' field 'acted'"),
    (HEAD + 'behaviour = "protest" # here\n' + NOTED + SOURCE, "goes with makes"),
    (HEAD + 'makes = "signs" # here\n' + field("many", OPTIONS, "watched") + SOURCE, "may only"),
    (HEAD + "quick = true # here\n" + "".join(field("line", "", f"f{n}") for n in range(7))
     + SOURCE, "at most 6"),
    (SCORED + SCORING.replace('["one"]', '["two"] # here') + SOURCE, "options all have points"),
    (SCORED + SCORING.replace('["one"]', '["one", "one"] # here') + SOURCE, "counted once"),
    (SCORED + SCORING.replace("least = 0\n", "least = 1 # here\n", 1) + SOURCE, "add up to 0 to"),
    (SCORED + SCORING.replace("{ least = 0,", "{ least = 1,") + SOURCE, "bands begin"),
    (SCORED.replace('"measures"', '"self" # here') + SCORING + SOURCE, "with the measures"),
    (SCORED.replace('"adult", "13_17"]', '"under_13"] # here') + SCORING + SOURCE, "for a child"),
    (GOOD + "[[", "not TOML"),
    ("", "'id' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_a_broken_file_is_named_with_its_line(text: str, why: str) -> None:
    found = problem_of(text)
    assert why in found.why
    if HERE in text:
        assert found.line == line_here(text)


def test_what_is_scored_is_added_up() -> None:
    rule = form(SCORED + SCORING + SOURCE).scoring
    assert rule is not None
    assert (rule.scale, rule.fields, rule.most) == ("mine", ("one",), 1)


def test_a_behaviour_says_which() -> None:
    head = HEAD + 'makes = "behaviour"\nbehaviour = "checking"\n'
    assert form(head + NOTED + SOURCE).behaviour == "checking"
    assert "goes with" in problem_of(HEAD + 'makes = "behaviour"\n' + NOTED + SOURCE).why


def test_of_two_forms_of_one_name_the_first_counts() -> None:
    library = load({"a.toml": GOOD, "b.toml": "\n" + GOOD})
    assert list(library.forms) == ["look-back"]
    assert [(p.file, p.line, p.why) for p in library.problems] == [
        ("b.toml", 2, "the id 'look-back' is taken")
    ]
    assert join(library, {}) == library


@given(st.text(max_size=300))
def test_any_text_is_a_form_or_a_problem(text: str) -> None:
    assert isinstance(parse(text, "x"), Form | Problem)


TOML = st.recursive(
    st.booleans()
    | st.integers(-3, 200)
    | st.floats(allow_nan=True)
    | st.sampled_from(["", "a", "line", "rows", "choice", "adult", "moment", "self", "x" * 700]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*Form.__dataclass_fields__, "kind", "label", "options", "value", "is"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(one)}" for key, one in value.items()) + " }"
    return str(value)


@given(
    st.dictionaries(st.sampled_from(list(Form.__dataclass_fields__)), TOML, max_size=8),
    st.sampled_from(["", GOOD, EVERY, SCORED + SCORING + SOURCE]),
)
def test_any_toml_is_a_form_or_a_problem_with_a_line_of_it(
    table: dict[str, object], good: str
) -> None:
    """Keys of a good file are put in the place of its own, or beside them."""
    lines = [f"{key} = {written(value)}" for key, value in table.items()]
    rest = [row for row in good.splitlines() if row.split(" = ")[0] not in table]
    text = "\n".join([*lines, *rest])
    found = parse(text, "x")
    assert isinstance(found, Form | Problem)
    if isinstance(found, Problem):
        assert 1 <= found.line <= max(1, len(text.splitlines()))


@given(st.sampled_from(sorted(texts("forms"))), st.data())
def test_a_shipped_file_with_a_line_lost_or_doubled_is_a_form_or_a_problem(
    name: str, data: st.DataObject
) -> None:
    rows = texts("forms")[name].splitlines()
    at = data.draw(st.integers(0, len(rows) - 1))
    changed = data.draw(
        st.sampled_from(
            [rows[:at] + rows[at + 1 :], rows[:at] + rows[at : at + 1] * 2 + rows[at + 1 :]]
        )
    )
    assert isinstance(parse("\n".join(changed), name), Form | Problem)
