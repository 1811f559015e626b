"""What comes with biocoach to be read: every practice and the crisis card, word by word."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from pathlib import Path

import pytest

from biocoach.coach.library import MAY, NEEDS, parse
from biocoach.coach.practice import (
    Area,
    Ask,
    Breath,
    Do,
    Eyes,
    Fits,
    GoodFor,
    Own,
    Pace,
    Practice,
    PracticeStep,
    Voice,
)
from biocoach.coach.shipped import CrisisLines, crisis_lines, shipped, texts
from biocoach.fields import Source
from tests.care.words import CLAIMS, REASSURES

PRACTICES = shipped().practices
DOC = (Path(__file__).parents[2] / "docs/practices.md").read_text(encoding="utf-8")
MEDICAL = "Chest pain, fainting, anything unlike your usual: stop, get medical help."
SOFT = "Softly, not deeply."
DIZZY = "Light-headed: stop. Let your breath go back to its own way."
TINGLING = "Tingling: let the breath go, ground with eyes open."
PANIC = "Not in panic: no sighing, no holds. Look around the room instead."
NO_DRIVING = "Don't drive until you feel here again."
DANGER = (
    "If this person hurts, threatens or controls you, don't use this with them."
    " The crisis card has people you can call."
)
BOSS = 'You are the boss. Say "stop", and it stops.'
# Said in the same words wherever they apply.
SHORT = ("Eyes open.", "For calm times only.", "You can stop at any point.")
TWINS = (MEDICAL, SOFT, DIZZY, TINGLING, PANIC, NO_DRIVING, DANGER, BOSS, *SHORT)

# What the product promises, by its row.
ROWS = {
    "C1": "slow-paced-4-6 own-pace find-own-pace square-breath belly-breath cyclic-sighing",
    "C2": "grounding-5-4-3-2-1 orienting body-scan progressive-muscle-relaxation butterfly-hug"
    " resourcing pendulation",
    "C3": "tipp stop-skill own-phrases comfort-kit ride-the-wave",
    "C4": "noticing kinder-voice guided-imagery",
    "C5": "i-statement dear-man boundaries-and-values parts-check-in cycle-map active-listening"
    " soft-feeling",
    "D11": "learn-attachment learn-cycle learn-window learn-exposure first-therapy-session",
    "children": "child-belly-boat child-five-senses child-butterfly-hug child-look-around",
}
OFFERED = {
    "slow-paced-4-6": 1,
    "grounding-5-4-3-2-1": 2,
    "orienting": 3,
    "belly-breath": 4,
    "butterfly-hug": 5,
    "noticing": 6,
}
EYES_OPEN = {
    "grounding-5-4-3-2-1",
    "orienting",
    "butterfly-hug",
    "comfort-kit",
    "noticing",
    "child-five-senses",
    "child-butterfly-hug",
    "child-look-around",
}

# Not for somebody who is far away or numb.
INWARD = re.compile(
    r"breathe|breath (in|out)|in-breath|out-breath|inhal|exhal|eyes? (are )?(closed|shut)"
    r"|(close|shut) your eyes|body scan|through (the|your) body|inside your|in your (chest|belly)",
    re.IGNORECASE,
)
COLD = re.compile(r"\b(cold|cool|ice|icy)\b", re.IGNORECASE)
# Something that may go otherwise than one would like.
HONEST = re.compile(
    r"nothing|no change|worse|odd\b|silly|stiff|flat|hollow|false|sting|dull|hurt|raw|bare\b|guilt"
    r"|unpleasant|uneasy|restless|short of air|stirred up|louder|feel it more|hear a no|say no"
    r"|can't tell|get none|too slow|dizzy|sad",
    re.IGNORECASE,
)


def told(practice: Practice) -> list[str]:
    """Every text of it that a person reads, the words to choose from left out."""
    steps = [text for step in practice.steps for text in (step.say, composed(step.compose))]
    short = [practice.title, practice.summary, practice.about]
    return [text for text in [*short, *steps, *practice.stop] if text]


def composed(text: str) -> str:
    return re.sub(r"\{\w+\}", "it", text)


def chosen_from(practice: Practice) -> list[str]:
    return [option for step in practice.steps for option in step.options]


def said(practice: Practice) -> str:
    return " ".join(step.say for step in practice.steps)


def sentences(text: str) -> list[str]:
    """Without the marks around them; a line's end ends one, too."""
    parts = re.split(r"(?<=[.!?…])[\"”]?\s+|\n+", text)
    return [part.strip(' "') for part in parts if part.strip(' "')]


def words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text)


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))
    return max(1, len(groups))


