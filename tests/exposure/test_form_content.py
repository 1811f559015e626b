"""The forms and scales that come with biocoach, word by word; the lists are the practices'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from biocoach.exposure.form import Behaviour, Field, Form, Kind, Makes, Option, Scoring, Shelf
from biocoach.exposure.form_care import READ, asked
from biocoach.exposure.forms import MAY, NEEDS, parse
from biocoach.exposure.measures import Scale
from biocoach.exposure.shipped_forms import shipped_forms, shipped_scales, texts
from biocoach.exposure.signs import SignKind
from biocoach.settings import ARC
from biocoach.types import AgeBand
from tests.care.words import CLAIMS, REASSURES
from tests.coach.test_content import DANGER, grade, sentences, words

FORMS = shipped_forms().forms
SCALES = shipped_scales()
DOC = (Path(__file__).parents[2] / "docs/worksheets.md").read_text(encoding="utf-8")
# What the product promises, by its row.
ROWS = {
    "D3": "protest avoidance safety-seeking appeasing rumination checking",
    "D5": "thought-record evidence experiment beliefs journal gratitude trigger-map schema-card"
    " dear-man-draft relapse-plan",
    "D6": "gad-7 attachment-signs",
    "D8": "separation-ahead therapy-break partner-letter",
    "D9": "moment",
    "D10": "own-life support-map goals ten-minutes",
    "children": "child-feeling child-good-things child-brave-plan",
}
# Something that may go otherwise than one would like.
HONEST = re.compile(
    r"sting|worse|flat|raw|sad|heavy|odd|false|stir|hollow|hurt|louder|guilt|silly|stiff|scared"
    r"|say no|come true|feel some of it again|uneasy|true in part|dull",
    re.IGNORECASE,
)
# The seven items, the question before them and their answers, word for word.
GAD_7 = (
    "Over the last 2 weeks, how often have you been bothered by the following problems?",
    "Feeling nervous, anxious or on edge",
    "Not being able to stop or control worrying",
    "Worrying too much about different things",
    "Trouble relaxing",
    "Being so restless that it is hard to sit still",
    "Becoming easily annoyed or irritable",
    "Feeling afraid as if something awful might happen",
    "If you checked off any problems, how difficult have these problems made it for you to do"
    " your work, take care of things at home, or get along with other people?",
)
HOW_OFTEN = ["Not at all", "Several days", "More than half the days", "Nearly every day"]
HOW_DIFFICULT = [
    "Not difficult at all",
    "Somewhat difficult",
    "Very difficult",
    "Extremely difficult",
]
NO_VERDICT = "It is not a diagnosis and not a test."  # only to say what it is not
every = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
every_scale = pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES.keys())


def all_fields(form: Form) -> Iterator[Field]:
    for field in form.fields:
        yield field
        yield from field.fields


def told(form: Form) -> list[str]:
    """Every text of it that a person reads, somebody else's exact words left out."""
    found = [form.title, form.about, *form.ask_first]
    for field in all_fields(form):
        if not field.verbatim:
            found += [field.label, field.hint, field.low, field.high, field.start]
            found += [text for option in field.options for text in (option.label, option.hint)]
    return [text for text in found if text]


def test_every_file_loads_and_is_named_after_its_form() -> None:
    assert shipped_forms().problems == ()
    assert {f"{name}.toml" for name in FORMS} == set(texts("forms"))
    assert {f"{name}.toml" for name in SCALES} == set(texts("scales"))


def test_what_is_promised_is_there_and_nothing_else() -> None:
    assert set(" ".join(ROWS.values()).split()) == set(FORMS)
    assert {form.shelf for form in FORMS.values()} == set(Shelf)


@every
def test_the_words_claim_nothing(form: Form) -> None:
    assert [text for text in told(form) if CLAIMS.search(text.replace(NO_VERDICT, ""))] == []
    assert [text for text in told(form) if REASSURES.search(text)] == []


@every
def test_the_words_are_easy_to_read(form: Form) -> None:
    child = AgeBand.CHILD in form.ages
    assert grade(told(form)) <= (4.0 if child else 7.0)
    assert grade([form.about]) <= (4.0 if child else 7.0)
    longest = max(len(words(part)) for text in told(form) for part in sentences(text))
    assert longest <= (16 if child else 30)


@every
def test_what_it_is_for_is_told_honestly(form: Form) -> None:
    assert 40 <= len(words(form.about)) <= 100
    assert "\n" not in form.about + form.title
    assert HONEST.search(form.about)


