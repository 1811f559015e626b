"""Paths that try to lead out, and bodies that are too much or come too slowly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from tests.faults.campaign import Outcome
from tests.faults.doors import Way, filled
from tests.faults.knocks import CLOSED, Knock, Wire, as_bytes
from tests.faults.strangers import BY_BODY, changed, good

OUT = "outside.txt"
WAYS_OUT = (
    f"../{OUT}", f"../../{OUT}", "../../../../../../etc/passwd", f"%2e%2e/{OUT}",
    f"%2e%2e%2f{OUT}", f"..%2f{OUT}", f"..%2f..%2f{OUT}", f"%252e%252e%252f{OUT}",
    f"..%252f{OUT}", f"%25252e%25252e%25252f{OUT}", f"..\\{OUT}", f"..%5c{OUT}",
    f"..%255c{OUT}", f"%c0%ae%c0%ae/{OUT}", f"%c0%ae%c0%ae%c0%af{OUT}", f"..%c0%af{OUT}",
    f"..%ef%bc%8f{OUT}", f"....//{OUT}", f"..;/{OUT}", f"./../{OUT}", f"a/../../{OUT}",
    f"assets/../../{OUT}", f"assets/%2e%2e/%2e%2e/{OUT}", "/etc/passwd", "%2fetc%2fpasswd",
    "//etc/passwd", "file:%2f%2f%2fetc%2fpasswd", f"{OUT}%00", f"..%00/{OUT}", "%00",
    f"../{OUT}%00.js", f"..%2f{OUT}%00.html", f"~/{OUT}", "%7eroot/.bashrc", "C:%5cwindows",
    "C:/windows/win.ini", "%5c%5cevil.example%5cshare", "..", "%2e%2e", ".", "%2e", "..%2f", "%",
    "%zz", "%u002e%u002e", "a%0d%0aSet-Cookie:x=y", "a%0a", "%ff%fe", "%ed%a0%80", "a" * 6000,
    "%2e%2e%2f" * 60 + "etc%2fpasswd", "proc/self/environ", "..%2f..%2fproc%2fself%2fenviron",
    "a%3fb", "a%23b", "a;b", "a*b", "CON", "aux.txt", "a:b", "a::$DATA", "secret:key",
    "-1", "1e999", "NaN", "\u00e9".encode().decode("latin-1"),
)  # fmt: skip
TOO_MUCH = 1_100_000


def trails(way: Way) -> Iterator[Knock]:
    """Each way out in each part of each path, and over the page's own files; all else is right."""
    for method, path in way.routes:
        if "{" in path:
            for out in WAYS_OUT:
                yield replace(good(way, method, path), target=filled(path, out))
    for start in ("/", "/assets/", "/api/", "/enter/", "//"):
        for out in WAYS_OUT:
            yield replace(good(way, "GET", "/"), target=start + out)


def at_once(way: Way, outcome: Outcome) -> None:
    """Too much, too slowly, half of it: refused or left waiting, and nobody else waits."""
    posts = [(m, p) for m, p in way.routes if (m, p) in way.hears and way.may(m, filled(p))]
    for method, path in posts:
        knock = replace(good(way, method, path), body=b"x" * TOO_MUCH)
        told = changed(knock, "Content-Length", str(TOO_MUCH))
        with Wire(way) as wire:
            _expect(way, "too large", wire.say(as_bytes(told)).status, outcome, told)
        chunked = changed(replace(knock, body=b""), "Transfer-Encoding", "chunked")
        piece = f"{50_000:x}\r\n".encode() + b" " * 50_000 + b"\r\n"
        raw = as_bytes(chunked) + piece * (TOO_MUCH // 50_000) + b"0\r\n\r\n"
        with Wire(way) as wire:
            _expect(way, "too large, in chunks", wire.say(raw).status, outcome, chunked)
    _slow(way, posts, outcome)


def _expect(way: Way, what: str, status: int, outcome: Outcome, knock: Knock) -> None:
    outcome.add(Outcome({what: 1}))
    if status not in BY_BODY:
        outcome.failures.append(f"{way.name}, {what}: {status} to {knock.method} {knock.target}")


def _slow(way: Way, posts: list[tuple[str, str]], outcome: Outcome) -> None:
    """Everybody's body stands still half way; another request is answered at once."""
    halves = []
    for method, path in posts[:20]:
        knock = changed(good(way, method, path), "Content-Length", "900")
        wire = Wire(way, patience_s=0.05)
        if wire.say(as_bytes(replace(knock, body=b'{"text": "'))).status != CLOSED:
            outcome.failures.append(f"{way.name}: half a body of {path} was answered")
        halves.append(wire)
    began_s = time.monotonic()
    with Wire(way) as wire:
        status = wire.put(good(way, "GET", "/")).status
    if status != 200 or time.monotonic() - began_s > 5:
        outcome.failures.append(f"{way.name}: {status} while slow ones were waited for")
    for wire in halves:
        wire.close()
    outcome.add(Outcome({"slow bodies": len(halves)}))
