"""The journal's key: made once, at random, and never written down as it is.

It lies in the system's keyring, or wrapped by a passphrase in vault.json, or both: then the
passphrase still opens the journal when the keyring is lost. Twelve recovery words wrap it too, once
somebody has written them down. No key, passphrase or word ever reaches a repr, a log or an
exception.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from biocoach.store import folder as files
from biocoach.store.keyrings import Keyring, SystemKeyring
from biocoach.store.recovery import new_words, words_in
from biocoach.store.vault_file import Record, Wrap, from_text, to_text
from biocoach.store.wrapping import KEY_BYTES, unwrapped, wrapped

PASSPHRASE_MIN = 10  # characters
PLAIN_BEGINS = b"SQLite format 3\0"  # what an encrypted journal never begins with


class Key:
    """The journal's key, or the word that it has none. Its repr tells nothing."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes | None) -> None:
        """``secret`` None: the journal is plain."""
        self._secret = secret

    @property
    def plain(self) -> bool:
        return self._secret is None

    def secret(self) -> bytes:
        assert self._secret is not None
        return self._secret

    def sqlcipher_words(self) -> str:
        """SQLCipher's spelling of a raw key, which it uses as it is, without derivation."""
        return f"x'{self.secret().hex()}'"

    def __repr__(self) -> str:
        return "Key(plain)" if self.plain else "Key(…)"


class State(StrEnum):
    NEW = "new"
    PLAIN = "plain"
    LOCKED = "passphrase"  # or the recovery words
    OPEN = "open"  # the keyring has the key
    LOST = "lost"  # there is a journal, and no way to its key


class Why(StrEnum):
    NOT_MADE = "not_made"
    ALREADY_MADE = "already_made"
    ENCRYPTED = "encrypted"
    LOCKED = "passphrase_needed"
    TOO_SHORT = "passphrase_short"
    WRONG = "passphrase_wrong"
    KEY_LOST = "key_lost"
    UNREADABLE = "unreadable"


_WORDS = {
    Why.NOT_MADE: "there is no journal here yet",
    Why.ALREADY_MADE: "there is a journal here already",
    Why.ENCRYPTED: "this journal is encrypted; start without --plain",
    Why.LOCKED: "this journal opens with its passphrase, or its twelve recovery words",
    Why.TOO_SHORT: f"a passphrase needs at least {PASSPHRASE_MIN} characters",
    Why.WRONG: "this opens the journal neither as its passphrase nor as its recovery words",
    Why.KEY_LOST: "the key is gone from the system's keyring, and there is no passphrase and no "
    "recovery words; restore a backup that has them",
    Why.UNREADABLE: "vault.json is damaged or from a newer biocoach; restore it from a backup",
}


@dataclass(frozen=True, slots=True)
class Locked:
    """Why there is no key; ``words`` is one line for people."""

    why: Why

    @property
    def words(self) -> str:
        return _WORDS[self.why]


