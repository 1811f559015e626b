"""One practice of the simulated year, through the very session that a person's goes through."""

from __future__ import annotations

import heapq
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from biocoach.captures import Timed
from biocoach.clock import StoryClock
from biocoach.opening import Opening
from biocoach.review.summing_up import sum_up
from biocoach.running import Running, Step
from biocoach.settings import Settings
from biocoach.store import Journal
from biocoach.types import (
    Arrival,
    InputBody,
    Offer,
    OfferReply,
    PracticeLog,
    PracticeMoment,
    Reply,
)
from devices.virtual_heart import Dice
from devices.virtual_year_words import STRAP

Json = dict[str, Any]
TAKES = 0.6  # of the offers
REPLY_AFTER_S, PRACTICE_S = 8.0, 120.0


@dataclass(frozen=True, slots=True)
class YearSource:
    """Stands for the strap: only its name is asked. It is lived, so that the day's rules hold."""

    name: str = STRAP
    simulated: bool = True
    scripted: bool = False

    def stream(self) -> AsyncGenerator[Arrival, None]:
        return _nothing()


async def _nothing() -> AsyncGenerator[Arrival, None]:
    """Nothing arrives by itself: the year hands each thing in at its time."""
    nothing: tuple[Arrival, ...] = ()
    for arrival in nothing:
        yield arrival


@dataclass(slots=True)
class Lived:
    """Opens one session after another in this journal and lets events happen in it."""

    _journal: Journal
    _clock: StoryClock
    _opening: Opening
    _settings: Settings
    _order: Iterator[int] = field(default_factory=count)

    def begin(self) -> Running:
        opened = self._opening.open(YearSource(), resume=False)
        self._append(opened.steps)
        return opened.running

    def live(self, running: Running, events: Iterator[Timed], dice: Dice) -> None:
        """All of it, and what the person does about what is offered meanwhile."""
        waiting = [(e.at_s, next(self._order), e.body) for e in events]
        heapq.heapify(waiting)
        done: list[Step] = []
        while waiting and not running.closed:
            at_s, _, body = heapq.heappop(waiting)
            self._clock_at(running, at_s)
            steps = running.arrive(running.start_clock_s + at_s, body, self._clock)
            for offer in _offers(steps):
                for later_s, said in _answers(offer, dice):
                    heapq.heappush(waiting, (at_s + later_s, next(self._order), said))
            done += steps
        self._append(done + running.end(self._clock, reason="ended"))
        sum_up(self._journal, running.id, self._settings)

    def _clock_at(self, running: Running, at_s: float) -> None:
        ahead_s = running.start_clock_s + at_s - self._clock.now_s()
        if ahead_s > 0:
            self._clock.pass_s(ahead_s)

    def _append(self, steps: list[Step]) -> None:
        self._journal.append([entry for step in steps for entry in step.entries])


def _offers(steps: list[Step]) -> list[Offer]:
    outputs = [output for step in steps for output in step.outputs]
    return [output for output in outputs if isinstance(output, Offer) and not output.asked]


def _answers(offer: Offer, dice: Dice) -> list[tuple[float, InputBody]]:
    if dice.random() > TAKES:
        return [(REPLY_AFTER_S, OfferReply(reply=Reply.NOT_NOW))]
    begun_s = REPLY_AFTER_S + 2
    log = PracticeLog(practice=offer.practice, moment=PracticeMoment.STARTED)
    over = PracticeLog(practice=offer.practice, moment=PracticeMoment.FINISHED)
    return [
        (REPLY_AFTER_S, OfferReply(reply=Reply.TAKE)),
        (begun_s, log),
        (begun_s + PRACTICE_S, over),
    ]
