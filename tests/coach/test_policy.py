"""When the coach may speak: every gate alone, the budget over generated hours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.coach.choice import BREATHING, GROUNDING, ORIENTING, Chooser
from biocoach.coach.policy import (
    HOUR_S,
    Policy,
    Situation,
    Standing,
    may_begin,
    may_go_on,
    rated_high,
)
from biocoach.settings import CareSettings
from biocoach.types import (
    AgeBand,
    HeartState,
    Movement,
    Offer,
    OfferWithdrawn,
    Phase,
    PracticeFacts,
    Presence,
    Prior,
    Quality,
    Repertoire,
    Reply,
    Second,
    Silence,
    Support,
)
from tests.strategies import plan, proven

CARE = CareSettings()
SECOND = Second(
    at_s=500,
    hr_bpm=84.0,
    rmssd_ms=30.0,
    score=6.0,
    state=HeartState.ACTIVATED,
    movement=Movement.STILL,
    movement_mg=5.0,
    quality=Quality.GOOD,
    coverage=0.95,
    baseline_bpm=64.0,
    spread_bpm=3.0,
    why="ok",
)
RECOVERING = replace(SECOND, state=HeartState.RECOVERING)
NOW = Situation(
    second=SECOND,
    phase=Phase.APART,
    plan=plan(),
    age=AgeBand.ADULT,
    activation=1,
    onset_s=470.0,
    alarm_s=490.0,
    presence=None,
    suds=None,
    rated_s=495.0,
    practising=False,
)


def said(**changes: Any) -> Offer | OfferWithdrawn | Silence | None:
    return Policy(CARE).decide(500.0, replace(NOW, **changes))


def test_all_well_is_an_offer() -> None:
    assert said() == Offer(
        at_s=500.0, practice=BREATHING, because="activation", activation=1, chosen="turn"
    )


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"plan": None}, "not_apart"),
        *(({"phase": phase}, "not_apart") for phase in Phase if phase is not Phase.APART),
        ({"plan": plan(Support.ASK)}, "ask"),
        ({"plan": plan(Support.OBSERVE)}, "observe"),
        ({"plan": plan(Support.DELAY)}, "delay"),
        ({"second": replace(SECOND, quality=Quality.POOR)}, "poor_signal"),
        ({"second": replace(SECOND, hr_bpm=None)}, "poor_signal"),
        ({"second": replace(SECOND, state=HeartState.UNKNOWN)}, "unknown"),
        ({"second": replace(SECOND, state=HeartState.RECOVERING)}, "on_its_way_back"),
        ({"second": replace(SECOND, movement=Movement.MOVING)}, "moving"),
        ({"second": replace(SECOND, movement_mg=None)}, "no_motion"),
        # Where the heart goes is not concluded from a second that cannot be believed.
        ({"second": replace(RECOVERING, movement=Movement.MOVING)}, "moving"),
        ({"second": replace(RECOVERING, movement_mg=None)}, "no_motion"),
        ({"second": replace(RECOVERING, quality=Quality.POOR)}, "poor_signal"),
        ({"age": AgeBand.CHILD}, "child"),
        ({"practising": True}, "practising"),
    ],
)
def test_each_gate_alone_is_silence_with_its_reason(changes: dict[str, Any], because: str) -> None:
    assert said(**changes) == Silence(at_s=500.0, because=because, activation=1)


def test_unverified_movement_speaks_only_to_who_sits_still() -> None:
    unsure = replace(SECOND, movement=Movement.UNVERIFIED)
    assert isinstance(said(second=unsure), Offer)
    moving_about = said(second=unsure, plan=plan(sits_still=False))
    assert isinstance(moving_about, Silence)
    assert moving_about.because == "movement_unverified"


@pytest.mark.parametrize(("suds", "speaks"), [(None, False), (69, False), (70, True), (100, True)])
def test_delay_listens_to_the_rating(suds: int | None, speaks: bool) -> None:
    found = said(plan=plan(Support.DELAY), suds=suds)
    assert isinstance(found, Offer) is speaks


FRESH_S = CARE.delay_suds_fresh_s


@pytest.mark.parametrize(
    ("onset_s", "rated_s", "speaks"),
    [
        (470.0, 470.0, True),  # said as it rose
        (470.0, 500.0 - FRESH_S, True),  # a little before: felt before the strap saw it
        (470.0, 499.9 - FRESH_S, False),  # long before: of something else
        (500.0 - 2 * FRESH_S, 500.0 - 2 * FRESH_S, True),  # of this activation, however long ago
    ],
)
def test_delay_listens_to_a_rating_of_this_activation_only(
    onset_s: float, rated_s: float, speaks: bool
) -> None:
    wish = plan(Support.DELAY)
    found = said(plan=wish, suds=80, onset_s=onset_s, rated_s=rated_s)
    assert isinstance(found, Offer) is speaks


@pytest.mark.parametrize("support", [Support.REGULATE, Support.DELAY])
def test_a_high_rating_speaks_where_the_heart_shows_nothing(support: Support) -> None:
    calm = replace(SECOND, state=HeartState.NEAR_BASELINE)
    nothing: dict[str, Any] = {"second": calm, "activation": None, "plan": plan(support)}
    found = said(suds=80, **nothing)
    assert found == Offer(at_s=500.0, practice=BREATHING, because="rated_high", chosen="turn")
    quiet = said(suds=80, **nothing | {"second": replace(calm, movement=Movement.MOVING)})
    assert quiet == Silence(at_s=500.0, because="moving")


def test_a_rated_offer_goes_with_the_rating() -> None:
    policy = Policy(CARE)
    now = replace(NOW, activation=None, suds=80)
    assert isinstance(policy.decide(500.0, now), Offer)
    assert policy.over(501.0) is None  # it waits for no activation
    calmer = policy.decide(502.0, replace(now, suds=30, rated_s=501.0))
    assert calmer == OfferWithdrawn(at_s=502.0, because="over")


def test_without_a_plan_a_rating_is_high_by_the_usual_measure() -> None:
    """Nothing is offered then; but what they said of their distress is heard all the same."""
    assert rated_high(replace(NOW, plan=None, suds=CARE.delay_suds), CARE)
    assert not rated_high(replace(NOW, plan=None, suds=CARE.delay_suds - 1), CARE)


def test_a_rated_offer_does_not_wait_longer_than_the_rating_counts() -> None:
    policy, now = Policy(CARE), replace(NOW, activation=None, suds=80)
    assert isinstance(policy.decide(500.0, now), Offer)
    last = replace(SECOND, at_s=495 + int(FRESH_S))
    assert policy.decide(float(last.at_s), replace(now, second=last)) is None
    late = replace(SECOND, at_s=496 + int(FRESH_S))
    gone = policy.decide(float(late.at_s), replace(now, second=late))
    assert gone == OfferWithdrawn(at_s=float(late.at_s), because="over")


def test_what_was_rated_in_an_offered_activation_brings_no_second_offer() -> None:
    policy = Policy(CARE)
    assert isinstance(policy.decide(500.0, replace(NOW, suds=80)), Offer)
    policy.reply(501.0, Reply.NOT_NOW)
    assert policy.decide(5000.0, replace(NOW, suds=80, activation=None)) is None


def test_high_distress_is_heard_on_the_hearts_way_back() -> None:
    assert isinstance(said(second=RECOVERING), Silence)
    assert isinstance(said(second=RECOVERING, suds=90), Offer)


@pytest.mark.parametrize(
    ("step", "suds", "alarm_s", "speaks"),
    [
        ({"delay_s": 60.0}, None, 441.0, False),
        ({"delay_s": 60.0}, None, 440.0, True),
        ({"delay_s": 0.0}, None, 500.0, True),
        ({"delay_suds": 50}, 49, 490.0, False),
        ({"delay_suds": 50}, 50, 490.0, True),
        ({"delay_suds": 100}, 99, 490.0, False),
    ],
)
def test_a_step_has_its_own_minutes_and_its_own_distress(
    step: dict[str, Any], suds: int | None, alarm_s: float, speaks: bool
) -> None:
    wish = plan(Support.DELAY)
    wish = replace(wish, step=replace(wish.step, **step))
    assert isinstance(said(plan=wish, suds=suds, alarm_s=alarm_s), Offer) is speaks


def test_under_regulate_the_steps_own_distress_counts_for_nothing() -> None:
    wish = plan(Support.REGULATE)
    wish = replace(wish, step=replace(wish.step, delay_suds=10))
    assert not rated_high(replace(NOW, plan=wish, suds=20), CARE)
    wish = replace(wish, step=replace(wish.step, support=Support.DELAY))
    assert rated_high(replace(NOW, plan=wish, suds=20), CARE)


# ---- which practice, and what may begin


def repertoire(*practices: PracticeFacts) -> Policy:
    policy = Policy(CARE)
    policy.chooser.told(Repertoire(practices=practices))
    return policy


@pytest.mark.parametrize(
    "changes",
    [
        {"rank": 0},
        {"closed": "opt_in"},
        {"strains": True},
        {"phases": (Phase.BACK,)},
        {"states": (HeartState.NEAR_BASELINE,)},
        {"good_signal": True},
    ],
)
def test_what_does_not_fit_is_not_offered_and_the_record_says_so(changes: dict[str, Any]) -> None:
    fair = replace(NOW, second=replace(SECOND, quality=Quality.FAIR))
    facts = PracticeFacts(id="a", rank=1)
    assert isinstance(repertoire(facts).decide(500.0, fair), Offer)
    found = repertoire(replace(facts, **changes)).decide(500.0, fair)
    assert found == Silence(at_s=500.0, because="nothing_fits", activation=1)


CLEAR = Standing(phase=Phase.APART, plan=plan(), presence=None, panic=False)
STILL = replace(CLEAR, plan=plan(Support.OBSERVE))


@pytest.mark.parametrize(
    ("facts", "standing", "why"),
    [
        ({}, CLEAR, ""),
        ({"closed": "ask_first"}, CLEAR, "closed"),
        ({}, replace(CLEAR, presence=Presence.NUMB), "eyes_open_only"),
        ({"eyes_open": True}, replace(CLEAR, presence=Presence.NUMB), ""),
        ({"strains": True}, CLEAR, ""),
        ({"strains": True}, replace(CLEAR, panic=True), "not_in_panic"),
        ({"eyes_open": True}, STILL, "still_screen"),
        ({"eyes_open": True}, replace(STILL, phase=Phase.BASELINE), ""),
        ({"id": ORIENTING, "closed": "x", "strains": True}, replace(STILL, panic=True), ""),
    ],
)
def test_what_may_begin(facts: dict[str, Any], standing: Standing, why: str) -> None:
    assert may_begin(PracticeFacts(**{"id": "a"} | facts), standing) == why


@pytest.mark.parametrize("standing", [replace(STILL, panic=True), replace(CLEAR, panic=True)])
@pytest.mark.parametrize("presence", [None, *Presence])
def test_orienting_goes_on_whatever_comes(standing: Standing, presence: Presence | None) -> None:
    now = replace(standing, presence=presence)
    assert may_go_on(PracticeFacts(id=ORIENTING, strains=True), now) == ""
    assert may_go_on(PracticeFacts(id="a", strains=True), now) != ""


@pytest.mark.parametrize("seed", range(4))
def test_by_trying_it_is_the_sessions_own_seed_that_draws(seed: int) -> None:
    """Else a replay would have offered them something else than they were offered."""
    known = Repertoire(
        practices=tuple(PracticeFacts(id=name, rank=1) for name in "abcdefgh"), sampling=True
    )
    policy, chooser = Policy(CARE, seed=seed), Chooser(seed)
    policy.chooser.told(known)
    chooser.told(known)
    for number in range(4):
        at_s = 500.0 + 1300 * number
        found = policy.decide(at_s, replace(NOW, activation=number))
        assert isinstance(found, Offer)
        assert found.practice == chooser.pick(list(known.practices)).practice


def test_delay_listens_to_the_minutes() -> None:
    wish, alarm_s = plan(Support.DELAY), 500 - CARE.delay_s
    assert isinstance(said(plan=wish, alarm_s=alarm_s + 1), Silence)
    found = said(plan=wish, alarm_s=alarm_s)
    assert isinstance(found, Offer)
    assert found.because == "after_minutes"


@pytest.mark.parametrize("presence", [Presence.FAR_AWAY, Presence.NUMB])
def test_far_away_or_numb_no_breathing(presence: Presence) -> None:
    found = said(presence=presence)  # not chosen: there is nothing else
    assert found == Offer(at_s=500.0, practice=ORIENTING, because="activation", activation=1)


def test_breathing_and_grounding_take_turns() -> None:
    policy, found = Policy(CARE), []
    for place in range(4):
        at_s = 500.0 + 1300 * place
        found.append(policy.decide(at_s, replace(NOW, activation=place + 1)))
    assert [o.practice for o in found if isinstance(o, Offer)] == [BREATHING, GROUNDING] * 2


def test_of_breathing_and_grounding_it_is_the_one_that_was_not_offered_last() -> None:
    """Orienting, offered in between, is neither: it does not count as the other's turn."""
    policy, found = Policy(CARE), []
    away = [Presence.NUMB, None, Presence.FAR_AWAY, None]
    for place, presence in enumerate(away):
        at_s = 500.0 + 1300 * place
        found.append(policy.decide(at_s, replace(NOW, activation=place + 1, presence=presence)))
    practices = [o.practice for o in found if isinstance(o, Offer)]
    assert practices == [ORIENTING, BREATHING, ORIENTING, GROUNDING]