def test_titles_differ_and_no_paragraph_is_said_twice() -> None:
    for texts_of_all in ([f.title for f in FORMS.values()], [f.about for f in FORMS.values()]):
        assert len(set(texts_of_all)) == len(FORMS)


def test_who_reads_what() -> None:
    children = {form.id for form in FORMS.values() if AgeBand.CHILD in form.ages}
    assert children == set(ROWS["children"].split())
    assert all(FORMS[name].ages == (AgeBand.CHILD,) for name in children)
    grown = {form.id for form in FORMS.values() if form.ages == (AgeBand.ADULT,)}
    assert grown == {"gad-7", "partner-letter"}


def test_children_have_few_questions_and_faces() -> None:
    for name in ROWS["children"].split():
        form = FORMS[name]
        assert len(asked(form.fields)) <= 8
        scales = [field for field in form.fields if field.kind is Kind.SCALE]
        assert all(field.faces for field in scales)
        assert {field.kind for field in all_fields(form)} <= {
            Kind.LINE,
            Kind.MANY,
            Kind.ROWS,
            Kind.SCALE,
        }
    assert "boss" in FORMS["child-feeling"].about
    assert "grown-up" in FORMS["child-brave-plan"].about


def test_a_moment_fits_into_twenty_seconds() -> None:
    moment = FORMS["moment"]
    assert moment.quick
    assert [field.id for field in moment.fields] == [
        "thought",
        "urge",
        "acted",
        "intensity",
        "lasted_min",
    ]
    assert all(field.optional for field in moment.fields)


def test_each_behaviour_has_one_form_that_keeps_urge_and_act_apart() -> None:
    found = {form.behaviour: form for form in FORMS.values() if form.makes is Makes.BEHAVIOUR}
    assert set(found) == set(Behaviour)
    for form in found.values():
        kinds = {field.id: field.kind for field in form.fields}
        assert {"trigger", "urges", "urge", "for_what", *READ[Makes.BEHAVIOUR]} <= set(kinds)
        assert "urge" in form.about or "urge" in " ".join(f.label for f in form.fields)
    reunions = [o.label for f in found[Behaviour.SAFETY_SEEKING].fields for o in f.options]
    assert sum("When they are back" in label for label in reunions) >= 3


def test_gad_7_is_word_for_word() -> None:
    form = FORMS["gad-7"]
    verbatim = [field for field in form.fields if field.verbatim]
    assert tuple(field.label for field in verbatim) == GAD_7
    assert len(verbatim) == len(form.fields)
    for item in verbatim[1:8]:
        assert [option.label for option in item.options] == HOW_OFTEN
        assert [option.points for option in item.options] == [0, 1, 2, 3]
    assert [option.label for option in verbatim[8].options] == HOW_DIFFICULT
    assert all(option.points is None for option in verbatim[8].options)
    assert form.sources[0].year == 2006


def test_nothing_else_is_somebody_else_s_words() -> None:
    assert [f.id for f in FORMS.values() if any(x.verbatim for x in all_fields(f))] == ["gad-7"]


def test_the_signs_are_no_verdict() -> None:
    signs = FORMS["attachment-signs"]
    assert signs.scoring is None
    assert NO_VERDICT in signs.about
    assert all(field.optional for field in signs.fields)


def test_the_plan_for_setbacks_can_watch_every_sign_and_each_is_a_choice() -> None:
    (watched,) = (field for field in FORMS["relapse-plan"].fields if field.id == "watched")
    assert {option.value for option in watched.options} == set(SignKind)
    assert watched.optional


def test_with_somebody_who_is_a_danger_no_words_are_used() -> None:
    for form in FORMS.values():
        if form.shelf is Shelf.RELATING:
            assert DANGER in form.ask_first


def test_the_letter_validates_and_may_be_declined() -> None:
    letter = FORMS["partner-letter"]
    starts = {field.id: field.start for field in letter.fields}
    assert "say no" in starts["no"]
    assert "I see that this is hard" in starts["helps"]
    assert "need not answer" in starts["helps_not"]
    assert sum(len(words(text)) for text in starts.values()) <= 300  # one page


