"""What the sessions of one step say, by the rules of titration. What is unknown counts for nothing.

Expectancy violation and variability of contexts: Craske et al. 2014. Neither distress nor heart
rate is read here, so that going on can never depend on being calm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from biocoach.exposure.ladder import LadderStep
from biocoach.exposure.practised import Practised
from biocoach.exposure.states import StepState, step_after
from biocoach.settings import LADDER, LadderSettings
from biocoach.types import Came


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Of the sessions that count, the oldest first.

    ``done``: done and there. ``contexts``: those it was done in. ``first_pct``, ``latest_pct``:
    how likely the feared was said to be, and by which sessions. ``coped``: what was said when it
    last came. ``strained``: *too much*, far away or numb since it was last done without.
    """

    counted: tuple[Practised, ...] = ()
    done: tuple[Practised, ...] = ()
    contexts: tuple[str, ...] = ()
    first_pct: int | None = None
    first_by: str = ""
    latest_pct: int | None = None
    latest_by: str = ""
    coped: bool | None = None
    strained: tuple[Practised, ...] = ()

    @property
    def fall_pct(self) -> int | None:
        """How far expectancy has come down; None where it was not said."""
        if self.first_pct is None or self.latest_pct is None:
            return None
        return self.first_pct - self.latest_pct

    def why_learnt(self, limits: LadderSettings = LADDER) -> str:
        """Which of the three says that the fear was learnt from; "" where none does."""
        if self.fall_pct is not None and self.fall_pct >= limits.fall_pct:
            return "expectancy_fell"
        if self.latest_pct is not None and self.latest_pct <= limits.low_pct:
            return "expectancy_low"
        return "came_and_coped" if self.coped else ""

    def reached(self, limits: LadderSettings = LADDER) -> bool:
        """*Done* in enough contexts, and learnt from."""
        return len(self.contexts) >= limits.done_contexts and self.why_learnt(limits) != ""

    def made_by(self, limits: LadderSettings = LADDER) -> tuple[str, ...]:
        """The done sessions, and those that said what was expected; what came was borne in a done
        one."""
        borne = self.why_learnt(limits) == "came_and_coped"
        more = set[str]() if borne else {self.first_by, self.latest_by}
        done = {row.session for row in self.done}
        return tuple(row.session for row in self.counted if row.session in done | more)

    def figures(self) -> dict[str, float]:
        """What was read, for people to check."""
        found: dict[str, float] = {"done": len(self.done), "contexts": len(self.contexts)}
        if self.first_pct is not None and self.latest_pct is not None:
            found |= {"first_pct": self.first_pct, "latest_pct": self.latest_pct}
        return found


def counts(step: LadderStep, row: Practised, limits: LadderSettings = LADDER) -> bool:
    """A session of the step as it is now: from before it was made harder, none counts, and none
    that was easier by its own plan; small strides add up."""
    if row.session in step.earlier:
        return False
    expected = row.expected_suds
    as_hard = expected is None or step.expected_suds < expected + limits.harder_suds
    return as_hard and (row.contact.strip() == "" or step.contact.strip() != "")


def rows_of(step: LadderStep, ladder: str, rows: Iterable[Practised]) -> tuple[Practised, ...]:
    """All sessions of a step. One that names no ladder is of none: nothing is guessed."""
    return tuple(r for r in rows if r.ladder == ladder and r.step == step.id and ladder)


def evidence_of(step: LadderStep, rows: Sequence[Practised]) -> Evidence:
    """``rows``: the step's own, the oldest first."""
    found = Evidence()
    for row in rows:
        if counts(step, row):
            found = _with(found, step, row)
    return found


def told(
    step: LadderStep, rows: Iterable[Practised], limits: LadderSettings = LADDER
) -> Iterator[tuple[Practised, Evidence, StepState]]:
    """The sessions that count, one after another, and what they have said by then. What was
    reached stays so."""
    state, found = StepState.NEW, Evidence()
    for row in rows:
        if counts(step, row):
            found = _with(found, step, row)
            state = step_after(state, _word(state, found, step, row, limits))
            yield row, found, state


def state_of(
    step: LadderStep, rows: Sequence[Practised], limits: LadderSettings = LADDER
) -> StepState:
    """How far the step is. Put away, that is what it is."""
    state = StepState.NEW
    for _, _, now in told(step, rows, limits):
        state = now
    return step_after(state, "put_away") if step.put_away else state


def context_of(text: str) -> str:
    """A context without what does not make it another: case, marks, spaces, the order of its
    words. "" was not said."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(sorted(set(re.findall(r"\w+", plain))))


def is_done(step: LadderStep, row: Practised) -> bool:
    """*Done*, for as long as the step is now, and not far away or numb: none of that counts."""
    long_enough = row.planned_s is not None and row.planned_s >= step.planned_s
    return row.done and long_enough and not row.away


def _word(
    state: StepState, found: Evidence, step: LadderStep, row: Practised, limits: LadderSettings
) -> str:
    if state in (StepState.NEW, StepState.PRACTISING):
        return "reached" if found.reached(limits) else "practised"
    return "bare_repeat" if row.bare and is_done(step, row) else "practised"


def _with(found: Evidence, step: LadderStep, row: Practised) -> Evidence:
    done = is_done(step, row)
    strained = (*found.strained, row) if row.too_much or row.away else found.strained
    said = _expected(found, row)
    now = replace(
        found,
        counted=(*found.counted, row),
        strained=() if done and not row.too_much else strained,
    )
    if done:
        context = context_of(row.context)
        new = context != "" and context not in found.contexts
        contexts = (*found.contexts, context) if new else found.contexts
        now = replace(now, done=(*found.done, row), contexts=contexts)
    if said:
        now = replace(now, latest_pct=said[-1], latest_by=row.session)
        if not found.first_by:
            now = replace(now, first_pct=said[0], first_by=row.session)
    borne = row.coped if done or row.coped is False else None  # by the done ones alone
    if row.came in (Came.PARTLY, Came.YES) and borne is not None:
        now = replace(now, coped=borne)
    return now


def _expected(found: Evidence, row: Practised) -> list[int]:
    """How likely the feared was said to be. Of an undated session nobody knows whether that was
    before or after; far away or numb nothing is learnt, but a rise is heard."""
    said = [pct for pct in (row.before_pct, row.after_pct) if pct is not None and row.day]
    if not row.away:
        return said
    latest = found.latest_pct
    return [pct for pct in said if latest is not None and pct > latest]
