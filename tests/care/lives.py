"""Days that a person might have: who they are, what lies behind them, and what they might say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from biocoach.session import Session
from biocoach.settings import Settings
from biocoach.types import (
    AgeBand,
    Begin,
    Fit,
    Input,
    InputBody,
    Output,
    Phase,
    Plan,
    Presence,
    Prior,
    Refused,
    Support,
    Tick,
)
from tests.strategies import plan, things_of_the_strap, words_of_the_person

SETTINGS = Settings()

fits = st.none() | st.builds(
    Fit,
    rhythm_unreliable=st.booleans(),
    heart_slowing=st.booleans(),
    ladder_waits=st.booleans(),
    with_therapist=st.booleans(),
    age=st.sampled_from(AgeBand),
)
priors = st.builds(
    Prior,
    practised_today=st.integers(0, 3),
    hard_today=st.booleans(),
    presence=st.none() | st.sampled_from(Presence),
)


def _wish(support: Support, suds: int, now: int | None, planned_s: float) -> Plan:
    return replace(plan(support, suds=suds), suds=now, planned_s=planned_s)


plans = st.builds(
    _wish,
    st.sampled_from(Support),
    st.integers(0, 100),
    st.none() | st.integers(0, 100),
    st.sampled_from([60.0, 900.0, 3600.0, 3601.0, 20_000.0]),
)
words = st.lists(
    st.tuples(st.integers(0, 400), words_of_the_person | plans | things_of_the_strap),
    min_size=4,
    max_size=40,
)


@dataclass(frozen=True)
class Moment:
    """What was said, where that left the session, and what followed."""

    body: InputBody | None
    before: Phase
    after: Phase
    outputs: list[Output]

    @property
    def refused(self) -> str:
        """Why, as a code; what comes after the end is taken by nobody."""
        if self.before is Phase.CLOSED:
            return "closed"
        return next((o.why for o in self.outputs if isinstance(o, Refused)), "")


def lived(
    fit: Fit | None, prior: Prior, said: list[tuple[int, InputBody]]
) -> tuple[Session, list[Moment]]:
    """The session after all of it, second by second."""
    session, moments = Session(SETTINGS), list[Moment]()
    at_s, number = 0, 0

    def step(body: InputBody | None) -> None:
        nonlocal number
        before = session.phase
        if body is None:
            outputs = session.step(Tick(at_s=at_s))
        else:
            outputs = session.step(Input(at_s=float(at_s), number=number, body=body))
            number += 1
        moments.append(Moment(body, before, session.phase, outputs))

    step(Begin(seed=1, settings_hash="", fit=fit, prior=prior))
    for after_s, body in said:
        for _ in range(after_s):
            at_s += 1
            step(None)
        step(body)
    return session, moments
