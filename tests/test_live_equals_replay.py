"""Live equals replay: what the journal kept, folded again, decides the same, byte for byte.

Whole sessions of the virtual person go through the real runtime and the real journal, with
deliveries that come late and in heaps; some are killed in the middle and come back.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from biocoach.adviser import Adviser
from biocoach.review.analysis import own_reading
from biocoach.review.record import fold
from biocoach.running import Running, Step
from biocoach.runtime import Runtime
from biocoach.sequencer import Sequencer
from biocoach.session import Session
from biocoach.settings import Settings
from biocoach.store import Journal, StoreError, memory_store
from biocoach.store.codec import to_text
from biocoach.types import (
    Activation,
    Begin,
    CleanBeat,
    Closed,
    Decision,
    Entry,
    Gap,
    InputBody,
    Link,
    Motion,
    Output,
    Second,
    SecondOpinion,
)
from devices.virtual import scenario_events
from tests.fakes import FakeClock, Heard, Told, opening, until

Rows = list[tuple[float, float, InputBody]]


class Killed(BaseException):
    """The program dies here; nothing in it may catch this."""


class Fragile:
    """The journal of a program that dies at one of its writes: just before, or just after."""

    def __init__(self, journal: Journal, at_write: int | None, *, after: bool) -> None:
        self._journal, self._left, self._after = journal, at_write, after

    def append(self, new: Sequence[Entry]) -> list[Entry]:
        if self._left is not None:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Killed
        done = self._journal.append(new)
        if self._left == 0:
            raise Killed
        return done


def deliveries(
    seed: int, scenario: str, faults: Sequence[str], start_s: float, *, frames: bool = True
) -> Rows:
    """The virtual person's story on the clock, delivered up to 2 s late, sometimes in heaps."""
    dice, rows, not_before = random.Random(seed), [], start_s
    for event in scenario_events(seed, scenario, faults):
        if isinstance(event.body, Motion) and not frames:
            continue
        at_s = start_s + event.at_s
        late_s = dice.choice([0.0, 0.0, 0.0, dice.uniform(0, 0.3), dice.uniform(0, 2.0)])
        not_before = max(not_before, at_s + late_s)
        rows.append((not_before, at_s, event.body))
    return rows


