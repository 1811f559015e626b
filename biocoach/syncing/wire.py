"""What a person's biocoach and a clinic's server say to each other: values, and their JSON.

Every message is one JSON object. Both sides read by ``read``, which is total: whatever comes, it
gives a value or a refusal that says what is wrong. Bytes and lines have a most, so that neither
side can be filled up by the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import cache
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from biocoach.types import Refusal

SPEAKS = 1  # what both sides must speak; another number is refused in words
MOST_BYTES = 4_000_000  # of one message
MOST_LINES = 2000
MIXED = 1_000_000_007  # a prime; 10 million squares add up to less than 2**63
MOST_TEXT = 1_000_000  # of one line's body

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a journal is known: the last line's number and its hash. 0 and "": nothing yet."""

    seq: int = 0
    chain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the journal as it stands there. Without ``kind`` and ``body``: not to be read,
    since it was erased or is of no item that was agreed."""

    seq: int
    person: str
    writer: str
    session: str
    number: int | None
    boot_id: str
    at_s: float
    wall_utc: str
    settings_hash: str
    body_sha256: str
    chain_sha256: str
    kind: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a line that is there already says."""

    seq: int
    kind: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """``code``: from the invitation; ``device``: what this computer is to be called there."""

    speaks: int
    code: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """``token`` is this device's from now on. ``alias``: what the clinic calls the person."""

    token: str
    clinic: str
    therapist: str
    alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """How many lines of a journal say something at the clinic, and ``total``: the sum of each
    number's square modulo MIXED, so that others of the same count differ; asked for by
    ``Hello.count``. Where it is not what is noted here, what is noted is not believed."""

    lines: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Begins a round. ``items``: what is agreed now; ``agreed_utc``: when any of it last changed;
    ``since``: when each item was agreed to, where that was another moment. ``schema``: the
    journal's. ``before``: the journal that this one took the place of, when a record was restored
    from an old backup; else "". ``count``: whether ``Held.spoken`` is to be told."""

    speaks: int
    journal: str
    schema: str
    items: tuple[str, ...]
    agreed_utc: str
    before: str = ""
    since: dict[str, str] = field(default_factory=dict)
    count: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What follows ``after``. ``salts``: hex by session, of those whose bodies are here;
    ``settings``: JSON texts by hash, of those that lines with a body name."""

    journal: str
    after: Position
    rows: tuple[Row, ...]
    salts: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """Of lines that the clinic has: what they say (``give``), and whose words are to go (``take``),
    because they were erased or are not agreed to any more. ``salts`` and ``settings``: as in
    ``Lines``, of what is given."""

    journal: str
    give: tuple[Body, ...] = ()
    take: tuple[int, ...] = ()
    salts: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """``erase``: the clinic's copy too. The token is worth nothing afterwards."""

    erase: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The clinic's word on where a journal stands there. After a hello, ``withdrawn``: items that
    it did not take, since they were withdrawn after they had been agreed to; and when that was.
    ``known_utc``: the latest moment that the clinic was told of any of it."""

    at: Position
    withdrawn: dict[str, str] = field(default_factory=dict)
    known_utc: str = ""
    spoken: Spoken = field(default_factory=Spoken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """``why``: token (it is worth nothing), code (the invitation is not, or not any more), older
    or newer (whoever asked is), position (``at`` says the right one), damaged (the chain does not
    close), full (the clinic's disk), busy, slow_down, bad (not understood)."""

    why: str
    detail: str = ""
    at: Position = field(default_factory=Position)


WHYS = (
    "token", "code", "older", "newer", "position", "damaged", "full", "busy", "slow_down", "bad",
)  # fmt: skip
Message: TypeAlias = Join | Hello | Lines | Bodies | Leave
T = TypeVar("T")


def told(value: object) -> Json:
    """The JSON of a message."""
    found: Json = asdict(value)  # type: ignore[call-overload]
    return found


def read(cls: type[T], found: object) -> T | Refusal:
    """A message of JSON values; or a refusal that names the field. Never raises."""
    try:
        value: T = _read(cls, found, cls.__name__)
        return value
    except _UnfitError as unfit:
        return Refusal(why=str(unfit))


class _UnfitError(Exception):
    pass


def _read(cls: Any, found: object, where: str) -> Any:
    if not isinstance(found, Mapping):
        raise _UnfitError(f"{where} is no object")
    hints = _hints(cls)
    unknown = [str(key) for key in found if key not in hints]
    if unknown:
        raise _UnfitError(f"{where} has {unknown[0][:40]!r}, which nobody knows")
    given = {key: _value(hints[key], found[key], f"{where}.{key}") for key in found}
    try:
        return cls(**given)
    except TypeError:
        lacking = next(one for one in hints if one not in given and _needed(cls, one))
        raise _UnfitError(f"{where} lacks {lacking!r}") from None


@cache
def _hints(cls: Any) -> dict[str, Any]:
    """By field. A message has thousands of rows, whose kinds are looked up once."""
    found = get_type_hints(cls)
    return {one.name: found[one.name] for one in fields(cls)}


def _needed(cls: Any, name: str) -> bool:
    one = next(one for one in fields(cls) if one.name == name)
    return one.default is MISSING and one.default_factory is MISSING


def _value(hint: Any, found: object, where: str) -> Any:
    origin, inside = get_origin(hint), get_args(hint)
    if origin is tuple:
        if not isinstance(found, list | tuple) or len(found) > MOST_LINES:
            raise _UnfitError(f"{where} is no list of at most {MOST_LINES}")
        return tuple(_value(inside[0], one, f"{where}[{n}]") for n, one in enumerate(found))
    if origin is dict:
        if not isinstance(found, dict) or len(found) > MOST_LINES:
            raise _UnfitError(f"{where} is no object of at most {MOST_LINES}")
        return {_text(key, where): _text(one, where) for key, one in found.items()}
    if type(None) in inside:
        return None if found is None else _value(inside[0], found, where)
    return _plain(hint, found, where)


def _plain(hint: Any, found: object, where: str) -> Any:
    if hint is str:
        return _text(found, where)
    if hint is bool:
        good = isinstance(found, bool)
    elif hint is int:
        good = isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**53
    elif hint is float:
        good = isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e15
    else:
        return _read(hint, found, where)
    if not good:
        raise _UnfitError(f"{where} is no {hint.__name__}")
    return float(found) if hint is float else found  # type: ignore[arg-type]


def _text(found: object, where: str) -> str:
    if not isinstance(found, str) or len(found) > MOST_TEXT:
        raise _UnfitError(f"{where} is no text of at most {MOST_TEXT} letters")
    if "\x00" in found or any("\ud800" <= letter <= "\udfff" for letter in found):
        raise _UnfitError(f"{where} has letters that no text may have")
    return found