def grade(read: list[str]) -> float:
    """Flesch-Kincaid grade level (Kincaid et al., 1975): 7 is read at the age of 12."""
    text = " ".join(part if part.endswith((".", "?", "!")) else part + "." for part in read)
    ends = len(re.findall(r"[.!?]+(?:\s|$)", text))
    found = re.findall(r"[A-Za-z']+", text)
    per_word = sum(syllables(word) for word in found) / len(found)
    return 0.39 * len(found) / ends + 11.8 * per_word - 15.59


def those(**wanted: object) -> list[Practice]:
    found = [p for p in PRACTICES.values() if all(getattr(p, k) == v for k, v in wanted.items())]
    assert found
    return found


every = pytest.mark.parametrize("practice", PRACTICES.values(), ids=PRACTICES.keys())


# ---- all of them


def test_every_file_loads_and_is_named_after_its_practice() -> None:
    assert shipped().problems == ()
    assert {f"{identity}.toml" for identity in PRACTICES} | {"crisis.toml"} == set(texts())


@pytest.mark.parametrize("row", ROWS)
def test_what_is_promised_is_there(row: str) -> None:
    assert set(ROWS[row].split()) <= set(PRACTICES)


def test_nothing_is_there_that_no_row_names() -> None:
    assert set(" ".join(ROWS.values()).split()) == set(PRACTICES)


@every
def test_the_words_claim_nothing(practice: Practice) -> None:
    read = [*told(practice), *chosen_from(practice)]
    assert [text for text in read if CLAIMS.search(text)] == []
    assert [text for text in read if REASSURES.search(text)] == []


def test_the_word_lists_find_what_they_are_for() -> None:
    for bad in (
        "You are safe now.",
        "This is proven to work.",
        "A cure for panic.",
        "It will calm you.",
        "It treats fear.",
        "Your anxiety is high.",
        "Don't worry.",
    ):
        assert CLAIMS.search(bad), bad
    for bad in ("They will come back.", "She loves you.", "He'll be back.", "Mum comes back."):
        assert REASSURES.search(bad), bad
    for fine in ("It may help you.", "Say how they come to you.", "I need ten minutes."):
        assert not CLAIMS.search(fine), fine
        assert not REASSURES.search(fine), fine


@every
def test_the_words_are_easy_to_read(practice: Practice) -> None:
    assert grade(told(practice)) <= 7.0
    assert grade([practice.about]) <= 7.0
    assert max(len(words(part)) for text in told(practice) for part in sentences(text)) <= 30


@every
def test_what_it_is_is_told_in_one_line_and_in_a_longer_text(practice: Practice) -> None:
    assert 60 <= len(words(practice.about)) <= 130
    assert len(words(practice.summary)) <= 20
    assert "\n" not in practice.about + practice.summary + practice.title
    assert practice.good_for


@every
def test_when_to_stop_is_told_and_the_last_line_is_on_medical_help(practice: Practice) -> None:
    assert practice.stop[-1] == MEDICAL
    assert len(practice.stop) >= 2


@every
def test_what_to_expect_is_told_honestly(practice: Practice) -> None:
    if not practice.id.startswith("learn-"):
        assert HONEST.search(practice.about)


def test_no_sentence_is_said_twice_but_the_agreed_ones() -> None:
    agreed = {part for twin in TWINS for part in sentences(twin)}
    places = defaultdict(set)
    for practice in PRACTICES.values():
        for text in told(practice):
            for part in sentences(text):
                if part not in agreed:
                    places[part.lower()].add(practice.id)
    twice = {part: names for part, names in places.items() if len(names) > 1}
    assert twice == {}


def test_titles_differ() -> None:
    titles = [practice.title for practice in PRACTICES.values()]
    assert len(titles) == len(set(titles))


def test_only_a_few_are_offered_by_itself() -> None:
    ranks = {p.id: p.fits.rank for p in PRACTICES.values() if p.fits.rank}
    assert ranks == OFFERED
    assert all(PRACTICES[name].fits == Fits(rank=rank) for name, rank in OFFERED.items())


# ---- rules of care


def test_eyes_open_is_for_somebody_far_away_too() -> None:
    found = those(eyes=Eyes.OPEN)
    assert {practice.id for practice in found} == EYES_OPEN
    for practice in found:
        assert not practice.breathes
        assert [text for text in told(practice) if INWARD.search(text)] == []
    assert INWARD.search("Close your eyes and breathe out.")


@every
def test_what_strains_or_is_cold_is_chosen_and_asked_first(practice: Practice) -> None:
    does = practice.area is not Area.LEARN  # a card to read may say that somebody goes cold
    cold = does and COLD.search(said(practice)) is not None
    assert cold is (practice.id == "tipp")
    if practice.strains or cold:
        assert practice.opt_in
        assert practice.ask_first
    assert practice.opt_in is (practice.id in {"square-breath", "cyclic-sighing", "tipp"})


