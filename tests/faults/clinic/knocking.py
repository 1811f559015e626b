"""The routes of a clinic's server, as its app itself lists them; and somebody's knock at one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.faults.clinic.actors import Actor, Ids
from tests.faults.clinic.rules import RECORD, rule_of
from tests.faults.clinic.served import Served
from tests.faults.doors import Way, every
from tests.faults.knocks import Header, Knock
from tests.faults.tenants_world import MARKS

# What `{name}` stands for, by where it stands.
_STANDS = {"/api/clients/": "client", "/api/people/": "member", RECORD: "session"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "X")
_TOLD = ("Traceback", 'File "', "psycopg", "sqlalchemy", "asyncpg", "SELECT ", "clinic.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """``path`` with its parts by what they name; ``asks``: what may stand behind its ``?``."""

    method: str
    path: str
    asks: tuple[str, ...] = ()

    @property
    def changing(self) -> bool:
        return self.method not in ("GET", "HEAD")

    @property
    def of_computers(self) -> bool:
        return self.path.startswith("/sync/")


def routes_of(it: Served) -> list[Route]:
    """Every route of the app and of a record's pages: a new one is here the day it is made."""
    elm = it.world.elm
    inner = it.desk.record(it.member(elm.therapist), str(elm.client.client), it.world.journal)
    found = [*_listed(it.way.app, ""), *_listed(inner, RECORD)]
    assert len(found) > 60, "the routes could not be listed"
    return found


def _listed(app: Any, prefix: str) -> Iterator[Route]:
    while not hasattr(app, "routes"):
        app = app._app  # a gate
    for route in every(app.routes):
        path = prefix + getattr(route, "path", "")
        stands = next((word for start, word in _STANDS.items() if path.startswith(start)), "name")
        path = path.replace("{name}", "{" + stands + "}")
        if methods := getattr(route, "methods", None):
            asks = tuple(one.name for one in route.dependant.query_params)
            yield from (Route(method=m, path=path, asks=asks) for m in sorted(methods))
        elif type(route).__name__ == "Mount":
            for page in ("/index.html", "/assets/page.js") if not prefix else ("/", "/index.html"):
                yield from (Route(method=m, path=prefix + page) for m in ("GET", "HEAD"))
        else:
            yield Route(method="WS", path=path)


def filled(text: str, ids: Ids) -> str:
    return re.sub(r"\{(\w+)\}", lambda part: ids.get(part[1], "a"), text)


def body_of(value: Any, ids: Ids) -> Any:
    if isinstance(value, str):
        return filled(value, ids)
    if isinstance(value, dict):
        return {key: body_of(one, ids) for key, one in value.items()}
    return [body_of(one, ids) for one in value] if isinstance(value, list) else value


def names_in(route: Route) -> list[str]:
    """What stands in its path and in a good body, by name."""
    rule = rule_of(route.method, route.path)
    told = route.path + json.dumps(rule.body if rule else None)
    return list(dict.fromkeys(re.findall(r"\{(\w+)\}", told)))


def knock_of(way: Way, actor: Actor, route: Route, ids: Ids) -> Knock:
    """As this actor's own page or program would say it, with a good body."""
    rule = rule_of(route.method, route.path)
    headers: list[Header] = [("Host", way.host), *actor.shows]
    if actor.browser and not (route.of_computers and not actor.shows):
        headers.append(("Sec-Fetch-Site", "same-origin"))
    if actor.browser and route.changing:
        headers.append(("Origin", way.origin))
    body = b""
    if route.changing and route.method != "WS":
        headers.append(("Content-Type", "application/json"))
        body = json.dumps(body_of(rule.body if rule else {}, ids)).encode()
    target = filled(route.path, ids)
    return Knock(method=route.method, target=target, headers=tuple(headers), body=body)


def gives_away(body: bytes, actor: Actor) -> str:
    """What an answer tells that this actor may not know, or nobody; or nothing."""
    text = body.decode(errors="replace")
    marks = [kind for kind, mark in MARKS.items() if mark in text and kind not in actor.knows]
    told = [word for word in _TOLD if word in text]
    ids = [] if "alias" in actor.knows else [i for i in _victim_s(actor) if i in text]
    return ", ".join([*marks, *told, *ids])


def _victim_s(actor: Actor) -> list[str]:
    theirs = actor.others if actor.knows <= {"staff", "people"} else {}
    return [value for name, value in theirs.items() if name in ("client", "device")]
