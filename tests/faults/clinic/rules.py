"""What a clinic's server may answer, and to whom: one table. Whatever is not in it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.faults.clinic.actors import (
    ADMIN,
    IDLE,
    JUST_DISABLED,
    SUPERVISOR,
    THEIR_COMPUTER,
    THEMSELF,
    THERAPIST,
    Actor,
)

Json = dict[str, Any]
Answers = frozenset[int]

ADMINS, COMPUTERS = frozenset({ADMIN}), frozenset({THEIR_COMPUTER})
READERS = frozenset({THERAPIST, SUPERVISOR, THEMSELF})
MEMBERS = READERS | ADMINS | {IDLE}
EVERYBODY = frozenset({"*"})

OK: Answers = frozenset({200})
# Who may not: nobody is signed in; there is nothing of that name; not for those who come this way.
NOT_SIGNED_IN: Answers = frozenset({401})
WAY_IN: Answers = frozenset({303})  # the same, where a person opened a record's own address
NOT_THERE: Answers = frozenset({404})
NOT_SO: Answers = frozenset({401, 403})
NO_ROUTE: Answers = frozenset({400, 401, 403, 404, 405, 415})
# Whoever may, and says what makes no sense. Never 5xx: the database is well.
ODD: Answers = frozenset({200, 400, 401, 403, 404, 409, 413, 415, 422, 426})
ODD_PATH: Answers = ODD | {307, 405}
UNREAD: Answers = frozenset({400, 409, 413, 422, 426})  # before it is looked who it is of
TOO_LARGE: Answers = frozenset({413})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Of one route. ``may``: in which role one is answered with ``fine``, as far as one's own ids
    go; ``body``: a good one, with ids as
    ``{client}``; ``fresh``: what is used up by each who may; ``same``: it says the same to all,
    whether what they name is there or not."""

    may: frozenset[str]
    fine: Answers = OK
    body: Any = None
    fresh: str = ""
    same: bool = False


_WRONG: Answers = frozenset({403, 409})
_HELLO: Json = {
    "speaks": 1, "journal": "{journal}", "schema": "0005", "items": ["sessions", "ladder"],
    "agreed_utc": "2026-01-31T09:00:00Z", "before": "",
}  # fmt: skip
_ROW: Json = {
    "seq": 1, "person": "me", "writer": "w", "session": "s1", "number": 1, "boot_id": "b",
    "at_s": 1.0, "wall_utc": "2026-01-31T09:00:00Z", "kind": None, "body": None,
    "settings_hash": "", "body_sha256": "00", "chain_sha256": "00",
}  # fmt: skip
_PASSWORD: Json = {"name": "{name}", "password": "wrong wrong wrong", "totp": "000000"}
_ENROL: Json = {"code": "{code}", "secret": "A" * 32, **_PASSWORD}
_PASSKEY: Json = {"challenge": "x", "passkey": {"id": "{name}"}}
_OPEN = Rule(may=EVERYBODY)

