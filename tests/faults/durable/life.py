"""One life of the program: the real runtime over a real journal, a virtual strap in jumping time.

What is about to be written is said before (``tries``), and what was shown after (``shown``): the
listener is told after the commit, and so that is what was acknowledged.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from biocoach.coach.choice import BEFORE
from biocoach.opening import Opening
from biocoach.running import Running, Step
from biocoach.runtime import Book, Listener, Runtime
from biocoach.settings import Settings
from biocoach.store import Journal, Key, StoreError, open_store
from biocoach.store.codec import canonical, to_json
from biocoach.types import End, Entry, Fit, InputBody, Mark, MarkKind, Plan, Rating, Support
from biocoach.types import Step as Rung
from devices.virtual import VirtualSource
from tests.faults.durable.children import Say
from tests.faults.durable.jumping import JumpClock, run_jumping

Weaken = Callable[[Journal], None]
PLAN = Plan(
    step=Rung(id="shop", title="They drive to the shop", support=Support.REGULATE), planned_s=900.0
)


def digest(entry: Entry) -> str:
    """Names an entry by all that its writer gave it; what the journal adds (seq) left out."""
    told = [entry.session, entry.number, float(entry.at_s), entry.wall_utc, entry.boot_id]
    return sha256(canonical([*told, to_json(entry.body)]).encode()).hexdigest()[:16]


class Teller:
    """The runtime's listener, which says what was shown."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def began(self, running: Running) -> None:
        self._say(f"began {running.id}")

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        shown = [digest(entry) for step in steps for entry in step.entries]
        self._say(" ".join(["shown", *shown]))

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        """Is told again by ``stepped``."""

    def closed(self, running: Running) -> None:
        self._say(f"closed {running.id}")

    def recording(self, ok: bool, why: str) -> None:
        self._say(f"recording {ok} {why}")


def telling(journal: Journal, say: Say) -> Journal:
    """The same journal, which says what it is about to append."""
    append = journal.append

    def aloud(new: Sequence[Entry]) -> list[Entry]:
        say(" ".join(["tries", *map(digest, new)]))
        return append(new)

    journal.append = aloud  # type: ignore[method-assign]
    return journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """``seed`` decides the heart, the person's words and the names of new sessions."""

    folder: Path
    key: Key
    seed: str
    zero_s: float
    boot_id: str
    last_s: float = 3600.0  # of jumping time, then it ends by itself
    weaken: Weaken | None = None  # what a proof takes away

    def live(self, say: Say) -> None:
        run_jumping(self._live(say), self.seed)

    async def _live(self, say: Say) -> None:
        clock = JumpClock(self.zero_s, self.boot_id, asyncio.get_running_loop())
        dice = random.Random(self.seed)
        journal = open_store(self.folder, self.key, writer="life", clock=clock)
        if self.weaken:
            self.weaken(journal)
        telling(journal, say)
        runtime = self.runtime(journal, journal, Teller(say), clock)
        tasks = {
            asyncio.create_task(runtime.run()),
            asyncio.create_task(_talk(runtime, clock, dice)),
        }
        await ended(tasks, self.last_s)
        journal.close()

    def runtime(
        self, journal: Journal, book: Book, listener: Listener, clock: JumpClock
    ) -> Runtime:
        dice = random.Random(f"{self.seed}/runtime")
        return Runtime(
            source=VirtualSource(
                clock=clock, seed=dice.randrange(50), scenario="separation", scripted=False
            ),
            clock=clock,
            book=book,
            book_error=StoreError,
            listener=listener,
            next_session=Opening(
                journal=journal,
                clock=clock,
                settings=Settings(),
                writer="life",
                fit=lambda: Fit(with_therapist=True),
                new_id=lambda: f"s{dice.getrandbits(48):012x}",
                seed=lambda: 7,
                repertoire=lambda: BEFORE,
            ),
        )


async def ended(tasks: set[asyncio.Task[None]], last_s: float | None = None) -> None:
    """All of them, as soon as one has come to its end, or after so long. Raises what they did."""
    await asyncio.wait(tasks, timeout=last_s, return_when="FIRST_COMPLETED")
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _talk(runtime: Runtime, clock: JumpClock, dice: random.Random) -> None:
    """What a person says, for ever. A plan is refused where one was made before the kill."""
    while runtime.running is None:
        await asyncio.sleep(0.01)
    while True:
        said = [Rating(suds=dice.randrange(101)) for _ in range(dice.randrange(2, 60))]
        words: list[InputBody] = [PLAN, Mark(kind=MarkKind.APART), *said, End(), End()]
        for word in words:
            await runtime.submit(word)
            await asyncio.sleep(dice.uniform(0.2, 8))
