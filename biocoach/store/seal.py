"""Keys and sealed files: signed inside by Ed25519, encrypted outside by age (X25519).

A sealed file, once opened, is three parts: a line with its format, a line with who signed it and
the signature, and the deflated content. The signature is over the deflated bytes, so that nothing
is inflated that its sender did not sign; and whoever may read it stands in the signed content, so
that a reader cannot pass it on as if it had been sealed for somebody else.
"""

from __future__ import annotations

import json
import zlib
from base64 import b32decode, b32encode, b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from biocoach.settings import SHARING, SharingSettings

Json = dict[str, Any]
FORMAT = "biocoach.bundle.v1"
FORMAT_FAMILY = b"biocoach.bundle."
AGE_MAGIC = b"age-encryption.org/v1\n"
ADDRESS = "biocoach1:"
KEY_BYTES, CHECK_BYTES = 32, 5
PIECE = 1 << 16
_AGE_PUBLIC = "age1"


class Why(StrEnum):
    """Why a sealed file is not opened."""

    NOT_A_BUNDLE = "not_a_bundle"
    TOO_LARGE = "too_large"
    NOT_FOR_US = "not_for_us"
    DAMAGED = "damaged"
    NEWER = "newer"
    BAD_SIGNATURE = "bad_signature"


WORDS = {
    Why.NOT_A_BUNDLE: "this is not a file that biocoach has sealed",
    Why.TOO_LARGE: "this file is larger than a bundle can be; nothing of it was read",
    Why.NOT_FOR_US: "this file was sealed for another address: ask for it again, sealed for yours",
    Why.DAMAGED: "this file is damaged or was changed on its way: ask for it again",
    Why.NEWER: "this file was made by a newer biocoach: update yours, then open it again",
    Why.BAD_SIGNATURE: "the signature does not fit: it was changed, or not made by who it says",
}


class SealError(Exception):
    """One plain line for people; ``why`` for programs."""

    def __init__(self, why: Why) -> None:
        super().__init__(WORDS[why])
        self.why = why


@dataclass(frozen=True, slots=True)
class Address:
    """The two public keys of somebody: one to encrypt for, one to know their signature by."""

    reads_with: str
    signs_with: bytes

    @property
    def line(self) -> str:
        """What is given to somebody else: one line, which a typing mistake does not survive."""
        body = self._body()
        return ADDRESS + _letters(body + _check(body))

    @property
    def fingerprint(self) -> str:
        """Five groups of four letters, to compare aloud: 100 bits of the hash of both keys."""
        letters = _letters(sha256(b"biocoach fingerprint 1" + self._body()).digest())[:20]
        return "-".join(letters[at : at + 4] for at in range(0, 20, 4))

    def _body(self) -> bytes:
        return self.signs_with + self.reads_with.encode("ascii")


