"""What is open to whom: contraindications, opting in, the therapist's yes, age, and the fact."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.coach.practice import (
    Area,
    Ask,
    Breath,
    Do,
    Eyes,
    Fits,
    Library,
    Pace,
    Practice,
    PracticeStep,
    Voice,
)
from biocoach.coach.repertoire import (
    OWN_RANK,
    Choice,
    Choices,
    changed,
    choices_of,
    closed,
    fact_of,
    fits_age,
    offered,
    repertoire_of,
)
from biocoach.types import AgeBand, Fit

PLAIN = Practice(
    id="p",
    title="P",
    summary="P.",
    about="P.",
    area=Area.GROUNDING,
    voice=Voice.ANY,
    eyes=Eyes.OPEN,
    good_for=(),
    opt_in=False,
    therapist=False,
    finder=False,
    ask_first=(),
    fits=Fits(),
    steps=(PracticeStep(do=Do.SAY, say="Look."),),
    stop=("Stop.",),
    sources=(),
)
COLD = replace(PLAIN, opt_in=True, ask_first=(Ask.HEART_SLOWING, Ask.COLD_ALLERGY))
INNER = replace(PLAIN, therapist=True)
PACED = replace(PLAIN, steps=(PracticeStep(do=Do.BREATHE, say="In.", minutes=3.0, pace=Pace.OWN),))
HELD = Breath(in_s=4, hold_s=4, out_s=4)
GUIDED = Fit(with_therapist=True)


def with_choice(**said: object) -> Choices:
    return Choices(of={"p": Choice(**said)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("practice", "choices", "fit", "why"),
    [
        (PLAIN, Choices(), None, ""),
        (COLD, Choices(), Fit(), "ask_first"),
        (COLD, with_choice(opted_in=True), Fit(), "ask_first"),
        (COLD, with_choice(asked="clear"), Fit(), "opt_in"),
        (COLD, with_choice(asked="clear", opted_in=True), Fit(), ""),
        (COLD, with_choice(asked="not_for_me", opted_in=True), Fit(), "not_for_me"),
        # What the first run was told is not asked again, and outranks an earlier "clear".
        (COLD, with_choice(asked="clear", opted_in=True), Fit(heart_slowing=True), "not_for_me"),
        (COLD, with_choice(asked="clear", opted_in=True), Fit(pregnancy=True), ""),
        (INNER, Choices(), GUIDED, "therapist"),
        (INNER, with_choice(enabled_by="Kim"), GUIDED, ""),
        (INNER, with_choice(enabled_by="Kim"), Fit(), "therapist"),
        (PACED, Choices(), Fit(), "no_pace"),
        (PACED, Choices(pace_per_min=5.5), Fit(), ""),
    ],
)
def test_closed_says_why(practice: Practice, choices: Choices, fit: Fit | None, why: str) -> None:
    assert closed(practice, choices, fit) == why


def test_what_the_coach_offers_is_the_files_word_until_the_person_says() -> None:
    ranked = replace(PLAIN, fits=Fits(rank=4))
    assert not offered(PLAIN, Choices())
    assert offered(PLAIN, with_choice(offered=True))
    assert offered(ranked, Choices())
    assert not offered(ranked, with_choice(offered=False))


@pytest.mark.parametrize(
    "changes",
    [
        {"opt_in": True},
        {"therapist": True},
        {"ask_first": (Ask.PREGNANCY,)},
        {"finder": True},
        {"steps": (PracticeStep(do=Do.OWN, say="Yours."),)},
        {"steps": (PracticeStep(do=Do.BREATHE, say="In.", breath=HELD),)},
    ],
)  # fmt: skip
def test_some_are_never_offered_whatever_was_said(changes: dict[str, object]) -> None:
    practice = replace(PLAIN, **changes)  # type: ignore[arg-type]
    assert not offered(practice, with_choice(offered=True))


def test_a_child_reads_what_is_for_children_and_for_all() -> None:
    child, adult = Fit(age=AgeBand.CHILD), Fit(age=AgeBand.TEEN)
    for voice, to_child, to_adult in [
        (Voice.ANY, True, True),
        (Voice.CHILD, True, False),
        (Voice.ADULT, False, True),
    ]:
        practice = replace(PLAIN, voice=voice)
        assert (fits_age(practice, child), fits_age(practice, adult)) == (to_child, to_adult)


def test_a_session_is_told_what_it_must_know() -> None:
    own = replace(PLAIN, id="own")
    library = Library(
        practices={
            "p": replace(PLAIN, fits=Fits(rank=3, good_signal=True)),
            "own": own,
            "child": replace(PLAIN, id="child", voice=Voice.CHILD),
            "inner": replace(INNER, id="inner"),
        },
        problems=(),
    )
    choices = Choices(of={"own": Choice(offered=True)}, sampling=True)
    told = repertoire_of(library, choices, Fit(), {"p": (-0.2, 0.1)})
    assert told.sampling
    assert [(f.id, f.rank, f.closed, f.quickness) for f in told.practices] == [
        ("p", 3, "", (-0.2, 0.1)),
        ("own", OWN_RANK, "", None),
        ("inner", 0, "therapist", None),
    ]
    assert told.practices[0].good_signal


def test_one_thing_said_changes_that_and_no_other() -> None:
    before = with_choice(opted_in=True, asked="clear")
    assert changed(before, "p", {"opted_in": False}).get("p") == Choice(asked="clear")
    assert changed(before, "p", {"asked": "again"}).get("p") == Choice(opted_in=True)
    after = changed(before, "q", {"enabled_by": "Kim"})
    assert (after.get("p"), after.get("q")) == (before.get("p"), Choice(enabled_by="Kim"))


CHOICES = st.builds(
    Choices,
    of=st.dictionaries(
        st.text(max_size=5),
        st.builds(
            Choice,
            opted_in=st.booleans(),
            asked=st.sampled_from(["", "clear", "not_for_me"]),
            enabled_by=st.text(max_size=5),
            offered=st.none() | st.booleans(),
        ),
        max_size=4,
    ),
    sampling=st.booleans(),
)


@given(CHOICES)
def test_the_fact_says_the_same(choices: Choices) -> None:
    assert choices_of(fact_of(choices), None) == choices


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
KEYS = st.sampled_from(["of", "sampling", "per_min", "p"])


@given(st.none() | st.dictionaries(KEYS, ANYTHING), st.none() | st.dictionaries(KEYS, ANYTHING))
def test_a_fact_that_cannot_be_read_has_chosen_nothing(
    fact: dict[str, object] | None, pace: dict[str, object] | None
) -> None:
    found = choices_of(fact, pace)
    assert all(c.asked in ("", "clear", "not_for_me") for c in found.of.values())
    assert found.pace_per_min is None or 4 <= found.pace_per_min <= 7