BELIEVED_NO_MORE = [
    (replace(SECOND, quality=Quality.POOR), "poor_signal"),
    (replace(SECOND, hr_bpm=None), "poor_signal"),
    (replace(SECOND, movement=Movement.MOVING), "moving"),
    (replace(SECOND, movement_mg=None), "no_motion"),
    (replace(SECOND, state=HeartState.SETTLING), "unknown"),
]


@pytest.mark.parametrize(("second", "because"), BELIEVED_NO_MORE)
def test_an_offer_does_not_outlive_its_data(second: Second, because: str) -> None:
    policy = Policy(CARE)
    policy.decide(500.0, NOW)
    gone = policy.decide(501.0, replace(NOW, second=second))
    assert gone == OfferWithdrawn(at_s=501.0, because=because, activation=1)
    assert isinstance(policy.decide(502.0, replace(NOW, second=second)), Silence)
    lately = policy.decide(503.0, NOW)
    assert lately == Silence(at_s=503.0, because="offered_lately", activation=1)
    again = policy.decide(500 + CARE.offer_gap_s, NOW)  # it was never answered
    assert isinstance(again, Offer)


def test_who_sits_still_without_an_accelerometer_keeps_the_offer_until_they_answer() -> None:
    policy, unsure = Policy(CARE), replace(SECOND, movement=Movement.UNVERIFIED)
    assert isinstance(policy.decide(500.0, replace(NOW, second=unsure)), Offer)
    assert policy.decide(501.0, replace(NOW, second=unsure)) is None
    moving_about = replace(NOW, second=unsure, plan=plan(sits_still=False))
    gone = policy.decide(502.0, moving_about)
    assert gone == OfferWithdrawn(at_s=502.0, because="movement_unverified", activation=1)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.APART])
