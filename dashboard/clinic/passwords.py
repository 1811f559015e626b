"""A password and a second step: Argon2id (RFC 9106, 2021) and TOTP (RFC 6238, 2011)."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

NAMED = 4  # a shorter name stands in many words
LEAST, MOST = 12, 200  # letters; NIST SP 800-63B (2024) asks for 8, and 15 without a second step
STEP_S = 30
_AROUND = 1  # steps that a phone's clock may be behind or ahead
_AT_ONCE = BoundedSemaphore(4)  # each takes 64 MB; whoever is fifth waits some tenths of a second
_hasher = PasswordHasher()  # its own choice of costs follows RFC 9106's second recommendation


def unfit(password: str, name: str) -> str:
    """Why it can't be one, as a code; or nothing."""
    if len(password) < LEAST:
        return "password_short"
    if len(password) > MOST:
        return "password_long"
    named = len(name) >= NAMED and name.casefold() in password.casefold()
    if len(set(password)) < 5 or named:
        return "password_weak"
    return ""


def hash_of(password: str) -> str:
    with _AT_ONCE:
        return _hasher.hash(password)


def fits(kept: str, password: str) -> bool:
    try:
        with _AT_ONCE:
            return _hasher.verify(kept, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


@cache
def nobodys() -> str:
    """A hash to compare with where there is nobody of that name: it takes as long."""
    return _hasher.hash(pyotp.random_base32())


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, name: str, clinic: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"biocoach {clinic}")


def step_of(secret: str, code: str, now_s: float) -> int | None:
    """The step to which this code belongs, near ``now_s`` (since 1970); None: it is of none. Each
    step is good once: who asks keeps the last one that was used."""
    told = "".join(code.split())
    if len(told) != 6 or not (told.isascii() and told.isdecimal()):
        return None
    totp, now = pyotp.TOTP(secret, interval=STEP_S), int(now_s // STEP_S)
    steps = range(now - _AROUND, now + _AROUND + 1)
    found = [step for step in steps if pyotp.utils.strings_equal(totp.at(step * STEP_S), told)]
    return found[-1] if found else None
