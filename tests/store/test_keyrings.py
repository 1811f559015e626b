"""A keyring that fails is one that is not there, whatever it raises."""

from __future__ import annotations

from types import SimpleNamespace

import keyring
import pytest
from keyring.backends import Windows

from biocoach.store.keyrings import SystemKeyring


class OfWindowsError(Exception):
    """As ``pywintypes.error``: it is no OSError."""


class Refusing:
    """No subclass of a backend: keyring would choose it from then on."""

    priority = 5.0

    def get_password(self, service: str, username: str) -> str | None:
        raise OfWindowsError(1312, "CredRead", "A specified logon session does not exist")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OfWindowsError(1312, "CredWrite", "A specified logon session does not exist")

    def delete_password(self, service: str, username: str) -> None:
        raise OfWindowsError(1312, "CredDelete", "A specified logon session does not exist")


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> SystemKeyring:
    monkeypatch.setattr(keyring.core, "_keyring_backend", Refusing())
    return SystemKeyring()


def test_windows_own_error_is_a_failure_like_any_other(
    refusing: SystemKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = SimpleNamespace(error=OfWindowsError)
    monkeypatch.setattr(Windows, "pywintypes", own, raising=False)
    assert not refusing.put("a", "b")
    assert refusing.get("a") is None
    refusing.drop("a")


def test_what_is_nobody_s_error_is_a_bug(refusing: SystemKeyring) -> None:
    with pytest.raises(OfWindowsError):
        refusing.get("a")
