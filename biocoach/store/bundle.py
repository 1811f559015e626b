"""A bundle: a manifest, then lines, sealed. One kind carries a record, the other a reply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain
from typing import Any

from biocoach.clock import day_of, iso_utc, moment_of
from biocoach.settings import SHARING
from biocoach.store.codec import canonical, parse
from biocoach.store.seal import (
    FORMAT,
    Address,
    Identity,
    Opened,
    SealError,
    Why,
    address_of,
    seal,
    unseal,
)

Json = dict[str, Any]
KINDS_MAX, COUNT_MAX = 50, 10**9
# Control characters, line ends, half letters, and the marks that turn the direction of writing.
_ODD = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_NAME = re.compile(r"[0-9A-Za-z_-]{1,80}")


class Kind(StrEnum):
    RECORD = "record"
    REPLY = "reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a bundle says of itself, signed with it.

    ``of``: for a reply, the bundle that it answers. ``period``: the first and the last day, "" if
    open. ``chosen``: how many of each kind of item. ``redacted``: how many names were replaced.
    """

    id: str
    kind: Kind
    made_utc: str
    sender: Address
    name: str
    to: tuple[Address, ...]
    of: str = ""
    period: tuple[str, str] = ("", "")
    chosen: tuple[tuple[str, int], ...] = ()
    redacted: int = 0
    simulated: bool = False

    @property
    def made(self) -> datetime:
        return moment_of(self.made_utc)

    def told(self) -> Json:
        return {
            "schema": FORMAT,
            "id": self.id,
            "kind": self.kind.value,
            "made_utc": self.made_utc,
            "from": {"address": self.sender.line, "name": self.name},
            "to": [one.line for one in self.to],
            "of": self.of,
            "period": list(self.period),
            "chosen": dict(self.chosen),
            "redacted": self.redacted,
            "simulated": self.simulated,
        }


def pack(manifest: Manifest, lines: Iterable[str], by: Identity) -> bytes:
    """The sealed file."""
    return seal(chain([canonical(manifest.told())], lines), by, manifest.to)


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened one. ``lines`` are those after the manifest; reading them may raise SealError."""

    manifest: Manifest
    opened: Opened

    def lines(self) -> Iterator[str]:
        found = self.opened.lines()
        next(found)
        return found


def unpack(sealed: bytes, identity: Identity) -> Bundle:
    """Signature and manifest checked. Raises SealError, and nothing else."""
    opened = unseal(sealed, identity)
    first = next(opened.lines(), "")
    found = parse(first)
    manifest = _manifest(found) if isinstance(found, dict) else None
    if manifest is None:
        raise SealError(Why.DAMAGED)
    if manifest.sender != opened.by:
        raise SealError(Why.BAD_SIGNATURE)
    if identity.address not in manifest.to:  # passed on by one of its readers
        raise SealError(Why.NOT_FOR_US)
    return Bundle(manifest, opened)


def _manifest(found: Json) -> Manifest | None:
    try:
        if found["schema"] != FORMAT:
            raise SealError(Why.NEWER)
        sender = address_of(found["from"]["address"])
        to = [address_of(line) for line in found["to"]]
        begin, end = found["period"]
        good = [one for one in to if one is not None]
        if sender is None or not 0 < len(good) == len(to) <= SHARING.recipients_max + 1:
            return None
        return Manifest(
            id=_name(found["id"]),
            kind=Kind(found["kind"]),
            made_utc=_moment(found["made_utc"]),
            sender=sender,
            name=_word(found["from"]["name"]),
            to=tuple(good),
            of=_name(found["of"]) if found["of"] != "" else "",
            period=_period(begin, end),
            chosen=_chosen(found["chosen"]),
            redacted=_count(found["redacted"]),
            simulated=_truth(found["simulated"]),
        )
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _word(value: object) -> str:
    """For a screen and a terminal: nothing that moves the cursor or turns the line around."""
    if not isinstance(value, str) or len(value) > SHARING.name_letters_max or _ODD.search(value):
        raise ValueError("not a short word")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("not a name of a bundle")
    return value


def _moment(value: object) -> str:
    """Within these two centuries: beyond them a moment has no local time."""
    found = moment_of(_word(value))
    if found.tzinfo is None or not 2000 <= found.astimezone(UTC).year < 2200:
        raise ValueError("not a moment of ours")
    return iso_utc(found)


def _period(begin: object, end: object) -> tuple[str, str]:
    days = [_word(day) for day in (begin, end)]
    for day in filter(None, days):
        day_of(day)
    if all(days) and days != sorted(days):
        raise ValueError("it ends before it begins")
    return days[0], days[1]


def _chosen(found: Json) -> tuple[tuple[str, int], ...]:
    if len(found) > KINDS_MAX:
        raise ValueError("more kinds than there are")
    return tuple((_word(key), _count(n)) for key, n in found.items())


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= COUNT_MAX:
        raise ValueError("not a count")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value