RULES: Mapping[tuple[str, str], Rule] = {
    ("GET", "/"): _OPEN,
    ("GET", "/index.html"): _OPEN,
    ("GET", "/assets/page.js"): _OPEN,
    ("GET", "/api/health"): _OPEN,
    ("GET", "/api/crisis"): _OPEN,
    # Coming in. The same is said of a code and a name that are there as of others.
    ("POST", "/api/sign-in/invited"): Rule(
        may=EVERYBODY, fine=_WRONG, same=True, body={"code": "{code}"}
    ),
    ("POST", "/api/sign-in/enrol/passkey"): Rule(
        may=EVERYBODY, fine=_WRONG, same=True, body={"code": "{code}", **_PASSKEY}
    ),
    ("POST", "/api/sign-in/enrol/password"): Rule(
        may=EVERYBODY, fine=_WRONG, same=True, body=_ENROL
    ),
    ("POST", "/api/sign-in/passkey/begin"): Rule(may=EVERYBODY, body={}),
    ("POST", "/api/sign-in/passkey"): Rule(may=EVERYBODY, fine=_WRONG, same=True, body=_PASSKEY),
    ("POST", "/api/sign-in/password"): Rule(may=EVERYBODY, fine=_WRONG, same=True, body=_PASSWORD),
    ("GET", "/api/me"): Rule(may=MEMBERS | {JUST_DISABLED}),
    ("POST", "/api/sign-out"): Rule(may=MEMBERS | {JUST_DISABLED}, body={}, fresh="sitting"),
    # Clients. An admin knows their names, and reads no line.
    ("GET", "/api/clients"): Rule(may=MEMBERS),
    ("POST", "/api/clients"): Rule(may=ADMINS, body={"name": "Cleo"}, fresh="name"),
    ("GET", "/api/clients/{client}"): Rule(may=READERS | {ADMIN}),
    ("POST", "/api/clients/{client}/devices"): Rule(may=ADMINS, body={}),
    ("DELETE", "/api/clients/{client}/devices/{device}"): Rule(
        may=frozenset({ADMIN, THEMSELF}), body={}, fresh="device"
    ),
    ("POST", "/api/clients/{client}/person"): Rule(may=ADMINS, body={}),
    ("POST", "/api/clients/{client}/assigned"): Rule(
        may=ADMINS, body={"member": "{member}", "yes": True}
    ),
    ("GET", "/api/clients/{client}/export/{journal}"): Rule(may=READERS),
    # People.
    ("GET", "/api/people"): Rule(may=ADMINS),
    ("POST", "/api/people"): Rule(may=ADMINS, body={"name": "Nora", "roles": ["therapist"]}),
    ("POST", "/api/people/{member}/again"): Rule(
        may=ADMINS, body={}, fresh="member"
    ),
    ("POST", "/api/people/{member}/supervised"): Rule(
        may=ADMINS, body={"supervisor": "{supervisor}", "yes": True}
    ),
    ("POST", "/api/people/{member}/disable"): Rule(
        may=ADMINS, body={}, fresh="member"
    ),
    ("GET", "/api/audit"): Rule(may=ADMINS),
    # Computers. What they name is looked for among their own client's journals alone.
    ("POST", "/sync/join"): Rule(
        may=EVERYBODY, fine=frozenset({403}), same=True,
        body={"speaks": 1, "code": "{code}", "device": "laptop"},
    ),
    ("POST", "/sync/hello"): Rule(may=COMPUTERS, body=_HELLO),
    ("POST", "/sync/lines"): Rule(
        may=COMPUTERS, fine=frozenset({400, 409, 422}),
        body={"journal": "{journal}", "after": {"seq": 0, "chain": ""}, "rows": [_ROW],
              "salts": {"s1": "00"}, "settings": {"hash": "{}"}},
    ),
    ("POST", "/sync/bodies"): Rule(
        may=COMPUTERS, fine=frozenset({200, 400, 409, 422}),
        body={"journal": "{journal}", "give": [{"seq": 900, "kind": "fact", "body": "{}"}],
              "take": [], "salts": {"s1": "00"}},
    ),
    ("POST", "/sync/leave"): Rule(may=COMPUTERS, body={"erase": False}, fresh="token"),
    ("POST", "/api/clients/{client}/erase"): Rule(
        may=frozenset({THEMSELF}), body={"sure": "erase"}
    ),
}  # fmt: skip
# A client's record: its pages, of which some can't be had here (403), by whoever reads it.
RECORD = "/record/{client}/{journal}"
IN_A_RECORD = Rule(may=READERS, fine=frozenset({101, 200, 403, 404, 409, 422}), body={})


def rule_of(method: str, path: str) -> Rule | None:
    """None: nobody has said who may."""
    if path.startswith(RECORD):
        return IN_A_RECORD
    return RULES.get(("GET" if method == "HEAD" else method, path))


def may(actor: Actor, rule: Rule, path: str) -> bool:
    if rule.may != EVERYBODY:
        return actor.role in rule.may
    of_computers, coming_in = path.startswith("/sync/"), path.startswith("/api/sign-in/")
    return not actor.browser if of_computers else actor.browser or not coming_in


def refusals(actor: Actor, method: str, path: str) -> Answers:
    """What somebody who may not is answered."""
    if path.startswith("/sync/"):
        return NOT_SO if actor.browser else NOT_SIGNED_IN
    if method == "WS":
        return frozenset({0, 403})
    if not actor.browser:
        return NOT_SO
    return NOT_THERE if actor.signed_in else NOT_SIGNED_IN
