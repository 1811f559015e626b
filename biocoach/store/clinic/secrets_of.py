"""Secrets that are handed over once and kept as hashes: invitations, and devices' tokens."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

_BYTES = 32  # too many to be guessed, so that a plain hash is enough
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another
_CODE_LENGTH = 20  # 98 bits
_SEAL_LETTERS = 22  # 132 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """``shown`` is said to one person and kept nowhere."""

    shown: str = field(repr=False)

    @property
    def hash(self) -> str:
        return hash_of(self.shown)


def hash_of(shown: str) -> str:
    """As it is kept and looked up. Spaces and dashes of a code, and small letters, don't count."""
    plain = "".join(letter for letter in shown.upper() if letter.isalnum())
    is_code = len(plain) == _CODE_LENGTH and all(letter in CODE_LETTERS for letter in plain)
    return sha256((plain if is_code else shown).encode()).hexdigest()


def new_token(seal_key: bytes) -> Secret:
    """For a device. Its end shows that this clinic made it (``issued``)."""
    plain = secrets.token_urlsafe(_BYTES)
    return Secret(shown=plain + _seal(seal_key, plain))


def issued(seal_key: bytes, shown: str) -> bool:
    """Whether a token was made here, by its end alone: good, or not any more. What is none need not
    be looked up."""
    plain, seal = shown[:-_SEAL_LETTERS], shown[-_SEAL_LETTERS:]
    return hmac.compare_digest(_seal(seal_key, plain).encode(), seal.encode())


def _seal(key: bytes, plain: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, plain.encode(), "sha256"))[:_SEAL_LETTERS].decode()


def new_secret() -> Secret:
    """For a person to type: five groups of four letters."""
    letters = [secrets.choice(CODE_LETTERS) for _ in range(_CODE_LENGTH)]
    groups = ["".join(letters[place : place + 4]) for place in range(0, _CODE_LENGTH, 4)]
    return Secret(shown="-".join(groups))
