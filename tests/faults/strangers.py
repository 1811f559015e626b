"""What somebody may say who has no business here: hosts, origins, cookies, bodies, paths.

Each row of a table is one knock that has to be refused, with the statuses that are a refusal for
that reason. Anything else, 404 and 405 too, was an answer from behind the gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.gate import UPLOADS
from tests.faults.doors import Way, filled, kind_of
from tests.faults.knocks import CLOSED, Header, Knock

BY_HOST = frozenset({CLOSED, 400, 421})
BY_ORIGIN = frozenset({CLOSED, 400, 403})
BY_COOKIE = frozenset({CLOSED, 400, 401, 403})
BY_BODY = frozenset({CLOSED, 400, 413, 415})
WIDE = "\uff11\uff12\uff17.0.0.1".encode().decode("latin-1")
SITES = (
    "cross-site", "same-site", "", "none, same-origin", "SAME-ORIGIN", "same-origin;x", "evil",
    "null", "same_origin", "same-origin, cross-site",
)  # fmt: skip
KINDS = (
    None, "", "text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "multipart/form-data", "text/html", "text/json",
    "text/plain; application/json", "application/json5", "application/jsonp",
    "application/csp-report", "application/xml", "image/png", "application/json,text/plain",
    "text/plain,application/json", "*/*", "json", "application/reports+json",
    "application/x-json", "video/mp4",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    table: str
    knock: Knock
    refusals: frozenset[int]


def hosts(way: Way) -> list[str]:
    """More than fifty that are not this page's own."""
    p = way.port
    numbers = [
        f"127.1:{p}", f"127.0.1:{p}", f"2130706433:{p}", f"0x7f000001:{p}", f"0x7f.0.0.1:{p}",
        f"0177.0.0.1:{p}", f"017700000001:{p}", f"127.0.0.01:{p}", f"127.0.0.2:{p}",
        f"0.0.0.0:{p}", f"0:{p}", f"[::]:{p}", f"[::ffff:127.0.0.1]:{p}", f"[::127.0.0.1]:{p}",
        f"[0:0:0:0:0:0:0:1]:{p}", f"[::1%25lo]:{p}", f"[::1%lo]:{p}", f"::1:{p}", f"[::1]{p}",
        f"127.0.0.1.:{p}", f"127.0.0.1..:{p}", WIDE + f":{p}",
        f"127.0.0.1%00:{p}", f"127%2e0%2e0%2e1:{p}", f"127.0.0.1@127.0.0.1:{p}",
    ]  # fmt: skip
    names = [
        "evil.example", f"evil.example:{p}", f"localhost.:{p}", f"localhost.evil.example:{p}",
        f"127.0.0.1.evil.example:{p}", f"127.0.0.1.nip.io:{p}", f"localtest.me:{p}",
        f"evil-localhost:{p}", f"xlocalhost:{p}", f"localhostx:{p}", f"local-host:{p}",
        f"user@localhost:{p}", f"user:pass@127.0.0.1:{p}", f"localhost:{p}@evil.example",
        f"localhost#evil.example:{p}", f"localhost/evil:{p}", f"http://127.0.0.1:{p}",
        f"127.0.0.1:{p}/", f"127.0.0.1:{p}?", f"127.0.0.1:{p}#", f"127.0.0.1:{p}\\evil.example",
    ]  # fmt: skip
    ports = [
        "127.0.0.1", "localhost", "[::1]", "127.0.0.1:", f"127.0.0.1:{p + 1}", "127.0.0.1:80",
        f"127.0.0.1:0{p}", f"127.0.0.1:+{p}", f"127.0.0.1:-{p}", f"127.0.0.1:{p}.0",
        f"127.0.0.1:{p}:{p}", f"127.0.0.1:{p}x", f"127.0.0.1: {p}", f"127.0.0.1 :{p}",
        f"127.0.0.1:{p}.evil.example", f"127.0.0.1:{p}, evil.example",
        f"evil.example, 127.0.0.1:{p}", f"127.0.0.1:{p} evil.example", f"127.0.0.1:{p + 65_536}",
        f":{p}", "", "*", "null", f"127.0.0.1:{p}\t127.0.0.1:{p}", f"127.0.0.1:{p};x",
    ]  # fmt: skip
    theirs = [] if way.scheme == "http" else [f"localhost:{p}", f"[::1]:{p}"]
    return [*numbers, *names, *ports, *theirs]


