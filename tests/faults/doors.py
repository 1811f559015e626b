"""The three ways in - this computer's page, the phones', the read-only one - each as the real app
behind the real server, and what one must say there to be let in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sized
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from starlette.types import ASGIApp

from biocoach.cli.reading_house import ReadingHouse
from biocoach.clock import SystemClock
from biocoach.store import memory_store
from dashboard import phone_allowed, reading_app
from dashboard.app import create_app, create_phone_app
from dashboard.certificate import ensure, tls
from dashboard.gate import UPLOAD_KIND, UPLOADS
from dashboard.guard import Guard
from dashboard.hub import Hub
from dashboard.phone_gate import Sittings
from dashboard.phone_guard import Phone, PhoneGuard, hash_of, new_token
from dashboard.reading_app import ReadingPorts, create_reading_app
from dashboard.server import PhoneServer, Server, bind
from tests.dashboard.support import NOW_S, RUN_SECRET, SECRET, Site

CANARY = "tide-and-lantern-7741"  # what must never come out of a file beside the page's own
DAY = "2026-03-01"
CLOCK = SystemClock()
FREE_PORT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in. ``routes``: (method, path as the app writes it); ``touched`` counts what the
    rooms behind it were asked to change."""

    name: str
    app: ASGIApp
    port: int
    scheme: str
    cookie: tuple[str, str]
    elsewhere: tuple[tuple[str, str], ...]  # cookies of the other ways in
    routes: tuple[tuple[str, str], ...]
    hears: frozenset[tuple[str, str]]  # those of the routes that read a body of JSON
    sockets: tuple[str, ...]
    may: Callable[[str, str], bool]  # what is open here for who may come in
    open: frozenset[str]  # paths that need no cookie
    touched: Callable[[], int]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def pair(self) -> str:
        return "=".join(self.cookie)


@dataclass(slots=True)
class _Begun:
    stack: ExitStack
    folder: Path
    site: Site
    ways: list[Way] = field(default_factory=list)


@contextmanager
def ways_in(folder: Path) -> Iterator[list[Way]]:
    """All three, served at ports of their own until the end. ``folder``: an empty one."""
    static = folder / "page" / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>page</title>")
    (static / "assets" / "page.js").write_text("0")
    for near in (folder, folder / "page"):
        (near / "outside.txt").write_text(CANARY)
    with ExitStack() as stack:
        begun = _Begun(stack, folder, Site(static))
        _house(begun)
        _phone(begun)
        _read(begun)
        pairs = {way.name: way.cookie for way in begun.ways}
        yield [
            replace(way, elsewhere=tuple(p for name, p in pairs.items() if name != way.name))
            for way in begun.ways
        ]


def _house(begun: _Begun) -> None:
    listener = bind(FREE_PORT)
    guard = _guard(listener.getsockname()[1], SECRET)
    app = create_app(replace(begun.site.ports, guard=guard), begun.site.static)
    begun.stack.enter_context(running(Server(app, listener)))
    begun.ways.append(_way("house", app, guard, lambda method, path: True, _touched(begun.site)))


def _phone(begun: _Begun) -> None:
    site, listener, token = begun.site, bind(FREE_PORT), new_token()
    port = listener.getsockname()[1]
    phone = Phone(id="p1", name="Mine", token=hash_of(token), added=DAY, seen=DAY)
    guard = PhoneGuard("a1", [f"127.0.0.1:{port}"], lambda: [phone])
    app = create_phone_app(site.ports, guard, Sittings(), lambda phone: None, site.static)
    pem = begun.folder / "door.pem"
    ensure(pem, "at home", [ip_address("127.0.0.1")], datetime.now(UTC))
    begun.stack.enter_context(running(PhoneServer(app, listener, tls(pem, "at home"))))
    routes, hears, sockets = listed(app)
    begun.ways.append(
        Way(
            name="phone", app=app, port=port, scheme="https",
            cookie=(guard.cookie_name, token), elsewhere=(), routes=routes, hears=hears,
            sockets=sockets,
            may=phone_allowed.allowed, open=frozenset({"/enter"}), touched=_touched(site),
        )
    )  # fmt: skip


def _read(begun: _Begun) -> None:
    listener, hub = bind(FREE_PORT), Hub()
    own = memory_store(writer="tests", clock=CLOCK)
    begun.stack.callback(own.close)
    house = ReadingHouse([], own, CLOCK, hub, begun.folder)
    guard = _guard(listener.getsockname()[1], bytes(32))
    ports = ReadingPorts(
        hub=hub, reading=house, reader=house.readings, library=begun.site.house,
        worksheets=house.worksheets, measures=house.measures, margin=house.margin,
        ladders=house.ladders, note_drafts=house.note_drafts,
    )  # fmt: skip
    app = create_reading_app(ports, guard, begun.site.static)
    begun.stack.enter_context(running(Server(app, listener)))
    begun.ways.append(_way("read", app, guard, reading_app.allowed, lambda: 0))


def _guard(port: int, secret: bytes) -> Guard:
    return Guard(secret=secret, run_secret=RUN_SECRET, port=port, now_s=lambda: NOW_S)


def _way(
    name: str,
    app: ASGIApp,
    guard: Guard,
    may: Callable[[str, str], bool],
    touched: Callable[[], int],
) -> Way:
    routes, hears, sockets = listed(app)
    return Way(
        name=name, app=app, port=guard.port, scheme="http",
        cookie=(guard.cookie_name, guard.cookie_value), elsewhere=(), routes=routes,
        hears=hears, sockets=sockets, may=may, open=frozenset({"/enter", "/api/health"}),
        touched=touched,
    )  # fmt: skip


def _touched(site: Site) -> Callable[[], int]:
    house = site.house
    kept: tuple[Sized, ...] = (
        house.given,
        house.chosen,
        house.brought,
        house.told,
        house.errands.asked,
    )
    return lambda: sum(len(some) for some in kept) + len(house.facts)


Routes = tuple[tuple[str, str], ...]


def listed(app: Any) -> tuple[Routes, frozenset[tuple[str, str]], tuple[str, ...]]:
    """Every route of the app itself, those that read JSON, and every socket; the page's own files
    stand for the mount."""
    while not hasattr(app, "routes"):
        app = app._app  # a gate
    routes: list[tuple[str, str]] = []
    hears: set[tuple[str, str]] = set()
    sockets: list[str] = []
    for route in every(app.routes):
        methods = getattr(route, "methods", None)
        if methods:
            found = [(method, route.path) for method in sorted(methods)]
            routes += found
            if getattr(route, "body_field", None) is not None:
                hears.update(found)
        elif type(route).__name__ == "Mount":
            routes += [("GET", "/"), ("GET", "/assets/page.js"), ("HEAD", "/index.html")]
        else:
            sockets.append(route.path)
    assert len(routes) > 20, "the routes could not be listed"
    assert sockets, "the sockets could not be listed"
    assert len(hears) > 2, "the routes that read a body could not be listed"
    return tuple(routes), frozenset(hears), tuple(sockets)


def every(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from every(inner.routes)


@contextmanager
def running(server: Server) -> Iterator[None]:
    thread = Thread(target=lambda: asyncio.run(server.run()), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join(30)


def filled(path: str, part: str = "a") -> str:
    """A route's path with its parts filled in."""
    return re.sub(r"\{\w+\}", lambda _: part, path)


def kind_of(method: str, path: str) -> str:
    """The content type that the gate asks for; "" where there is no body."""
    if method in ("GET", "HEAD"):
        return ""
    return UPLOAD_KIND if path in UPLOADS else "application/json"
