"""What is asked before a phone is let near a record: its passphrase, by the vault that owns it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from biocoach.cli.keyhole import PAGE_WORDS
from biocoach.store import Key, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLock:
    """Of the record that is open. Called in threads: a guess takes as long as at unlocking."""

    folder: Path
    vault: Vault
    key: Key
    simulated: bool

    def asks(self) -> str:
        """``nothing`` of a simulated record; ``plain``: never of one that is not encrypted;
        ``choose``: the keyring opens it and there is no passphrase yet; else ``passphrase``."""
        if self.simulated:
            return "nothing"
        if self.key.plain:
            return "plain"
        return "passphrase" if self.vault.has_passphrase() else "choose"

    def refuses(self, passphrase: str) -> str:
        """Why not, as a code; "" where it may be. Where there is none yet, it becomes the one."""
        asked = self.asks()
        if asked in ("nothing", "plain"):
            return "" if asked == "nothing" else "plain"
        if asked == "choose":
            refused = self.vault.set_passphrase(self.key, passphrase)
        else:
            refused = self.vault.check(passphrase)
        return "" if refused is None else PAGE_WORDS.get(refused.why, refused.why.value)
