"""What must never happen, where no other test says it; `docs/trust.md` lists them all."""

from __future__ import annotations

from biocoach.review.record import fold
from biocoach.settings import Settings
from biocoach.types import (
    Closed,
    InputBody,
    Offer,
    OfferReply,
    PracticeLog,
    PracticeMoment,
    Question,
    Reply,
)
from tests.exposure.stories import told
from tests.strategies import plan

LAST_BEAT_S = 420
TWO_HOURS_S, TWELVE_HOURS_S = 2 * 3600, 12 * 3600


def abandoned(until_s: float, *later: tuple[float, InputBody]) -> list[tuple[float, str]]:
    """The strap falls silent in a practice and nobody says anything but this: what follows."""
    record = told(until_s=LAST_BEAT_S, rate=lambda _: 64.0)
    rows = [(i.at_s, i.body) for i in record.inputs]
    whole = fold([*rows, *later], Settings(), until_s)
    return [
        (d.at_s, d.kind if isinstance(d, Question) else d.reason)
        for d in whole.decisions
        if isinstance(d, Closed) or (isinstance(d, Question) and d.kind == "still_there")
    ]


def test_after_two_hours_of_silence_it_asks_once_and_after_twelve_it_closes() -> None:
    (asked_s, asked), (closed_s, why) = abandoned(LAST_BEAT_S + TWELVE_HOURS_S + 100)
    assert (asked, why) == ("still_there", "ended, unknown when")
    assert LAST_BEAT_S + TWO_HOURS_S - 2 <= asked_s <= LAST_BEAT_S + TWO_HOURS_S + 2
    assert LAST_BEAT_S + TWELVE_HOURS_S - 2 <= closed_s <= LAST_BEAT_S + TWELVE_HOURS_S + 2
    assert abandoned(LAST_BEAT_S + TWO_HOURS_S - 5) == []


def test_any_word_of_the_person_begins_the_two_hours_anew() -> None:
    word_s = float(LAST_BEAT_S + TWO_HOURS_S - 60)
    word = PracticeLog(practice="orienting", moment=PracticeMoment.FINISHED)
    assert abandoned(word_s + TWO_HOURS_S - 5, (word_s, word)) == []


def test_what_was_offered_used_and_asked_for_is_told_apart() -> None:
    """Else nobody could see a help become what one can't do without."""
    log = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, asked=True)
    taken: OfferReply = OfferReply(reply=Reply.TAKE)
    first = next(d for d in told(plan()).decisions if isinstance(d, Offer))
    record = told(plan(), (first.at_s + 5, taken), (first.at_s + 90, log))
    kept = [i.body for i in record.inputs if isinstance(i.body, OfferReply | PracticeLog)]
    assert kept == [taken, log]
    assert next(d.asked for d in record.decisions if isinstance(d, Offer)) is False
