"""A bundle: a manifest, then lines, sealed. One kind carries a record, the other a reply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any

from biocoach.clock import moment_of
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
        if sender is None or not good or len(good) < len(to):
            return None
        manifest = Manifest(
            id=_word(found["id"]),
            kind=Kind(found["kind"]),
            made_utc=_word(found["made_utc"]),
            sender=sender,
            name=_word(found["from"]["name"]),
            to=tuple(good),
            of=_word(found["of"]),
            period=(_word(begin), _word(end)),
            chosen=tuple((_word(key), _count(n)) for key, n in found["chosen"].items()),
            redacted=_count(found["redacted"]),
            simulated=found["simulated"] is True,
        )
        return manifest if manifest.id and manifest.made else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _word(value: object) -> str:
    if not isinstance(value, str) or len(value) > SHARING.name_letters_max:
        raise ValueError("not a short word")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a count")
    return value
