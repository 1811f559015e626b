"""The ladders that come with biocoach, word by word, and what a file that does not fit is told."""

from __future__ import annotations

import re

import pytest

from biocoach.exposure.ladder import Ladder, kept
from biocoach.exposure.templates import Age, Template, load, parse, shipped, texts
from biocoach.fields import Problem
from tests.care.words import CLAIMS, REASSURES
from tests.coach.test_content import grade, sentences, words

ALL = shipped()
every = pytest.mark.parametrize("template", ALL, ids=[t.id for t in ALL])
# Real danger is never practised.
DANGER = re.compile(
    r"driv(e|ing) myself|traffic|roof|cliff|knife|street at night|stranger|drunk|weapon"
    r"|alone outside at night|unlocked|medicine|without food",
    re.I,
)
ROWS = {
    Age.ADULT: "partner-away alone-at-home waiting-for-a-reply not-asking saying-a-need",
    Age.CHILD: "child-another-room child-own-bed",
}


def told(template: Template) -> list[str]:
    steps = [text for s in template.steps for text in (s.title, *s.contexts, s.contact)]
    return [text for text in (template.title, template.about, *steps) if text]


def test_every_file_loads_and_is_named_after_its_ladder() -> None:
    found, problems = load(texts())
    assert problems == ()
    assert {f"{t.id}.toml" for t in found} == set(texts())


@pytest.mark.parametrize("age", ROWS)
def test_what_is_promised_is_there(age: Age) -> None:
    assert {t.id for t in ALL if t.age is age} == set(ROWS[age].split())


@every
def test_each_goes_from_the_least_up_and_in_two_contexts(template: Template) -> None:
    assert template.steps[0].expected_suds <= 15
    assert len(template.steps) >= 5
    assert all(len(step.contexts) >= 2 for step in template.steps)
    assert len({step.title for step in template.steps}) == len(template.steps)
    assert isinstance(kept(Ladder(id="x", title="x"), as_ladder(template), {}), Ladder)


def as_ladder(template: Template) -> Ladder:
    return Ladder(id="x", title=template.title, steps=template.steps)


def test_a_child_begins_with_another_room_and_five_minutes() -> None:
    first = next(t for t in ALL if t.id == "child-another-room").steps[0]
    assert first.title.startswith("Another room, five minutes")
    assert first.planned_s == 300.0
    for template in ALL:
        if template.age is Age.CHILD:
            assert "grown-up" in template.about


@every
def test_without_a_therapist_there_is_enough_to_practise(template: Template) -> None:
    small = [s for s in template.steps if s.expected_suds <= 50 and s.planned_s <= 3600]
    assert len(small) >= 4


@every
def test_the_words_claim_nothing_and_are_easy(template: Template) -> None:
    read = told(template)
    assert [text for text in read if CLAIMS.search(text) or REASSURES.search(text)] == []
    assert [text for text in read if DANGER.search(text)] == []
    assert grade(read) <= 7.0
    assert grade([template.about]) <= 7.0
    assert max(len(words(part)) for text in read for part in sentences(text)) <= 30
    assert 40 <= len(words(template.about)) <= 130


def test_saying_a_need_is_not_for_somebody_who_frightens() -> None:
    need = next(t for t in ALL if t.id == "saying-a-need")
    assert "someone who frightens you" in need.about


GOOD = texts()["not-asking.toml"]


@pytest.mark.parametrize(
    ("change", "line", "why"),
    [
        (('kind = "not_asking"', 'kind = "fly"'), 8, "must be one of"),
        (("minutes = 5", "minutes = 0"), 9, "from 1 to 720"),
        (("expected = 15", "expected = 99"), 6, "least distress up"),
        (('age = "adult"', 'age = "old"'), 4, "must be one of"),
        (("title = ", "titel = "), 2, "unknown key"),
        (("[[steps]]", "[[step]]"), 6, "unknown key"),
        (('id = "not-asking"', "id = "), 1, "not TOML"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(
    change: tuple[str, str], line: int, why: str
) -> None:
    found = parse(GOOD.replace(*change, 1), "x.toml")
    assert isinstance(found, Problem)
    assert why in found.why
    assert found.line == line
    good, problems = load({"a.toml": GOOD, "x.toml": GOOD.replace(*change, 1)})
    assert ([t.id for t in good], len(problems)) == (["not-asking"], 1)
