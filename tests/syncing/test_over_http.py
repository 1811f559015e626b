"""Over real sockets: whatever answers, or does not, ends as a code; and who it is shows."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from biocoach.clock import SystemClock
from biocoach.syncing.messages import Trouble
from biocoach.syncing.over_http import AddressError, OverHttp, address_of, trusting
from biocoach.syncing.wire import WHYS, Held, Hello, Join, Position, Refused, told
from tests.browser.support import free_port
from tests.syncing.authority import DAY, Authority
from tests.syncing.memory_clinic import MemoryClinic
from tests.syncing.served_clinic import ServedClinic, serving

WALL = SystemClock().wall
HELLO = Hello(speaks=1, journal="j", schema="0004", items=(), agreed_utc="u")


def asked(
    url: str, tls: ssl.SSLContext | None = None, wall: Callable[[], datetime] = WALL
) -> Held | Trouble:
    async def work() -> Held | Trouble:
        context = tls or ssl.create_default_context()
        clinic = OverHttp(address_of(url), context, wall=wall, in_thread=asyncio.to_thread)
        try:
            return await clinic.hello("token-of-code", HELLO)
        finally:
            await clinic.close()

    return asyncio.run(work())


def code(found: Held | Trouble) -> str:
    assert isinstance(found, Trouble)
    return found.code


def test_only_https_but_for_this_computer() -> None:
    assert address_of("https://clinic.example/at/").url == "https://clinic.example/at"
    assert address_of("https://clinic.example:8443").host == "clinic.example:8443"
    for typed in ("https://Clinic.Example/", "HTTPS://clinic.example:443"):
        assert address_of(typed) == address_of("https://clinic.example")
    assert address_of("https://clinic.example/At").url == "https://clinic.example/At"
    for good in ("http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"):
        assert address_of(good).url == good
    for bad in (
        "http://clinic.example", "clinic.example", "ftp://clinic.example", "https://", "",
        "https://me:word@clinic.example", "https://clinic.example?x=1", "https://a:b:c",
        "https://clinic.example#x", "https://clinic\n.example", "http://127.0.0.1.example",
        "https://clinic.example:99999", "https://1.2.3.400", "https://[v1.x]", "https://\u2024",
        f"https://clinic.example/{'x' * 70_000}",
    ):  # fmt: skip
        with pytest.raises(AddressError, match="--sync"):
            address_of(bad)


def test_an_authority_that_is_none_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("away.pem", "empty.pem"):
        with pytest.raises(AddressError, match="--sync-trust"):
            trusting(tmp_path / name)


def test_nobody_there() -> None:
    assert code(asked(f"http://127.0.0.1:{free_port()}")) == "away"


def test_its_own_authority_is_believed_and_no_other(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path / "a"), Authority(tmp_path / "b")
    clinic = MemoryClinic("code")
    asyncio.run(clinic.join(Join(speaks=1, code="code", device="d")))
    with serving(clinic, authority.tls()) as served:
        assert asked(served.url, trusting(authority.pem)) == Held(at=Position())
        assert code(asked(served.url, trusting(other.pem))) == "certificate"
        assert code(asked(served.url)) == "certificate"
        assert clinic.calls == 1, "a stranger was told something"
        assert code(asked(served.url.replace("https", "http"))) in ("away", "unreadable")
    with serving(clinic, authority.tls(host="127.0.0.2")) as served:
        assert code(asked(served.url, trusting(authority.pem))) == "certificate"


@pytest.mark.parametrize("begins", [-3 * DAY, DAY])
def test_a_certificate_of_another_hour_asks_whose_clock_is_wrong(
    begins: timedelta, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    with serving(MemoryClinic("code"), authority.tls(begins=begins)) as served:
        trust = trusting(authority.pem)
        assert code(asked(served.url, trust)) == "certificate"
        assert code(asked(served.url, trust, lambda: WALL() + timedelta(hours=3))) == "clock"
        assert code(asked(served.url, trust, lambda: WALL() - 400 * DAY)) == "clock"


@pytest.fixture
def served() -> Any:
    with serving(MemoryClinic("code")) as served:
        yield served


def answering(served: ServedClinic, status: int, body: bytes, **headers: str) -> str:
    async def answer(_: Request) -> Response:
        return Response(body, status_code=status, headers=headers)

    served.override = answer
    return code(asked(served.url))


@pytest.mark.parametrize("why", WHYS)
def test_each_refusal_has_its_code(why: str, served: ServedClinic) -> None:
    body = json.dumps(told(Refused(why=why))).encode()
    assert answering(served, 400, body) == why


def test_whatever_answers_is_a_code(served: ServedClinic) -> None:
    for body in (
        b"", b"<html>", b"\xff\xfe", b"[" * 60_000, b"null", b"1e999", b'{"at": 1}',
        b'{"at": {"seq": -1, "chain": ""}}', b'{"at": {"seq": 1, "chain": "\\ud800"}}',
        b"{" + b" " * 10_000_000,
    ):  # fmt: skip
        assert answering(served, 200, body) == "unreadable"
    for status, expected in ((429, "slow_down"), (502, "away"), (503, "busy"), (507, "full")):
        assert answering(served, status, b"<html>") == expected
    for status in (204, 301, 404, 418, 500):
        assert answering(served, status, b"") == "unreadable"
    refused = json.dumps(told(Refused(why="of a later day"))).encode()
    assert answering(served, 400, refused) == "unreadable"
    zipped = {"content-encoding": "gzip"}
    assert answering(served, 200, b"\x1f\x8b" + b"x" * 100, **zipped) == "unreadable"


def test_no_redirect_is_followed(served: ServedClinic) -> None:
    with serving(MemoryClinic()) as elsewhere:

        async def redirect(_: Request) -> Response:
            return RedirectResponse(elsewhere.url + "/sync/hello", status_code=307)

        served.override = redirect
        assert code(asked(served.url)) == "unreadable"
        assert elsewhere.clinic.calls == 0


def test_what_is_no_http_at_all_is_a_code() -> None:
    async def work(said: bytes) -> str:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(said)
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        clinic = OverHttp(
            address_of(f"http://127.0.0.1:{port}"), ssl.create_default_context(), wall=WALL,
            in_thread=asyncio.to_thread,
        )  # fmt: skip
        found = await clinic.hello("t", HELLO)
        await clinic.close()
        server.close()
        await server.wait_closed()
        return code(found)

    for said in (
        b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nno",
        b"HTTP/1.1 999 \r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50_000,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ):  # fmt: skip
        assert asyncio.run(work(said)) in ("away", "unreadable")
