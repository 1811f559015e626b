"""What every clinic does, the one in memory and one over real sockets and TLS alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from biocoach.clock import SystemClock
from biocoach.store.clinic import ClinicEngine
from biocoach.syncing.messages import Trouble
from biocoach.syncing.over_http import OverHttp, address_of, trusting
from biocoach.syncing.ports import Clinic
from biocoach.syncing.wire import (
    Bodies,
    Body,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Leave,
    Lines,
    Position,
)
from tests.postgres import needed
from tests.syncing.authority import Authority
from tests.syncing.memory_clinic import MemoryClinic
from tests.syncing.real_clinic import RealClinic
from tests.syncing.record import Living
from tests.syncing.served_clinic import serving

Opened = Callable[[], object]
HELLO = Hello(
    speaks=1, journal="j", schema="0004", items=("sessions",),
    agreed_utc="2026-01-01T00:00:00.000Z",
)  # fmt: skip


@asynccontextmanager
async def in_memory(_: Path) -> AsyncIterator[Clinic]:
    yield MemoryClinic("code")


@asynccontextmanager
async def over_tls(folder: Path) -> AsyncIterator[Clinic]:
    authority = Authority(folder / "authority")
    with serving(MemoryClinic("code"), authority.tls()) as served:
        clinic = OverHttp(
            address_of(served.url), trusting(authority.pem), wall=SystemClock().wall,
            in_thread=asyncio.to_thread,
        )  # fmt: skip
        try:
            yield clinic
        finally:
            await clinic.close()


@asynccontextmanager
async def over_database(_: Path) -> AsyncIterator[Clinic]:
    """The real one, over a real database."""
    server = needed()
    base = server.base()
    engine = ClinicEngine(base.app)
    try:
        yield RealClinic(base, engine, "code")
    finally:
        engine.close()
        server.drop(base)


CLINICS = {"memory": in_memory, "tls": over_tls, "database": over_database}
each = pytest.mark.parametrize("kind", CLINICS)


async def joined(clinic: Clinic) -> str:
    found = await clinic.join(Join(speaks=1, code="code", device="a computer"))
    assert isinstance(found, Joined)
    return found.token


async def stands(clinic: Clinic, token: str, hello: Hello) -> Position:
    found = await clinic.hello(token, hello)
    assert isinstance(found, Held)
    return found.at


def said(living: Living) -> Lines:
    found = living.local.lines("j", Position(), ("sessions",))
    assert found is not None
    return found


@each
def test_a_code_is_good_once(kind: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with CLINICS[kind](tmp_path) as clinic:
            join = Join(speaks=1, code="code", device="a computer")
            assert isinstance(await clinic.join(join), Joined)
            for wrong in (join, replace(join, code="another")):
                refused = await clinic.join(wrong)
                assert isinstance(refused, Trouble)
                assert refused.code == "code"

    asyncio.run(work())


@each
def test_lines_follow_each_other_and_what_does_not_is_refused(kind: str, tmp_path: Path) -> None:
    living = Living(tmp_path / "record", "s")
    living.practise(5)
    message = said(living)
    end = Position(seq=message.rows[-1].seq, chain=message.rows[-1].chain_sha256)
    first = message.rows[0]
    changed = replace(message, rows=(replace(first, wall_utc="another"), *message.rows[1:]))
    gap = replace(message, rows=message.rows[1:])
    other_words = replace(
        message, rows=(replace(first, body='{"kind":"begin"}'), *message.rows[1:])
    )

    async def work() -> None:
        async with CLINICS[kind](tmp_path) as clinic:
            token = await joined(clinic)
            assert await stands(clinic, token, HELLO) == Position()
            for spoiled in (changed, gap, other_words):
                refused = await clinic.lines(token, spoiled)
                assert isinstance(refused, Trouble)
                assert refused.code == "damaged"
            assert await stands(clinic, token, HELLO) == Position()
            assert await clinic.lines(token, message) == Held(at=end)
            again = await clinic.lines(token, message)  # what came twice changes nothing
            assert again.at == end
            assert await stands(clinic, token, HELLO) == end
            other = replace(HELLO, journal="k", before="j")
            assert await stands(clinic, token, other) == Position()

    asyncio.run(work())
    living.close()


@each
def test_bodies_go_and_come_and_are_checked(kind: str, tmp_path: Path) -> None:
    living = Living(tmp_path / "record", "s")
    living.practise(5)
    message = said(living)
    row = message.rows[2]
    assert row.kind is not None
    assert row.body is not None
    body = Body(seq=row.seq, kind=row.kind, body=row.body)

    async def work() -> None:
        async with CLINICS[kind](tmp_path) as clinic:
            token = await joined(clinic)
            await clinic.hello(token, HELLO)
            await clinic.lines(token, message)
            for _ in range(2):
                assert await clinic.bodies(token, Bodies(journal="j", take=(row.seq,))) == Done()
            give = Bodies(journal="j", give=(body,), salts=message.salts)
            for _ in range(2):
                assert await clinic.bodies(token, give) == Done()
            spoiled = replace(give, give=(replace(body, body='{"kind":"rating"}'),))
            refused = await clinic.bodies(token, spoiled)
            assert isinstance(refused, Trouble)
            assert refused.code == "damaged"

    asyncio.run(work())
    living.close()


@each
def test_who_has_left_is_not_known_any_more(kind: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with CLINICS[kind](tmp_path) as clinic:
            token = await joined(clinic)
            assert await clinic.leave(token, Leave(erase=True)) == Done()
            for found in (
                await clinic.hello(token, HELLO),
                await clinic.leave(token, Leave(erase=False)),
                await clinic.hello("nobody's", HELLO),
            ):
                assert isinstance(found, Trouble)
                assert found.code == "token"

    asyncio.run(work())


@each
def test_a_yes_from_before_a_withdrawal_is_not_taken_and_a_later_one_is(
    kind: str, tmp_path: Path
) -> None:
    first, second, third = (f"2026-01-0{day}T00:00:00.000Z" for day in (1, 2, 3))
    both = replace(HELLO, items=("sessions", "ladder"), agreed_utc=first)
    less = replace(both, items=("ladder",), agreed_utc=second, since={"ladder": first})
    start = Position()

    async def work() -> None:
        async with CLINICS[kind](tmp_path) as clinic:
            token = await joined(clinic)
            assert await clinic.hello(token, both) == Held(at=start, known_utc=first)
            assert await clinic.hello(token, less) == Held(at=start, known_utc=second)
            late = Held(at=start, withdrawn={"sessions": second}, known_utc=second)
            for old in (both, replace(both, agreed_utc=third, since={"sessions": first})):
                assert await clinic.hello(token, old) == late
            anew = replace(both, agreed_utc=third, since={"ladder": first})
            assert await clinic.hello(token, anew) == Held(at=start, known_utc=third)

    asyncio.run(work())