class Vault:
    """The vault of one data folder."""

    def __init__(
        self,
        folder: Path,
        keyring: Keyring | None = None,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._path = folder / files.VAULT
        self._journal = folder / files.JOURNAL
        self._keyring: Keyring = SystemKeyring() if keyring is None else keyring
        self._token_bytes = token_bytes

    def state(self) -> State:
        """What it takes to open the journal."""
        record = self._read()
        if isinstance(record, Locked):
            # A journal without its vault.json must not be given a new, wrong key.
            fresh = record.why is Why.NOT_MADE and not self._journal.exists()
            return State.NEW if fresh else State.LOST
        if self._is_plain(record):
            return State.PLAIN
        if self._from_keyring(record) is not None:
            return State.OPEN
        return State.LOCKED if _wraps(record) else State.LOST

    def create(self, passphrase: str | None = None, *, plain: bool = False) -> Key | Locked:
        """Makes the key. A passphrase is needed without a keyring, and a second way in with one."""
        state = self.state()
        if state is not State.NEW:
            encrypted = plain and state is not State.PLAIN
            return Locked(Why.ENCRYPTED if encrypted else Why.ALREADY_MADE)
        if plain:
            self._write(Record(kind="plain"))
            return Key(None)
        return self._made(passphrase, from_plain=False)

    def begin_encrypting(self, passphrase: str | None) -> Key | Locked:
        """The key for a plain journal, which stays plain until its file has been replaced. Begun
        again, whatever was begun before is void."""
        record = self._read()
        if isinstance(record, Locked):
            return record
        if not self._is_plain(record):
            return Locked(Why.ENCRYPTED)
        found = self._made(passphrase, from_plain=True)
        if isinstance(found, Key) and record.from_plain:
            self._keyring.drop(record.id)
        return found

    @property
    def from_plain(self) -> bool:
        """Encrypting has begun, and was not ended."""
        record = self._read()
        return isinstance(record, Record) and record.from_plain

    def end_encrypting(self) -> None:
        """The journal's file has been replaced."""
        record = self._read()
        if isinstance(record, Record) and record.from_plain:
            self._write(replace(record, from_plain=False))

    def open(self, passphrase: str | None = None, *, plain: bool = False) -> Key | Locked:
        """The key, or why not. A plain journal opens either way: the caller's banner says so."""
        record = self._read()
        if isinstance(record, Locked):
            lost = record.why is Why.NOT_MADE and self._journal.exists()
            return Locked(Why.KEY_LOST) if lost else record
        if self._is_plain(record):
            return Key(None)
        if plain:
            return Locked(Why.ENCRYPTED)
        key = self._from_keyring(record)
        if key is not None:
            return key
        if not _wraps(record):
            return Locked(Why.KEY_LOST)
        if passphrase is None:
            return Locked(Why.LOCKED)
        found = _by_words(record, passphrase)
        if isinstance(found, Key) and record.kind == "keyring":
            self._keyring.put(
                record.id, found.secret().hex()
            )  # it has lost it: opens by itself again
        return found

    def has_passphrase(self) -> bool:
        record = self._read()
        return isinstance(record, Record) and record.wrap is not None

    def has_recovery(self) -> bool:
        record = self._read()
        return isinstance(record, Record) and record.recovery is not None

    def new_words(self) -> tuple[str, ...]:
        """Twelve recovery words. They open nothing until they are kept."""
        return new_words(self._token_bytes)

    def keep_words(self, key: Key, words: str) -> Locked | None:
        """From now on they open the journal, and those before them don't."""
        record, told = self._read(), words_in(words)
        if isinstance(record, Locked):
            return record
        if key.plain or told is None:
            return Locked(Why.NOT_MADE if key.plain else Why.WRONG)
        wrap = wrapped(key.secret(), told, self._token_bytes)
        self._write(replace(record, recovery=wrap))
        return None

    def check(self, passphrase: str) -> Locked | None:
        """Whether it is this journal's, whatever the keyring knows; its recovery words will do. A
        guess costs what it costs to ``open``."""
        record = self._read()
        if isinstance(record, Locked):
            return record
        if record.wrap is None:
            return Locked(Why.NOT_MADE)
        found = _by_words(record, passphrase)
        return found if isinstance(found, Locked) else None

    def set_passphrase(self, key: Key, passphrase: str) -> Locked | None:
        """Gives an open journal a (new) passphrase; the old one no longer opens it."""
        record = self._read()
        if isinstance(record, Locked):
            return record
        if len(passphrase) < PASSPHRASE_MIN:
            return Locked(Why.TOO_SHORT)
        if key.plain:
            return Locked(Why.NOT_MADE)
        self._write(replace(record, wrap=wrapped(key.secret(), passphrase, self._token_bytes)))
        return None

    def forget(self) -> None:
        """Takes the key out of the keyring and away from the folder: nothing opens it again."""
        record = self._read()
        if isinstance(record, Record) and record.kind == "keyring":
            self._keyring.drop(record.id)
        files.wipe(self._path)

    # ---- inside

    def _from_keyring(self, record: Record) -> Key | None:
        word = self._keyring.get(record.id) if record.kind == "keyring" else None
        try:
            secret = bytes.fromhex(word or "")
        except ValueError:
            return None  # somebody else's word under our name
        return Key(secret) if len(secret) == KEY_BYTES else None

    def _made(self, passphrase: str | None, *, from_plain: bool) -> Key | Locked:
        if passphrase is not None and len(passphrase) < PASSPHRASE_MIN:
            return Locked(Why.TOO_SHORT)
        secret = self._token_bytes(KEY_BYTES)
        record = Record(
            kind="keyring",
            id=self._token_bytes(8).hex(),
            wrap=None if passphrase is None else wrapped(secret, passphrase, self._token_bytes),
            from_plain=from_plain,
        )
        if not self._keyring.put(record.id, secret.hex()):
            if record.wrap is None:
                return Locked(Why.LOCKED)
            record = replace(record, kind="passphrase")
        self._write(record)
        return Key(secret)

    def _is_plain(self, record: Record) -> bool:
        """Half-way in encrypting, the journal's own first bytes tell."""
        return record.kind == "plain" or (record.from_plain and is_plain_file(self._journal))

    def _write(self, record: Record) -> None:
        files.make_private_folder(self._path.parent)
        files.write_private(self._path, to_text(record))

    def _read(self) -> Record | Locked:
        try:
            record = from_text(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Locked(Why.NOT_MADE)
        except (OSError, UnicodeDecodeError):
            record = None
        return Locked(Why.UNREADABLE) if record is None else record


def is_plain_file(journal: Path) -> bool:
    """Whether the file lies in the clear; one that is not there does not."""
    try:
        with journal.open("rb") as file:
            return file.read(len(PLAIN_BEGINS)) == PLAIN_BEGINS
    except OSError:
        return False


def _wraps(record: Record) -> bool:
    return record.wrap is not None or record.recovery is not None


def _by_words(record: Record, given: str) -> Key | Locked:
    """By the passphrase, or by recovery words: a person types either where one is asked for."""
    told = words_in(given)
    tries: list[tuple[Wrap | None, str | None]] = [(record.recovery, told), (record.wrap, given)]
    for wrap, words in tries:
        secret = None if wrap is None or words is None else unwrapped(wrap, words)
        if secret is not None:
            return Key(secret)
    return Locked(Why.WRONG)
