"""What comes next: the rules one by one, and what holds whatever was practised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.decided import (
    LESS,
    OVERRULES,
    Answered,
    Decisions,
    Overrule,
    Way,
    decisions_of,
    last_day,
    lifted,
    with_answer,
    with_overrule,
)
from biocoach.exposure.evidence import evidence_of, rows_of
from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.exposure.proposal import RULES, Around, Limits, Proposal, overrule_fits, taken
from biocoach.exposure.states import Standing
from biocoach.exposure.titration import proposals
from biocoach.settings import LADDER
from biocoach.types import Came, Refusal, Support
from tests.exposure.rows import LEARNT, TODAY, ladder, ladders, practised, row, step, steps_of
from tests.strategies import proven

A, B = step("a"), step("b", expected_suds=30)
AROUND = Around(today=TODAY)
ALONE = Around(today=TODAY, limits=Limits(suds_max=50, length_max_s=3600.0))
NONE = Decisions()
STRAINED = (row("1", too_much=True, stayed=False), row("2", away=True))
FORWARD = (Way.ADVANCE, Way.FADE, Way.BARE_REPEAT)


def now(
    *rows: Practised,
    of: Ladder | None = None,
    decided: Decisions = NONE,
    around: Around = AROUND,
    at: str = "a",
) -> Proposal | None:
    return proposals(of or ladder(A, B), rows, decided, around).get(at)


def told(*rows: Practised, **more: Any) -> tuple[str, str]:
    """The way and its rule."""
    found = now(*rows, **more)
    return (found.way.value, found.rule) if found else ("", "")


def said(
    proposal: Proposal | None, *rows: Practised, yes: bool, way: Way | None = None
) -> Answered:
    assert proposal is not None
    return Answered(
        proposal=proposal.id, ladder="l", step="a", way=way or proposal.way, yes=yes, day=TODAY,
        seen=tuple(r.session for r in rows),
    )  # fmt: skip


def less(way: Way, **more: Any) -> Overrule:
    usual = {"id": "o", "ladder": "l", "step": "a", "by": "Rosa", "reason": "A hard week"}
    days = {"day": TODAY, "until": last_day(TODAY)}
    return Overrule(**(usual | days | {"way": way} | more))


# ---- forward


def test_one_step_up_after_two_contexts_and_something_learnt() -> None:
    found = now(*LEARNT)
    assert found is not None
    assert (found.way, found.rule, found.to) == (Way.ADVANCE, "expectancy_fell", "b")
    assert found.sessions == ("1", "2")
    assert found.figures == {"done": 2, "contexts": 2, "first_pct": 80, "latest_pct": 45}
    assert found.asks


def test_it_may_have_been_terrible_all_the_same() -> None:
    worse = [replace(r, suds_before=10, suds_after=95) for r in LEARNT]
    assert told(*worse) == ("advance", "expectancy_fell")


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([row("1", stayed=None)], "not_done"),
        ([row("1", beyond_plan=None, stayed=True)], "not_done"),
        ([row("1", before_pct=10)], "one_context"),
        ([row("1"), row("2", context="")], "context_unknown"),
        ([row("1"), row("2", context="work")], "expectancy_unknown"),
        ([row("1", before_pct=90), row("2", context="work")], "expectancy_high"),
        ([row("1"), row("2", context="work", came=Came.YES, coped=False)], "not_coped"),
    ],
)
def test_else_it_holds_and_says_what_is_missing(rows: list[Practised], rule: str) -> None:
    found = now(*rows)
    assert found is not None
    assert (found.way, found.rule, found.asks) == (Way.HOLD, rule, False)
    assert found.sessions == tuple(r.session for r in rows)
    assert found.figures == evidence_of(A, rows).figures()  # to be checked by whoever reads it


def test_nothing_is_said_of_a_step_that_nobody_has_tried() -> None:
    assert now() is None
    assert now(row("1", ladder="")) is None


def test_a_step_made_longer_is_to_be_done_again() -> None:
    longer = ladder(step("a", planned_s=1200.0), B)
    assert told(*LEARNT, of=longer) == ("hold", "not_done")
    made_harder = ladder(step("a", earlier=("1", "2")), B)
    assert told(*LEARNT, of=made_harder) == ("", "")


def test_of_a_ladder_that_is_put_away_nothing_is_proposed() -> None:
    assert proposals(ladder(A, B, put_away=True), LEARNT, NONE, AROUND) == {}


def test_a_repeat_without_strap_or_screen_says_nothing_of_the_help_in_a_session() -> None:
    """Nothing could be offered in it, so that it is not *done with this much help*."""
    begun, bare = row("9", step="b"), row("3", bare=True, support=Support.DELAY)
    of = ladder(replace(A, support=Support.DELAY), B)
    assert told(*LEARNT, begun, bare, of=of) == ("", "")
    assert told(*LEARNT, begun, replace(bare, bare=False), of=of)[0] == "fade"


def test_the_next_step_in_use_is_next() -> None:
    found = now(*LEARNT, of=ladder(A, replace(B, put_away=True), step("c")))
    assert found is not None
    assert found.to == "c"


def test_the_next_step_beyond_the_limits_is_not_proposed_nor_jumped_over() -> None:
    for far in (step("b", expected_suds=51), step("b", planned_s=3601.0)):
        found = told(*LEARNT, of=ladder(A, far, step("c")), around=ALONE)
        assert found == ("fade", "done_with_support")
        assert told(*LEARNT, of=ladder(A, far, step("c"))) == ("advance", "expectancy_fell")
    observed = [replace(r, support=Support.OBSERVE, bare=True) for r in (*LEARNT, row("3"))]
    still = step("a", support=Support.OBSERVE)
    held = now(*observed, of=ladder(still, step("b", expected_suds=51)), around=ALONE)
    assert held is not None
    assert (held.way, held.rule, held.to) == (Way.HOLD, "next_beyond_limits", "b")


def test_a_step_beyond_the_limits_itself_holds() -> None:
    hard = ladder(step("a", expected_suds=60), B)
    assert told(*LEARNT, of=hard, around=ALONE) == ("hold", "beyond_limits")


# ---- less help


def test_support_fades_one_at_a_time_once_the_next_step_has_begun() -> None:
    begun = row("9", step="b")
    found = now(*LEARNT, begun)
    assert found is not None
    assert (found.way, found.support) == (Way.FADE, Support.DELAY)
    assert (found.sessions, found.figures) == (("1", "2"), {"done": 2})
    with_less = ladder(replace(A, support=Support.DELAY), B)
    assert told(*LEARNT, begun, of=with_less) == ("", "")  # not yet done with this little
    again = row("3", support=Support.DELAY)
    found = now(*LEARNT, begun, again, of=with_less)
    assert found is not None
    assert (found.way, found.support) == (Way.FADE, Support.ASK)


def test_after_more_help_was_wanted_it_is_done_with_that_before_it_fades_again() -> None:
    """What was done with as much help before they asked for more of it does not count."""
    begun = row("9", step="b")
    more = Answered(
        proposal="p", ladder="l", step="a", way=Way.MORE_SUPPORT, yes=True, day=TODAY,
        seen=("1", "2"),
    )  # fmt: skip
    decided = with_answer(NONE, more)
    tried = row("3", stayed=False)
    assert told(*LEARNT, begun, tried, decided=decided) == ("", "")
    found = now(*LEARNT, begun, tried, row("4"), decided=decided)
    assert found is not None
    assert (found.way, found.sessions, found.figures) == (Way.FADE, ("4",), {"done": 1})
    for other in (replace(more, yes=False), replace(more, step="b"), replace(more, ladder="m")):
        found = now(*LEARNT, begun, tried, row("4"), decided=with_answer(NONE, other))
        assert found is not None
        assert found.sessions == ("1", "2", "4")


def test_at_the_end_of_fading_comes_a_repeat_without_strap_or_screen() -> None:
    still = ladder(replace(A, support=Support.OBSERVE))
    found = now(*LEARNT, of=still)
    assert found is not None
    assert (found.way, found.rule) == (Way.BARE_REPEAT, "once_without")
    assert found.sessions == ("1", "2")
    assert told(*LEARNT, row("3", bare=True), of=still) == ("", "")
    waits = ladder(replace(A, support=Support.ASK))  # not done yet with so little
    found = now(*LEARNT, of=waits)
    assert found is not None
    assert (found.way, found.rule) == (Way.HOLD, "last_step")
    assert found.sessions == ("1", "2")
    assert found.figures == evidence_of(A, LEARNT).figures()


def test_a_child_has_no_offers_that_could_fade() -> None:
    child = replace(AROUND, child=True)
    assert told(*LEARNT, of=ladder(A), around=child) == ("bare_repeat", "once_without")
    found = now(*STRAINED, of=ladder(replace(A, support=Support.ASK)), around=child)
    assert found is not None
    assert Way.MORE_SUPPORT not in (found.way, *found.others)


# ---- less


def test_after_two_hard_ones_less_is_offered() -> None:
    assert told(STRAINED[0]) == ("hold", "not_done")
    found = now(*STRAINED, of=ladder(step("a", support=Support.ASK), B))
    assert found is not None
    assert (found.way, found.rule) == (Way.SHORTER, "too_much_twice")
    assert found.others == (Way.NEARER, Way.MORE_SUPPORT)
    assert (found.planned_s, found.more_support) == (300.0, Support.DELAY)
    assert found.figures == {"times": 2, "too_much": 1, "away": 1}


def test_less_leads_to_no_other_step_and_stays_within_the_limits() -> None:
    found = now(*STRAINED, of=ladder(B, A))
    assert found is not None
    assert (found.way, found.to) == (Way.SHORTER, "")
    long = ladder(step("a", planned_s=9000.0), B)
    for around, planned_s in ((AROUND, 4500.0), (ALONE, 3600.0)):
        found = now(*STRAINED, of=long, around=around)
        assert found is not None
        assert (found.way, found.planned_s) == (Way.SHORTER, planned_s)


def test_a_step_back_comes_only_after_less_was_offered() -> None:
    of = ladder(B, A)
    first = now(*STRAINED, of=of)
    for yes in (True, False):
        decided = with_answer(NONE, said(first, *STRAINED, yes=yes))
        assert told(*STRAINED, of=of, decided=decided) == ("hold", "not_done")
        one = row("3", too_much=True, stayed=False)
        assert told(*STRAINED, one, of=of, decided=decided)[0] == "hold"
        two = row("4", away=True)
        found = now(*STRAINED, one, two, of=of, decided=decided)
        assert found is not None
        assert (found.way, found.rule, found.to) == (Way.STEP_BACK, "too_much_after_less", "b")
        assert found.sessions == ("3", "4")
        assert Way.NEARER in found.others


def test_after_a_no_to_the_step_back_the_same_sessions_do_not_ask_again() -> None:
    of = ladder(B, A)
    decided = with_answer(NONE, said(now(*STRAINED, of=of), *STRAINED, yes=False))
    more = (row("3", too_much=True, stayed=False), row("4", away=True))
    back = now(*STRAINED, *more, of=of, decided=decided)
    assert back is not None
    assert back.way is Way.STEP_BACK
    decided = with_answer(decided, said(back, *STRAINED, *more, yes=False))
    plain = row("5", stayed=None)
    assert told(*STRAINED, *more, plain, of=of, decided=decided) == ("hold", "not_done")
    again = (plain, row("6", away=True), row("7", away=True))
    assert told(*STRAINED, *more, *again, of=of, decided=decided)[0] == "step_back"


def test_a_therapists_step_back_does_not_stand_for_less() -> None:
    of = ladder(B, A)
    word = with_overrule(NONE, less(Way.STEP_BACK))
    asked = now(*STRAINED, of=of, decided=word)
    decided = lifted(with_answer(word, said(asked, *STRAINED, yes=False)), "l", "a", TODAY)
    more = (row("3", too_much=True), row("4", away=True))
    assert told(*STRAINED, *more, of=of, decided=decided)[0] == "shorter"


def test_a_session_that_is_not_over_says_nothing_yet() -> None:
    """Else what is answered while it runs would count as an answer to how it ends."""
    assert now(row("1", too_much=True, open=True)) is None
    assert told(*LEARNT, row("3", hard=True, day=TODAY, open=True))[0] == "advance"
    assert now(*[replace(r, open=True) for r in LEARNT]) is None


def test_on_the_first_step_there_is_no_step_back() -> None:
    first = now(*STRAINED)
    decided = with_answer(NONE, said(first, *STRAINED, yes=True))
    more = (row("3", too_much=True), row("4", too_much=True))
    found = now(*STRAINED, *more, decided=decided)
    assert found is not None
    assert found.way is Way.SHORTER


def test_no_step_back_leads_beyond_the_limits() -> None:
    of = ladder(step("b", expected_suds=51), A)
    decided = with_answer(NONE, said(now(*STRAINED, of=of), *STRAINED, yes=True))
    more = (row("3", too_much=True), row("4", too_much=True))
    assert told(*STRAINED, *more, of=of, decided=decided)[0] == "step_back"
    assert told(*STRAINED, *more, of=of, decided=decided, around=ALONE)[0] == "shorter"


def test_once_done_without_it_the_count_begins_again() -> None:
    assert told(STRAINED[0], row("2"), row("3", too_much=True))[0] == "hold"


def test_the_shortest_step_is_not_made_shorter() -> None:
    found = now(*STRAINED, of=ladder(step("a", planned_s=60.0), B))
    assert found is not None
    assert (found.way, found.planned_s) == (Way.NEARER, None)


def test_rest_today() -> None:
    hard = row("1", hard=True, day=TODAY)
    found = now(row("0", hard=True), hard, row("2", day=TODAY))
    assert found is not None
    assert (found.way, found.rule, found.sessions) == (Way.REST, "hard_today", ("1",))
    # It is said where it was: not at a step that went well today, or was hard another day.
    for other in (row("3", step="b", day=TODAY), row("4", step="b", hard=True)):
        assert now(hard, other, at="b") is None
    assert now(hard, *[replace(r, step="b") for r in LEARNT], at="b") is None
    assert told(*LEARNT, around=replace(AROUND, waits="rest_today")) == ("", "")
    assert told(replace(hard, day="2026-03-09"))[0] == "hold"
    assert told(hard, around=replace(AROUND, simulated=True))[0] == "hold"


@pytest.mark.parametrize("waits", ["fit_first", "ladder_waits"])
def test_while_the_ladder_waits_nothing_is_proposed(waits: str) -> None:
    assert proposals(ladder(A, B), LEARNT, NONE, replace(AROUND, waits=waits)) == {}


# ---- the person's word


def test_a_no_stands_until_there_is_new_data() -> None:
    decided = with_answer(NONE, said(now(*LEARNT), *LEARNT, yes=False))
    assert now(*LEARNT, decided=decided) is None
    assert now(*LEARNT[:1], decided=decided) is not None  # it holds, and asks nothing
    assert told(*LEARNT, row("3"), decided=decided)[0] == "advance"
    assert told(*LEARNT, row("3", step="b"), decided=decided) == ("", "")


def test_a_yes_changes_length_and_help_alone() -> None:
    of = ladder(step("a", support=Support.ASK), B)
    found = now(*STRAINED, of=of)
    assert found is not None
    shorter = taken(of, "a", found, Way.SHORTER).steps[0]
    assert shorter == replace(of.steps[0], planned_s=300.0)
    assert taken(of, "a", found, Way.MORE_SUPPORT).steps[0].support is Support.DELAY
    assert taken(of, "a", found, Way.NEARER) == of
    assert taken(of, "gone", found, Way.SHORTER) == of


# ---- a therapist's word


def test_a_therapist_holds_what_would_go_on_here_and_above() -> None:
    decided = with_overrule(NONE, less(Way.HOLD))
    found = now(*LEARNT, decided=decided)
    assert found is not None
    assert (found.way, found.rule, found.by, found.asks) == (Way.HOLD, "therapist", "Rosa", False)
    assert (found.reason, found.until, found.word) == ("A hard week", last_day(TODAY), "o")
    above = [replace(r, step="b") for r in LEARNT]
    assert told(*above, of=ladder(A, B, step("c")), decided=decided, at="b") == (
        "hold",
        "therapist",
    )
    below = with_overrule(NONE, less(Way.HOLD, step="b"))
    assert told(*LEARNT, decided=below)[0] == "advance"


def test_it_lapses_after_its_day_and_when_it_is_lifted() -> None:
    decided = with_overrule(NONE, less(Way.HOLD))
    last = replace(AROUND, today=last_day(TODAY))
    assert told(*LEARNT, decided=decided, around=last)[1] == "therapist"
    after = replace(AROUND, today="2026-04-08")
    assert told(*LEARNT, decided=decided, around=after)[0] == "advance"
    gone = lifted(decided, "l", "a", TODAY)
    assert told(*LEARNT, decided=gone)[0] == "advance"
    assert gone.overrules[0].reason == "A hard week"  # kept all the same


def test_its_less_is_asked_once_and_a_no_is_a_no() -> None:
    decided = with_overrule(NONE, less(Way.SHORTER))
    found = now(decided=decided)
    assert found is not None
    assert (found.way, found.rule, found.planned_s) == (Way.SHORTER, "therapist", 300.0)
    assert (found.by, found.reason, found.until) == ("Rosa", "A hard week", last_day(TODAY))
    assert found.word == "o"
    assert now(decided=decided, at="b") is None  # at this very step
    answered = with_answer(decided, said(found, yes=False))
    assert now(decided=answered) is None
    assert now(decided=answered, of=ladder(step("a", planned_s=1200.0), B)) is None
    assert told(*LEARNT, decided=answered) == ("hold", "therapist")


def test_a_therapists_word_leads_nobody_beyond_the_limits() -> None:
    """Who is alone again is not sent back to a step that goes with a therapist only; what makes
    their own step easier is asked all the same."""
    of = ladder(step("b", expected_suds=51), A)
    back, shorter = (with_overrule(NONE, less(way)) for way in (Way.STEP_BACK, Way.SHORTER))
    assert told(of=of, decided=back) == ("step_back", "therapist")
    assert now(of=of, decided=back, around=ALONE) is None
    assert told(of=ladder(B, A), decided=back, around=ALONE) == ("step_back", "therapist")
    assert told(of=of, decided=shorter, around=ALONE) == ("shorter", "therapist")


def test_with_their_own_settings_one_place_is_enough() -> None:
    twice = (row("1", before_pct=80), row("2", after_pct=20))
    still = ladder(replace(A, support=Support.OBSERVE))
    own = replace(AROUND, settings=replace(LADDER, done_contexts=1))
    assert told(*twice, of=still) == ("hold", "one_context")
    assert told(*twice, of=still, around=own) == ("bare_repeat", "once_without")


@pytest.mark.parametrize(
    ("way", "fits"),
    [
        (Way.HOLD, True),
        (Way.NEARER, True),
        (Way.SHORTER, False),
        (Way.MORE_SUPPORT, False),
        (Way.STEP_BACK, False),
        (Way.ADVANCE, False),
        (Way.FADE, False),
        (Way.BARE_REPEAT, False),
    ],
)
def test_only_less_fits(way: Way, fits: bool) -> None:
    short = step("a", planned_s=60.0)
    assert overrule_fits(ladder(short, B), short, way, LADDER) is fits


def test_the_standing_of_a_proposal_follows_its_table() -> None:
    one = Answered(
        proposal="p", ladder="l", step="a", way=Way.FADE, yes=True, day=TODAY, seen=("1",)
    )
    yes, no = Decisions(answers=(one,)), Decisions(answers=(replace(one, yes=False),))
    assert NONE.standing("l", "a", ["1"], held=False) is Standing.OPEN
    assert NONE.standing("l", "a", ["1"], held=True) is Standing.OVERRULED
    assert yes.standing("l", "a", ["1"], held=False) is Standing.ACCEPTED
    assert no.standing("l", "a", ["1"], held=False) is Standing.DECLINED
    assert no.standing("l", "a", ["1", "2"], held=False) is Standing.OPEN
    assert no.standing("l", "b", ["1"], held=False) is Standing.OPEN


# ---- whatever was practised

answers = st.builds(
    Answered,
    proposal=st.just("p"),
    ladder=st.just("l"),
    step=steps_of,
    way=st.sampled_from(Way),
    yes=st.booleans(),
    day=st.just(TODAY),
    seen=st.sampled_from([(), ("s0", "s1"), tuple(f"s{n}" for n in range(9))]),
)
overrules = st.builds(
    Overrule,
    id=st.just("o"),
    ladder=st.just("l"),
    step=steps_of,
    way=st.sampled_from(OVERRULES),
    by=st.just("Rosa"),
    reason=st.just("so"),
    day=st.just(TODAY),
    until=st.sampled_from(["2026-03-09", TODAY, "2026-04-01"]),
    lifted=st.sampled_from(["", TODAY]),
)
decisions = st.builds(
    Decisions,
    answers=st.lists(answers, max_size=2).map(tuple),
    overrules=st.just(()) | st.just(()) | st.lists(overrules, max_size=2).map(tuple),
)
arounds = st.builds(
    Around,
    today=st.just(TODAY),
    limits=st.sampled_from([None, Limits(suds_max=50, length_max_s=3600.0)]),
    waits=st.sampled_from(
        ["", "", "", "", "", "enough_today", "rest_today", "ladder_waits", "fit_first"]
    ),
    child=st.booleans(),
)
LONG = tuple(replace(r, planned_s=7200.0) for r in LEARNT)
HARD = tuple(replace(r, planned_s=7200.0) for r in STRAINED)


def _in_order(
    ready: list[str], hard: list[str], rest: list[Practised], times: int
) -> list[Practised]:
    """Steps that are ready to go on, steps that were too much, and whatever else."""
    rows = [replace(r, step=name) for name in ready for r in LONG]
    rows += [replace(r, step=name) for name in hard for r in HARD * times]
    numbered = [replace(r, session=f"s{n}") for n, r in enumerate([*rows, *rest])]
    return sorted(numbered, key=lambda r: r.day)


some_steps = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True)
lived = st.builds(
    _in_order,
    some_steps,
    some_steps,
    st.lists(practised(steps_of), max_size=4),
    st.sampled_from([1, 1, 2]),
)


def _by_hand(rung: LadderStep, of: Ladder, rows: list[Practised]) -> bool:
    """D4 once more, in other words."""
    own = [r for r in rows if r.ladder == of.id == "l" and r.step == rung.id]
    done = [
        r for r in own
        if r.stayed and r.beyond_plan is False and not r.away
        and (r.planned_s or 0) >= rung.planned_s
    ]  # fmt: skip
    contexts = {r.context.strip("!").lower() for r in done} - {""}
    heard = [r for r in own if r.day]
    said = [p for r in heard if not r.away for p in (r.before_pct, r.after_pct) if p is not None]
    fell = bool(said) and (said[0] - said[-1] >= 30 or said[-1] <= 20)
    words = [
        r for r in own
        if r.came in (Came.YES, Came.PARTLY) and (r.coped is False or (r.coped and r in done))
    ]  # fmt: skip
    coped = bool(words) and bool(words[-1].coped)
    return len(contexts) >= 2 and (fell or coped)


@proven(800)
@given(ladders, lived, decisions, arounds)
def test_what_always_holds(
    of: Ladder, rows: list[Practised], decided: Decisions, around: Around
) -> None:
    found = proposals(of, rows, decided, around)
    resting = any(r.hard and r.day == TODAY for r in rows)
    held = False
    for rung in of.in_use:
        held = held or decided.overrule_of("l", rung.id, TODAY) is not None
        proposal = found.get(rung.id)
        if proposal is None:
            continue
        target = of.step(proposal.to)
        if proposal.way is Way.ADVANCE:
            assert _by_hand(rung, of, rows)
            assert target == of.after(rung.id)
            assert not [r for r in rows if r.ladder == "l" and r.step == proposal.to]
        if proposal.way in FORWARD:
            assert not held
            assert not resting
        if around.limits is not None:
            reached = target if proposal.way in (Way.ADVANCE, Way.STEP_BACK) else rung
            if proposal.way in (*FORWARD, Way.STEP_BACK):
                assert reached is not None
                assert reached.expected_suds <= 50
                assert reached.planned_s <= 3600
            if proposal.way is Way.SHORTER:
                assert (proposal.planned_s or 0) <= 3600
        if proposal.planned_s is not None:
            assert 60 <= proposal.planned_s < rung.planned_s
        assert set(proposal.sessions) <= {r.session for r in rows}
        assert proposal.rule in RULES
    if around.waits in ("fit_first", "ladder_waits"):
        assert not found


@proven(250)
@given(ladders, lived, decisions, arounds, st.data())
def test_calm_is_never_asked_for(
    of: Ladder, rows: list[Practised], decided: Decisions, around: Around, data: st.DataObject
) -> None:
    suds = st.sampled_from([None, 0, 100])
    other = [replace(r, suds_before=data.draw(suds), suds_after=data.draw(suds)) for r in rows]
    assert proposals(of, rows, decided, around) == proposals(of, other, decided, around)


@proven(250)
@given(ladders, lived, arounds, st.booleans())
def test_after_an_answer_it_is_quiet(
    of: Ladder, rows: list[Practised], around: Around, yes: bool
) -> None:
    for name, proposal in proposals(of, rows, NONE, around).items():
        if not proposal.asks:
            continue
        seen = tuple(r.session for r in rows if (r.ladder, r.step) == ("l", name))
        answer = Answered(
            proposal=proposal.id, ladder="l", step=name, way=proposal.way, yes=yes, day=TODAY,
            seen=seen,
        )  # fmt: skip
        after = proposals(of, rows, with_answer(NONE, answer), around).get(name)
        assert after is None or not after.asks


@proven(250)
@given(ladders, lived, overrules, arounds)
def test_a_therapists_word_never_leads_to_more(
    of: Ladder, rows: list[Practised], word: Overrule, around: Around
) -> None:
    before = proposals(of, rows, NONE, around)
    after = proposals(of, rows, with_overrule(NONE, word), around)
    for name, proposal in after.items():
        if proposal.way in FORWARD:
            assert before.get(name) == proposal


@proven(200)
@given(decisions)
def test_what_was_decided_comes_back(decided: Decisions) -> None:
    assert decisions_of(decided.told()) == decided


@pytest.mark.parametrize(
    "bad", [{"answers": [{}]}, {"overrules": 1}, {"answers": [{"way": "fly", "seen": []}]}]
)
def test_what_can_not_be_read_is_refused(bad: dict[str, Any]) -> None:
    assert isinstance(decisions_of(bad), Refusal)


def test_the_ways_are_told_apart() -> None:
    assert set(LESS) < set(OVERRULES)
    assert not set(OVERRULES) & set(FORWARD)
    assert evidence_of(A, rows_of(A, "l", LEARNT)).reached()