def test_once_they_are_not_apart_the_offer_is_over_too(phase: Phase) -> None:
    policy = Policy(CARE)
    policy.decide(500.0, NOW)
    gone = policy.decide(501.0, replace(NOW, phase=phase))
    assert gone == OfferWithdrawn(at_s=501.0, because="not_apart", activation=1)


def test_a_lost_link_withdraws_what_waits_and_says_nothing_else() -> None:
    policy = Policy(CARE)
    assert policy.lost(499.0) is None
    policy.decide(500.0, NOW)
    gone = policy.lost(501.0)
    assert gone == OfferWithdrawn(at_s=501.0, because="poor_signal", activation=1)
    assert policy.lost(502.0) is None


@pytest.mark.parametrize("suds", [80, None])
def test_an_offer_that_went_with_the_link_may_be_made_for_the_rating_alone(
    suds: int | None,
) -> None:
    """They never answered it, and the rating that it took in is still of now."""
    policy = Policy(CARE)
    policy.decide(500.0, replace(NOW, suds=suds))
    policy.lost(501.0)
    later_s = 500.0 + CARE.offer_gap_s
    second = replace(SECOND, at_s=int(later_s))
    now = replace(NOW, second=second, activation=None, suds=80)
    assert isinstance(policy.decide(later_s, now), Offer)


