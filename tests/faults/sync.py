"""A clinic's copy over real TCP and TLS that is cut after any byte, and a program that is killed
between any two steps: at the end no line is lost, none doubled, and each says what it may.

A record lives meanwhile: it is practised and written in, erased, agreed to and withdrawn, put back
from older backups.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from biocoach.clock import SystemClock
from biocoach.syncing import round as rounds
from biocoach.syncing.over_http import Address, OverHttp, trusting
from biocoach.syncing.wire import Join, Joined
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.store.support import KEY, PLAIN
from tests.syncing.authority import Authority
from tests.syncing.memory_clinic import MemoryClinic
from tests.syncing.record import Living, unlike
from tests.syncing.served_clinic import ServedClinic, serving

PIECE = 50  # cuts of one record
LONG = 3000  # lines, so that a message has hundreds of kB
MOST_BYTES = 1_500_000
KILLS = 0.3  # of the cuts
LAST_ROUNDS = 5
USUAL = ("sessions", "ladder", "measures")


def run(order: Order) -> Outcome:
    return in_pieces(order, "sync", PIECE, _piece)


def _piece(piece: Piece) -> Outcome:
    return asyncio.run(_lived(*piece))


@dataclass
class Proxy:
    """Passes bytes on, ``left`` of them, then cuts whoever talks; None: all."""

    to: int
    left: int | None = None
    port: int = 0
    cut: bool = False
    talks: dict[asyncio.Task[None], list[asyncio.Task[None]]] = field(default_factory=dict)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._came, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()
            for way in [way for ways in self.talks.values() for way in ways]:
                way.cancel()
            await asyncio.gather(*self.talks)

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_connection("127.0.0.1", self.to)
        talk = asyncio.current_task()
        assert talk is not None
        ways = self.talks[talk] = [
            asyncio.create_task(self._pass(reader, to_there)),
            asyncio.create_task(self._pass(there, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for end in (writer, to_there):
            end.transport.abort()  # as a cable that is pulled, not a polite goodbye
            with suppress(OSError):
                await end.wait_closed()
        del self.talks[talk]

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                if self.left is not None:
                    data, cut = data[: self.left], len(data) >= self.left
                    self.left -= len(data)
                    if cut:
                        self.cut = True
                        writer.write(data)
                        await writer.drain()
                        return
                writer.write(data)
                await writer.drain()


async def _lived(seed: str, cuts: int) -> Outcome:
    dice = random.Random(seed)
    outcome = Outcome({"cuts": 0, "of them kills": 0, "rounds": 0})
    with TemporaryDirectory() as name:
        place = Path(name)
        authority = Authority(place / "authority")
        clinic = MemoryClinic("code")
        living = Living(place / "record", seed, dice.choice([KEY, PLAIN]))
        try:
            with serving(clinic, authority.tls()) as served:
                life = Life(living, served, authority, dice, outcome)
                await life.go(cuts)
            _look(seed, living, clinic, outcome)
        finally:
            living.close()
    return outcome


@dataclass
class Life:
    living: Living
    served: ServedClinic
    authority: Authority
    dice: random.Random
    outcome: Outcome

    def __post_init__(self) -> None:
        self.tls = trusting(self.authority.pem)
        self.proxy = Proxy(self.served.port)

    async def go(self, cuts: int) -> None:
        self.living.practise(LONG)
        async with self.proxy.open():
            found = await self.served.clinic.join(Join(speaks=1, code="code", device="d"))
            assert isinstance(found, Joined)
            self.living.join(found.token, *USUAL)
            self.living.back_up()
            while self.outcome.counts["cuts"] < cuts:
                for _ in range(self.dice.randint(1, 4)):
                    self.living.anything()
                if self.dice.random() < 0.1:
                    self.living.practise(LONG)
                await self._cut_round()
            if self.dice.random() < 0.7:
                self.living.agree("sessions", "notes", "moments")  # so that words are looked at
            for _ in range(LAST_ROUNDS):
                if await self._round(-1):
                    return
            self.outcome.failures.append(f"it does not come to rest: {self.living.trouble}")

    async def _cut_round(self) -> None:
        if self.dice.random() < KILLS:
            if not await self._round(self.dice.randint(0, 8)) and self.living.trouble is None:
                self.outcome.counts["of them kills"] += 1
                self.outcome.counts["cuts"] += 1
                self.living.again()
            return
        self.proxy.cut, self.proxy.left = False, int(MOST_BYTES ** self.dice.random())
        await self._round(-1)
        self.outcome.counts["cuts"] += self.proxy.cut
        self.proxy.left = None

    async def _round(self, kill: int) -> bool:
        """Whether it came to its end; killed at the message ``kill``, said or not yet."""
        living = self.living
        self.outcome.counts["rounds"] += 1
        address = Address(url=f"https://127.0.0.1:{self.proxy.port}", host="")
        clinic = OverHttp(address, self.tls, wall=SystemClock().wall, in_thread=asyncio.to_thread)
        running = rounds.begin(living.local, living.member, living.settled)
        living.settled, living.trouble = None, None
        said_first = self.dice.random() < 0.5
        try:
            message = next(running)
            while True:
                if kill == 0 and not said_first:
                    return False
                heard = await rounds.say(clinic, living.member.token, message)
                if kill == 0:
                    return False
                kill -= 1
                message = running.send(heard)
        except StopIteration as end:
            living.settled, living.trouble = end.value.items, end.value.trouble
            return living.trouble is None
        finally:
            running.close()
            await clinic.close()


def _look(seed: str, living: Living, clinic: MemoryClinic, outcome: Outcome) -> None:
    expected, found = living.expected(), clinic.rows(living.member.journal)
    numbers = {row.seq for row in found}
    outcome.counts |= {
        "lines": len(expected),
        "with words": sum(row.body is not None for row in found),
        "erased, withdrawn or not agreed to": sum(row.body is None for row in found),
        "journals begun anew": len(clinic.client.copies) - 1,
        "lost": len({row.seq for row in expected} - numbers),
        "doubled": len(found) - len(numbers),
    }
    wrong = clinic.wrong + unlike(expected, found) + list(living.journal.verify().problems)
    outcome.failures += [f"{seed}: {why}" for why in wrong]


CAMPAIGN = Campaign(
    promise="a clinic's copy that is cut anywhere ends as the record stands: 0 lost, 0 doubled",
    count=1_000,
    run=run,
)
