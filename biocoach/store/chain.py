"""Each entry's hash seals the one before it, so that a changed line shows.

The hash of a body is salted with its session's salt. Erasing takes body and salt and
leaves the hashes: the chain still closes, and nobody can guess the body from its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from biocoach.store.codec import canonical

START = ""  # what the first entry's hash continues


# The columns that the chain protects; an entry's kind is protected by its body.
SEALED = (
    "seq",
    "person",
    "writer",
    "session",
    "number",
    "boot_id",
    "at_s",
    "wall_utc",
    "settings_hash",
    "body_sha256",
)


def body_hash(salt: bytes, seq: int, text: str) -> str:
    """Equal bodies have different hashes, for ``seq`` differs."""
    return sha256(salt + seq.to_bytes(8, "big") + text.encode()).hexdigest()


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows the one with the hash ``previous``."""
    columns = [previous, *(row[name] for name in SEALED)]
    return sha256(canonical(columns).encode()).hexdigest()
