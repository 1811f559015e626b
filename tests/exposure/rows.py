"""Rows of practised steps, and ladders, as the ladder's tests make them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.types import Came, StepKind, Support

TODAY = "2026-03-10"


def row(session: str, **said: Any) -> Practised:
    """Done in the evening at home, with nothing said of what was feared."""
    usual: dict[str, Any] = {
        "day": "2026-03-01",
        "ladder": "l",
        "step": "a",
        "support": Support.REGULATE,
        "planned_s": 600.0,
        "stayed": True,
        "beyond_plan": False,
        "context": "evening, at home",
    }
    return Practised(session=session, **(usual | said))


def step(name: str, **said: Any) -> LadderStep:
    usual: dict[str, Any] = {"id": name, "title": f"Step {name}", "planned_s": 600.0}
    return LadderStep(**(usual | said))


def ladder(*steps: LadderStep, **said: Any) -> Ladder:
    return Ladder(**({"id": "l", "title": "Mine", "rev": "r", "steps": steps} | said))


LEARNT = (
    row("1", before_pct=80, after_pct=60),
    row("2", before_pct=60, after_pct=45, context="morning, at work"),
)

percents = st.none() | st.integers(0, 100)
flags = st.none() | st.booleans()
steps_of = st.sampled_from(["a", "a", "a", "b", "c", "gone"])
# What a session may have been. Drawn field by field, next to nothing would ever be done.
OUTCOMES: tuple[dict[str, Any], ...] = (
    {"context": "home", "before_pct": 80, "after_pct": 60},
    {"context": "work", "before_pct": 60, "after_pct": 50},
    {"context": "work", "before_pct": 53, "after_pct": 53},
    {"context": "HOME!", "after_pct": 10},
    {"context": "work", "came": Came.YES, "coped": True},
    {"context": "a friend's", "came": Came.PARTLY, "coped": False},
    {"context": "work", "bare": True},
    {"context": ""},
    {"too_much": True, "stayed": False},
    {"too_much": True},
    {"away": True},
    {"away": True, "context": "work", "after_pct": 0},
    {"hard": True},
    {"stayed": None},
    {"beyond_plan": None},
    {"beyond_plan": True},
    {"planned_s": None},
)


def practised(names: st.SearchStrategy[str]) -> st.SearchStrategy[Practised]:
    """Mostly what may be; sometimes anything at all."""
    likely = st.builds(
        lambda said, **more: Practised(
            **({"planned_s": 600.0, "stayed": True, "beyond_plan": False, "context": "home"} | more)
            | said
        ),
        st.sampled_from(OUTCOMES),
        session=st.just(""),
        day=st.sampled_from(["2026-02-01", "2026-03-01", "2026-03-09"]),
        ladder=st.just("l"),
        step=names,
        support=st.sampled_from(Support),
        planned_s=st.sampled_from([600.0, 600.0, 7200.0]),
    )
    return st.one_of(likely, likely, likely, likely, anything(names))


def anything(names: st.SearchStrategy[str]) -> st.SearchStrategy[Practised]:
    return st.builds(
        Practised,
        session=st.just(""),
        day=st.sampled_from(["", "2026-02-01", "2026-03-01", "2026-03-09", TODAY]),
        ladder=st.sampled_from(["l", "l", "l", "other", ""]),
        step=names,
        support=st.sampled_from(Support),
        planned_s=st.none() | st.sampled_from([60.0, 600.0, 1200.0, 7200.0]),
        stayed=flags,
        beyond_plan=flags,
        context=st.sampled_from(["", "home", "HOME!", "work", "a friend's"]),
        before_pct=percents,
        after_pct=percents,
        came=st.none() | st.sampled_from(Came),
        coped=flags,
        too_much=st.booleans(),
        away=st.booleans(),
        hard=st.booleans(),
        bare=st.booleans(),
    )


def ladder_steps(name: str) -> st.SearchStrategy[LadderStep]:
    return st.builds(
        LadderStep,
        id=st.just(name),
        title=st.just(f"Step {name}"),
        kind=st.sampled_from(StepKind),
        planned_s=st.sampled_from([60.0, 600.0, 600.0, 600.0, 7200.0]),
        expected_suds=st.sampled_from([10, 30, 50, 51, 90]),
        support=st.sampled_from(Support),
        contact=st.sampled_from(["", "a call"]),
        put_away=st.sampled_from([False, False, False, True]),
        earlier=st.just(()),
    )


ladders = st.permutations(["a", "b", "c"]).flatmap(
    lambda names: st.builds(
        Ladder,
        id=st.just("l"),
        title=st.just("Mine"),
        steps=st.tuples(*(ladder_steps(name) for name in names)),
    )
)
