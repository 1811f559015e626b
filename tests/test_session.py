"""The session's promises: what is offered, asked, taught, withdrawn and closed, and when never."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest

from biocoach.review.record import fold
from biocoach.review.told import said
from biocoach.settings import Settings
from biocoach.types import (
    AgeBand,
    Closed,
    Fit,
    Mark,
    MarkKind,
    OfferReply,
    Phase,
    PracticeLog,
    PracticeMoment,
    Presence,
    Rating,
    Refused,
    Reply,
    Support,
)
from tests.exposure.stories import RISE_S, asked, offers, phases, rising, silences, told
from tests.signal.hearts import BEGIN, heart, worn
from tests.strategies import plan

# ---- when the coach speaks


def test_regulate_offers_once_at_an_activation_and_asks_when_the_heart_is_back() -> None:
    record = told()
    (alarm,) = record.activations
    (offer,) = offers(record)
    assert (offer.at_s, offer.activation, offer.asked) == (alarm.alarm_s, 1, False)
    assert offer.because == "activation"
    assert asked(record) == ["settled"]


def test_without_a_plan_or_not_apart_nothing_is_offered() -> None:
    rows = worn(heart(700, rising))
    assert offers(fold(rows, Settings())) == []
    back = (350.0, Mark(kind=MarkKind.BACK))
    record = told(None, back)
    assert len(record.activations) == 1
    assert offers(record) == []
    assert silences(record) == ["not_apart"]


def test_delay_waits_for_minutes_or_for_a_high_rating() -> None:
    long = told(plan(Support.DELAY), rate=lambda t: 84.0 if t > RISE_S else 64.0)
    (alarm,), (offer,) = long.activations, offers(long)
    assert offer.at_s == alarm.alarm_s + Settings().care.delay_s
    assert offer.because == "after_minutes"
    assert silences(long) == ["delay"]
    rated = told(plan(Support.DELAY), (400.0, Rating(suds=70)))
    assert [(o.at_s, o.because) for o in offers(rated)] == [(401.0, "rated_high")]
    assert offers(told(plan(Support.DELAY), (400.0, Rating(suds=69)))) == []


def test_delay_does_not_listen_to_a_rating_from_before_apart_or_long_before_the_rise() -> None:
    wish, high = plan(Support.DELAY), Rating(suds=90)
    assert offers(told(wish, (299.0, high))) == []  # fresh, but of the time before they left
    early = told(wish, (310.0, high), until_s=1300)  # a minute before the first rise
    assert [(o.because, o.activation) for o in offers(early)] == [("rated_high", None)]
    calmer = told(wish, (310.0, high), (310.5, Rating(suds=30)))
    assert offers(calmer) == []  # the last word counts


def test_a_rating_of_nothing_is_refused() -> None:
    record = told(None, (400.0, Rating()))
    assert [d.why for d in record.decisions if isinstance(d, Refused)] == ["empty_rating"]
    assert said(record)["ratings"] == []


@pytest.mark.parametrize("support", [Support.ASK, Support.OBSERVE])
def test_ask_and_observe_never_offer_and_record_all_the_same(support: Support) -> None:
    record = told(plan(support), until_s=1300)
    assert len(record.activations) == 2
    assert offers(record) == []
    assert silences(record) == [support.value, support.value]
    assert asked(record) == []
    assert len(record.recoveries) == 2


def test_observe_says_only_what_the_person_began() -> None:
    away = (400.0, Rating(presence=Presence.NUMB))
    record = told(plan(Support.OBSERVE), away, (500.0, Mark(kind=MarkKind.TOO_MUCH)))
    assert [(o.practice, o.asked) for o in offers(record)] == [("orienting", True)] * 2
    assert asked(record) == ["too_much"]
    quiet = told(plan(Support.OBSERVE), until_s=320, rate=lambda t: 64.0)
    silent = fold([(i.at_s, i.body) for i in quiet.inputs], Settings(), 30_000)
    assert asked(silent) == []


def test_far_away_twice_ends_gently_and_no_breathing_after_it() -> None:
    rating = Rating(presence=Presence.FAR_AWAY)
    once = told(None, (310.0, rating))
    assert "end_gently" not in asked(once)
    assert [o.practice for o in offers(once)] == ["orienting", "orienting"]  # also at the alarm
    twice = told(None, (310.0, rating), (320.0, rating))
    assert asked(twice)[0] == "end_gently"
    here = told(None, (310.0, rating), (330.0, Rating(presence=Presence.HERE)))
    assert [o.practice for o in offers(here)] == ["orienting", "slow-paced-4-6"]


def test_a_child_is_never_offered_anything_at_an_activation() -> None:
    fit = Fit(with_therapist=True, age=AgeBand.CHILD)
    record = told(begin=replace(BEGIN, fit=fit))
    assert len(record.activations) == 1
    assert offers(record) == []
    assert silences(record)[0] == "child"


@pytest.mark.parametrize("sits_still", [True, False])
def test_unverified_movement_offers_only_to_who_sits_still(sits_still: bool) -> None:
    record = told(plan(sits_still=sits_still), still=False)
    assert len(record.activations) == 1
    assert len(offers(record)) == int(sits_still)
    assert ("movement_unverified" in silences(record)) is not sits_still


def test_a_practice_under_way_is_not_talked_into() -> None:
    began = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, paced=True)
    record = told(None, (310.0, began))
    assert offers(record) == []
    assert silences(record)[0] == "practising"
    done = replace(began, moment=PracticeMoment.FINISHED)
    assert len(offers(told(None, (310.0, began), (320.0, done)))) == 1


def test_snoozed_for_an_hour() -> None:
    record = told(None, (310.0, OfferReply(reply=Reply.SNOOZE)))
    assert offers(record) == []
    assert silences(record)[0] == "snoozed"
    assert len(offers(told(None, (310.0, OfferReply(reply=Reply.NOT_NOW))))) == 1


def test_the_hours_budget_is_three_at_least_ten_minutes_apart() -> None:
    record = told(until_s=6500)
    at = [o.at_s for o in offers(record)]
    assert len(record.activations) == 9
    assert 5 <= len(at) <= 6
    assert all(b - a >= 600 for a, b in itertools.pairwise(at))
    assert all(sum(a <= t < a + 3600 for t in at) <= 3 for a in at)
    assert "enough_this_hour" in silences(record)


# ---- fit, and what may be planned


@pytest.mark.parametrize("support", Support)
@pytest.mark.parametrize("still", [True, False])
def test_an_unreliable_rhythm_has_no_activation_and_only_the_own_word_brings_an_offer(
    support: Support, still: bool
) -> None:
    begin = replace(BEGIN, fit=Fit(with_therapist=True, rhythm_unreliable=True))
    wish, high = plan(support), (400.0, Rating(suds=100))
    sure = told(wish, high, until_s=1300, still=still)
    assert len(sure.activations) == 2  # the same heart, were its rhythm reliable
    record = told(wish, until_s=1300, still=still, begin=begin)
    assert record.activations == []
    assert (offers(record), silences(record), asked(record)) == ([], [], [])
    rated = told(wish, high, until_s=1300, still=still, begin=begin)
    speaks = support in (Support.REGULATE, Support.DELAY)
    assert [o.because for o in offers(rated)] == (["rated_high"] if speaks else [])
    assert silences(rated) == ([] if speaks else [support.value])
    away = told(wish, (400.0, Rating(presence=Presence.NUMB)), begin=begin)
    assert [(o.practice, o.asked) for o in offers(away)] == [("orienting", True)]


@pytest.mark.parametrize("support", Support)
def test_pregnancy_changes_nothing_of_what_is_decided(support: Support) -> None:
    """The practices that come with biocoach are soft: no holds, nothing to leave out."""
    begin = replace(BEGIN, fit=Fit(with_therapist=True, pregnancy=True))
    usual, pregnant = (told(plan(support), until_s=1300, begin=b) for b in (BEGIN, begin))
    assert pregnant.decisions == usual.decisions
    assert pregnant.activations == usual.activations


def test_before_the_first_questions_nothing_is_planned_or_practised() -> None:
    record = told(begin=replace(BEGIN, fit=None))
    refused = [d.why for d in record.decisions if isinstance(d, Refused)]
    assert refused == ["fit_first", "fit_first"]
    assert phases(record) == [Phase.PLAN, Phase.BASELINE]


# ---- endings


def test_nobody_heard_for_twelve_hours_closes_it_with_an_unknown_end() -> None:
    rate = lambda t: 64.0 if t < 360 else 84.0  # noqa: E731
    record = told(until_s=420, rate=rate)
    silent = fold([(i.at_s, i.body) for i in record.inputs], Settings(), 50_000)
    (closed,) = [d for d in silent.decisions if isinstance(d, Closed)]
    assert closed.reason == "ended, unknown when"
    assert closed.at_s == pytest.approx(420 + 43_200, abs=2)
    assert silent.recoveries[1].censored
    assert silent.recoveries[1].half_s is None
    assert asked(silent)[-1] == "still_there"
    assert silent.seconds[-1].at_s == closed.at_s
    assert [(round(g.start_s), g.end_s) for g in silent.gaps] == [(420, closed.at_s)]


def test_half_way_down_when_the_strap_came_off_is_censored_too() -> None:
    def rate(at_s: float) -> float:
        return 64.0 if at_s < 360 else 64 + 20 * math.exp(-max(0.0, at_s - 460) / 120)

    record = told(until_s=500, rate=rate)
    silent = fold([(i.at_s, i.body) for i in record.inputs], Settings(), 50_000)
    assert silent.recoveries[1].reference_s is not None
    assert silent.recoveries[1].censored
    assert silent.recoveries[1].half_s is None