def test_a_no_to_a_rating_stands_when_a_later_offer_goes_unanswered() -> None:
    policy, rated = Policy(replace(CARE, offer_gap_s=10.0)), replace(NOW, suds=80)
    assert isinstance(policy.decide(500.0, replace(rated, activation=None)), Offer)
    policy.reply(505.0, Reply.NOT_NOW)
    assert isinstance(policy.decide(520.0, rated), Offer)  # the heart rises too
    policy.lost(521.0)
    assert policy.decide(540.0, replace(rated, activation=None)) is None


def test_a_heart_on_its_way_back_leaves_the_offer_until_the_activation_is_over() -> None:
    policy = Policy(CARE)
    policy.decide(500.0, NOW)
    assert policy.decide(501.0, replace(NOW, second=RECOVERING)) is None
    assert policy.over(502.0) == OfferWithdrawn(at_s=502.0, because="over", activation=1)
    assert policy.over(503.0) is None


@pytest.mark.parametrize("how", ["reply", "practice", "orient"])
def test_what_was_answered_is_not_withdrawn(how: str) -> None:
    policy, poor = Policy(CARE), replace(SECOND, quality=Quality.POOR)
    policy.decide(500.0, NOW)
    if how == "reply":
        policy.reply(500.5, Reply.TAKE)
    elif how == "practice":
        policy.practised()
    else:
        policy.orient(500.5, "too_much")
    assert policy.decide(501.0, replace(NOW, second=poor)) is None
    assert policy.over(502.0) is None


