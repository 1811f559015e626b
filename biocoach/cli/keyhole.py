"""Getting the store's key: keyring, passphrase file, the page's passphrase, or plain."""

from __future__ import annotations

import asyncio

from biocoach.store import Key, Locked, State, Vault, Why

PAGE_WORDS = {Why.WRONG: "wrong_passphrase", Why.TOO_SHORT: "too_short"}


class KeyholeError(Exception):
    """The store can't be opened at all; one line for people."""


class Keyhole:
    def __init__(self, *, passphrase: str | None, plain: bool) -> None:
        self._passphrase = passphrase
        self._asked_plain = plain
        self._plain = plain
        self._vault: Vault | None = None
        self._key: asyncio.Future[Key] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked = False

    def at(self, vault: Vault, *, plain: bool) -> None:
        """Stand before this vault; ``plain`` for the simulated store, where nothing is asked."""
        self._vault = vault
        self._plain = plain or self._asked_plain
        self._loop = asyncio.get_running_loop()
        self._key = self._loop.create_future()
        self._asked = False

    @property
    def kind(self) -> str:
        """What the page asks for: a ``new`` passphrase, the ``passphrase``, the recovery ``words``,
        or ``either``."""
        if self._vault is None or not self._vault.has_recovery():
            return "new" if self._vault and self._vault.state() is State.NEW else "passphrase"
        return "either" if self._vault.has_passphrase() else "words"

    @property
    def waiting(self) -> bool:
        """The page is being asked."""
        return self._key is not None and not self._key.done() and self._asked

    def try_now(self) -> Key | None:
        """The key, where nobody needs to be asked. Raises KeyholeError where nothing helps."""
        vault = self._vault
        assert vault is not None  # at() comes first
        if vault.state() is State.NEW:
            found = vault.create(self._passphrase, plain=self._plain)
        else:
            found = vault.open(self._passphrase, plain=self._plain)
        if isinstance(found, Key):
            return found
        if found.why is Why.LOCKED:
            return None
        raise KeyholeError(found.words)

    def offer(self, passphrase: str) -> str:
        """The page's passphrase; "" when it opened, else a code. Called in a thread."""
        vault, key, loop = self._vault, self._key, self._loop
        if vault is None or key is None or loop is None or key.done():
            return ""
        fresh = vault.state() is State.NEW
        found = vault.create(passphrase) if fresh else vault.open(passphrase)
        if isinstance(found, Locked):
            return PAGE_WORDS.get(found.why, found.why.value)
        loop.call_soon_threadsafe(_settle, key, found)
        return ""

    async def wait(self) -> Key:
        assert self._key is not None  # at() comes first
        self._asked = True
        return await self._key


def _settle(future: asyncio.Future[Key], key: Key) -> None:
    if not future.done():
        future.set_result(key)
