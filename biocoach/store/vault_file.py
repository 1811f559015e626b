"""vault.json: how the key is kept, never the key itself. Reading it is total."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

VERSION = 1
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
    """``id`` is the key's name in the keyring."""

    kind: str
    id: str = ""
    wrap: Wrap | None = None


def to_text(record: Record) -> str:
    found: dict[str, object] = {"version": VERSION, "kind": record.kind, "id": record.id}
    if record.wrap is not None:
        for name, value in asdict(record.wrap).items():
            found[name] = value.hex() if isinstance(value, bytes) else value
    return json.dumps(found, indent=1) + "\n"


def from_text(text: str) -> Record | None:
    """None for anything that this version did not write."""
    try:
        found = json.loads(text)
        if found["version"] != VERSION or found["kind"] not in KINDS:
            return None
        wrap = _wrap_of(found) if "wrapped" in found else None
        return Record(kind=found["kind"], id=str(found["id"]), wrap=wrap)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


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
