"""The key wrapped by words that a person knows: scrypt (Percival 2009), then AES-GCM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import scrypt
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from biocoach.store.vault_file import Wrap

KEY_BYTES = 32
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1  # 32 MB and about 0.1 s a guess
_PURPOSE = b"biocoach vault 1"


def wrapped(secret: bytes, words: str, token_bytes: Callable[[int], bytes]) -> Wrap:
    bare = Wrap(
        n=SCRYPT_N,
        r=SCRYPT_R,
        p=SCRYPT_P,
        salt=token_bytes(16),
        nonce=token_bytes(12),
        wrapped=b"",
    )
    cipher = AESGCM(_stretched(bare, words))
    return replace(bare, wrapped=cipher.encrypt(bare.nonce, secret, _PURPOSE))


def unwrapped(wrap: Wrap, words: str) -> bytes | None:
    """The key; None where these are not the words."""
    try:
        return AESGCM(_stretched(wrap, words)).decrypt(wrap.nonce, wrap.wrapped, _PURPOSE)
    except InvalidTag:
        return None


def _stretched(wrap: Wrap, words: str) -> bytes:
    """Keyboards spell the same word with different code points, so they are made equal first."""
    return scrypt(
        normalize("NFKC", words).encode("utf-8", "surrogatepass"),
        salt=wrap.salt,
        n=wrap.n,
        r=wrap.r,
        p=wrap.p,
        maxmem=256 * wrap.n * wrap.r + 256 * wrap.r * wrap.p,  # twice what it takes
        dklen=KEY_BYTES,
    )