def test_no_sighing_and_no_holds_in_panic() -> None:
    strained = [practice for practice in PRACTICES.values() if practice.strains]
    assert {practice.id for practice in strained} == {"square-breath", "cyclic-sighing"}
    hot = {GoodFor.ACTIVATION, GoodFor.URGE, GoodFor.ANGER, GoodFor.FAR_AWAY}
    for practice in strained:
        assert PANIC in practice.stop
        assert not hot & set(practice.good_for)
        assert {Ask.LUNG_DISEASE, Ask.HEART_DISEASE, Ask.PREGNANCY} <= set(practice.ask_first)


def test_cold_water_is_asked_about() -> None:
    tipp = PRACTICES["tipp"]
    assert {
        Ask.HEART_DISEASE,
        Ask.HEART_SLOWING,
        Ask.COLD_ALLERGY,
        Ask.EATING_DISORDER,
        Ask.PREGNANCY,
    } <= set(tipp.ask_first)
    assert "not icy" in said(tipp)
    assert "Eyes open" in said(tipp)


@every
def test_breath_is_soft(practice: Practice) -> None:
    if practice.breathes or (practice.area is Area.BREATHING and practice.voice is not Voice.CHILD):
        assert SOFT in said(practice)
        assert DIZZY in practice.stop
        assert TINGLING in practice.stop
        assert practice.eyes is Eyes.ANY
    assert not re.search(r"deep(ly)? breath|breathe deep|fill your lungs", said(practice), re.I)


@every
def test_tense_muscles_are_asked_about(practice: Practice) -> None:
    if any(step.do is Do.HOLD for step in practice.steps):
        assert Ask.INJURY in practice.ask_first


def test_inner_work_waits_for_the_therapist_and_ends_in_the_room() -> None:
    inner = those(area=Area.INNER)
    assert {practice.id for practice in inner} == {"guided-imagery", "parts-check-in"}
    assert inner == those(therapist=True)
    for practice in inner:
        last = practice.steps[-1]
        assert last.do is Do.WAIT
        assert re.search(r"eyes open", last.say)
        assert re.search(r"look around", last.say)
    own = [step for step in PRACTICES["guided-imagery"].steps if step.do is Do.OWN]
    assert [step.own for step in own] == [Own.IMAGERY]


def test_a_part_is_a_guard_and_no_more_is_looked_for() -> None:
    practice = PRACTICES["parts-check-in"]
    assert "you don't look for what it guards" in practice.about
    assert all(word in said(practice) for word in ("call it", "Thank it", "what are you afraid"))


@pytest.mark.parametrize("name", ["resourcing", "pendulation"])
def test_what_is_felt_has_words_to_choose_from(name: str) -> None:
    """Where in the body, and how it is there; that nothing is felt is an answer too."""
    where, how = [s.options for s in PRACTICES[name].steps if s.do is Do.CHOOSE][:2]
    assert min(len(where), len(how)) >= 7
    assert any("find" in word for word in where)
    assert {"heavy", "none of these", "hard to say"} & set(how)


def test_nobody_uses_words_on_somebody_who_is_a_danger() -> None:
    assert all(DANGER in practice.stop for practice in those(area=Area.RELATING))


# ---- kinds of practices


@every
def test_each_field_is_filled_once_and_a_draft_uses_all_of_them(practice: Practice) -> None:
    fields = [step.field for step in practice.steps if step.field]
    assert len(fields) == len(set(fields))
    written: set[str] = set()
    for step in practice.steps:
        if step.do is Do.DRAFT:
            assert set(re.findall(r"\{(\w+)\}", step.compose)) == written == set(fields)
        written |= {step.field} - {""}


def test_what_is_built_to_be_said_ends_in_a_draft() -> None:
    for practice in those(area=Area.RELATING):
        builds = any(step.do is Do.WRITE for step in practice.steps)
        assert builds is (practice.steps[-1].do is Do.DRAFT)
        assert builds is (practice.id != "active-listening")
    assert PRACTICES["first-therapy-session"].steps[-1].do is Do.DRAFT


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("dear-man", "D, Describe|E, Express|A, Assert|R, Reinforce|M, stay Mindful|"
         "A, Appear confident|N, Negotiate"),
        ("stop-skill", "S, stop|T, take a step back|O, observe|P, proceed mindfully"),
        ("tipp", "T, temperature|I, intense exercise|P, paced breathing|P, paired relaxation"),
    ],
)  # fmt: skip
def test_each_letter_has_its_step(name: str, letters: str) -> None:
    starts = [step.say.split(".")[0] for step in PRACTICES[name].steps]
    wanted = [letter.lower() for letter in letters.split("|")]
    assert [start.lower() for start in starts if re.match(r"[A-Z], ", start)] == wanted


