"""Which practice: each in its turn, or by trying; the same at every replay."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from biocoach.coach.choice import BEFORE, Chooser
from biocoach.types import PracticeFacts, Repertoire

A, B, C = (PracticeFacts(id=name, rank=rank) for name, rank in [("a", 2), ("b", 1), ("c", 3)])


def told(*practices: PracticeFacts, sampling: bool = False, seed: int = 1) -> Chooser:
    chooser = Chooser(seed)
    chooser.told(Repertoire(practices=practices, sampling=sampling))
    return chooser


def test_in_turn_is_by_rank_and_then_the_one_that_waited_longest() -> None:
    chooser = told(A, B, C)
    picks = [chooser.pick(list(chooser.practices)).practice for _ in range(5)]
    assert picks == ["b", "a", "c", "b", "a"]
    assert chooser.pick([B, A]).practice == "b"
    assert chooser.pick([C]).how == ""


@given(st.lists(st.lists(st.sampled_from([A, B, C]), min_size=1, unique=True), max_size=20))
def test_whoever_waited_longest_comes_next(days: list[list[PracticeFacts]]) -> None:
    chooser = told(A, B, C)
    last: dict[str, int] = {}
    for day, fitting in enumerate(days):
        found = chooser.pick(fitting).practice
        assert last.get(found, -1) == min(last.get(f.id, -1) for f in fitting)
        last[found] = day


def quick(name: str, mean: float, deviation: float) -> PracticeFacts:
    return PracticeFacts(id=name, rank=1, quickness=(mean, deviation))


def shares(*practices: PracticeFacts) -> Counter[str]:
    chooser = told(*practices, sampling=True)
    return Counter(chooser.pick(list(practices)).practice for _ in range(1000))


def test_trying_follows_what_is_believed_and_no_more() -> None:
    known = shares(quick("slow", 0.5, 0.1), quick("quick", -0.5, 0.1))
    assert known["quick"] > 990
    unsure = shares(quick("slow", 0.0, 0.4), quick("quick", -0.1, 0.4))
    assert 500 < unsure["quick"] < 650  # 57 of 100: the chance that it is the quicker one
    untried = shares(quick("tried", -0.1, 0.05), PracticeFacts(id="new", rank=2))
    assert 300 < untried["new"] < 500


def test_a_draw_is_the_seeds_and_the_same_each_time() -> None:
    def picks(seed: int) -> list[str]:
        chooser = told(A, B, C, sampling=True, seed=seed)
        return [chooser.pick([A, B, C]).practice for _ in range(30)]

    assert picks(3) == picks(3)
    assert picks(3) != picks(4)
    assert told(A, B, sampling=True).pick([A, B]).how == "sampling"
    assert told(A, B, sampling=True).pick([A]).how == ""


def test_before_sessions_were_told_there_were_three_and_nothing_was_unknown() -> None:
    chooser = Chooser(1)
    assert chooser.practices == BEFORE.practices
    assert chooser.facts("any") == PracticeFacts(id="any")
    chooser.told(Repertoire(practices=(A,)))
    assert chooser.facts("any") is None