class Identity:
    """Both private keys of a record. Its repr tells nothing."""

    __slots__ = ("_reads", "_signs", "address")

    def __init__(self, reads: str, signs: bytes) -> None:
        """Raises ValueError."""
        try:
            self._reads = pyrage.x25519.Identity.from_str(reads)
        except pyrage.IdentityError:
            raise ValueError("not an identity") from None
        self._signs = Ed25519PrivateKey.from_private_bytes(signs)
        public = self._signs.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.address = Address(str(self._reads.to_public()), public)

    def __repr__(self) -> str:
        return "Identity(…)"

    def kept(self) -> Json:
        """For the record alone, where it is encrypted at rest."""
        signs = b64encode(self._signs.private_bytes_raw()).decode("ascii")
        return {"reads": str(self._reads), "signs": signs}

    def sign(self, message: bytes) -> bytes:
        return self._signs.sign(message)

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises SealError."""
        try:
            return bytes(pyrage.decrypt(sealed, [self._reads]))
        except pyrage.DecryptError as error:
            # The library has one error for both, and tells them apart by its text alone.
            other = "matching keys" in str(error).lower()
            raise SealError(Why.NOT_FOR_US if other else Why.DAMAGED) from None


def new_identity() -> Identity:
    signs = Ed25519PrivateKey.generate().private_bytes_raw()
    return Identity(str(pyrage.x25519.Identity.generate()), signs)


def identity_of(kept: object) -> Identity | None:
    """What ``kept`` wrote; None for anything else."""
    try:
        assert isinstance(kept, dict)
        return Identity(kept["reads"], b64decode(kept["signs"], validate=True))
    except (AssertionError, KeyError, TypeError, ValueError):
        return None


def address_of(line: object) -> Address | None:
    """An address from its line, spaces and capitals forgiven; None for a mistyped one."""
    if not isinstance(line, str) or len(line) > SHARING.address_letters_max:
        return None
    text = "".join(line.split()).lower()
    if not text.startswith(ADDRESS):
        return None
    found = _bytes(text.removeprefix(ADDRESS))
    if found is None or len(found) <= KEY_BYTES + CHECK_BYTES:
        return None
    body, check = found[:-CHECK_BYTES], found[-CHECK_BYTES:]
    if _check(body) != check:
        return None
    try:
        reads = body[KEY_BYTES:].decode("ascii")
        pyrage.x25519.Recipient.from_str(reads)
    except (UnicodeDecodeError, pyrage.RecipientError):
        return None
    return Address(reads, body[:KEY_BYTES])


def seal(lines: Iterable[str], by: Identity, to: Iterable[Address]) -> bytes:
    """The lines as one file that only ``to`` can open."""
    packer = zlib.compressobj(6)
    packed = b"".join(packer.compress(line.encode() + b"\n") for line in lines) + packer.flush()
    head = {
        "by": by.address.line,
        "signature": b64encode(by.sign(_signed(packed))).decode("ascii"),
    }
    plain = FORMAT.encode() + b"\n" + json.dumps(head).encode() + b"\n" + packed
    return bytes(
        pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(a.reads_with) for a in to])
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """Who sealed it, by their signature, and its content: inflated only as it is read."""

    by: Address
    packed: bytes
    limits: SharingSettings = SHARING

    def lines(self) -> Iterator[str]:
        """Raises SealError in the middle of them, too: what was read before it is not the whole."""
        unpacker, rest, size, left = zlib.decompressobj(), b"", 0, self.packed
        while not unpacker.eof:
            if not left:
                raise SealError(Why.DAMAGED)
            piece = _inflated(unpacker, left)
            left = unpacker.unconsumed_tail
            size += len(piece)
            if size > self.limits.content_max_bytes:
                raise SealError(Why.TOO_LARGE)
            *whole, rest = (rest + piece).split(b"\n")
            if len(rest) > self.limits.line_max_bytes:
                raise SealError(Why.TOO_LARGE)
            yield from map(_text, whole)
        if rest or unpacker.unused_data:
            raise SealError(Why.DAMAGED)


def unseal(sealed: bytes, identity: Identity, limits: SharingSettings = SHARING) -> Opened:
    """A file's content, its signature checked. Raises SealError, and nothing else."""
    if len(sealed) > limits.file_max_bytes:
        raise SealError(Why.TOO_LARGE)
    if not sealed.startswith(AGE_MAGIC):
        raise SealError(Why.NOT_A_BUNDLE)
    first, _, rest = identity.decrypt(sealed).partition(b"\n")
    if first != FORMAT.encode():
        raise SealError(Why.NEWER if first.startswith(FORMAT_FAMILY) else Why.NOT_A_BUNDLE)
    line, _, packed = rest.partition(b"\n")
    by, signature = _head(line)
    try:
        Ed25519PublicKey.from_public_bytes(by.signs_with).verify(signature, _signed(packed))
    except (InvalidSignature, ValueError):
        raise SealError(Why.BAD_SIGNATURE) from None
    return Opened(by, packed, limits)


def _head(line: bytes) -> tuple[Address, bytes]:
    try:
        if len(line) > SHARING.head_max_bytes:
            raise SealError(Why.DAMAGED)
        head = json.loads(line)
        by = address_of(head["by"])
        signature = b64decode(head["signature"], validate=True)
    except (ValueError, RecursionError, KeyError, TypeError, Base64Error):
        raise SealError(Why.DAMAGED) from None
    if by is None:
        raise SealError(Why.DAMAGED)
    return by, signature


def _signed(packed: bytes) -> bytes:
    """What is signed: of this use alone, so that no signature of another use passes for it."""
    return FORMAT.encode() + b"\0" + sha256(packed).digest()


def _inflated(unpacker: Any, left: bytes) -> bytes:
    try:
        return bytes(unpacker.decompress(left, PIECE))
    except zlib.error:
        raise SealError(Why.DAMAGED) from None


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise SealError(Why.DAMAGED) from None


def _check(body: bytes) -> bytes:
    return sha256(b"biocoach address 1" + body).digest()[:CHECK_BYTES]


def _letters(some: bytes) -> str:
    return b32encode(some).decode("ascii").rstrip("=").lower()


def _bytes(letters: str) -> bytes | None:
    try:
        found = b32decode(letters.upper() + "=" * (-len(letters) % 8))
    except (Base64Error, ValueError):
        return None
    return found if _letters(found) == letters else None  # one spelling for one address
