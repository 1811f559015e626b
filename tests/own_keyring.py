"""A keyring of the tests' own, as the keyring library loads any: it keeps its words in the home
folder, so that a test can take them away. Chosen by ``PYTHON_KEYRING_BACKEND``.
"""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

NAME = "tests.own_keyring.OwnKeyring"


def kept_in(home: Path) -> Path:
    return home / "keyring.json"


class OwnKeyring(KeyringBackend):
    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        return self._words().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept_in(Path.home()).write_text(
            json.dumps(self._words() | {f"{service} {username}": password})
        )

    def delete_password(self, service: str, username: str) -> None:
        words = self._words()
        if words.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("no such word")
        kept_in(Path.home()).write_text(json.dumps(words))

    def _words(self) -> dict[str, str]:
        try:
            found = json.loads(kept_in(Path.home()).read_text())
        except FileNotFoundError:
            return {}
        return {str(name): str(word) for name, word in found.items()}
