"""vault.json: how the key is kept, never the key itself. Reading it is total."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

VERSION = 2
KNOWN = (1, VERSION)  # the first had neither recovery words nor a record on its way from plain
KINDS = ("plain", "keyring", "passphrase")
COST_MAX = {"n": 2**18, "r": 16, "p": 4}  # a damaged file must not eat the time,
MEMORY_MAX_BYTES = 128 << 20  # nor the memory, of which scrypt takes 128 n r (RFC 7914)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """The key, encrypted by a passphrase, and the cost of a guess."""

    n: int
    r: int
    p: int
    salt: bytes
    nonce: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """``id`` is the key's name in the keyring. ``wrap``: by the passphrase; ``recovery``: by the
    recovery words. ``from_plain``: the journal may still be plain, since it is being encrypted."""

    kind: str
    id: str = ""
    wrap: Wrap | None = None
    recovery: Wrap | None = None
    from_plain: bool = False


def to_text(record: Record) -> str:
    later = record.recovery is not None or record.from_plain
    # An older biocoach must not write it again without what it does not know.
    found: dict[str, object] = {"version": VERSION if later else 1}
    found |= {"kind": record.kind, "id": record.id}
    if record.wrap is not None:
        found |= _told(record.wrap)
    if record.recovery is not None:
        found["recovery"] = _told(record.recovery)
    if record.from_plain:
        found["from_plain"] = True
    return json.dumps(found, indent=1) + "\n"


def from_text(text: str) -> Record | None:
    """None for anything that this version did not write."""
    try:
        found = json.loads(text)
        if found["version"] not in KNOWN or found["kind"] not in KINDS:
            return None
        recovery = found.get("recovery")
        from_plain = found.get("from_plain", False)
        if type(from_plain) is not bool:
            return None
        return Record(
            kind=found["kind"],
            id=str(found["id"]),
            wrap=_wrap_of(found) if "wrapped" in found else None,
            recovery=None if recovery is None else _wrap_of(recovery),
            from_plain=from_plain,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _told(wrap: Wrap) -> dict[str, object]:
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in asdict(wrap).items()
    }


def _wrap_of(found: dict[str, object]) -> Wrap:
    """Raises what from_text catches."""
    n, r, p = (_bounded(found[name], most) for name, most in COST_MAX.items())
    salt, nonce, wrapped = (_bytes(found[name]) for name in ("salt", "nonce", "wrapped"))
    if n & (n - 1) or n < 2 or len(nonce) != 12 or 128 * n * r > MEMORY_MAX_BYTES:
        raise ValueError
    return Wrap(n=n, r=r, p=p, salt=salt, nonce=nonce, wrapped=wrapped)


def _bounded(value: object, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError
    return value


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError
    return bytes.fromhex(value)