def test_the_default_breath_is_soft_and_slow() -> None:
    breaths = [step.breath for step in PRACTICES["slow-paced-4-6"].steps if step.breath]
    assert breaths == [Breath(in_s=4, out_s=6)]


def test_the_finder_tries_five_paces_from_quick_to_slow() -> None:
    """Lehrer, Vaschillo and Vaschillo (2000): 6.5 to 4.5 a minute."""
    (finder,) = those(finder=True)
    paced = [step for step in finder.steps if step.do is Do.BREATHE]
    breaths = [step.breath for step in paced if step.breath]
    assert [60 / breath.whole_s for breath in breaths] == pytest.approx([6.5, 6, 5.5, 5, 4.5])
    assert [breath.in_s / breath.whole_s for breath in breaths] == pytest.approx([0.4] * 5)
    assert {step.minutes for step in paced} == {2}
    assert not finder.strains
    assert {step.do for step in finder.steps} == {Do.SAY, Do.BREATHE}


def test_the_own_pace_is_used_where_it_was_found() -> None:
    paces = {p.id for p in PRACTICES.values() for step in p.steps if step.pace is Pace.OWN}
    assert paces == {"own-pace"}


def test_what_is_one_s_own_has_its_place() -> None:
    own = {step.own: p.id for p in PRACTICES.values() for step in p.steps if step.own}
    assert own == {
        Own.PHRASES: "own-phrases",
        Own.KIT: "comfort-kit",
        Own.IMAGERY: "guided-imagery",
    }


def test_a_card_to_learn_from_is_read_in_two_minutes() -> None:
    cards = [p for p in those(area=Area.LEARN) if p.id.startswith("learn-")]
    assert len(cards) == 4
    for card in cards:
        assert {step.do for step in card.steps} == {Do.SAY}
        read = [card.title, card.summary, card.about, said(card)]
        assert len(words(said(card))) >= 250
        assert len(words(" ".join(read))) <= 330


def test_children_s_words_are_short_and_a_grown_up_is_near() -> None:
    children = those(voice=Voice.CHILD)
    assert len(children) == 4
    for practice in children:
        mine = [text for text in told(practice) if text != MEDICAL]
        assert grade(told(practice)) <= 4.0
        assert max(grade([text]) for text in mine if len(words(text)) > 8) <= 4.0
        assert max(len(words(part)) for text in mine for part in sentences(text)) <= 16
        assert "grown-up" in said(practice)
        assert "grown-up" in practice.about
        assert BOSS in practice.stop
        assert not re.search(r"clos|shut", " ".join(mine))


def test_who_reads_what() -> None:
    for_all = {practice.id for practice in those(voice=Voice.ANY)}
    assert for_all == {"slow-paced-4-6", "grounding-5-4-3-2-1", "orienting"}
    assert all(p.id.startswith("child-") for p in those(voice=Voice.CHILD))


def test_no_practice_takes_longer_than_a_quarter_of_an_hour() -> None:
    for practice in PRACTICES.values():
        assert sum(seconds(step) for step in practice.steps) <= 15 * 60, practice.id


def seconds(step: PracticeStep) -> float:
    timed = (step.wait_s, (step.minutes or 0) * 60, step.hold_s, step.release_s)
    return sum(length or 0 for length in timed)


# ---- the crisis card

PROMISED = {"EU", "US", "CA", "UK", "IE", "DE", "AT", "CH", "FR", "NL", "BE", "ES", "IT"}
PROMISED |= {"AU", "NZ", "IN"}


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


# ---- the page on how to write one


def test_the_example_of_the_docs_is_a_practice() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
    found = parse(example, "warm-hands.toml")
    assert isinstance(found, Practice), found
    assert found.id == "warm-hands"
    assert not CLAIMS.search(example)


def test_the_docs_name_every_key_and_every_word() -> None:
    coded = set(re.findall(r"`\[*(\w+)", DOC))
    values = (Practice, PracticeStep, Breath, Fits, Source)
    keys = set(itertools.chain(*(value.__dataclass_fields__ for value in values)))
    assert keys - coded == set()
    enums = (Area, Voice, Eyes, GoodFor, Ask, Do, Own)
    assert {word.value for enum in enums for word in enum} - coded == set()


def test_the_docs_name_what_each_kind_of_step_needs() -> None:
    rows = {row[0]: row for row in re.findall(r"^\| `(\w+)` \|[^|]*\|(.*)\|$", DOC, re.MULTILINE)}
    for do in Do:
        named = set(re.findall(r"`\{?(\w+)", rows[do][1]))
        assert {*NEEDS[do], *MAY.get(do, ())} <= named, do
