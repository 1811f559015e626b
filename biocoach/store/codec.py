"""Bodies of journal entries to JSON and back; pure and total.

Device bytes are kept as ``hex`` and decoded again on reading, so that a decoder's fix
reaches old sessions. Only what today's decoder does not derive from the bytes (a contact
flag that a quirk overruled) is written beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias, get_args

from biocoach.store.plans import Json, Plan, UnfitError, plan_of, shown
from biocoach.types import Decision, Ecg, InputBody, Motion, Reading, Refusal, Unread
from devices import heart_rate
from devices.polar import frames

Body: TypeAlias = InputBody | Decision

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: object) -> str:
    """The one text of a JSON value: sorted keys, no spaces, plain ASCII, no NaN."""
    return _canonical(value)


def parse(text: str) -> Json | Refusal:
    """JSON text to its value, or why not."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        return Refusal(why=f"not JSON: {error}")


def is_text(found: Json) -> bool:
    """Whether all of it can be written as UTF-8: half of a pair of surrogates can't."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


# A union of unions is flat at run time, so its arguments are all the classes.
BODY_CLASSES: tuple[type[Any], ...] = get_args(Body)
_PLANS: dict[type[Any], Plan] = {cls: plan_of(cls) for cls in BODY_CLASSES}
_BY_KIND: dict[str, Plan] = {plan.kind: plan for plan in _PLANS.values()}
KINDS = {cls: plan.kind for cls, plan in _PLANS.items()}


# ---- bytes of the strap


def _decode_raw(cls: type[Any], raw: bytes) -> Reading | Motion | Ecg | Unread:
    """What today's decoders make of a stored notification."""
    if cls is not Reading:
        return frames.to_input(raw)
    decoded = heart_rate.decode(raw)
    if isinstance(decoded, Refusal):
        return Unread(characteristic="2a37", raw=raw, why=decoded.why)
    return decoded


def _encode_raw(plan: Plan, body: Reading | Motion | Ecg) -> dict[str, Any]:
    """The bytes, and what the decoder does not say about them."""
    decoded = _decode_raw(plan.cls, body.raw)
    if decoded == body:
        return {"hex": body.raw.hex()}
    if type(decoded) is not plan.cls:
        return plan.encode(body)
    return {
        slot.key: slot.encode(getattr(body, slot.attribute))
        for slot in plan.slots
        if slot.key == "hex" or getattr(decoded, slot.attribute) != getattr(body, slot.attribute)
    }


def _read_raw(plan: Plan, found: Mapping[str, Any]) -> Body:
    if "hex" not in found:
        raise UnfitError(f"{plan.kind} lacks 'hex'")
    given = plan.decode(found, partial=True)
    if len(given) == len(plan.slots):
        return plan.cls(**given)  # type: ignore[no-any-return]
    decoded = _decode_raw(plan.cls, given["raw"])
    if type(decoded) is not plan.cls:
        return decoded
    derived = {slot.attribute: getattr(decoded, slot.attribute) for slot in plan.slots}
    return plan.cls(**(derived | given))


_RAW: frozenset[type[Any]] = frozenset({Reading, Motion, Ecg})


# ---- the module's two functions


def to_json(body: Body) -> dict[str, Any]:
    """A body as JSON values; ``kind`` names its class."""
    plan = _PLANS[type(body)]
    if isinstance(body, Reading | Motion | Ecg):
        return {"kind": plan.kind, **_encode_raw(plan, body)}
    return {"kind": plan.kind, **plan.encode(body)}


def from_json(found: Mapping[str, Any]) -> Body | Refusal:
    """The body back, or a refusal that names what this version does not know."""
    kind = found.get("kind")
    plan = _BY_KIND.get(kind) if isinstance(kind, str) else None
    if plan is None:
        return Refusal(why=f"unknown kind {shown(kind)}: written by a newer biocoach?")
    rest = {key: value for key, value in found.items() if key != "kind"}
    try:
        if plan.cls in _RAW:
            return _read_raw(plan, rest)
        return plan.cls(**plan.decode(rest))  # type: ignore[no-any-return]
    except UnfitError as unfit:
        return Refusal(why=str(unfit))


def to_text(body: Body) -> str:
    return canonical(to_json(body))


def from_text(text: str) -> Body | Refusal:
    found = parse(text)
    if isinstance(found, Refusal):
        return found
    return from_json(found) if isinstance(found, dict) else Refusal(why="not a JSON object")
