"""JSON and lines of JSON, spoilt: still JSON mostly, so that what is behind the parser is met."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

from biocoach.store.transfer import ended
from tests.faults.imports import mutant

Json = Any
NASTY: tuple[Json, ...] = (
    None, True, False, 0, -1, 1, 0.5, -0.0, 1e308, 1e-320, 10**18, 10**30, -(10**30), 2**63, 2**31,
    "", " ", "x", "NaN", "inf", "\x00", "a\nb", "\x1b[2J", "\u202eevil", "\ud800", "x" * 5000,
    "../../etc/passwd", "9999-12-31T23:59:59.999-23:00", "0001-01-01T00:00:00Z", "2026-02-30",
    "<script>window.__hit=1</script>", "=cmd()", [], {}, [[]], [None], {"": None},
    {"a": {"b": [1]}},
    [0] * 300, ["x"] * 50, {"__class__": "x"}, float("nan"), float("inf"),
)  # fmt: skip
DEEP = '{"a":' * 60_000
MOVED = (-1, 1, 0.5, 1e6, -1e6, 1e-9)


def spoilt(value: Json, dice: random.Random) -> Json:
    """The value with one thing in it replaced, taken out, doubled, renamed or moved elsewhere."""
    found = json.loads(json.dumps(value))
    places = list(_places(found))
    if not places:
        return dice.choice(NASTY)
    where, key = dice.choice(places)
    match dice.randrange(7):
        case 0:
            del where[key]
        case 1 if isinstance(where, dict):
            where[dice.choice(("id", "kind", "x", key + "s", "", "a" * 300))] = where.pop(key)
        case 2 if isinstance(where, list):
            where.extend([where[key]] * dice.choice((1, 2, 200)))
        case 3:
            other, at = dice.choice(places)
            where[key] = json.loads(json.dumps(other[at]))
        case 4 if isinstance(where[key], int | float) and not isinstance(where[key], bool):
            where[key] = where[key] * dice.choice(MOVED) + dice.choice((0, 1, -1))
        case 5 if isinstance(where[key], str):
            where[key] = mutant(where[key].encode(), dice).decode("utf-8", "replace")
        case _:
            where[key] = dice.choice(NASTY)
    return found


def _places(value: Json) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict | list):
            continue
        for key in list(one) if isinstance(one, dict) else range(len(one)):
            found.append((one, key))
            if isinstance(one[key], dict | list):
                waiting.append(one[key])
    return found


def spoilt_lines(lines: Sequence[str], dice: random.Random) -> list[str]:
    """Lines of a record or a reply, the last of them their end; mostly ended rightly again."""
    found = list(lines[:-1])
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(found))
        match dice.randrange(10):
            case 0:
                del found[at : at + dice.choice((1, 1, 5))]
            case 1:
                found.insert(at, found[dice.randrange(len(found))])
            case 2:
                found[at] = mutant(found[at].encode(), dice).decode("utf-8", "replace")
            case 3:
                found[at] = dice.choice((DEEP, "[" * 60_000, "9" * 5000, "", "null", "{}", "[]"))
            case _:
                found[at] = _line_of(found[at], dice)
        if not found:
            return [lines[-1]]
    if dice.random() < 0.1:
        return [*found, lines[-1]]
    return list(ended(found))


def _line_of(line: str, dice: random.Random) -> str:
    try:
        return json.dumps(spoilt(json.loads(line), dice), sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):  # it was spoilt before
        return line + "x"


def spoilt_text(data: bytes, dice: random.Random) -> bytes:
    """One JSON value as bytes: mostly still JSON."""
    if dice.random() < 0.3:
        return mutant(data, dice)
    return json.dumps(spoilt(json.loads(data), dice)).encode()


Spoil = Callable[[bytes, random.Random], bytes]
