"""The phone's door on every route, as listed by the app: a new route is decided on at its birth."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from dashboard.app import create_phone_app, routers
from dashboard.gate import UPLOAD_KIND, UPLOADS
from dashboard.guard import Guard, new_code
from dashboard.phone_allowed import ALLOWED, SOCKETS, allowed
from dashboard.phone_gate import PhoneGate, Sittings
from dashboard.phone_guard import Phone, PhoneGuard, hash_of, new_token
from dashboard.routes.phone import entrance
from tests.dashboard.support import NOW_S, ORIGIN, RUN_SECRET, Site
from tests.dashboard.test_gate import INPUTS, ask, sockets
from tests.fakes import until

PORT = 8766
HOST = f"192.168.1.20:{PORT}"
AT_DOOR = f"https://{HOST}"
MARK = b'{"kind": "mark", "mark": "note", "text": "x"}'
BAD_HOSTS = [
    "", "evil.example", f"evil.example:{PORT}", "192.168.1.20", f"192.168.1.20:{PORT + 1}",
    f"127.0.0.1:{PORT}", f"localhost:{PORT}", "127.0.0.1:8765", f"192.168.1.21:{PORT}",
    f"192.168.1.20:{PORT}.evil.example", f"user@{HOST}", f"[::1]:{PORT}", f"3232235796:{PORT}",
    f"192.168.1.20:0{PORT}", f"{HOST}, evil.example", f"192.168.276:{PORT}",
]  # fmt: skip
BAD_ORIGINS = [
    "null", "", "https://evil.example", f"http://{HOST}", ORIGIN, "https://192.168.1.20", "file://",
    f"https://192.168.1.20:{PORT + 1}", f"https://127.0.0.1:{PORT}", f"{AT_DOOR}/x",
    f"https://user@{HOST}", f"{AT_DOOR}.evil.example",
]  # fmt: skip
# What a phone may not do: what is done at the computer. Whoever adds a route puts it here or into
# the table of what is allowed.
NEVER = {
    ("DELETE", "/api/measures/{name}"),
    ("DELETE", "/api/sessions/{name}/notes/{note}"),
    ("DELETE", "/api/reports/{name}"),
    ("DELETE", "/api/reports/exports/{name}"),
    ("DELETE", "/api/share/files/{name}"),
    ("DELETE", "/api/worksheets/{name}"),
    ("GET", "/api/clinic"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/reports/{name}"),
    ("GET", "/api/reports/{name}/packet.{kind}"),
    ("GET", "/api/reports/exports/{name}"),
    ("GET", "/api/reports/exports/{name}/file"),
    ("GET", "/api/safe"),
    ("GET", "/api/share"),
    ("GET", "/api/share/answers"),
    ("GET", "/api/share/files/{name}"),
    ("GET", "/api/share/files/{name}/shared.biocoach"),
    ("POST", "/api/clinic/agree"),
    ("POST", "/api/clinic/join"),
    ("POST", "/api/clinic/leave"),
    ("POST", "/api/phone/off"),
    ("POST", "/api/phone/on"),
    ("POST", "/api/phone/pair"),
    ("POST", "/api/phone/pair/end"),
    ("POST", "/api/phone/{name}/revoke"),
    ("POST", "/api/practices/{name}/words/forget"),
    ("POST", "/api/reports"),
    ("POST", "/api/reports/{name}/whole"),
    ("POST", "/api/reports/exports"),
    ("POST", "/api/reports/note"),
    ("POST", "/api/safe/backup"),
    ("POST", "/api/safe/erase"),
    ("POST", "/api/safe/passphrase"),
    ("POST", "/api/safe/words"),
    ("POST", "/api/safe/words/keep"),
    ("POST", "/api/sessions/{name}/erase"),
    ("POST", "/api/share"),
    ("POST", "/api/share/answers/open"),
    ("POST", "/api/share/files/{name}/make"),
    ("POST", "/api/share/people"),
    ("POST", "/api/share/people/forget"),
    ("POST", "/api/share/people/look"),
    ("POST", "/api/straps/choose"),
    ("POST", "/api/straps/forget"),
    ("POST", "/api/unlock"),
    ("PUT", "/api/share/answers/{name}"),
}


def filled(path: str) -> str:
    """A path's parts filled in."""
    return re.sub(r"\{\w+\}", "a", path)