def origins(way: Way) -> list[str]:
    """More than twenty; none of them is this page."""
    p, other = way.port, "http" if way.scheme == "https" else "https"
    return [
        "null", "", "*", "file://", "about:blank", "data:", "blob:null",
        "chrome-extension://abcdefgh", "moz-extension://a", "http://evil.example",
        f"http://evil.example:{p}", f"https://evil.example:{p}", f"{other}://127.0.0.1:{p}",
        f"{way.scheme}://127.0.0.1", f"{way.scheme}://127.0.0.1:{p + 1}",
        f"{way.scheme}://127.0.0.1:0{p}", f"{way.scheme}://127.0.0.1:{p}.evil.example",
        f"{way.origin}/", f"{way.origin}/x", f"{way.origin}?", f"{way.origin}#",
        f"{way.scheme}://user@127.0.0.1:{p}", f"{way.scheme}://127.0.0.1.:{p}",
        f"{way.scheme}://127.1:{p}", f"{way.scheme}://[::ffff:127.0.0.1]:{p}",
        f"ws://127.0.0.1:{p}", f"{way.host}", f"//{way.host}", f"{way.origin} {way.origin}",
        f"{way.origin}, http://evil.example", f"http://evil.example, {way.origin}",
        f"{way.origin.upper()}x", f"javascript:{way.origin}",
    ]  # fmt: skip


def cookies(way: Way) -> list[str | None]:
    """Lines that hold no key to this way in, though some hold that of another."""
    name, value = way.cookie
    found: list[str | None] = [
        None, "", name, f"{name}=", f"{name}=x", f"{name}={value[:-1]}", f"{name}={value}x",
        f"{name}={value.swapcase()}x", f"{name}=\"{value}", f"x{name}={value}", f"{name}x={value}",
        f"{name[:-1]}={value}", f"{name.upper()}x={value}", f"{name}[]={value}", f"x={value}",
        f"{name}={value}; {name}=x", f"{name}=%00{value}", f"{name}={value},{value}",
        f"{name}=null", f"{name}=true", f"{name}=é", f"__Secure-{name}={value}",
    ]  # fmt: skip
    for other, theirs in way.elsewhere:
        found += [f"{other}={theirs}", f"{name}={theirs}"]
    return found


def good(way: Way, method: str, path: str) -> Knock:
    """What this way in lets through, as its own page would say it."""
    headers: list[Header] = [("Host", way.host), ("Cookie", way.pair)]
    kind = kind_of(method, path)
    if method not in ("GET", "HEAD"):
        headers.append(("Origin", way.origin))
    if method == "WS":
        headers[-1] = ("Origin", way.origin)
    elif kind:
        headers.append(("Content-Type", kind))
    body = b"" if method in ("GET", "HEAD", "WS") else b"800" if path in UPLOADS else b"{}"
    return Knock(method=method, target=filled(path), headers=tuple(headers), body=body)


def changed(knock: Knock, name: str, value: str | None) -> Knock:
    """With this header and no other of its name; without one for None."""
    kept = tuple(h for h in knock.headers if h[0] != name)
    return replace(knock, headers=kept if value is None else (*kept, (name, value)))


def asked_for(way: Way) -> list[tuple[str, str]]:
    """Every route and every socket."""
    return [*way.routes, *(("WS", path) for path in way.sockets)]


def changing(method: str) -> bool:
    return method not in ("GET", "HEAD")


def tables(way: Way) -> Iterator[Row]:
    """All of the tables over all of the routes."""
    for method, path in asked_for(way):
        knock = good(way, method, path)
        for host in [*hosts(way), None]:
            yield Row(table="host", knock=changed(knock, "Host", host), refusals=BY_HOST)
        two = ("Host", way.host)
        yield Row(
            table="host",
            knock=replace(knock, headers=(*knock.headers, two)),
            refusals=BY_HOST,
        )
        for origin in [*origins(way), *([None] if changing(method) else [])]:
            yield Row(table="origin", knock=changed(knock, "Origin", origin), refusals=BY_ORIGIN)
        yield from _sites(knock, method, path)
        if path not in way.open:
            for line in cookies(way):
                found = changed(knock, "Cookie", line)
                yield Row(table="cookie", knock=found, refusals=BY_COOKIE)
        if method not in ("GET", "HEAD", "WS"):
            yield from _bodies(knock, path)


def _sites(knock: Knock, method: str, path: str) -> Iterator[Row]:
    if not changing(method) and path == "/enter":
        return  # a first visit is asked for by a mail or a file
    for site in SITES:
        found = changed(knock, "Sec-Fetch-Site", site)
        yield Row(table="site", knock=found, refusals=BY_ORIGIN)


def _bodies(knock: Knock, path: str) -> Iterator[Row]:
    for kind in KINDS:
        found = changed(knock, "Content-Type", kind)
        yield Row(table="body", knock=found, refusals=BY_BODY)
    other = "application/json" if path in UPLOADS else "application/octet-stream"
    yield Row(table="body", knock=changed(knock, "Content-Type", other), refusals=BY_BODY)
    for length in ("1000000001", "99999999999999999999", "-1", "+2", "0x2", "1e1", "²", "2, 2"):
        found = changed(knock, "Content-Length", length)
        yield Row(table="body", knock=found, refusals=BY_BODY)
