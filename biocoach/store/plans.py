"""How each dataclass of types.py is written as JSON, worked out once from its annotations.

Adding a field or a class there needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from math import isfinite
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

Json: TypeAlias = Any  # whatever json.loads gives
Annotation: TypeAlias = Any  # whatever typing.get_type_hints gives
Encode: TypeAlias = Callable[[Any], Json]
Decode: TypeAlias = Callable[[Json], Any]

# "kind" is the tag of every body, and raw bytes are written as hex.
_NAMES = {"kind": "of_kind", "raw": "hex"}
_NOT_FINITE = {"nan", "inf", "-inf"}


class UnfitError(ValueError):
    """A value that does not fit its place; the codec turns it into a refusal."""


def shown(value: Json) -> str:
    """A word as it is, anything else by its type: it may be nested too deeply for a repr."""
    return f"{value!r:.40}" if isinstance(value, str) else type(value).__name__


# ---- one encoder and decoder for each annotation


def _float_out(value: float) -> float | str:
    return float(value) if isfinite(value) else repr(float(value))


def _float_in(value: Json) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise UnfitError("a number too large") from None
    if isinstance(value, str) and value in _NOT_FINITE:
        return float(value)
    raise UnfitError("not a number")


def _exactly(kind: type) -> Decode:
    def check(value: Json) -> Json:
        if type(value) is not kind:
            raise UnfitError(f"not {kind.__name__}")
        return value

    return check


_a_list = _exactly(list)


def _bytes_in(value: Json) -> bytes:
    try:
        raw = bytes.fromhex(value)
    except (TypeError, ValueError):
        raise UnfitError("not hex") from None
    if raw.hex() != value:  # fromhex allows spaces and capitals; there is one text for each body
        raise UnfitError("not hex")
    return raw


def _enum_codec(kind: type[StrEnum]) -> tuple[Encode, Decode]:
    members = {member.value: member for member in kind}

    def decode(value: Json) -> StrEnum:
        try:
            return members[value]
        except (KeyError, TypeError):
            raise UnfitError(f"{shown(value)} is no {kind.__name__}") from None

    return attrgetter("value"), decode


def _tuple_codec(items: tuple[Any, ...]) -> tuple[Encode, Decode]:
    if items[1:] == (Ellipsis,):
        encode, decode = _codec_of(items[0])
        return lambda value: [encode(item) for item in value], lambda value: tuple(
            [decode(item) for item in _a_list(value)]
        )
    pairs = [_codec_of(item) for item in items]

    def decode_each(value: Json) -> tuple[Any, ...]:
        if len(_a_list(value)) != len(pairs):
            raise UnfitError(f"not {len(pairs)} values")
        return tuple(pair[1](item) for pair, item in zip(pairs, value, strict=True))

    return lambda value: [p[0](item) for p, item in zip(pairs, value, strict=True)], decode_each


def _optional_codec(annotation: Annotation) -> tuple[Encode, Decode]:
    (inner,) = (item for item in get_args(annotation) if item is not NoneType)
    encode, decode = _codec_of(inner)
    return (
        lambda value: None if value is None else encode(value),
        lambda value: None if value is None else decode(value),
    )


_PLAIN: dict[Annotation, tuple[Encode, Decode]] = {
    str: (str, _exactly(str)),
    int: (int, _exactly(int)),
    bool: (bool, _exactly(bool)),
    float: (_float_out, _float_in),
    bytes: (bytes.hex, _bytes_in),
}


def _codec_of(annotation: Annotation) -> tuple[Encode, Decode]:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin: object = get_origin(annotation)
    if origin is tuple:
        return _tuple_codec(get_args(annotation))
    if isinstance(annotation, UnionType):
        return _optional_codec(annotation)
    if issubclass(annotation, StrEnum):
        return _enum_codec(annotation)
    return _nested_codec(plan_of(annotation))


def _nested_codec(plan: Plan) -> tuple[Encode, Decode]:
    return plan.encode, lambda value: plan.cls(**plan.decode(_exactly(dict)(value)))


# ---- one plan for each dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    key: str
    attribute: str
    encode: Encode
    decode: Decode
    required: bool


@dataclass(frozen=True, slots=True)
class Plan:
    kind: str
    cls: type[Any]
    slots: tuple[Slot, ...]
    keys: frozenset[str]

    def encode(self, value: object) -> dict[str, Any]:
        return {slot.key: slot.encode(getattr(value, slot.attribute)) for slot in self.slots}

    def decode(self, found: Mapping[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """Constructor arguments; ``partial`` leaves out what is absent."""
        if unknown := found.keys() - self.keys:
            raise UnfitError(f"{self.kind} has an unknown field {min(unknown)!r:.40}")
        arguments = {}
        for slot in self.slots:
            if slot.key in found:
                try:
                    arguments[slot.attribute] = slot.decode(found[slot.key])
                except UnfitError as unfit:
                    raise UnfitError(f"{self.kind}.{slot.key}: {unfit}") from None
            elif slot.required and not partial:
                raise UnfitError(f"{self.kind} lacks {slot.key!r}")
        return arguments


def _kind_of(cls: type[Any]) -> str:
    name = cls.__name__
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def _slot_of(field: Field[Any], annotation: Annotation) -> Slot:
    encode, decode = _codec_of(annotation)
    required = field.default is MISSING and field.default_factory is MISSING
    key = _NAMES.get(field.name, field.name)
    return Slot(key, field.name, encode, decode, required)


def plan_of(cls: type[Any]) -> Plan:
    hints = get_type_hints(cls)
    slots = tuple(_slot_of(field, hints[field.name]) for field in fields(cls))
    return Plan(_kind_of(cls), cls, slots, frozenset(slot.key for slot in slots))
