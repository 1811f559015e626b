"""The coach in any generated session: never a word from poor, stale or moving data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from biocoach.coach.choice import BEFORE
from biocoach.sequencer import Sequencer
from biocoach.session import Session
from biocoach.settings import Settings
from biocoach.types import (
    Activation,
    ActivationOver,
    AgeBand,
    Contact,
    Debrief,
    End,
    Fit,
    Input,
    InputBody,
    Link,
    Mark,
    MarkKind,
    Motion,
    Movement,
    Offer,
    OfferReply,
    OfferWithdrawn,
    Output,
    Phase,
    Plan,
    PracticeEnded,
    PracticeFacts,
    PracticeLog,
    PracticeMoment,
    Presence,
    Prior,
    Quality,
    Question,
    Rating,
    Reading,
    Refused,
    Repertoire,
    Reply,
    Second,
    Stamped,
    Support,
)
from tests.fakes import decisions
from tests.signal.hearts import BEGIN, heart
from tests.strategies import STORIES, motion, plan, reading, words_of_the_person

SET = Settings()
OWN_QUESTIONS = {"too_much", "end_gently"}
SUPPORT = st.sampled_from([*Support, *[Support.REGULATE] * 4])
FITS = st.builds(
    Fit,
    rhythm_unreliable=st.sampled_from([False, False, False, True]),
    age=st.sampled_from([AgeBand.ADULT, AgeBand.ADULT, AgeBand.CHILD]),
    with_therapist=st.just(True),
)


class AnySession(RuleBasedStateMachine):
    """A person, a strap with its faults, and silence, in any order; the rules of care watch."""

    def __init__(self) -> None:
        super().__init__()
        self.session, self.sequencer = Session(SET), Sequencer()
        self.at_s = 0.0
        self.last_beat_s = self.last_frame_s = self.moved_s = -1e9
        self.shakes: list[tuple[float, int]] = []
        self.contact, self.up = Contact.UNKNOWN, True
        self.fit = Fit()
        self.offered: list[float] = []
        self.waiting: Offer | None = None
        self.snoozed_until = 0.0
        self.count = 0
        self.decided: list[Output] = []

    @initialize(fit=FITS, wish=st.builds(plan, SUPPORT, sits_still=st.booleans()))
    def begins(self, fit: Fit, wish: Plan) -> None:
        self.fit = fit
        self.give(replace(BEGIN, fit=fit))
        self.give(wish)
        self.give(Mark(kind=MarkKind.BASELINE))
        self.beats(seconds=300, rate=64, shake=4)
        self.give(Mark(kind=MarkKind.APART))

    # ---- what may happen

    @rule(
        seconds=st.integers(1, 150),
        rate=st.integers(50, 150),
        shake=st.sampled_from([None, 4, 300]),
    )
    def beats(self, seconds: int, rate: int, shake: int | None) -> None:
        end_s = self.at_s + seconds
        for rr in heart(seconds, rate, seed=seconds):
            self.at_s = min(end_s, self.at_s + rr / 1000)
            if shake is not None and self.at_s - self.last_frame_s >= 1:
                self.frame(shake)
            self.give(reading((round(rr * 1.024),), Contact.DETECTED))

    @rule(seconds=st.integers(60, 200), rate=st.integers(84, 110))
    def rises_while_still(self, seconds: int, rate: int) -> None:
        self.beats(seconds=120, rate=64, shake=4)
        self.beats(seconds=seconds, rate=rate, shake=4)

    @rule(seconds=st.integers(60, 150))
    def all_is_well_again(self, seconds: int) -> None:
        """After faults and words of every kind: the strap works, and a rise comes while apart."""
        self.give(Link(up=True))
        self.give(replace(PACED, moment=PracticeMoment.STOPPED))
        self.give(Mark(kind=MarkKind.APART))
        self.rises_while_still(seconds, 95)

    @rule(seconds=st.integers(1, 120))
    def silence(self, seconds: int) -> None:
        self.at_s += seconds
        self.take(self.sequencer.advance(self.at_s))

    @rule(body=words_of_the_person.filter(lambda b: not isinstance(b, End | Debrief)))
    def says(self, body: InputBody) -> None:
        self.give(body)

    @rule(up=st.booleans(), reason=st.sampled_from(["", "silent", "out of range"]))
    def link(self, up: bool, reason: str) -> None:
        self.give(Link(up=up, reason=reason))

    @rule(contact=st.sampled_from(Contact))
    def touches(self, contact: Contact) -> None:
        self.give(reading((), contact))

    @rule(count=st.integers(1, 30))
    def flat_line(self, count: int) -> None:
        for _ in range(count):
            self.at_s += 0.9375
            self.give(reading((960,), Contact.DETECTED))

    @rule(body=st.sampled_from([End(), Debrief()]), really=st.integers(0, 9))
    def ends(self, body: InputBody, really: int) -> None:
        if not really:
            self.give(body)

    # ---- what holds

    def frame(self, shake: int) -> None:
        self.give(motion(shake))

    def give(self, body: InputBody) -> None:
        self.take(self.sequencer.arrive(self.at_s, body))

    def take(self, items: object) -> None:
        for item in items:  # type: ignore[attr-defined]
            self.note(item)
            phase, wish = self.session.phase, self.session.plan
            outputs = self.session.step(item)
            if phase is Phase.CLOSED:
                assert outputs == []
            self.look(item, outputs, phase, wish)
            self.decided += decisions(outputs)

    def note(self, item: Stamped) -> None:
        if not isinstance(item, Input):
            return
        match item.body:
            case Reading(rr_1024=rr, contact=contact):
                self.last_beat_s = item.at_s if rr else self.last_beat_s
                self.up = self.up or bool(rr)  # beats say so too
                self.contact = contact
            case Motion():
                self.last_frame_s = item.at_s
                shake = abs(item.body.samples_mg[0][2] - 1000)
                since_s = item.at_s - SET.movement.window_s
                self.shakes = [(t, mg) for t, mg in self.shakes if t > since_s]
                self.shakes.append((item.at_s, shake))
                # one jolt is no movement: the mean of ten seconds decides
                if sum(mg for _, mg in self.shakes) > SET.movement.moving_mg * len(self.shakes):
                    self.moved_s = item.at_s
            case Link(up=up):
                self.up = up
            case _ if getattr(item.body, "reply", None) is Reply.SNOOZE:
                self.snoozed_until = item.at_s + SET.care.snooze_s
            case _:
                pass

    def look(self, item: Stamped, outputs: list[Output], phase: Phase, wish: Plan | None) -> None:
        second = next((o for o in outputs if isinstance(o, Second)), None)
        if second is not None:
            self.unknown_is_never_calm(second)
        self.answered(item, outputs)
        for output in outputs:
            if isinstance(output, Activation):
                self.count += 1
                assert output.number == self.count
                assert not self.fit.rhythm_unreliable
            if isinstance(output, Question) and output.kind not in OWN_QUESTIONS:
                assert wish is None or wish.step.support is not Support.OBSERVE
            if isinstance(output, Offer):
                self.offer(output, item, second, phase, wish)
            if isinstance(output, OfferWithdrawn):
                assert self.waiting is not None
                assert output.activation == self.waiting.activation
                self.waiting = None
        if second is not None and self.waiting is not None:
            self.believed(second, wish)

    def unknown_is_never_calm(self, second: Second) -> None:
        stale = second.at_s - self.last_beat_s > SET.beats.silence_s
        if stale or not self.up or self.contact is Contact.LOST:
            assert second.hr_bpm is None, (stale, self.up, self.contact)
            assert second.quality is Quality.POOR
            assert second.score is None
            assert second.why

    def answered(self, item: Stamped, outputs: list[Output]) -> None:
        """What the person does about an offer, or what takes its place."""
        body = item.body if isinstance(item, Input) else None
        began = isinstance(body, PracticeLog) and body.moment is PracticeMoment.STARTED
        refused = any(isinstance(o, Refused) for o in outputs)
        replaced = any(isinstance(o, Offer) and o.asked for o in outputs)
        if isinstance(body, OfferReply) or (began and not refused) or replaced:
            self.waiting = None

    def believed(self, second: Second, wish: Plan | None) -> None:
        """An offer that is made, or still waits for its answer, has data behind it."""
        assert second.quality is not Quality.POOR
        assert second.hr_bpm is not None
        assert second.at_s - self.last_beat_s <= SET.beats.silence_s
        assert self.up
        assert self.contact is not Contact.LOST
        assert second.movement is not Movement.MOVING
        if second.movement is Movement.UNVERIFIED:
            assert wish is not None
            assert wish.sits_still
        else:
            assert second.at_s - self.last_frame_s <= SET.movement.stale_s

    def offer(
        self, offer: Offer, item: Stamped, second: Second | None, phase: Phase, wish: Plan | None
    ) -> None:
        if offer.asked:
            assert isinstance(item, Input)  # the person began it
            return
        self.waiting = offer
        assert second is not None
        assert second.at_s - self.moved_s >= SET.movement.blank_s
        assert phase is Phase.APART
        assert wish is not None
        assert wish.step.support in (Support.REGULATE, Support.DELAY)
        assert self.fit.age is not AgeBand.CHILD
        assert offer.activation in (self.count, None)
        assert not self.offered or offer.at_s - self.offered[-1] >= SET.care.offer_gap_s
        assert offer.at_s >= self.snoozed_until
        self.offered.append(offer.at_s)
        recent = [t for t in self.offered if offer.at_s - t < 3600]
        assert len(recent) <= SET.care.offers_per_hour


AnySession.TestCase.settings = settings(STORIES, max_examples=40, stateful_step_count=50)
TestAnySession = AnySession.TestCase


def test_the_machine_does_meet_offers() -> None:
    """The rules above would hold of a coach that never spoke; this one speaks."""
    machine = AnySession()
    machine.begins(Fit(with_therapist=True), plan())
    machine.rises_while_still(100, 90)
    assert machine.count == 1
    assert len(machine.offered) == 1


@pytest.mark.parametrize(("data", "because"), [("moving", "moving"), ("lost", "poor_signal")])
def test_an_offer_is_withdrawn_with_its_data_and_the_record_says_why(
    data: str, because: str
) -> None:
    machine = AnySession()
    machine.begins(Fit(with_therapist=True), plan())
    machine.rises_while_still(100, 90)
    assert len(machine.offered) == 1
    if data == "moving":
        machine.beats(30, 90, 300)
    else:
        machine.give(Link(up=False, reason="out of range"))  # at once, not with the next second
    assert machine.waiting is None
    gone = [o for o in machine.decided if isinstance(o, OfferWithdrawn)]
    assert [(o.because, o.activation) for o in gone] == [(because, 1)]


AWAY = [Presence.FAR_AWAY, Presence.NUMB]
PACED = PracticeLog(practice="slow-paced-4-6", moment=PracticeMoment.STARTED, paced=True)


@pytest.mark.parametrize("presence", AWAY)
@pytest.mark.parametrize("practice", ["slow-paced-4-6", "body-scan"])
def test_far_away_or_numb_ends_what_is_not_eyes_open(presence: Presence, practice: str) -> None:
    machine = AnySession()
    machine.begins(Fit(with_therapist=True), plan())
    machine.give(replace(PACED, practice=practice))
    machine.give(Rating(presence=presence))
    ended = [o for o in machine.decided if isinstance(o, PracticeEnded)]
    assert [(o.practice, o.because) for o in ended] == [(practice, presence.value)]
    machine.give(PACED)  # nor is it begun while that is the last word
    assert [o.why for o in machine.decided if isinstance(o, Refused)] == ["eyes_open_only"]
    machine.rises_while_still(100, 90)
    assert len(machine.offered) == 1  # no practice is under way: the coach may speak again
    machine.give(Rating(presence=Presence.HERE))
    machine.give(PACED)
    assert len([o for o in machine.decided if isinstance(o, Refused)]) == 1


def test_whoever_was_far_away_in_the_session_before_keeps_their_eyes_open() -> None:
    machine = AnySession()
    prior = Prior(presence=Presence.NUMB)
    machine.give(replace(BEGIN, fit=Fit(with_therapist=True), prior=prior))
    machine.give(PACED)
    machine.give(Rating(presence=Presence.HERE))
    machine.give(PACED)
    assert [o.why for o in machine.decided if isinstance(o, Refused)] == ["eyes_open_only"]


@pytest.mark.parametrize("presence", AWAY)
@pytest.mark.parametrize("practice", [p.id for p in BEFORE.practices if p.eyes_open])
def test_an_eyes_open_practice_goes_on(presence: Presence, practice: str) -> None:
    machine = AnySession()
    machine.begins(Fit(with_therapist=True), plan())
    started = PracticeLog(practice=practice, moment=PracticeMoment.STARTED)
    machine.give(started)
    machine.give(Rating(presence=presence))
    machine.give(started)
    kinds = (PracticeEnded, Refused)
    assert [o for o in machine.decided if isinstance(o, kinds)] == []


SIGH = PracticeLog(practice="sigh", moment=PracticeMoment.STARTED, paced=True)
SIGHS = Repertoire(practices=(*BEFORE.practices, PracticeFacts(id="sigh", strains=True)))


def begun(*first: InputBody) -> AnySession:
    machine = AnySession()
    machine.begins(Fit(with_therapist=True), plan(Support.ASK))
    for body in (SIGHS, *first):
        machine.give(body)
    return machine


def ended(machine: AnySession) -> list[str]:
    return [o.because for o in machine.decided if isinstance(o, PracticeEnded)]


def refused(machine: AnySession) -> list[str]:
    return [o.why for o in machine.decided if isinstance(o, Refused)]


def test_in_panic_no_sighing_whether_it_shows_or_is_said() -> None:
    rated = begun(Rating(suds=80), SIGH)
    assert refused(rated) == ["not_in_panic"]
    sighing = begun(SIGH)
    sighing.beats(60, 64, 4)
    assert (refused(sighing), ended(sighing)) == ([], [])
    sighing.beats(100, 95, 4)
    assert ended(sighing) == ["not_in_panic"]
    worse = begun(SIGH)
    worse.give(Rating(suds=80))
    worse.beats(5, 64, 4)
    assert ended(worse) == ["not_in_panic"]


def test_the_screen_of_observe_stays_still() -> None:
    machine = AnySession()
    machine.begins(Fit(with_therapist=True), plan(Support.OBSERVE))
    machine.give(PACED)
    machine.give(replace(PACED, practice="grounding-5-4-3-2-1"))
    machine.give(replace(PACED, practice="orienting"))
    assert refused(machine) == ["still_screen"] * 2


def test_what_began_before_they_left_ends_when_the_screen_goes_still() -> None:
    machine = AnySession()
    for body in (replace(BEGIN, fit=Fit(with_therapist=True)), plan(Support.OBSERVE), PACED):
        machine.give(body)
    machine.give(Mark(kind=MarkKind.BASELINE))
    machine.beats(seconds=60, rate=64, shake=4)
    assert ended(machine) == []
    machine.give(Mark(kind=MarkKind.APART))  # at once: one's own words are not seen there
    assert ended(machine) == ["still_screen"]
    machine.beats(seconds=2, rate=64, shake=4)
    assert ended(machine) == ["still_screen"]


def test_a_step_of_a_practice_that_does_not_run_is_refused_and_of_one_that_does_is_kept() -> None:
    moved = replace(PACED, moment=PracticeMoment.MOVED, step=1, paced=False)
    assert refused(begun(moved)) == ["not_running"]
    machine = begun(PACED, moved)
    assert refused(machine) == []
    machine.give(replace(moved, practice="orienting"))
    assert refused(machine) == ["not_running"]


def test_the_late_end_of_one_practice_does_not_end_the_next() -> None:
    machine = begun(PACED, replace(PACED, practice="orienting"))
    machine.give(replace(PACED, moment=PracticeMoment.STOPPED))
    machine.give(replace(PACED, practice="orienting", moment=PracticeMoment.MOVED))
    assert refused(machine) == []
    machine.give(replace(PACED, practice="orienting", moment=PracticeMoment.FINISHED))
    machine.give(replace(PACED, practice="orienting", moment=PracticeMoment.MOVED))
    assert refused(machine) == ["not_running"]


def test_a_practice_that_is_not_there_is_refused_once_the_session_knows_which_are() -> None:
    assert refused(begun(replace(PACED, practice="body-scan"))) == ["unknown_practice"]


@pytest.mark.parametrize("data", ["moving", "poor", "good"])
def test_settled_is_asked_of_good_data_only(data: str) -> None:
    machine = AnySession()
    machine.begins(Fit(with_therapist=True), plan())
    machine.rises_while_still(100, 90)
    if data == "poor":
        machine.flat_line(120)
    else:
        machine.beats(120, 64, 300 if data == "moving" else 4)
    over = any(isinstance(o, ActivationOver) for o in machine.decided)
    assert over == (data != "poor")  # nothing is concluded from a line that is flat
    asked = [o.kind for o in machine.decided if isinstance(o, Question)]
    assert asked == (["settled"] if data == "good" else [])


def other(*practices: PracticeFacts) -> Repertoire:
    """The practices changed while one of them runs."""
    return Repertoire(practices=(*BEFORE.practices, *practices))


AWAY_SAID, HIGH_SAID = Rating(presence=Presence.NUMB), Rating(suds=90)


@pytest.mark.parametrize("now", [other(), other(replace(SIGHS.practices[-1], closed="opt_in"))])
@pytest.mark.parametrize(("word", "why"), [(AWAY_SAID, "numb"), (HIGH_SAID, "not_in_panic")])
def test_what_was_closed_or_taken_away_under_way_still_keeps_the_rules(
    now: Repertoire, word: Rating, why: str
) -> None:
    machine = begun(SIGH, now)
    machine.beats(2, 64, 4)
    assert ended(machine) == []  # that alone ends nothing
    machine.give(word)
    machine.beats(2, 64, 4)
    assert ended(machine) == [why]


def test_a_contraindication_that_is_said_under_way_ends_the_practice() -> None:
    machine = begun(SIGH, other(replace(SIGHS.practices[-1], closed="not_for_me")))
    machine.beats(2, 64, 4)
    assert ended(machine) == ["closed"]


def test_an_edited_file_lends_nothing_to_the_steps_that_run() -> None:
    """The page goes on with the steps as they were when it began."""
    machine = begun(SIGH, other(PracticeFacts(id="sigh", eyes_open=True)), AWAY_SAID)
    assert ended(machine) == ["numb"]


TOO_MUCH = Mark(kind=MarkKind.TOO_MUCH)


def test_too_much_ends_what_is_not_eyes_open_and_is_panic_for_a_while() -> None:
    machine = begun(PACED, TOO_MUCH)
    assert ended(machine) == ["too_much"]
    machine.give(SIGH)
    assert refused(machine) == ["not_in_panic"]
    machine.give(PACED)  # something softer may be chosen
    assert refused(machine) == ["not_in_panic"]
    grounding = begun(replace(PACED, practice="grounding-5-4-3-2-1"), TOO_MUCH)
    assert ended(grounding) == []
