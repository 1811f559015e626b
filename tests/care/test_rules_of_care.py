"""The rules of care that outrank features, over whatever a person says in whatever order.

The coach's own rules (offers, practices, panic, far away) have a campaign of their own:
``python -m tests.faults offers``.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from biocoach.exposure.phases import may_tell
from biocoach.types import (
    AgeBand,
    Debrief,
    End,
    Fit,
    Input,
    InputBody,
    Mark,
    MarkKind,
    Offer,
    Phase,
    Plan,
    Presence,
    Prior,
    Rating,
    Support,
)
from tests.care.lives import SETTINGS, Moment, fits, lived, plans, priors, words
from tests.exposure.stories import offers, told
from tests.signal.hearts import BEGIN
from tests.strategies import STORIES, plan

MANY = settings(STORIES, max_examples=100)
CARE = SETTINGS.care
FREE = Fit(with_therapist=True)
Said = list[tuple[int, InputBody]]


def went_apart(moments: list[Moment]) -> bool:
    return any(m.after is Phase.APART and m.before is not Phase.APART for m in moments)


def waits(fit: Fit | None) -> bool:
    if fit is None:
        return True
    return (fit.ladder_waits or fit.age is not AgeBand.ADULT) and not fit.with_therapist


@MANY
@given(fits, priors, words)
def test_fit_first(fit: Fit | None, prior: Prior, said: Said) -> None:
    """Before the questions, after a yes to the second group, and under age without a therapist
    nothing is planned and nobody is apart."""
    _, moments = lived(fit, prior, said)
    if waits(fit):
        assert not went_apart(moments)
        assert all(m.refused for m in moments if isinstance(m.body, Plan))


@MANY
@given(st.just(Prior()) | priors, plans, words)
def test_without_a_therapist_steps_stay_small(prior: Prior, wish: Plan, said: Said) -> None:
    """A plan comes first and mostly on a free day: else nearly all are refused for other reasons,
    and this would hold without its rule."""
    session, moments = lived(Fit(), prior, [(0, wish), *said])
    for m in moments:
        if isinstance(m.body, Plan) and not m.refused:
            assert max(m.body.step.expected_suds, m.body.suds or 0) <= CARE.alone_suds_max
            assert m.body.planned_s <= CARE.alone_length_max_s
    assert not went_apart(moments) or session.plan is not None


@MANY
@given(st.booleans(), st.integers(0, 4), words)
def test_rest_after_a_hard_ending_and_enough_in_a_day(hard: bool, count: int, said: Said) -> None:
    _, moments = lived(FREE, Prior(hard_today=hard, practised_today=count), said)
    if hard or count >= CARE.sessions_per_day:
        assert not went_apart(moments)
        assert not any(isinstance(m.body, Plan) and not m.refused for m in moments)


@MANY
@given(fits, priors, words)
def test_every_state_has_a_way_out(fit: Fit | None, prior: Prior, said: Said) -> None:
    """An ending is never refused, and two of them close any session."""
    session, moments = lived(fit, prior, said)
    for m in moments:
        if isinstance(m.body, End) and m.before is not Phase.CLOSED:
            assert not m.refused
    at_s = sum(after for after, _ in said)
    for number in range(2):
        session.step(Input(at_s=float(at_s), number=10_000 + number, body=End()))
    assert session.phase is Phase.CLOSED


@MANY
@given(fits, priors, words)
def test_too_much_is_never_refused(fit: Fit | None, prior: Prior, said: Said) -> None:
    """It is one key in every policy and in every phase that there is."""
    _, moments = lived(fit, prior, said)
    for m in moments:
        if m.body == Mark(kind=MarkKind.TOO_MUCH):
            assert m.refused in ("", "closed")
            assert m.after is m.before


@MANY
@given(st.sampled_from([AgeBand.CHILD]), words)
def test_a_child_gets_no_offers_at_an_activation(age: AgeBand, said: Said) -> None:
    fit = Fit(with_therapist=True, age=age)
    _, moments = lived(fit, Prior(), said)
    offers = [o for m in moments for o in m.outputs if isinstance(o, Offer)]
    assert all(offer.asked for offer in offers)  # only orienting, after a word of theirs


ratings = st.builds(
    Rating,
    suds=st.none() | st.integers(0, 100),
    presence=st.none() | st.sampled_from(Presence),
)


def test_at_a_rise_a_grown_up_may_get_an_offer() -> None:
    """Else the next would hold without its rule."""
    assert any(not offer.asked for offer in offers(told(plan(Support.REGULATE))))


@settings(STORIES, max_examples=15)
@given(
    st.sampled_from(Support),
    st.lists(st.tuples(st.integers(301, 690).map(float), ratings), max_size=3),
)
def test_at_the_same_rise_a_child_gets_none(
    support: Support, said: list[tuple[float, Rating]]
) -> None:
    child = replace(BEGIN, fit=Fit(with_therapist=True, age=AgeBand.CHILD))
    found = offers(told(plan(support), *said, begin=child))
    assert all(offer.asked for offer in found)


@given(fits)
def test_what_was_done_without_a_screen_keeps_the_same_rule(fit: Fit | None) -> None:
    assert bool(may_tell(fit)) is waits(fit)


@MANY
@given(fits, priors, words)
def test_nobody_is_overruled(fit: Fit | None, prior: Prior, said: Said) -> None:
    """Nothing but the person's own word, or a long silence, takes them to another phase."""
    _, moments = lived(fit, prior, said)
    for m in moments:
        if m.before is not m.after and m.after is not Phase.CLOSED:
            assert isinstance(m.body, Mark | End | Debrief) or type(m.body).__name__ == "Amend"