@pytest.mark.parametrize(
    ("name", "promised"),
    [
        ("thought-record", "thought patterns"),
        ("evidence", "for_it against_it"),
        ("experiment", "fear test came"),
        ("relapse-plan", "watched sign step"),
        ("separation-ahead", "goodbye first_day begins"),
        ("therapy-break", "goodbye first_day"),
        ("own-life", "likes try"),
        ("ten-minutes", "what days"),
        ("support-map", "people places"),
        ("goals", "goals"),
    ],
)
def test_what_a_row_promises_within_a_form_is_a_field(name: str, promised: str) -> None:
    assert set(promised.split()) <= {field.id for field in all_fields(FORMS[name])}


def test_beliefs_are_on_safety_loss_and_independence() -> None:
    (about,) = (field for field in FORMS["beliefs"].fields if field.id == "about")
    assert {option.value for option in about.options} == {"safety", "loss", "independence"}


def test_no_form_looks_for_what_waits_for_a_therapist() -> None:
    inward = re.compile(r"earliest|childhood|as a child|inner child|\bparts? of (me|you)\b", re.I)
    for form in FORMS.values():
        assert [text for text in told(form) if inward.search(text)] == [], form.id


def test_distortions_are_named_and_told() -> None:
    (patterns,) = (f for f in FORMS["thought-record"].fields if f.id == "patterns")
    assert len(patterns.options) >= 10
    assert all(option.hint for option in patterns.options)


# ---- scales


@every_scale
def test_a_scale_has_totals_only_and_says_so(scale: Scale) -> None:
    if scale.form:
        assert scale.form in FORMS
        assert FORMS[scale.form].scoring is not None
    else:
        assert "Enter only the total" in scale.licence
    assert not CLAIMS.search(scale.about)
    assert not CLAIMS.search(" ".join(band.words for band in scale.bands))
    assert len(words(scale.about)) <= 25
    assert "?" not in scale.about  # no question of it


def test_the_scales_that_are_promised_are_there() -> None:
    promised = {"gad-7", "ecr-r-anxiety", "ecr-r-avoidance", "asa-27", "oasis", "pdss-sr"}
    assert promised <= set(SCALES)
    ranges = {name: (SCALES[name].least, SCALES[name].most) for name in promised}
    assert ranges == {
        "gad-7": (0, 21),
        "ecr-r-anxiety": (1, 7),
        "ecr-r-avoidance": (1, 7),
        "asa-27": (0, 81),
        "oasis": (0, 20),
        "pdss-sr": (0, 28),
    }


def test_a_reliable_change_is_there_only_where_it_was_published() -> None:
    known = {name: s.reliable.points for name, s in SCALES.items() if s.reliable}
    assert known == {"gad-7": 4, "phq-9": 6, "core-10": 6}


def test_the_form_and_its_scale_say_the_same() -> None:
    rule, scale = FORMS["gad-7"].scoring, SCALES["gad-7"]
    assert rule is not None
    assert (rule.least, rule.most, rule.bands) == (scale.least, scale.most, scale.bands)
    assert [band.least for band in rule.bands] == [0, 5, 10, 15]


# ---- the page on how to write one


def test_the_example_of_the_docs_is_a_form() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
    found = parse(example, "sunday-look-back.toml")
    assert isinstance(found, Form), found
    assert f"{found.id}.toml" in DOC
    assert not CLAIMS.search(example)


def test_the_docs_name_every_key_and_every_word() -> None:
    coded = set(re.findall(r"`\[*(\w+)", DOC))
    keys = {f.name for value in (Form, Field, Option, Scoring) for f in fields(value)}
    assert keys - coded == set()
    enums = (Shelf, Kind, Makes, Behaviour, SignKind, AgeBand)
    assert {word.value for enum in enums for word in enum} - coded == set()


def test_the_docs_name_what_each_kind_of_field_needs_and_what_the_record_reads() -> None:
    rows = {row[0]: row for row in re.findall(r"^\| `(\w+)` \|[^|]*\|(.*)\|$", DOC, re.MULTILINE)}
    for kind in Kind:
        named = set(re.findall(r"`(\w+)", rows[kind][1]))
        assert {*NEEDS.get(kind, ()), *MAY.get(kind, ())} <= named, kind
    for makes, read in READ.items():
        named = set(re.findall(r"`(\w+)", rows[makes][1]))
        assert set(read) <= named, makes


def test_what_a_sign_says_of_itself_is_what_is_looked_for() -> None:
    (watched,) = (f for f in FORMS["relapse-plan"].fields if f.id == "watched")
    gap = next(option for option in watched.options if option.value == SignKind.GAP)
    assert ARC.gap_days == 21
    assert "three weeks" in gap.hint
