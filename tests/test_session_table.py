"""Every phase against every word of the person: where it leads, or that it is refused."""

from __future__ import annotations

import itertools

import pytest

from biocoach.exposure.phases import TABLE
from biocoach.session import Session
from biocoach.settings import Settings
from biocoach.types import (
    Begin,
    Closed,
    Debrief,
    End,
    Fit,
    Input,
    InputBody,
    Mark,
    MarkKind,
    Offer,
    Output,
    Phase,
    PhaseChange,
    Question,
    Rating,
    Refused,
    Tick,
)
from tests.strategies import plan

WORDS: dict[str, InputBody] = {
    "plan": plan(),
    "baseline": Mark(kind=MarkKind.BASELINE),
    "apart": Mark(kind=MarkKind.APART),
    "back": Mark(kind=MarkKind.BACK),
    "time_over": Mark(kind=MarkKind.TIME_OVER),
    "debrief": Debrief(suds=20),
    "end": End(),
}
WAY_TO: dict[Phase, tuple[str, ...]] = {
    Phase.PLAN: (),
    Phase.BASELINE: ("plan", "baseline"),
    Phase.APART: ("plan", "baseline", "apart"),
    Phase.BACK: ("plan", "apart", "back"),
    Phase.DEBRIEF: ("plan", "apart", "end"),
    Phase.CLOSED: ("end",),
}


def stands_in(phase: Phase) -> tuple[Session, int]:
    """A session in that phase, and the number of its next input."""
    session = Session(Settings())
    fit = Fit(with_therapist=True)
    bodies: list[InputBody] = [Begin(seed=1, settings_hash="", fit=fit, simulated=True)]
    bodies += [WORDS[word] for word in WAY_TO[phase]]
    for number, body in enumerate(bodies):
        session.step(Input(at_s=float(number), number=number, body=body))
    assert session.phase is phase
    return session, len(bodies)


def say(session: Session, number: int, body: InputBody) -> list[Output]:
    return session.step(Input(at_s=50.0, number=number, body=body))


@pytest.mark.parametrize(("phase", "word"), list(itertools.product(Phase, WORDS)))
def test_a_word_leads_where_the_table_says_or_is_refused(phase: Phase, word: str) -> None:
    session, number = stands_in(phase)
    outputs = say(session, number, WORDS[word])
    after = TABLE.get((phase, word))
    refused = [o for o in outputs if isinstance(o, Refused)]
    changes = [o for o in outputs if isinstance(o, PhaseChange)]
    if phase is Phase.CLOSED:
        assert outputs == []
    elif after is None:
        assert refused == outputs == [Refused(at_s=50.0, number=number, why="wrong_phase")]
        assert session.phase is phase
    else:
        assert refused == []
        assert session.phase is after
        assert [c.phase for c in changes] == ([] if after is phase else [after])
        assert (after is Phase.CLOSED) == any(isinstance(o, Closed) for o in outputs)


@pytest.mark.parametrize(
    ("begin", "why"),
    [
        (Begin(seed=1, settings_hash="", fit=Fit()), ["no_plan"]),
        (Begin(seed=1, settings_hash="", fit=Fit(), source="file"), []),
        (Begin(seed=1, settings_hash="", fit=Fit(), simulated=True), []),
    ],
)
def test_nobody_goes_apart_without_a_plan_but_a_recording(begin: Begin, why: list[str]) -> None:
    session = Session(Settings())
    session.step(Input(at_s=0.0, number=0, body=begin))
    outputs = say(session, 1, WORDS["apart"])
    assert [o.why for o in outputs if isinstance(o, Refused)] == why


def test_the_table_speaks_of_these_words_only() -> None:
    assert {word for _, word in TABLE} == set(WORDS)
    assert all(phase is not Phase.CLOSED for phase, _ in TABLE)


@pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.CLOSED])
def test_ending_is_never_refused(phase: Phase) -> None:
    session, number = stands_in(phase)
    for step in range(4):
        assert not [o for o in say(session, number + step, End()) if isinstance(o, Refused)]
    assert session.phase is Phase.CLOSED


@pytest.mark.parametrize("phase", list(Phase))
def test_too_much_is_one_key_in_every_phase(phase: Phase) -> None:
    session, number = stands_in(phase)
    outputs = say(session, number, Mark(kind=MarkKind.TOO_MUCH))
    assert session.phase is phase
    if phase is Phase.CLOSED:
        assert outputs == []
        return
    offer, question = outputs
    assert isinstance(offer, Offer)
    assert (offer.practice, offer.because, offer.asked) == ("orienting", "too_much", True)
    assert isinstance(question, Question)
    assert question.kind == "too_much"


@pytest.mark.parametrize("phase", list(Phase))
def test_a_note_or_a_rating_moves_nothing(phase: Phase) -> None:
    session, number = stands_in(phase)
    assert say(session, number, Mark(kind=MarkKind.NOTE, text="a car")) == []
    assert say(session, number + 1, Rating(suds=90)) == []
    assert session.phase is phase


def test_a_closed_session_ignores_everything() -> None:
    session, number = stands_in(Phase.CLOSED)
    bodies = [*WORDS.values(), Begin(seed=2, settings_hash=""), Rating(suds=3)]
    for place, body in enumerate(bodies):
        assert say(session, number + place, body) == []
    assert session.step(Tick(at_s=100_000)) == []
    assert session.finish() == []
    assert session.begun is not None
    assert session.begun.seed == 1


def test_a_session_begins_once_and_with_begin() -> None:
    session = Session(Settings())
    with pytest.raises(ValueError, match="Begin"):
        session.step(Tick(at_s=1))
    with pytest.raises(ValueError, match="Begin"):
        say(session, 0, Rating(suds=3))
    running, number = stands_in(Phase.APART)
    assert say(running, number, Begin(seed=2, settings_hash="")) == []
    assert running.phase is Phase.APART
    assert running.plan == plan()
