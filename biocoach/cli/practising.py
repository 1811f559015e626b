"""The practices of a running biocoach: what there are, what is open, what was written in them.

The dashboard's ``Practices``. Whenever something changes that a session must know, the session is
told (``Repertoire``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from biocoach.cli.facts import LOCKED
from biocoach.cli.sheets import Sheets
from biocoach.clock import iso_utc
from biocoach.coach import repertoire as rep
from biocoach.coach.dropped import Dropped, own_folder
from biocoach.coach.practice import Breath, Do, Pace, Practice, PracticeStep
from biocoach.coach.shipped import shipped
from biocoach.store import StoreError, make_folders
from biocoach.types import Fit, PracticeLog, PracticeMoment, Repertoire
from dashboard.ports import Outcome

Json = dict[str, Any]
CHOICES = "practices"  # the facts' names
PACE = "pace"
DRAFT = "draft"  # the field of a draft that was changed by hand
IN_SHARE = 0.4  # of a breath at one's own pace; the share at which it was looked for


class Practising:
    """``fact`` reads from the open record, ``keep`` writes to it, ``tell`` tells the session.
    ``record``: the one that is open, or None. ``quickness`` and ``helps`` say how settling went
    with each practice."""

    def __init__(
        self,
        base: Path,
        *,
        sheets: Sheets,
        fact: Callable[[str], Json | None],
        keep: Callable[[str, Json], Awaitable[Outcome]],
        tell: Callable[[Repertoire], Awaitable[Outcome]],
        record: Callable[[], object | None],
        fit: Callable[[], Fit | None],
        wall: Callable[[], datetime],
        quickness: Callable[[], dict[str, tuple[float, float]]] = dict,
        helps: Callable[[], Json] = dict,
    ) -> None:
        self.folder = own_folder(base)
        self._dropped = Dropped(self.folder, shipped())
        self._sheets = sheets
        self._fact = fact
        self._keep = keep
        self._tell = tell
        self._record = record
        self._fit = fit
        self._wall = wall
        self._quickness = quickness
        self._helps = helps
        self._believed: dict[str, tuple[float, float]] = {}
        self._due: Callable[[], object] = _nothing
        self._told: Repertoire | None = None
        self._turn = asyncio.Lock()

    # ---- what a session must know

    def repertoire(self) -> Repertoire:
        """As of now; the session that is given it knows it. What is believed of the practices
        comes after (``keep_up``): that takes a moment, and a session opens at once."""
        now = self._known()
        self._due()
        return now

    def _known(self) -> Repertoire:
        self._make_folder()
        self._dropped.look()
        self._told = rep.repertoire_of(
            self._dropped.library, self._choices(), self._fit(), self._believed
        )
        return self._told

    async def keep_up(self) -> None:
        """Look again after each session has opened, until cancelled."""
        due, loop = asyncio.Event(), asyncio.get_running_loop()
        self._due = lambda: loop.call_soon_threadsafe(due.set)
        try:
            while True:
                await due.wait()
                due.clear()
                await self.refresh()
        finally:
            self._due = _nothing

    async def refresh(self) -> None:
        """Tell the session where something changed; again the next time where it was not heard."""
        async with self._turn:
            await asyncio.to_thread(self._believe)
            before = self._told
            now = await asyncio.to_thread(self._known)
            if before is None or now == before:
                return
            if (await self._tell(now)).why and self._told is now:
                self._told = before

    def _believe(self) -> None:
        """Only a choice by trying asks for it."""
        self._believed = self._quickness() if self._choices().sampling else {}

    def log(self, told: PracticeLog) -> PracticeLog | None:
        if told.moment not in (PracticeMoment.STARTED, PracticeMoment.MOVED):
            return told  # its file may have gone while it ran: it can be ended all the same
        practice = self._dropped.library.practices.get(told.practice)
        if practice is None:  # where it runs already, it goes on
            return None if told.moment is PracticeMoment.STARTED else told
        at = told.step or 0
        if at >= len(practice.steps):
            return replace(told, step=None)
        step = practice.steps[at]
        pace = self._choices().pace_per_min if step.pace is Pace.OWN else None
        breath = _breath_of(step, pace)
        if breath is None:
            return told
        per_min, in_share = 60 / breath.whole_s, (breath.in_s + breath.sip_s) / breath.whole_s
        return replace(told, paced=True, per_min=per_min, in_share=in_share)

    def _choices(self) -> rep.Choices:
        return rep.choices_of(self._fact(CHOICES), self._fact(PACE))

    def _make_folder(self) -> None:
        """So that there is one to put files into. Where it can't be made there are none."""
        try:
            make_folders(self.folder)
        except OSError:
            return

    # ---- what a page may read and do

    async def shelf(self) -> Json:
        await self.refresh()
        return await asyncio.to_thread(self._shelf)

    def _shelf(self) -> Json:
        library, choices, fit = self._dropped.library, self._choices(), self._fit()
        fitting = [p for p in library.practices.values() if rep.fits_age(p, fit)]
        pace = self._fact(PACE)
        return {
            "practices": [self._row(p, choices, fit) for p in fitting],
            "problems": [asdict(problem) for problem in library.problems],
            "folder": str(self.folder),
            "sampling": choices.sampling,
            "pace": pace if choices.pace_per_min is not None else None,
        }

    def _row(self, practice: Practice, choices: rep.Choices, fit: Fit | None) -> Json:
        row = asdict(practice)
        for step, shown in zip(practice.steps, row["steps"], strict=True):
            breath = _breath_of(step, choices.pace_per_min)
            shown["breath"] = asdict(breath) if breath else None
        return row | {
            "mine": practice.id in self._dropped.mine,
            "closed": rep.closed(practice, choices, fit),
            "offered": rep.offered(practice, choices),
            "may_be_offered": rep.may_be_offered(practice),
        }

    async def choose(self, practice: str, choice: Json) -> Outcome:
        found = self._dropped.library.practices.get(practice)
        if found is None:
            return Outcome(why="unknown_practice")
        if choice.get("offered") and not rep.may_be_offered(found):
            return Outcome(why="closed")
        fit = await asyncio.to_thread(self._fit)
        if choice.get("enabled_by") and not (fit and fit.with_therapist):
            return Outcome(why="no_therapist")
        return await self._change(lambda before: rep.changed(before, practice, choice))

    async def sample(self, on: bool) -> Outcome:
        return await self._change(lambda before: replace(before, sampling=on))

    async def set_pace(self, per_min: float | None) -> Outcome:
        found_utc = iso_utc(self._wall())
        outcome = await self._keep(PACE, {"per_min": per_min, "found_utc": found_utc})
        if not outcome.why:
            await self.refresh()
        return outcome

    async def _change(self, change: Callable[[rep.Choices], rep.Choices]) -> Outcome:
        """One change at a time, so that none is lost to another page's."""
        async with self._turn:
            record = self._record()
            try:
                before = await asyncio.to_thread(self._choices)
            except StoreError:
                return LOCKED
            if record is None or self._record() is not record:
                return LOCKED  # what was read is of another record
            outcome = await self._keep(CHOICES, rep.fact_of(change(before)))
        if not outcome.why:
            await self.refresh()
        return outcome

    def words(self, practice: str) -> Json:
        return self._sheets.read(practice)

    async def keep_words(
        self, practice: str, words: dict[str, str], *, rev: str, afresh: bool = False
    ) -> Json | Outcome:
        found = self._dropped.library.practices.get(practice)
        if found is None:
            return Outcome(why="unknown_practice")
        fields = {step.field for step in found.steps if step.field} | {DRAFT}
        if set(words) - fields:
            return Outcome(why="unknown_field")
        return await self._sheets.keep(practice, words, rev=rev, afresh=afresh)

    async def forget_words(self, practice: str, at_utc: str) -> Json | Outcome:
        return await self._sheets.forget(practice, at_utc)

    def helps(self) -> Json:
        found = self._helps()
        if not found:
            return {}
        used = {row["practice"] for group in found["groups"] for row in group["practices"]}
        library = self._dropped.library.practices
        titles = {name: library[name].title for name in sorted(used & set(library))}
        return found | {"titles": titles, "sampling": self._choices().sampling}


def _nothing() -> None:
    pass


def _breath_of(step: PracticeStep, pace_per_min: float | None) -> Breath | None:
    """The breath that a step paces; at one's own pace, once that was found."""
    if step.do is not Do.BREATHE or step.pace is Pace.FIXED:
        return step.breath
    if pace_per_min is None:
        return None
    whole_s = 60 / pace_per_min
    return Breath(in_s=round(IN_SHARE * whole_s, 2), out_s=round((1 - IN_SHARE) * whole_s, 2))
