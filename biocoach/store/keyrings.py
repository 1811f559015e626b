"""The operating system's keyring: the one place that asks it, and all its ways to fail."""

from __future__ import annotations

import sys
from typing import Protocol

import keyring
import keyring.core
from keyring.errors import KeyringError

_SERVICE = "biocoach"

# Backends pass on the errors of D-Bus and of the system's own libraries.
_FAILURES = (KeyringError, OSError, RuntimeError)


def _failures() -> tuple[type[BaseException], ...]:
    """With the one that Windows' backend lets through, which is none of these."""
    backend = sys.modules.get("keyring.backends.Windows")
    own = getattr(getattr(backend, "pywintypes", None), "error", None)
    return _FAILURES if own is None else (*_FAILURES, own)


class Keyring(Protocol):
    """Keeps one word per name. Nothing raises: a keyring that fails is one that is not there."""

    def put(self, name: str, word: str) -> bool:
        """True if the word can be read back."""

    def get(self, name: str) -> str | None: ...

    def drop(self, name: str) -> None: ...


class NoKeyring:
    """For systems without one, and for people who don't want it."""

    def put(self, name: str, word: str) -> bool:
        return False

    def get(self, name: str) -> str | None:
        return None

    def drop(self, name: str) -> None:
        return None


class SystemKeyring:
    """Whatever real keyring the system has."""

    def put(self, name: str, word: str) -> bool:
        if not self._real():
            return False
        try:
            keyring.set_password(_SERVICE, name, word)
        except _failures():
            return False
        return self.get(name) == word

    def get(self, name: str) -> str | None:
        if not self._real():
            return None
        try:
            return keyring.get_password(_SERVICE, name)
        except _failures():
            return None

    def drop(self, name: str) -> None:
        try:
            keyring.delete_password(_SERVICE, name)
        except _failures():
            return

    def _real(self) -> bool:
        """Below 1 are the backends that fail, forget, or write plain text into a file."""
        try:
            return bool(keyring.core.recommended(keyring.get_keyring()))
        except _failures():
            return False