class Opinionated:
    """A helper that always has an opinion, every other time an odd one."""

    running = True
    count = 0

    def ask(self, line: str) -> str:
        self.count += 1
        found = own_reading(json.loads(line)["runs"])
        odd = found["hr_bpm"] is not None and self.count % 2
        return json.dumps(found | ({"hr_bpm": found["hr_bpm"] + 20} if odd else {}))

    def kill(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class Advised:
    """What a served biocoach has: a listener, and an adviser that hears what it hears."""

    heard: Heard
    adviser: Adviser

    def began(self, running: Running) -> None:
        self.adviser.began(running)

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        self.heard.stepped(running, steps)
        self.adviser.stepped(steps)

    def care(self, running: Running, steps: Sequence[Step]) -> None: ...

    def closed(self, running: Running) -> None: ...

    def recording(self, ok: bool, why: str) -> None: ...


async def advised(clock: FakeClock, journal: Journal, rows: Rows) -> Heard:
    """As ``live``, with NeuroKit2's readings of its beats coming in between."""
    heard, source = Heard(), Told(clock, rows)

    async def give(session: str, opinion: SecondOpinion) -> None:
        await runtime.hand_in(session, opinion)

    adviser = Adviser(
        helper=Opinionated(), clock=FakeClock(), settings=Settings().opinion, give=give
    )
    runtime = Runtime(
        source=source,
        clock=clock,
        book=journal,
        book_error=StoreError,
        listener=Advised(heard, adviser),
        next_session=opening(journal, clock),
    )
    tasks = {asyncio.create_task(runtime.run()), asyncio.create_task(adviser.run())}
    try:
        while not source.done:
            await until(lambda: clock.sleepers >= 2)
            clock.advance_to(clock.next_wake_s or 0.0)
            await asyncio.sleep(0)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return heard


async def live(clock: FakeClock, journal: Journal, rows: Rows, book: Fragile) -> Heard:
    """Run until the source is empty and all of it is told, or until the program dies."""
    heard, source = Heard(), Told(clock, rows)
    runtime = Runtime(
        source=source,
        clock=clock,
        book=book,
        book_error=StoreError,
        listener=heard,
        next_session=opening(journal, clock),
    )
    task = asyncio.create_task(runtime.run())

    def asleep() -> bool:
        return task.done() or clock.sleepers >= (1 if source.done else 2)

    try:
        while not (task.done() or source.done):
            await until(asleep)
            wake_s = clock.next_wake_s
            if wake_s is not None and not task.done():
                clock.advance_to(wake_s)
                await asyncio.sleep(0)
        for _ in range(3):
            await until(asleep)
            clock.advance(0.0 if task.done() else 1.0)
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
    return heard


def again(entries: Sequence[Entry]) -> list[str]:
    """The decisions of the journalled inputs, folded from the beginning."""
    session, sequencer, outputs = Session(Settings()), Sequencer(), list[Output]()
    for entry in entries:
        if isinstance(entry.body, InputBody):
            for item in sequencer.arrive(entry.at_s, entry.body):
                outputs += session.step(item)
    for item in sequencer.advance(max(e.at_s for e in entries)):
        outputs += session.step(item)
    return [to_text(o) for o in outputs if not isinstance(o, CleanBeat | Second)]


def kept(entries: Sequence[Entry]) -> list[str]:
    return [to_text(e.body) for e in entries if isinstance(e.body, Decision)]


def check(journal: Journal) -> None:
    for row in journal.sessions():
        entries = list(journal.read(row.session))
        assert kept(entries) == again(entries)
        stamps = [e.at_s for e in entries]
        assert stamps == sorted(stamps)
        numbers = [e.number for e in entries if e.number is not None]
        assert numbers == list(range(len(numbers)))
    assert journal.verify().problems == ()


def decided(journal: Journal, kind: type[Decision]) -> int:
    return sum(
        isinstance(e.body, kind) for r in journal.sessions() for e in journal.read(r.session)
    )


@pytest.mark.parametrize(
    ("seed", "scenario", "faults"),
    [
        (1, "separation", ()),
        (2, "separation", ("dropout", "silence", "contact", "ectopy")),
        (3, "panic", ("noacc", "silence")),
        (4, "walk", ("contact", "ectopy")),
    ],
)
def test_a_jittered_live_session_replays_byte_for_byte(
    seed: int, scenario: str, faults: tuple[str, ...]
) -> None:
    clock = FakeClock(1000.123)
    journal = memory_store(writer="test", clock=clock)
    rows = deliveries(seed, scenario, faults, clock.now_s())
    heard = asyncio.run(live(clock, journal, rows, Fragile(journal, None, after=False)))
    check(journal)
    assert heard.states == []
    assert decided(journal, Activation) >= (0 if scenario == "walk" else 1)
    if scenario == "separation":
        assert decided(journal, Closed) == 1
        rows_1 = [e for e in journal.read("s1") if isinstance(e.body, InputBody)]
        record = fold(
            [(e.at_s, e.body) for e in rows_1 if isinstance(e.body, InputBody)], Settings()
        )
        told = [s for name, step in heard.steps if name == "s1" for s in step.outputs]
        assert [s for s in told if isinstance(s, Second)] == record.seconds
        assert (
            sorted((o for o in told if isinstance(o, Gap)), key=lambda g: g.start_s) == record.gaps
        )


def test_second_opinions_are_inputs_so_that_their_session_replays_too() -> None:
    """They come whenever the child is ready, and the quality that they cap is the same again."""
    clock = FakeClock(1000.123)
    journal = memory_store(writer="test", clock=clock)
    rows = deliveries(1, "separation", ("ectopy", "dropout"), clock.now_s(), frames=False)
    heard = asyncio.run(advised(clock, journal, rows))
    check(journal)
    inputs = [(e.at_s, e.body) for e in journal.read("s1") if isinstance(e.body, InputBody)]
    opinions = [body for _, body in inputs if isinstance(body, SecondOpinion)]
    assert len(opinions) >= 5  # how many depends on how fast the child is
    told = [
        o for name, step in heard.steps if name == "s1" for o in step.outputs
        if isinstance(o, Second)
    ]  # fmt: skip
    assert told == fold(inputs, Settings()).seconds
    assert any(s.quality_why == "second_opinion" for s in told)
    without = [(at_s, body) for at_s, body in inputs if not isinstance(body, SecondOpinion)]
    assert not any(s.quality_why for s in fold(without, Settings()).seconds)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("seed", "scenario", "at_write"), [(5, "separation", 700), (6, "panic", 990)]
)
def test_a_killed_session_comes_back_and_still_replays(
    seed: int, scenario: str, at_write: int, after: bool
) -> None:
    clock = FakeClock(1000.5)
    journal = memory_store(writer="test", clock=clock)
    start_s = clock.now_s()
    rows = deliveries(seed, scenario, (), start_s, frames=False)
    asyncio.run(live(clock, journal, rows, Fragile(journal, at_write, after=after)))
    died_s = clock.now_s()
    (row,) = journal.sessions()
    assert not row.closed
    before = list(journal.read("s1"))
    check(journal)

    clock = FakeClock(died_s + 20.25)  # the same boot: the clock went on
    back = [(0.0, clock.now_s(), Link(up=True)), *(r for r in rows if r[0] > clock.now_s())]
    heard = asyncio.run(live(clock, journal, back, Fragile(journal, None, after=False)))
    entries = list(journal.read("s1"))
    assert entries[: len(before)] == before
    assert heard.began_ids[0] == "s1"
    assert next(e.body for e in entries[len(before) :] if isinstance(e.body, InputBody)) == Link(
        up=False, reason="restarted"
    )
    gaps = [e.body for e in entries if isinstance(e.body, Gap)]
    (gap,) = [g for g in gaps if g.reason == "restarted"]
    assert gap.start_s == pytest.approx(died_s - start_s, abs=4)
    assert gap.end_s == pytest.approx(died_s + 20.25 - start_s, abs=4)
    assert [type(e.body) for e in entries].count(Begin) == 1
    check(journal)
    if scenario == "separation":
        assert decided(journal, Closed) == 1


def test_a_session_killed_again_and_again_is_still_one_session() -> None:
    clock = FakeClock(1000.0)
    journal = memory_store(writer="test", clock=clock)
    rows = deliveries(8, "separation", ("ectopy",), clock.now_s(), frames=False)
    for round_ in range(8):
        left = [r for r in rows if r[0] > clock.now_s()]
        if round_:
            left = [(0.0, clock.now_s(), Link(up=True)), *left]
        book = Fragile(journal, 150 + 17 * round_, after=bool(round_ % 2))
        asyncio.run(live(clock, journal, left, book))
        check(journal)
        clock = FakeClock(clock.now_s() + 7.3)
    assert [r.session for r in journal.sessions()][:1] == ["s1"]
    assert all(r.closed for r in journal.sessions()[:-1])