def asked(client: TestClient, method: str, path: str) -> Any:
    """With the kind of body that the gate before it lets through."""
    if method == "POST" and path.partition("?")[0] in UPLOADS:
        return client.post(path, content=b"800", headers={"content-type": UPLOAD_KIND})
    return client.request(method, path, json=None if method == "GET" else {})


class Brief(Sittings):
    """Where told so whoever comes has to go at once, so that no answer goes on for ever."""

    brief = False

    def begin(self, phone: str) -> asyncio.Event:
        ended = super().begin(phone)
        if self.brief:
            ended.set()
        return ended


class Door:
    """The site as phones see it; one of them is paired."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.token = new_token()
        day = "2026-03-01"
        mine = Phone(id="p1", name="Mine", token=hash_of(self.token), added=day, seen=day)
        self.phones = [mine]
        self.came: list[Phone] = []
        self.guard = PhoneGuard("a1", [HOST], lambda: self.phones)
        self.sittings = Brief()
        self.app = create_phone_app(
            site.ports, self.guard, self.sittings, self.came.append, site.static
        )

    def stranger(self) -> TestClient:
        return TestClient(self.app, base_url=AT_DOOR, follow_redirects=False)

    def friend(self) -> TestClient:
        client = self.stranger()
        client.cookies.set(self.guard.cookie_name, self.token)
        client.headers["origin"] = AT_DOOR
        return client

    def way_in(self) -> APIRouter:
        return entrance(self.guard, self.site.phones, self.site.hub)

    def routes(self) -> list[tuple[str, str]]:
        found = [
            (method, filled(route.path))
            for router in routers(self.site.ports, self.way_in())
            for route in router.routes
            if isinstance(route, APIRoute)
            for method in sorted(route.methods or ())
        ]
        assert len(found) > 60, "the routes could not be listed"
        return [*found, ("GET", "/"), ("GET", "/api/openapi.json")]


@pytest.fixture
def door(site: Site) -> Door:
    return Door(site)


def test_every_route_was_decided_on(door: Door) -> None:
    may = {(method, filled(path)) for method, paths in ALLOWED.items() for path in paths}
    never = {(method, filled(path)) for method, path in NEVER}
    assert {*door.routes()} == may | never | {("GET", "/")}
    assert not may & never
    assert {*sockets(door.site)} == {*SOCKETS}
    door.sittings.brief = True
    friend = door.friend()
    for method, path in door.routes():
        answer = asked(friend, method, path)
        refused = answer.status_code == 403 and "on_computer" in answer.text
        assert refused == ((method, path) in never), (method, path)


def test_a_route_that_nobody_thought_of_is_refused(door: Door) -> None:
    """Of all that could be added, in every method."""
    friend = door.friend()
    for path in ("/api/new", "/api/sessions/a/new", "/api/own/new", "/api/phone/a", "/api"):
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            assert friend.request(method, path, json={}).status_code == 403, (method, path)
    assert closed(friend, "/new", origin=AT_DOOR)


@pytest.mark.parametrize("ending", ["/", "//", "%0A", "%0D%0A", "%2F", "%20", ";a", "?a=%0A"])
def test_what_is_refused_is_refused_however_it_is_written(door: Door, ending: str) -> None:
    """A route's own pattern takes a path with a line's end after it."""
    friend = door.friend()
    for method, path in NEVER:
        for written in (filled(path) + ending, filled(path).replace("api/", "api//", 1)):
            answer = asked(friend, method, written)
            assert "on_computer" in answer.text, (method, written)


@pytest.mark.parametrize("path", ["/", "/index.html", "/assets/a-b_c.js", "/icon.svg", "/apis.js"])
def test_the_page_s_own_files_are_served(path: str) -> None:
    assert allowed("GET", path)
    assert allowed("HEAD", path)
    assert not allowed("POST", path)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/new.js", "/a\n", "/a%2e", "//api:x"])
def test_nothing_else_passes_for_one_of_them(path: str) -> None:
    assert not allowed("GET", path)


def test_without_a_token_only_the_entry_answers(door: Door) -> None:
    client = door.stranger()
    for method, path in door.routes():
        wanted = 403 if path == "/enter" else 401
        assert ask(client, method, path, origin=AT_DOOR) == wanted, (method, path)
    for path in ("/api/health", "/enter", "/enter/"):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            status = ask(client, method, path, origin=AT_DOOR)
            assert status == (403 if (method, path) == ("GET", "/enter") else 401), (method, path)
    assert not door.came


def test_who_is_refused_has_to_come_anew(door: Door) -> None:
    """So that guesses and noise cost a connection each, which are given slowly."""
    client = door.stranger()
    for path in ("/", "/api/state", "/enter?code=aaaaa-aaaaa", "/api/health"):
        assert client.get(path).headers["connection"] == "close", path
    assert client.get("/", headers={"host": "evil.example"}).headers["connection"] == "close"
    assert "connection" not in door.friend().get("/").headers


def test_a_cookie_of_another_program_does_not_hide_the_phone_s(door: Door) -> None:
    """Browsers send along what any other server on this computer left there."""
    client = door.stranger()
    ours = f"{door.guard.cookie_name}={door.token}"
    for theirs in ('a={"b": 1}', "a b=c", "x[0]=1", 'q="', "=", "é=1"):
        for line in (f"{theirs}; {ours}", f"{ours}; {theirs}"):
            found = client.get("/", headers={b"cookie": line.encode("latin-1")})
            assert found.status_code == 200, line


def test_who_is_not_paired_reads_it_in_words(door: Door) -> None:
    answer = door.stranger().get("/", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 401
    assert answer.text.startswith("This phone is not paired")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_another_host_is_refused_everywhere(door: Door, host: str) -> None:
    client = door.friend()
    for method, path in door.routes():
        assert ask(client, method, path, host=host) == 421, (method, path)
    for path in sockets(door.site):
        assert closed(client, path, host=host)


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_another_origin_is_refused_everywhere(door: Door, origin: str) -> None:
    client = door.friend()
    for method, path in door.routes():
        assert ask(client, method, path, origin=origin) == 403, (method, path)
    for path in sockets(door.site):
        assert closed(client, path, origin=origin)
    assert not door.site.house.given


@pytest.mark.parametrize("told", ["cross-site", "same-site", "", "none, same-origin"])
def test_a_page_elsewhere_in_the_phone_s_browser_gets_nothing(door: Door, told: str) -> None:
    """Another port of this computer is the same site to a browser, which sends the cookie."""
    client = door.friend()
    for method, path in door.routes():
        if path != "/enter":
            assert ask(client, method, path, **{"sec-fetch-site": told}) == 403, (method, path)
    for path in sockets(door.site):
        assert closed(client, path, **{"sec-fetch-site": told})
    assert not door.came


def test_a_change_and_a_socket_need_an_origin(door: Door) -> None:
    client = door.friend()
    del client.headers["origin"]
    for method, path in door.routes():
        if method != "GET":
            assert ask(client, method, path) == 403, (method, path)
    for path in sockets(door.site):
        assert closed(client, path)


def test_the_cookies_of_the_two_doors_open_only_their_own(site: Site, door: Door) -> None:
    here = site.friend()
    loopback: Guard = site.guard
    over_there = door.stranger()
    over_there.cookies.set(loopback.cookie_name, loopback.cookie_value)
    over_there.cookies.set(door.guard.cookie_name, loopback.cookie_value)
    assert over_there.get("/").status_code == 401
    assert closed(over_there, "/ws", origin=AT_DOOR)
    phone = site.stranger()
    phone.cookies.set(door.guard.cookie_name, door.token)
    phone.cookies.set(loopback.cookie_name, door.token)
    assert phone.get("/").status_code == 401
    assert here.get("/").status_code == 200
    assert door.friend().get("/").status_code == 200


def test_this_computer_s_code_lets_no_phone_in(door: Door) -> None:
    code = new_code(RUN_SECRET, NOW_S)
    answer = door.stranger().get("/enter", params={"code": code})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_every_answer_carries_the_policy(door: Door) -> None:
    door.sittings.brief = True
    for client in (door.stranger(), door.friend()):
        for method, path in door.routes():
            body: dict[str, str] | None = None if method == "GET" else {}
            headers = client.request(method, path, json=body).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "strict-transport-security" not in headers


def test_nothing_of_the_record_lies_in_the_phone_s_cache(door: Door) -> None:
    door.sittings.brief = True
    client = door.friend()
    for method, path in door.routes():
        if path.startswith("/api/"):
            headers = client.request(method, path, json=None if method == "GET" else {}).headers
            assert headers.get_list("cache-control") == ["no-store"], path


def test_a_phone_is_told_its_name_and_nothing_of_the_others(door: Door) -> None:
    assert door.friend().get("/api/phone").json() == {"paired_as": "Mine"}
    assert {p.name for p in door.came} == {"Mine"}


def test_a_revoked_phone_is_refused_and_its_socket_closed(door: Door) -> None:
    client = door.friend()
    with client.websocket_connect(f"wss://{HOST}/ws") as live:
        assert live.receive_json()["type"] == "snapshot"
        live.send_json({"type": "snapshot?"})
        assert live.receive_json()["type"] == "snapshot"
        gone = door.phones.pop()
        live.portal.call(lambda: end(door, gone.id))
        # Were it not cut off it would hear this, and the test would fail instead of waiting.
        live.portal.call(lambda: publish(door))
        with pytest.raises(WebSocketDisconnect) as told:
            live.receive_json()
    assert told.value.code == 4401
    assert client.get("/api/state").status_code == 401
    assert closed(client, "/ws")


def test_what_a_phone_had_half_said_when_it_was_taken_out_is_not_done(door: Door) -> None:
    """A body can be sent as slowly as one likes."""
    rest = asyncio.Event()
    halves = iter((MARK[:9], MARK[9:]))
    said: list[Message] = []

    async def hear() -> Message:
        half = next(halves)
        if half != MARK[:9]:
            await rest.wait()
        return {"type": "http.request", "body": half, "more_body": half == MARK[:9]}

    async def say(message: Message) -> None:
        said.append(message)

    async def steps() -> None:
        asking = asyncio.ensure_future(door.app(scope_of(door, "POST", INPUTS), hear, say))
        await until(lambda: bool(door.came))
        door.sittings.end(door.phones.pop().id)
        rest.set()
        await asking

    asyncio.run(steps())
    assert said[0]["status"] == 401
    assert not door.site.house.given


def test_an_answer_that_was_being_made_when_it_was_taken_out_is_not_given(door: Door) -> None:
    said: list[Message] = []
    gone = door.phones[0].id

    async def making(scope: Scope, receive: Receive, send: Send) -> None:
        door.sittings.end(gone)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"what was written"})

    async def begun(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"before", "more_body": True})
        door.sittings.end(gone)
        await send({"type": "http.response.body", "body": b"what was written", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def hear() -> Message:
        return {"type": "http.request", "body": b""}

    async def say(message: Message) -> None:
        said.append(message)

    def told(app: ASGIApp) -> tuple[int, bytes]:
        said.clear()
        gate = PhoneGate(app, door.guard, door.sittings, door.came.append)
        asyncio.run(gate(scope_of(door, "GET", "/api/state"), hear, say))
        return said[0]["status"], b"".join(m.get("body", b"") for m in said)

    status, body = told(making)
    assert status == 401
    assert b"what was written" not in body
    assert told(begun) == (200, b"before")


def scope_of(door: Door, method: str, path: str) -> Scope:
    """A request of the paired phone, as the server tells of it."""
    headers = {
        "host": HOST,
        "origin": AT_DOOR,
        "cookie": f"{door.guard.cookie_name}={door.token}",
        "content-type": "application/json",
    }
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "https",
        "http_version": "1.1",
        "client": ("192.168.1.30", 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }


async def end(door: Door, phone: str) -> None:
    door.sittings.end(phone)


async def publish(door: Door) -> None:
    door.site.hub.publish({"app": {"locked": False}}, {})


def closed(client: TestClient, path: str, **headers: str) -> bool:
    """No socket is given."""
    try:
        with client.websocket_connect(f"wss://{HOST}{path}", headers=headers):
            return False
    except WebSocketDisconnect:
        return True
