"""The ladders of a running biocoach: the dashboard's ``Ladders``, over facts of the open record.

Two facts: the ladders with what was decided on them, and the arc. Of each only the latest
wording is kept, so that a name that was taken out is gone; what was practised stands in the
sessions themselves. One change at a time; what was read of one record is never written into
another; ``rev`` keeps two windows apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from biocoach.cli.facts import LOCKED
from biocoach.cli.ladder_facts import ARC, LADDERS, Held, held_of
from biocoach.cli.ladder_view import Seen, view_of
from biocoach.exposure.arc import Urged
from biocoach.exposure.decided import (
    Answered,
    Decisions,
    Overrule,
    Way,
    last_day,
    lifted,
    with_answer,
    with_overrule,
)
from biocoach.exposure.ladder import Ladder, history_of, kept, ladder_of
from biocoach.exposure.practised import Practised
from biocoach.exposure.proposal import Around, Limits, Proposal, overrule_fits, taken
from biocoach.exposure.templates import Template, shipped
from biocoach.exposure.titration import proposals
from biocoach.settings import LADDER, CareSettings
from biocoach.store import StoreError
from biocoach.types import AgeBand, Fit, Refusal
from dashboard.ports import Outcome

Json = dict[str, Any]
CHANGED, GONE, UNFIT = Outcome(why="changed"), Outcome(why="not_there"), Outcome(why="unfit")
FULL, NO_LESS = Outcome(why="full"), Outcome(why="no_less")


Changed = tuple[str, Json] | Outcome  # which fact, and what it says now


class Laddering:
    """``fact`` reads from the open record, ``replace`` writes to it and erases what was there.
    ``practised``, ``urged``: what the sessions say, the oldest first. ``waits``: why practising
    apart can't begin today. ``record``: the one that is open, or None."""

    def __init__(
        self,
        *,
        fact: Callable[[str], Json | None],
        replace: Callable[[str, Json], Awaitable[Outcome]],
        record: Callable[[], object | None],
        practised: Callable[[], list[Practised]],
        urged: Callable[[], list[Urged]],
        fit: Callable[[], Fit | None],
        waits: Callable[[], str],
        simulated: Callable[[], bool],
        wall: Callable[[], datetime],
        care: CareSettings,
        new_id: Callable[[], str] = lambda: uuid4().hex,
        templates: tuple[Template, ...] | None = None,
    ) -> None:
        self._fact = fact
        self._replace = replace
        self._record = record
        self._practised = practised
        self._urged = urged
        self._fit = fit
        self._waits = waits
        self._simulated = simulated
        self._wall = wall
        self._care = care
        self._new_id = new_id
        self._templates = shipped() if templates is None else templates
        self._turn = asyncio.Lock()

    # ---- what a page may read and do

    async def view(self) -> Json | Outcome:
        if self._record() is None:
            return LOCKED
        try:
            return await asyncio.to_thread(self._view)
        except StoreError:
            return LOCKED

    def _view(self) -> Json | Outcome:
        held = self._held()
        if isinstance(held, Outcome):
            return held
        seen = Seen(
            ladders=held.ladders,
            rows=held.rows,
            urges=tuple(self._urged()),
            decisions=held.decisions,
            course=held.course,
            around=self._around(),
        )
        return view_of(seen, self._templates) | {"simulated": self._simulated()}

    async def add(self, template: str | None, title: str) -> Json | Outcome:
        found = next((one for one in self._templates if one.id == template), None)
        if template is not None and found is None:
            return GONE
        named = title.strip() or (found.title if found else "")
        if not named:
            return UNFIT
        steps = [replace(step, id=self._new_id()) for step in (found.steps if found else ())]
        new = Ladder(id=self._new_id(), title=named, steps=tuple(steps), rev=self._new_id())

        def change(held: Held) -> Changed:
            if len(held.ladders) >= LADDER.ladders_max:
                return FULL
            return self._told((*held.ladders, new), held.decisions)

        outcome = await self._rewrite(change)
        return outcome if outcome.why else {"id": new.id, "rev": new.rev}

    async def keep(self, name: str, wish: Json) -> Json | Outcome:
        rev = self._new_id()
        asked = ladder_of({**wish, "id": name})
        if isinstance(asked, Refusal):
            return UNFIT

        def change(held: Held) -> Changed:
            before = held.ladder(name)
            if before is None:
                return GONE
            if before.rev != asked.rev:
                return CHANGED
            past = history_of(((r.ladder, r.step, r.session) for r in held.rows), name)
            now = kept(before, asked, past)
            if isinstance(now, Refusal):
                return UNFIT
            after = _with(held.ladders, replace(now, rev=rev))
            return self._told(after, held.decisions)

        outcome = await self._rewrite(change)
        return outcome if outcome.why else {"rev": rev}

    async def answer(self, name: str, proposal: str, *, yes: bool, way: str | None) -> Outcome:
        """A yes changes the step where there is something to change, and is kept; a no is kept."""

        def found_in(held: Held) -> tuple[Ladder, str, Proposal] | None:
            ladder = held.ladder(name)
            if ladder is None:
                return None
            now = proposals(ladder, held.rows, held.decisions, self._around())
            return next(((ladder, s, p) for s, p in now.items() if p.id == proposal), None)

        def change(held: Held) -> Changed:
            found = found_in(held)
            if found is None:
                return CHANGED  # the data behind it has changed, or it was answered
            ladder, step, told = found
            which = told.way if way is None else Way(way)
            if not told.asks or which not in (told.way, *told.others):
                return CHANGED
            answer = Answered(
                proposal=proposal, ladder=name, step=step, way=which, yes=yes, day=self._today(),
                seen=held.over(name, step),
            )  # fmt: skip
            now = taken(ladder, step, told, which) if yes else ladder
            if now != ladder:
                now = replace(now, rev=self._new_id())
            decided = with_answer(held.decisions, answer)
            return self._told(_with(held.ladders, now), decided)

        return await self._rewrite(change)

    async def overrule(self, name: str, less: Json) -> Outcome:
        today = self._today()
        new = Overrule(
            id=self._new_id(), ladder=name, step=less["step"], way=Way(less["way"]),
            by=less["by"].strip(), reason=less["reason"].strip(), day=today, until=last_day(today),
        )  # fmt: skip
        if not new.by or not new.reason:
            return UNFIT

        def change(held: Held) -> Changed:
            ladder = held.ladder(name)
            step = ladder.step(new.step) if ladder else None
            if ladder is None or step is None:
                return GONE
            if not overrule_fits(ladder, step, new.way, LADDER):
                return NO_LESS
            return self._told(held.ladders, with_overrule(held.decisions, new))

        return await self._rewrite(change)

    async def lift(self, name: str, step: str) -> Outcome:
        def change(held: Held) -> Changed:
            now = lifted(held.decisions, name, step, self._today())
            return GONE if now == held.decisions else self._told(held.ladders, now)

        return await self._rewrite(change)

    async def set_phase(self, phase: str, by: str) -> Outcome:
        today = self._today()
        return await self._rewrite(
            lambda held: (ARC, self._fresh(held.course.moved(phase, by.strip(), today).told()))
        )

    async def watch(self, signs: list[str], written_in: object | None = None) -> Outcome:
        """``written_in``: the record that says so, where it must be that one."""
        return await self._rewrite(
            lambda held: (ARC, self._fresh(held.course.watching(signs).told())), written_in
        )

    # ---- inside

    def _held(self) -> Held | Outcome:
        """Raises StoreError."""
        return held_of(self._fact, self._practised())

    async def _rewrite(
        self, change: Callable[[Held], Changed], only: object | None = None
    ) -> Outcome:
        async with self._turn:
            record = self._record()
            if only is not None and record is not only:
                return LOCKED
            try:
                held = await asyncio.to_thread(self._held)
            except StoreError:
                return LOCKED
            if record is None or self._record() is not record:
                return LOCKED
            if isinstance(held, Outcome):
                return held
            changed = change(held)
            if isinstance(changed, Outcome):
                return changed
            return await self._replace(*changed)

    def _told(self, ladders: tuple[Ladder, ...], decisions: Decisions) -> tuple[str, Json]:
        """Both in one fact, so that a yes is never kept without what it changes."""
        told = [ladder.told() for ladder in ladders]
        return LADDERS, self._fresh({"ladders": told, "decided": decisions.told()})

    def _fresh(self, value: Json) -> Json:
        """With something random in it, so that nobody can guess an erased wording by its hash."""
        return value | {"rev": self._new_id()}

    def _around(self) -> Around:
        fit, care = self._fit(), self._care
        alone = fit is None or not fit.with_therapist
        return Around(
            today=self._today(),
            limits=Limits(suds_max=care.alone_suds_max, length_max_s=care.alone_length_max_s)
            if alone
            else None,
            waits=self._waits(),
            child=fit is not None and fit.age is AgeBand.CHILD,
            simulated=self._simulated(),
        )

    def _today(self) -> str:
        return self._wall().astimezone().date().isoformat()


def _with(ladders: tuple[Ladder, ...], changed: Ladder) -> tuple[Ladder, ...]:
    return tuple(changed if one.id == changed.id else one for one in ladders)
