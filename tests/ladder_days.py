"""A record of a person who climbs a ladder, made by the real parts: done, too much, far away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.profile import fact_of
from biocoach.running import Running
from biocoach.settings import Settings
from biocoach.store import Journal, Key, NoKeyring, Vault, open_store
from biocoach.types import (
    Begin,
    Debrief,
    End,
    Fit,
    InputBody,
    Mark,
    MarkKind,
    Plan,
    Presence,
    Rating,
    Step,
    Urge,
    UrgeKind,
)
from tests.fakes import FakeClock

STEPS = (
    LadderStep(id="room", title="They sit in another room", planned_s=600.0, expected_suds=10),
    LadderStep(id="walk", title="They go for a walk", planned_s=900.0, expected_suds=25),
    LadderStep(id="shop", title="They drive to the shop", planned_s=1200.0, expected_suds=40),
    LadderStep(id="evening", title="An evening out", planned_s=10_800.0, expected_suds=65),
)
MINE = Ladder(id="mine", title="When M. is away", rev="first", steps=STEPS)
# How many days ago, which step, where, how likely before and after; and whether it was too much.
LIVED: tuple[tuple[int, str, str, int, int, bool], ...] = (
    (70, "room", "Evening, at home", 80, 60, False),
    (68, "room", "Morning, at home", 60, 35, False),
    (66, "walk", "After dark", 70, 60, True),
    (40, "walk", "By day", 70, 65, True),
)
RATED = (Rating(suds=40, presence=Presence.HERE), Rating(suds=70, presence=Presence.FAR_AWAY))


def climbed(
    folder: Path,
    lived: Sequence[tuple[int, str, str, int, int, bool]] = LIVED,
    *,
    fit: Fit | None = None,
    rated: bool = False,
) -> None:
    """Into a plain record in this folder, which does not exist yet. ``rated``: and a day ago one
    that was kept by ratings alone."""
    fit = fit or Fit()
    folder.mkdir(parents=True)
    key = Vault(folder, NoKeyring()).create(None, plain=True)
    assert isinstance(key, Key)
    clock = FakeClock()
    journal = open_store(folder, key, writer="test", clock=clock)
    for n, (ago, step, context, before, after, too_much) in enumerate(lived):
        clock.set_wall(datetime.now(UTC) - timedelta(days=ago))
        told = next(one for one in STEPS if one.id == step)
        _live(journal, clock, f"climb-{n}", _said(told, context, before, after, fit, too_much))
    if rated:
        clock.set_wall(datetime.now(UTC) - timedelta(days=1))
        said = _said(STEPS[0], "At home", 60, 40, fit, too_much=False)
        said = [replace(one, strapless=True) if isinstance(one, Plan) else one for one in said]
        said[3:3] = RATED
        _live(journal, clock, "rated", said)
    clock.set_wall(datetime.now(UTC))
    journal.put_fact("fit", fact_of(fit))
    journal.put_fact("ladders", {"ladders": [MINE.told()], "decided": {}, "rev": "first"})
    journal.close()


def _said(
    told: LadderStep, context: str, before: int, after: int, fit: Fit, too_much: bool
) -> list[InputBody]:
    begin = Begin(seed=1, settings_hash=Settings().hash(), fit=fit)
    step: dict[str, Any] = {"id": told.id, "title": told.title, "ladder": "mine"}
    plan = Plan(
        step=Step(**step, expected_suds=told.expected_suds), planned_s=told.planned_s,
        feared="They will not come", probability_pct=before, suds=30, context=context,
    )  # fmt: skip
    debrief = Debrief(probability_pct=after, suds=40, stayed=True, beyond_plan=False)
    hard = [Mark(kind=MarkKind.TOO_MUCH)] if too_much else []
    ending = replace(debrief, stayed=False) if too_much else debrief
    return [
        begin, plan, Mark(kind=MarkKind.APART), Urge(kind=UrgeKind.TEXT, acted=False), *hard,
        Mark(kind=MarkKind.BACK), ending, End(),
    ]  # fmt: skip


def _live(journal: Journal, clock: FakeClock, name: str, said: list[InputBody]) -> None:
    running = Running(
        id=name, person="me", writer="test", settings=Settings(), start_clock_s=clock.now_s(),
        started=clock.wall(),
    )  # fmt: skip
    for body in said:
        steps = running.arrive(clock.now_s(), body, clock)
        journal.append([entry for step in steps for entry in step.entries])
        clock.advance(60)
