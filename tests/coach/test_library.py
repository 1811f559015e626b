"""The format of a practice: what a file may say, and where a broken one is broken."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.coach.library import NEEDS, join, load, parse
from biocoach.coach.practice import Area, Do, Eyes, Own, Pace, Practice
from biocoach.coach.shipped import texts
from biocoach.fields import Problem

HEAD = """\
id = "look"
title = "Look"
summary = "Look around."
about = "You look around."
area = "grounding"
voice = "any"
eyes = "any"
good_for = ["activation"]
stop = ["You can stop."]
"""
SOURCE = """
[[sources]]
author = "Nobody"
year = 2020
where = "nowhere"
"""
STEPS = {
    Do.SAY: "",
    Do.WAIT: "wait_s = 15",
    Do.BREATHE: "minutes = 3\nbreath = { in_s = 4, out_s = 6 }",
    Do.TAP: "wait_s = 30\ntap_s = 1",
    Do.NAME: "count = 5",
    Do.HOLD: "hold_s = 5\nrelease_s = 15",
    Do.WRITE: 'field = "when"',
    Do.CHOOSE: 'field = "feel"\noptions = ["sad", "cross"]',
    Do.OWN: 'own = "kit"',
    Do.DRAFT: 'compose = "When {when}, I feel {feel}."',
}


def step(do: str, rest: str) -> str:
    return f'\n[[steps]]\ndo = "{do}"\nsay = "Words for {do}."\n{rest}\n'


GOOD = HEAD + step("name", STEPS[Do.NAME]) + SOURCE
EVERY = HEAD + "".join(step(do, rest) for do, rest in STEPS.items()) + SOURCE
HERE = "# here"


def problem_of(text: str) -> Problem:
    found = parse(text, "look.toml")
    assert isinstance(found, Problem), found
    assert found.file == "look.toml"
    return found


def line_here(text: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if HERE in line)


# ---- good files


def test_a_good_file_is_a_practice() -> None:
    found = parse(GOOD, "look.toml")
    assert isinstance(found, Practice)
    assert (found.id, found.area, found.steps[0].count) == ("look", Area.GROUNDING, 5)
    assert (found.fits.rank, found.opt_in, found.therapist, found.ask_first) == (
        0,
        False,
        False,
        (),
    )


def test_every_kind_of_step_is_read() -> None:
    found = parse(EVERY, "look.toml")
    assert isinstance(found, Practice)
    steps = {step.do: step for step in found.steps}
    assert set(steps) == set(Do)
    assert steps[Do.WAIT].wait_s == 15
    assert (steps[Do.TAP].wait_s, steps[Do.TAP].tap_s) == (30, 1)
    assert (steps[Do.HOLD].hold_s, steps[Do.HOLD].release_s) == (5, 15)
    breath = steps[Do.BREATHE].breath
    assert breath is not None
    assert (breath.whole_s, breath.strains, steps[Do.BREATHE].pace) == (10, False, Pace.FIXED)
    assert steps[Do.CHOOSE].options == ("sad", "cross")
    assert steps[Do.OWN].own is Own.KIT
    assert steps[Do.DRAFT].compose == "When {when}, I feel {feel}."
    assert (found.breathes, found.strains, found.own) == (True, False, True)


def test_a_breath_at_one_s_own_pace_has_no_seconds() -> None:
    own = EVERY.replace("breath = { in_s = 4, out_s = 6 }", 'pace = "own"')
    found = parse(own, "look.toml")
    assert isinstance(found, Practice)
    assert {step.pace for step in found.steps if step.do is Do.BREATHE} == {Pace.OWN}


def test_one_broken_file_does_not_stop_the_others() -> None:
    library = load({"a.toml": "id = ", "b.toml": GOOD, "c.toml": "# mine\n" + GOOD})
    assert set(library.practices) == {"look"}
    assert [(found.file, found.line) for found in library.problems] == [
        ("a.toml", 1),
        ("c.toml", 2),
    ]
    assert "taken" in library.problems[1].why


def test_no_file_takes_the_place_of_what_is_known() -> None:
    known = load({"look.toml": GOOD})
    joined = join(known, {"mine.toml": GOOD.replace("Look around.", "Mine."), "x.toml": "x ="})
    assert joined.practices["look"].summary == "Look around."
    assert [found.file for found in joined.problems] == ["mine.toml", "x.toml"]


# ---- broken files, each with its line


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('title = "Look"', "title = 5 # here", "'title' must be words"),
        ('summary = "Look around."', 'summary = " " # here', "'summary' must be words"),
        ('area = "grounding"', 'area = "garden" # here', "breathing, grounding"),
        ('voice = "any"', 'voice = "cat" # here', "adult, child, any"),
        ('eyes = "any"', 'eyes = "closed" # here', "open, any"),
        ('good_for = ["activation"]', 'good_for = ["fun"] # here', "may only have"),
        ('good_for = ["activation"]', 'good_for = "fun" # here', "must be a list"),
        ('stop = ["You can stop."]', "stop = [] # here", "says when to stop"),
        ('stop = ["You can stop."]', 'stop = [" "] # here', "says when to stop"),
        ('id = "look"', 'id = "Look" # here', "small letters"),
        ('id = "look"', f'id = "{"a" * 61}" # here', "too long"),
        ('id = "look"', 'id = "look"\nkind = "steps" # here', "unknown key 'kind'"),
        ('id = "look"', 'id = "look"\n"Opt In" = 1 # here', "unknown key 'Opt In'"),
        ('id = "look"', 'id = "look"\nopt_in = 1 # here', "true or false"),
        ('id = "look"', 'id = "look"\nask_first = ["cats"] # here', "may only have"),
        ('say = "Words for say."', 'say = "Words # here', "not TOML"),
        ("year = 2020", 'year = "2020" # here', "source 1: 'year' must be a number"),
        ("year = 2020", "year = 20.5 # here", "source 1: 'year' must be a number"),
        ("year = 2020", "year = 2020\npage = 4 # here", "source 1: unknown key 'page'"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(old: str, new: str, why: str) -> None:
    assert EVERY.count(old) == 1
    text = EVERY.replace(old, new)
    found = problem_of(text)
    assert why in found.why
    assert found.line == line_here(text)


def test_what_is_missing_is_said_of_its_table() -> None:
    assert "'title' is missing" in problem_of(GOOD.replace('title = "Look"\n', "")).why
    text = GOOD.replace('author = "Nobody"\n', "").replace("[[sources]]", f"[[sources]] {HERE}")
    assert problem_of(text).why == "source 1: 'author' is missing"
    assert problem_of(text).line == line_here(text)
    assert "'steps' is missing" in problem_of(HEAD + SOURCE).why
    assert "'steps' must be 1 to 60 tables" in problem_of("steps = []\n" + HEAD + SOURCE).why
    assert "'sources' is missing" in problem_of(GOOD.replace(SOURCE, "")).why


@pytest.mark.parametrize(
    ("do", "broken", "why"),
    [
        (Do.SAY, "count = 5 # here", "unknown key 'count'"),
        (Do.WAIT, "wait_s = 0 # here", "from 1 to 600"),
        (Do.WAIT, "wait_s = true # here", "from 1 to 600"),
        (Do.WAIT, "wait = 15 # here", "unknown key 'wait'"),
        (Do.BREATHE, "minutes = 31 # here\npace = 'own'", "from 0.5 to 30"),
        (Do.BREATHE, "minutes = 3\npace = 'quick' # here", "fixed, own"),
        (Do.BREATHE, "minutes = 3\nbreath = 10 # here", "must be a table"),
        (Do.BREATHE, "minutes = 3\nbreath = { in_s = 4 } # here", "'out_s' is missing"),
        (Do.BREATHE, "minutes = 3\nbreath = { in_s = 4, out_s = 21 } # here", "from 1 to 20"),
        (Do.BREATHE, "minutes = 3\nbreath = { out_s = 6, in_s = 4, hold = 1 } # here", "'hold'"),
        (Do.BREATHE, "minutes = 3\n[steps.breath]\nin_s = 4\nout_s = 21 # here", "from 1 to 20"),
        (Do.BREATHE, "minutes = 3\nbreath.in_s = 4\nbreath.out_s = 21 # here", "from 1 to 20"),
        (Do.BREATHE, "minutes = 3\nbreath = {in_s=4, out_s=6} # here\npace = 'own'", "own"),
        (Do.TAP, "wait_s = 30\ntap_s = 0.1 # here", "from 0.4 to 5"),
        (Do.NAME, "count = 2.5 # here", "whole number"),
        (Do.NAME, "count = -5 # here", "from 1 to 20"),
        (Do.HOLD, "hold_s = 16 # here\nrelease_s = 15", "from 1 to 15"),
        (Do.HOLD, "hold_s = 5\nrelease_s = 'long' # here", "from 1 to 60"),
        (Do.WRITE, "field = 'How?' # here", "small letters"),
        (Do.WRITE, "field = 'draft' # here", "what a draft step makes"),
        (Do.WRITE, "field = 'when'\noptions = ['a', 'b'] # here", "unknown key 'options'"),
        (Do.CHOOSE, "field = 'feel'\noptions = [] # here", "two different options"),
        (Do.CHOOSE, "field = 'feel'\noptions = ['sad'] # here", "two different options"),
        (Do.CHOOSE, "field = 'feel'\noptions = ['sad', 'sad'] # here", "two different options"),
        (Do.CHOOSE, "field = 'feel'\noptions = ['sad', ' '] # here", "none empty"),
        (Do.CHOOSE, "field = 'feel'\noptions = ['sad', 3] # here", "must be a list of words"),
        (Do.OWN, "own = 'dog' # here", "phrases, kit, imagery"),
        (Do.DRAFT, "compose = 'I need {need}' # here", "no step fills in {need}"),
        (Do.DRAFT, "compose = 'I {}' # here", "no step fills in {}"),
        (Do.DRAFT, "compose = '' # here", "must be words"),
    ],
)
def test_a_wrong_step_is_named_with_the_line_in_it(do: Do, broken: str, why: str) -> None:
    text = EVERY.replace(step(do, STEPS[do]), step(do, broken))
    found = problem_of(text)
    assert found.why.startswith(f"step {list(STEPS).index(do) + 1}: ")
    assert why in found.why
    assert found.line == line_here(text)


@pytest.mark.parametrize(("do", "key"), [(do, key) for do in Do for key in ("say", *NEEDS[do])])
def test_what_a_step_lacks_is_told_where_the_step_begins(do: Do, key: str) -> None:
    whole = step(do, STEPS[do])
    lacking = re.sub(rf"(?m)^{key} = .*\n", "", whole).replace("[[steps]]", f"[[steps]] {HERE}")
    text = EVERY.replace(whole, lacking)
    found = problem_of(text)
    assert f"{key!r}" in found.why
    assert found.line == line_here(text)


def test_a_step_of_no_kind_is_told() -> None:
    text = EVERY.replace('do = "hold"', f'do = "dance" {HERE}')
    assert (problem_of(text).line, "say, wait" in problem_of(text).why) == (line_here(text), True)


def test_steps_in_one_line_are_found_as_well() -> None:
    steps = '\nsteps = [{ do = "say", say = "A." }, { do = "wait", say = "B." }]\n'
    found = problem_of("\n" + HEAD + steps + SOURCE)
    assert (found.line, found.why[:7]) == (HEAD.count("\n") + 3, "step 2:")


# ---- the rules of care that a program can check


def offered(rank: int) -> str:
    return f"\n[fits]\nrank = {rank}\n"


CHOSEN = 'opt_in = true\nask_first = ["lung_disease"]'


@pytest.mark.parametrize(
    ("text", "mended", "why"),
    [
        (EVERY.replace("in_s = 4", "in_s = 4, hold_s = 1"), CHOSEN, "opt-in"),
        (EVERY.replace("in_s = 4", "in_s = 4, sip_s = 1"), CHOSEN, "opt-in"),
        (EVERY.replace("in_s = 4", "in_s = 4, rest_s = 1"), CHOSEN, "opt-in"),
        (GOOD.replace('"grounding"', '"inner"'), "therapist = true", "enabled it"),
        (GOOD + step(Do.OWN, "own = 'imagery'"), "therapist = true", "enabled it"),
    ],
)
def test_what_strains_or_goes_inward_must_be_chosen(text: str, mended: str, why: str) -> None:
    assert why in problem_of(text).why
    assert isinstance(parse(f"{mended}\n{text}", "look.toml"), Practice)


def test_before_a_held_breath_it_is_asked_whom_it_may_harm() -> None:
    held = EVERY.replace("in_s = 4", "in_s = 4, hold_s = 1")
    assert "whom it may harm" in problem_of(f"opt_in = true\n{held}").why


@pytest.mark.parametrize("breath", ["in_s = 1, out_s = 1", "in_s = 20, out_s = 20"])
def test_no_breath_is_so_quick_that_it_tingles_nor_so_slow_that_it_is_held(breath: str) -> None:
    text = GOOD + step(Do.BREATHE, f"minutes = 1\nbreath = {{ {breath} }} {HERE}")
    assert "a whole breath takes 3 to 20 s" in problem_of(text).why
    assert problem_of(text).line == line_here(text)


@pytest.mark.parametrize(
    ("do", "body"), [(Do.HOLD, "hold_s = 5\nrelease_s = 5"), (Do.OWN, "own = 'imagery'")]
)
def test_for_somebody_far_away_nothing_goes_inward(do: Do, body: str) -> None:
    text = "therapist = true\n" + GOOD + step(do, body)
    assert isinstance(parse(text, "look.toml"), Practice)
    assert "no imagery" in problem_of(text.replace('eyes = "any"', 'eyes = "open"')).why


def test_for_somebody_far_away_eyes_are_open_and_nothing_is_paced() -> None:
    away = GOOD.replace('["activation"]', '["far_away"]')
    assert "far away" in problem_of(away).why
    assert isinstance(parse(away.replace('eyes = "any"', 'eyes = "open"'), "a"), Practice)
    paced = EVERY.replace('eyes = "any"', f'eyes = "open" {HERE}')
    assert "no paced breath" in problem_of(paced).why
    assert problem_of(paced).line == line_here(paced)


@pytest.mark.parametrize(
    "never",
    [
        "opt_in = true\n" + GOOD,
        "therapist = true\n" + GOOD,
        'ask_first = ["injury"]\n' + GOOD,
        "finder = true\n" + GOOD,
        GOOD.replace('"grounding"', '"learn"'),
        GOOD.replace('voice = "any"', 'voice = "child"'),
        EVERY,
    ],
)
def test_what_must_be_chosen_or_is_one_s_own_is_never_offered_by_itself(never: str) -> None:
    assert isinstance(parse(never + offered(0), "a"), Practice)
    text = never + f"\n[fits]\nrank = 1 {HERE}\n"
    assert "never" in problem_of(text).why or "nothing is offered" in problem_of(text).why
    assert problem_of(text).line == line_here(text)
    plain = parse(GOOD + offered(1), "a")
    assert isinstance(plain, Practice)
    assert plain.eyes is Eyes.ANY
    assert plain.fits.rank == 1


def test_when_it_is_offered_is_checked() -> None:
    for broken in ("rank = 100", 'rank = 1\nphases = ["away"]', "rank = 1\nmood = 1"):
        text = GOOD + f"\n[fits]\n{broken} {HERE}\n"
        assert problem_of(text).line == line_here(text)


# ---- any text at all


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 5000, "1e999999", "9999-99-99", "'\0'"])
def test_what_python_itself_cannot_take_is_a_problem_too(value: str) -> None:
    text = EVERY.replace("count = 5", f"count = {value} {HERE}")
    assert problem_of(text).line in (1, line_here(text))


@given(st.text())
def test_parse_is_total(text: str) -> None:
    assert isinstance(parse(text, "x"), Practice | Problem)


VALUES = st.recursive(
    st.one_of(st.text(max_size=5), st.integers(), st.floats(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=6,
)


def toml(item: object) -> str:
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, list):
        return "[" + ", ".join(toml(part) for part in item) + "]"
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key} = {toml(part)}" for key, part in item.items()) + "}"
    return str(item) if isinstance(item, int | float) else '"' + re.sub(r"\W", "", str(item)) + '"'


LINES = [n for n, line in enumerate(EVERY.splitlines()) if "=" in line]


@given(VALUES, st.sampled_from(LINES))
def test_any_value_of_any_key_is_a_practice_or_a_problem_with_its_line(
    value: object, place: int
) -> None:
    lines = EVERY.splitlines()
    lines[place] = f"{lines[place].split('=')[0]}= {toml(value)}"
    found = parse("\n".join(lines), "x")
    if isinstance(found, Problem):
        assert 1 <= found.line <= len(lines)


@given(st.sampled_from(sorted(set(texts()) - {"crisis.toml"})), st.data())
def test_a_file_that_lost_lines_is_a_practice_or_a_problem_with_its_line(
    name: str, data: st.DataObject
) -> None:
    lines = texts()[name].splitlines()
    start = data.draw(st.integers(0, len(lines) - 1))
    del lines[start : start + data.draw(st.integers(1, 5))]
    found = parse("\n".join(lines), name)
    if isinstance(found, Problem):
        assert 1 <= found.line <= len(lines) + 1


def test_a_key_of_endless_parts_is_refused_before_it_is_read() -> None:
    """tomllib takes a time for it that grows with the square: 18 s for 64 kB."""
    found = parse("id = 'x'\n" + ".".join(["a"] * 30_000) + " = 1", "x.toml")
    assert found == Problem(file="x.toml", line=2, why="a key of too many parts")
    found = parse("id = 'x'\n[" + " . ".join(['"a"'] * 1000) + "]", "x.toml")
    assert found == Problem(file="x.toml", line=2, why="a key of too many parts")
