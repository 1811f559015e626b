"""What becomes of an accepted item of a reply: by the same ways as if the person had done it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from biocoach.cli.laddering import Laddering
from biocoach.cli.readings import Readings
from biocoach.clock import Clock, iso_utc
from biocoach.exposure.ladder import Ladder, LadderStep, ladder_of, with_step
from biocoach.exposure.proposal import Limits, within
from biocoach.profile import fit_for
from biocoach.settings import Settings
from biocoach.sharing.replies import CAME, CHANGE, NOTE, answered
from biocoach.store import Journal, StoreError, beside_of
from biocoach.types import Fit, Support
from dashboard.ports import Outcome

Json = dict[str, Any]
GONE, DONE = Outcome(why="not_there"), Outcome()
BEYOND = Outcome(why="beyond_limits")


class Accepting:
    """Over the open record of the person. ``ladders``: theirs."""

    def __init__(
        self,
        journal: Journal,
        ladders: Laddering,
        fit: Callable[[], Fit | None],
        wall: Callable[[], datetime],
        settings: Settings,
    ) -> None:
        self._journal = journal
        self._ladders = ladders
        self._fit = fit
        self._wall = wall
        self._care = settings.care

    async def answer(self, reply: str, item: str, answer: str) -> Outcome:
        """``accepted`` or ``not_now``. An item that was accepted stays so; what can't be done is
        refused, and waits as before. Raises StoreError."""
        value = await asyncio.to_thread(self._journal.fact, CAME + reply)
        after = answered(value, item, answer) if value else None
        if value is None or after is None:
            return GONE
        if answer == "accepted":
            one = next(row for row in value["items"] if row["id"] == item)
            outcome = await self._accept(one, value["by"], f"{reply}-{item}")
            if outcome.why:
                return outcome
        await asyncio.to_thread(self._journal.replace_fact, CAME + reply, after)
        return DONE

    async def _accept(self, item: Json, by: str, name: str) -> Outcome:
        if item["kind"] == NOTE:
            return await asyncio.to_thread(self._note, item, by, name)
        return await self._change(item, by) if item["kind"] == CHANGE else DONE

    def _note(self, item: Json, by: str, name: str) -> Outcome:
        if not self._journal.has_session(item["session"]):
            return GONE
        now = iso_utc(self._wall())
        note = {
            "at_s": item["at_s"], "text": item["text"], "by": by,
            "written_utc": now, "changed_utc": now, "rev": uuid4().hex,
        }  # fmt: skip
        self._journal.replace_fact(f"{beside_of(item['session'])}note:{name}", note)
        return DONE

    async def _change(self, item: Json, by: str) -> Outcome:
        if "way" in item:
            less = {key: item[key] for key in ("step", "way", "reason")} | {"by": by}
            return await self._ladders.overrule(item["ladder"], less)
        view = await self._ladders.view()
        if isinstance(view, Outcome):
            return view
        fact = await asyncio.to_thread(self._journal.fact, "ladders")
        known = (fact or {}).get("ladders", [])
        found = [one for one in map(ladder_of, known) if isinstance(one, Ladder)]
        ladder = next((one for one in found if one.id == item["ladder"]), None)
        step = ladder.step(item["step"]) if ladder else None
        if ladder is None or step is None:
            return GONE
        changed = _stepped(step, item)
        if changed != step and not within(changed, self._limits()):
            return BEYOND
        told = _placed(with_step(ladder, changed), step.id, item.get("place")).told()
        kept = await self._ladders.keep(ladder.id, {k: v for k, v in told.items() if k != "id"})
        return kept if isinstance(kept, Outcome) else DONE

    def _limits(self) -> Limits | None:
        """A therapist's word does not lift them; that the person has one is said in the fit."""
        fit = self._fit()
        if fit is not None and fit.with_therapist:
            return None
        return Limits(
            suds_max=self._care.alone_suds_max, length_max_s=self._care.alone_length_max_s
        )


def accepting(
    journal: Journal, clock: Clock, settings: Settings, *, simulated: bool
) -> tuple[Accepting, Readings]:
    """Over a record that no page serves; close the readings after."""
    readings = Readings(clock, settings)
    readings.open(journal.reader(), simulated=simulated)

    def fit() -> Fit | None:
        return fit_for(journal.fact("fit"), simulated=simulated)

    async def put(name: str, value: Json) -> Outcome:
        try:
            journal.replace_fact(name, value)
        except StoreError:
            return Outcome(why="not_recording")
        return DONE

    ladders = Laddering(
        fact=readings.fact, replace=put, record=lambda: journal, practised=readings.practised,
        urged=readings.urged, fit=fit, waits=lambda: "", simulated=lambda: simulated,
        wall=clock.wall, care=settings.care,
    )  # fmt: skip
    return Accepting(journal, ladders, fit, clock.wall, settings), readings


def _stepped(step: LadderStep, item: Json) -> LadderStep:
    support = Support(item["support"]) if "support" in item else step.support
    return replace(
        step,
        support=support,
        planned_s=float(item.get("planned_s", step.planned_s)),
        expected_suds=item.get("expected_suds", step.expected_suds),
    )


def _placed(ladder: Ladder, name: str, place: int | None) -> Ladder:
    """The step at this place among those in use; those put away stay behind."""
    if place is None:
        return ladder
    rest = [step for step in ladder.in_use if step.id != name]
    own = [step for step in ladder.in_use if step.id == name]
    away = [step for step in ladder.steps if step.put_away]
    return replace(ladder, steps=(*rest[:place], *own, *rest[place:], *away))
