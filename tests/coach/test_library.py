"""The practices and the crisis card: the schema, the shipped words, and broken files."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.coach.library import Eyes, Practice, Problem, load, parse
from biocoach.coach.shipped import CrisisLines, crisis_lines, shipped, texts

GOOD = """
id = "look"
title = "Look"
summary = "Look around."
kind = "steps"
paced = false
eyes = "open"
opt_in = false
stop = ["You can stop."]
[[steps]]
say = "Look."
count = 5
[source]
author = "Nobody"
year = 2020
where = "nowhere"
"""
BREATH = """
[breath]
in_s = 4
hold_s = 0
out_s = 6
rest_s = 0
minutes = 3
"""

CLAIMS = re.compile(
    r"anxiety detected|diagnos|\bcure|\btreat|\bheal(s|ed|ing)?\b|safe because|you are safe"
    r"|guarantee|proven|clinically|will calm|always works|disorder|symptom|stress level",
    re.IGNORECASE,
)

PRACTICES = shipped().practices
PROMISED = {"EU", "US", "CA", "UK", "IE", "DE", "AT", "CH", "FR", "NL", "BE", "ES", "IT"}
PROMISED |= {"AU", "NZ", "IN"}


def words_of(practice: Practice) -> list[str]:
    """Every sentence that a person reads."""
    steps = [step.say for step in practice.steps]
    return [practice.title, practice.summary, *steps, *practice.stop]


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))
    return max(1, len(groups))


def grade(texts_read: list[str]) -> float:
    """Flesch-Kincaid grade level: 7 is read at the age of 12."""
    text = " ".join(part if part.endswith((".", "?", "!")) else part + "." for part in texts_read)
    sentences = len(re.findall(r"[.!?]+(?:\s|$)", text))
    words = re.findall(r"[A-Za-z']+", text)
    per_sentence = len(words) / sentences
    per_word = sum(syllables(word) for word in words) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def test_every_shipped_file_loads() -> None:
    library = shipped()
    assert library.problems == ()
    assert set(library.practices) == {"slow-paced-4-6", "grounding-5-4-3-2-1", "orienting"}


def test_files_are_named_after_their_practice() -> None:
    names = {f"{identity}.toml" for identity in PRACTICES}
    assert names | {"crisis.toml"} == set(texts())


@pytest.mark.parametrize("practice", PRACTICES.values(), ids=PRACTICES.keys())
def test_shipped_words_are_plain_and_claim_nothing(practice: Practice) -> None:
    read = words_of(practice)
    assert [text for text in read if CLAIMS.search(text)] == []
    assert grade(read) <= 7.0
    assert any("get medical help" in text for text in practice.stop)


def test_the_default_breath_is_soft() -> None:
    practice = PRACTICES["slow-paced-4-6"]
    assert practice.breath is not None
    assert (practice.breath.in_s, practice.breath.out_s, practice.breath.hold_s) == (4, 6, 0)
    assert practice.paced
    read = " ".join(words_of(practice))
    assert "Softly, not deeply." in read
    assert "Tingling: let the breath go, ground with eyes open." in read
    assert "Light-headed: stop." in read


def test_what_is_offered_to_somebody_far_away_is_eyes_open_and_without_breathing() -> None:
    practice = PRACTICES["orienting"]
    assert practice.eyes is Eyes.OPEN
    assert practice.breath is None
    assert not practice.paced


# ---- the crisis card


def test_crisis_lines_cover_the_promised_countries() -> None:
    found: CrisisLines = crisis_lines()
    assert {line.country for line in found.lines} == PROMISED
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", found.checked)
    assert "your own" in found.note


def test_every_crisis_number_can_be_dialled() -> None:
    for line in crisis_lines().lines:
        assert re.fullmatch(r"[0-9 ]{3,16}", line.phone), line
        assert not CLAIMS.search(line.reach)


def test_the_crisis_note_is_easy_to_read() -> None:
    assert grade([crisis_lines().note]) <= 7.0


# ---- broken files


def test_a_good_file_is_a_practice() -> None:
    found = parse(GOOD, "look.toml")
    assert isinstance(found, Practice)
    assert found.steps[0].count == 5


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('title = "Look"', "title = 5", 3, "title"),
        ('title = "Look"', "", 1, "title"),
        ('kind = "steps"', 'kind = "dance"', 5, "breathing, steps"),
        ("paced = false", "paced = 1", 6, "true or false"),
        ("paced = false", "paced = true", 6, "only a breath"),
        ('eyes = "open"', 'eyes = "closed"', 7, "open, any"),
        ('stop = ["You can stop."]', "stop = []", 9, "when to stop"),
        ("count = 5", "count = -5", 12, "from 1 to 20"),
        ("count = 5", "counts = 5", 12, "unknown key"),
        ('say = "Look."', 'say = "Look', 11, "not TOML"),
        ("year = 2020", 'year = "2020"', 15, "number"),
        ('kind = "steps"', 'kind = "breathing"', 1, "breath"),
    ],
)
def test_a_broken_file_is_named_with_its_line(old: str, new: str, line: int, why: str) -> None:
    assert old in GOOD
    found = parse(GOOD.replace(old, new), "look.toml")
    assert isinstance(found, Problem)
    assert (found.file, found.line) == ("look.toml", line)
    assert why in found.why


def test_holding_the_breath_is_opt_in() -> None:
    text = GOOD.replace('kind = "steps"', 'kind = "breathing"') + BREATH
    assert isinstance(parse(text, "a"), Practice)
    held = text.replace("hold_s = 0", "hold_s = 4")
    found = parse(held, "a")
    assert isinstance(found, Problem)
    assert "opt-in" in found.why
    assert isinstance(parse(held.replace("opt_in = false", "opt_in = true"), "a"), Practice)


def test_one_broken_file_does_not_stop_the_others() -> None:
    library = load({"a.toml": "id = ", "b.toml": GOOD, "c.toml": GOOD})
    assert set(library.practices) == {"look"}
    assert [problem.file for problem in library.problems] == ["a.toml", "c.toml"]
    assert "taken" in library.problems[1].why


@given(st.text())
def test_parse_is_total(text: str) -> None:
    assert isinstance(parse(text, "x"), Practice | Problem)


@given(
    st.recursive(
        st.one_of(st.text(max_size=5), st.integers(), st.booleans()),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from(["title", "stop", "steps", "opt_in", "source", "breath"]),
)
def test_parse_is_total_on_any_value(value: object, key: str) -> None:
    def toml(item: object) -> str:
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, list):
            return "[" + ", ".join(toml(part) for part in item) + "]"
        return str(item) if isinstance(item, int) else '"' + re.sub(r"\W", "", str(item)) + '"'

    lines = [line for line in GOOD.splitlines() if not line.startswith(key)]
    text = "\n".join([f"{key} = {toml(value)}", *lines])
    assert isinstance(parse(text, "x"), Practice | Problem)
