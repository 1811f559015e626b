"""The fields of a capture's line as the values that they mean, or why the line can't be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from biocoach import types as t
from biocoach.types import InputBody, Strap

# A week: longer than any recording, and each of its seconds costs time and memory to fold.
LATEST_AT_S = 604_800.0
Fields = Mapping[str, object]
_Word = TypeVar("_Word", bound=StrEnum)


class UnusableError(Exception):
    """Why a line cannot be used; whoever reads the lines turns it into a ``Problem``."""


class NotJsonError(UnusableError):
    """Half a line looks like this."""


def at_s_of(fields: Fields, last_s: float) -> float:
    at_s = fields.get("at_s")
    if isinstance(at_s, bool) or not isinstance(at_s, int | float):
        raise UnusableError("at_s is missing or not a number")
    if not 0 <= at_s <= LATEST_AT_S:  # NaN too
        raise UnusableError(f"at_s is not within 0 and {LATEST_AT_S:.0f} s")
    if at_s < last_s:
        raise UnusableError(f"at_s goes back from {last_s:g} to {at_s:g}")
    return float(at_s)


def _link(fields: Fields) -> t.Link:
    word = fields["link"]
    if word not in ("up", "down"):
        raise UnusableError("link is neither up nor down")
    return t.Link(up=word == "up", reason=text_of(fields, "reason", ""))


def _mark(fields: Fields) -> t.Mark:
    return t.Mark(kind=_one_of(t.MarkKind, fields, "mark"), text=text_of(fields, "text", ""))


def _rating(fields: Fields) -> t.Rating:
    suds = None if fields.get("suds") is None else _whole(fields, "suds", 0, 100)
    felt = fields.get("presence")
    presence = None if felt is None else _one_of(t.Presence, fields, "presence")
    if suds is None and presence is None:
        raise UnusableError("a rating of nothing")
    return t.Rating(suds=suds, presence=presence)


def _urge(fields: Fields) -> t.Urge:
    acted = fields.get("acted", "")
    if acted is not None and not isinstance(acted, bool):
        raise UnusableError("acted is neither true nor false, nor null where it was not said")
    return t.Urge(kind=_one_of(t.UrgeKind, fields, "urge"), acted=acted)


def _label(fields: Fields) -> t.Label:
    of = None if fields.get("activation") is None else _whole(fields, "activation", 0, 10**6)
    return t.Label(answer=_one_of(t.Answer, fields, "label"), activation=of)


def _battery(fields: Fields) -> t.Battery:
    return t.Battery(percent=_whole(fields, "battery", 0, 100))


def _strap(fields: Fields) -> Strap:
    strap = fields["strap"]
    if not isinstance(strap, dict):
        raise UnusableError("strap is not an object")
    return Strap(
        name=text_of(strap, "name"),
        address=text_of(strap, "address", ""),
        sends=_words(strap, "sends"),
        lacks=_words(strap, "lacks"),
        trouble=text_of(strap, "trouble", ""),
    )


def _words(fields: Fields, name: str) -> tuple[str, ...]:
    words = fields.get(name, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise UnusableError(f"{name} is not a list of words")
    return tuple(_sayable(word) for word in words)


PARSERS: dict[str, Callable[[Fields], InputBody]] = {
    "link": _link,
    "mark": _mark,
    "suds": _rating,
    "presence": _rating,
    "urge": _urge,
    "label": _label,
    "battery": _battery,
    "strap": _strap,
}


def _one_of(words: type[_Word], fields: Fields, name: str) -> _Word:
    try:
        return words(text_of(fields, name))
    except ValueError as fault:
        raise UnusableError(f"{name} is none of {', '.join(words)}") from fault


def text_of(fields: Fields, name: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise UnusableError(f"{name} is missing or not text")
    return _sayable(value)


def _sayable(text: str) -> str:
    # JSON can spell half a surrogate pair, which no file or page could hold later.
    return text.encode("utf-8", "replace").decode("utf-8")


def hex_of(fields: Fields) -> bytes:
    try:
        return bytes.fromhex(text_of(fields, "hex"))
    except ValueError as fault:
        raise UnusableError("hex is not hexadecimal") from fault


def _whole(fields: Fields, name: str, least: int, most: int) -> int:
    value = fields[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise UnusableError(f"{name} is not a whole number within {least} and {most}")
    return value
