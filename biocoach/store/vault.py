"""The journal's key: made once, at random, and never written down as it is.

It lies in the system's keyring, or wrapped by a passphrase in vault.json, or both: then the
passphrase still opens the journal when the keyring is lost. No key and no passphrase ever
reaches a repr, a log or an exception.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import scrypt
from pathlib import Path
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from biocoach.store import folder as files
from biocoach.store.keyrings import Keyring, SystemKeyring
from biocoach.store.vault_file import Record, Wrap, from_text, to_text

KEY_BYTES = 32
PASSPHRASE_MIN = 10  # characters
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1  # 32 MB and about 0.1 s a guess
_PURPOSE = b"biocoach vault 1"


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
    LOCKED = "passphrase"
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
    Why.LOCKED: "this journal opens with its passphrase",
    Why.TOO_SHORT: f"a passphrase needs at least {PASSPHRASE_MIN} characters",
    Why.WRONG: "this is not the passphrase of this journal",
    Why.KEY_LOST: "the key is gone from the system's keyring and there is no passphrase",
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
        if record.kind == "plain":
            return State.PLAIN
        if self._from_keyring(record) is not None:
            return State.OPEN
        return State.LOST if record.wrap is None else State.LOCKED

    def create(self, passphrase: str | None = None, *, plain: bool = False) -> Key | Locked:
        """Makes the key. A passphrase is needed without a keyring, and a second way in with one."""
        state = self.state()
        if state is not State.NEW:
            encrypted = plain and state is not State.PLAIN
            return Locked(Why.ENCRYPTED if encrypted else Why.ALREADY_MADE)
        if plain:
            self._write(Record(kind="plain"))
            return Key(None)
        if passphrase is not None and len(passphrase) < PASSPHRASE_MIN:
            return Locked(Why.TOO_SHORT)
        key = Key(self._token_bytes(KEY_BYTES))
        record = Record(
            kind="keyring",
            id=self._token_bytes(8).hex(),
            wrap=None if passphrase is None else self._wrap(key, passphrase),
        )
        if not self._keyring.put(record.id, key.secret().hex()):
            if record.wrap is None:
                return Locked(Why.LOCKED)
            record = replace(record, kind="passphrase")
        self._write(record)
        return key

    def open(self, passphrase: str | None = None, *, plain: bool = False) -> Key | Locked:
        """The key, or why not. A plain journal opens either way: the caller's banner says so."""
        record = self._read()
        if isinstance(record, Locked):
            lost = record.why is Why.NOT_MADE and self._journal.exists()
            return Locked(Why.KEY_LOST) if lost else record
        if record.kind == "plain":
            return Key(None)
        if plain:
            return Locked(Why.ENCRYPTED)
        key = self._from_keyring(record)
        if key is not None:
            return key
        if record.wrap is None:
            return Locked(Why.KEY_LOST)
        if passphrase is None:
            return Locked(Why.LOCKED)
        return _unwrapped(record.wrap, passphrase)

    def has_passphrase(self) -> bool:
        record = self._read()
        return isinstance(record, Record) and record.wrap is not None

    def check(self, passphrase: str) -> Locked | None:
        """Whether it is this journal's, whatever the keyring knows; a guess costs what it costs
        to ``open``."""
        record = self._read()
        if isinstance(record, Locked):
            return record
        if record.wrap is None:
            return Locked(Why.NOT_MADE)
        found = _unwrapped(record.wrap, passphrase)
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
        self._write(replace(record, wrap=self._wrap(key, passphrase)))
        return None

    def forget(self) -> None:
        """Takes the key out of the keyring and away from the folder: nothing opens it again."""
        record = self._read()
        if isinstance(record, Record) and record.kind == "keyring":
            self._keyring.drop(record.id)
        self._path.unlink(missing_ok=True)

    # ---- inside

    def _from_keyring(self, record: Record) -> Key | None:
        word = self._keyring.get(record.id) if record.kind == "keyring" else None
        try:
            secret = bytes.fromhex(word or "")
        except ValueError:
            return None  # somebody else's word under our name
        return Key(secret) if len(secret) == KEY_BYTES else None

    def _wrap(self, key: Key, passphrase: str) -> Wrap:
        bare = Wrap(
            n=SCRYPT_N,
            r=SCRYPT_R,
            p=SCRYPT_P,
            salt=self._token_bytes(16),
            nonce=self._token_bytes(12),
            wrapped=b"",
        )
        cipher = AESGCM(_stretched(bare, passphrase))
        return replace(bare, wrapped=cipher.encrypt(bare.nonce, key.secret(), _PURPOSE))

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


def _unwrapped(wrap: Wrap, passphrase: str) -> Key | Locked:
    try:
        cipher = AESGCM(_stretched(wrap, passphrase))
        secret = cipher.decrypt(wrap.nonce, wrap.wrapped, _PURPOSE)
    except InvalidTag:
        return Locked(Why.WRONG)
    return Key(secret)


def _stretched(wrap: Wrap, passphrase: str) -> bytes:
    """Keyboards spell the same word with different code points, so they are made equal first."""
    return scrypt(
        normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"),
        salt=wrap.salt,
        n=wrap.n,
        r=wrap.r,
        p=wrap.p,
        maxmem=256 * wrap.n * wrap.r + 256 * wrap.r * wrap.p,  # twice what it takes
        dklen=KEY_BYTES,
    )
