"""A knock that would be let in, with one thing about it that is not as it must be."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from dashboard.clinic.sittings import COOKIE
from tests.faults.clinic.knocking import METHODS, Route
from tests.faults.clinic.rules import NO_ROUTE, NOT_SIGNED_IN, Answers
from tests.faults.doors import Way
from tests.faults.knocks import CLOSED, Knock
from tests.faults.strangers import (
    BY_BODY,
    BY_COOKIE,
    BY_HOST,
    BY_ORIGIN,
    KINDS,
    SITES,
    changed,
    cookies,
    hosts,
    origins,
)

Spoilt = tuple[str, Knock, Answers]  # by which table, and what may be answered
NUL = "\x00"
DEEP = 100_000
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**400, 1.5, -1e308, "", " ", NUL, f"a{NUL}b",
    "\ud800", "\u202e", "'; DROP TABLE lines; --", "%s%(a)s{x}", "../../etc/passwd",
    "a" * 100_000, [], {}, [[]], {"a": {"b": []}}, ["a"] * 3000, "٣", "00000000-0000-0000-0000",
    "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000001}",
    "2026-13-45T99:99:99Z", "infinity", "nan", "\\u0000", "\n", "\x7f", "🙂" * 300,
)  # fmt: skip
ODD_BODIES: tuple[bytes, ...] = (
    b"", b" ", b"{", b"[]", b"null", b"0", b'"x"', b"[" * DEEP, b'{"a":' * DEEP, b"{}{}", b"\xff",
    b"\xef\xbb\xbf{}", b"\x00", b'{"a": NaN}', b'{"a": 1e999}', b'{"name": "\\u0000"}',
    b'{"name": "\\ud800"}', b"{" + b'"a": 1,' * 20_000 + b'"a": 1}', b"\x1f\x8b\x08\x00",
    b"name=x", b"{'name': 'x'}", "{}".encode("utf-16"), b"9" * 5000, b"-" * 1000,
    b"{}" + b" " * 900,
)  # fmt: skip
ODD_ASKED = ("", "x", "-1", "1.5", "1e9", "99999999999999999999999", "-99999999999999999999",
             "9223372036854775808", "%00", "0x1", "%EF%BC%91", "1&before=2", "[]", "a" * 5000,
             "9" * 5000)  # fmt: skip


def of_browsers(way: Way, knock: Knock, route: Route) -> Iterator[Spoilt]:
    """From another host, another page, by somebody without a key, in another form."""
    yield from _from_elsewhere(way, knock)
    for origin in [*origins(way), *([None] if route.changing else [])]:
        yield "origin", changed(knock, "Origin", origin), BY_ORIGIN
    open_too = route.path.startswith("/api/sign-in/")
    opens = open_too or route.path in ("/", "/index.html", "/assets/page.js", "/api/health",
                                       "/api/crisis")  # fmt: skip
    for site in SITES if route.changing or not opens else ():
        yield "site", changed(knock, "Sec-Fetch-Site", site), BY_ORIGIN
    if not opens:
        value = dict(knock.headers).get("Cookie", "").partition("=")[2]
        for line in cookies(replace(way, cookie=(COOKIE, value))):
            yield "cookie", changed(knock, "Cookie", line), BY_COOKIE


def of_computers(way: Way, knock: Knock, route: Route) -> Iterator[Spoilt]:
    """A browser's page may say all of it, but not without these headers."""
    yield from _from_elsewhere(way, knock)
    for origin in [*origins(way), way.origin]:
        yield "origin", changed(knock, "Origin", origin), BY_ORIGIN
    for site in [*SITES, "none", "same-origin"]:
        yield "site", changed(knock, "Sec-Fetch-Site", site), BY_ORIGIN
    yield "cookie", changed(knock, "Cookie", f"{COOKIE}=x"), BY_ORIGIN
    if route.path != "/sync/join":
        token = dict(knock.headers).get("Authorization", "").removeprefix("Bearer ")
        for shown in _tokens(token):
            yield "token", changed(knock, "Authorization", shown), NOT_SIGNED_IN | {CLOSED, 400}


def _tokens(token: str) -> list[str | None]:
    return [
        None, "", "Bearer", "Bearer ", token, f"bearer {token}", f"Basic {token}",
        f"Bearer  {token}", f"Bearer {token}x", f"Bearer {token[:-1]}", f"Bearer {token[1:]}",
        f"Bearer {token.swapcase()}", f"Bearer {token},{token}", f"Bearer {token} x",
        f'Bearer "{token}"', f"Bearer {token}%00", "Bearer ' OR true --aaaaaaaaaaaaaaaa",
        f"Bearer {'x' * 43}, Bearer {token}", f"Bearer {'x' * 5000}", f"Token {token}",
    ]  # fmt: skip


def _from_elsewhere(way: Way, knock: Knock) -> Iterator[Spoilt]:
    for host in [*hosts(way), None]:
        yield "host", changed(knock, "Host", host), BY_HOST
    yield "host", replace(knock, headers=(*knock.headers, ("Host", way.host))), BY_HOST
    if knock.method in ("GET", "HEAD", "WS"):
        return
    for kind in KINDS:
        yield "kind", changed(knock, "Content-Type", kind), BY_BODY
    for length in ("1000000001", "99999999999999999999", "-1", "+2", "0x2", "1e1", "²", "2, 2"):
        yield "length", changed(knock, "Content-Length", length), BY_BODY


def other_methods(knock: Knock, known: Collection[str]) -> Iterator[Spoilt]:
    """A GET where a POST belongs, and the like: a path has what the app lists and no more."""
    for method in METHODS:
        if method not in known:
            yield "method", replace(knock, method=method), NO_ROUTE


# ---- odd, by somebody who may


def odd_bodies(knock: Knock) -> Iterator[Knock]:
    for body in ODD_BODIES:
        yield replace(knock, body=body)
    good = json.loads(knock.body or b"{}")
    for path in _leaves(good):
        for value in ODD_VALUES:
            yield replace(knock, body=_json(_put(good, path, value)))
    if isinstance(good, dict):
        for key in good:
            yield replace(knock, body=_json({k: v for k, v in good.items() if k != key}))
        yield replace(knock, body=_json(good | {"more": 1, "__proto__": {}, NUL: NUL}))


def odd_body(knock: Knock, dice: random.Random) -> Knock:
    """One that is drawn."""
    good = json.loads(knock.body or b"{}")
    leaves = list(_leaves(good))
    if not leaves or dice.random() < 0.2:
        return replace(knock, body=dice.choice(ODD_BODIES))
    for path in dice.sample(leaves, dice.randint(1, min(3, len(leaves)))):
        good = _put(good, path, dice.choice(ODD_VALUES))
    return replace(knock, body=_json(good))


def odd_asked(knock: Knock, route: Route) -> Iterator[Knock]:
    for name in route.asks:
        for value in ODD_ASKED:
            yield replace(knock, target=f"{knock.target}?{name}={value}")


Path = tuple[str | int, ...]


def _leaves(value: Any, at: Path = ()) -> Iterator[Path]:
    inside: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inside:
        yield (*at, key)
        yield from _leaves(one, (*at, key))


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path or not isinstance(value, dict | list):
        return new
    first, rest = path[0], path[1:]
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if first not in (copy if isinstance(copy, dict) else range(len(copy))):
        return copy  # what it stood in was changed before
    copy[first] = _put(copy[first], rest, new)
    return copy


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