def test_a_reason_is_said_once_and_an_activation_is_offered_once() -> None:
    policy, moving = Policy(CARE), replace(SECOND, movement=Movement.MOVING)
    assert isinstance(policy.decide(500.0, replace(NOW, second=moving)), Silence)
    assert policy.decide(501.0, replace(NOW, second=moving)) is None
    assert isinstance(policy.decide(502.0, NOW), Offer)
    assert policy.decide(503.0, NOW) is None
    assert policy.decide(5000.0, NOW) is None


hours = st.lists(
    st.tuples(
        st.integers(1, 1200),
        st.sampled_from([*Reply, None, None, None]),
        st.sampled_from([*Quality, Quality.GOOD]),
        st.sampled_from([*Movement, Movement.STILL]),
        st.booleans(),
    ),
    max_size=80,
)


@given(hours)
@proven(300)
def test_the_budget_and_the_snooze_hold_in_every_generated_day(
    rows: list[tuple[int, Reply | None, Quality, Movement, bool]],
) -> None:
    policy, at_s, offered, snoozed_until = Policy(CARE), 0.0, list[float](), 0.0
    for place, (wait_s, reply, quality, movement, sits_still) in enumerate(rows):
        at_s += wait_s
        if reply is not None:
            policy.reply(at_s, reply)
            snoozed_until = at_s + CARE.snooze_s if reply is Reply.SNOOZE else snoozed_until
        second = replace(SECOND, quality=quality, movement=movement)
        now = replace(NOW, second=second, activation=place, plan=plan(sits_still=sits_still))
        found = policy.decide(at_s, now)
        if isinstance(found, Offer):
            assert quality is not Quality.POOR
            assert movement is Movement.STILL or (movement is Movement.UNVERIFIED and sits_still)
            assert at_s >= snoozed_until
            assert not offered or at_s - offered[-1] >= CARE.offer_gap_s
            offered.append(at_s)
            assert sum(at_s - t < HOUR_S for t in offered) <= CARE.offers_per_hour
        else:
            assert found is not None
            assert found.because


def budget(prior: Prior) -> str:
    """Why an activation at second 500 gets no offer, with what earlier sessions used."""
    found = Policy(CARE, prior).decide(500.0, NOW)
    return found.because if isinstance(found, Silence) else ""


@pytest.mark.parametrize(
    ("prior", "because"),
    [
        (Prior(offers_ago_s=(99.9,)), "offered_lately"),
        (Prior(offers_ago_s=(100.0,)), ""),
        (Prior(offers_ago_s=(100.0, 1000.0, 3099.0)), "enough_this_hour"),
        (Prior(offers_ago_s=(100.0, 1000.0, 3100.0)), ""),
        (Prior(snooze_left_s=500.1), "snoozed"),
        (Prior(snooze_left_s=500.0), ""),
    ],
)
def test_the_budget_and_the_snooze_go_on_from_earlier_sessions(prior: Prior, because: str) -> None:
    assert budget(prior) == because


def test_too_much_and_far_away_need_no_budget() -> None:
    policy = Policy(CARE)
    policy.reply(0.0, Reply.SNOOZE)
    found = [policy.orient(float(t), "too_much") for t in range(5)]
    at_once = Offer(at_s=0.0, practice=ORIENTING, because="too_much", asked=True)
    assert found == [replace(at_once, at_s=float(t)) for t in range(5)]
    policy = Policy(CARE)
    policy.orient(499.0, "too_much")
    assert isinstance(policy.decide(500.0, NOW), Offer)
