"""The key: in the keyring, behind a passphrase, or neither; and what is said when it is gone."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.errors import KeyringLocked

from biocoach.store import Key, Locked, NoKeyring, State, SystemKeyring, Vault, Why, open_store
from biocoach.store.vault_file import Record, Wrap, from_text, to_text
from tests.store.support import CLOCK

PASSPHRASE = "a quiet green door"
OTHER = "a loud yellow door"


class DictKeyring:
    """A keyring that works until it is taken away."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def put(self, name: str, word: str) -> bool:
        self.words[name] = word
        return True

    def get(self, name: str) -> str | None:
        return self.words.get(name)

    def drop(self, name: str) -> None:
        self.words.pop(name, None)


def made(result: Key | Locked) -> Key:
    assert isinstance(result, Key)
    return result


def why(result: Key | Locked | None) -> Why:
    assert isinstance(result, Locked)
    assert result.words
    assert "\n" not in result.words
    return result.why


def test_a_passphrase_where_there_is_no_keyring(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "data", NoKeyring())
    assert vault.state() is State.NEW
    assert why(vault.open()) is Why.NOT_MADE
    assert why(vault.create()) is Why.LOCKED
    assert why(vault.create("too short")) is Why.TOO_SHORT
    assert vault.state() is State.NEW
    key = made(vault.create(PASSPHRASE))
    assert vault.state() is State.LOCKED
    again = Vault(tmp_path / "data", NoKeyring())
    assert why(again.open()) is Why.LOCKED
    assert why(again.open(OTHER)) is Why.WRONG
    assert made(again.open(PASSPHRASE)).secret() == key.secret()
    assert why(again.create(PASSPHRASE)) is Why.ALREADY_MADE


def test_a_keyring_opens_without_a_word(tmp_path: Path) -> None:
    ring = DictKeyring()
    key = made(Vault(tmp_path, ring).create())
    again = Vault(tmp_path, ring)
    assert again.state() is State.OPEN
    assert made(again.open()).secret() == key.secret()


def test_a_lost_keyring_is_told(tmp_path: Path) -> None:
    Vault(tmp_path, DictKeyring()).create()
    gone = Vault(tmp_path, DictKeyring())
    assert gone.state() is State.LOST
    assert why(gone.open()) is Why.KEY_LOST
    assert why(gone.open(PASSPHRASE)) is Why.KEY_LOST
    assert why(gone.create(PASSPHRASE)) is Why.ALREADY_MADE


def test_a_passphrase_survives_the_loss_of_the_keyring(tmp_path: Path) -> None:
    key = made(Vault(tmp_path, DictKeyring()).create(PASSPHRASE))
    gone = Vault(tmp_path, NoKeyring())
    assert gone.state() is State.LOCKED
    assert made(gone.open(PASSPHRASE)).secret() == key.secret()


def test_a_passphrase_can_be_added_and_changed(tmp_path: Path) -> None:
    ring = DictKeyring()
    vault = Vault(tmp_path, ring)
    key = made(vault.create())
    assert why(vault.set_passphrase(key, "short")) is Why.TOO_SHORT
    assert vault.set_passphrase(key, PASSPHRASE) is None
    assert vault.set_passphrase(key, OTHER) is None
    ring.words.clear()
    assert why(vault.open(PASSPHRASE)) is Why.WRONG
    assert made(vault.open(OTHER)).secret() == key.secret()


def test_the_passphrase_is_asked_for_although_the_keyring_would_open(tmp_path: Path) -> None:
    vault = Vault(tmp_path, DictKeyring())
    refused = vault.check(PASSPHRASE)
    assert refused is not None
    assert refused.why is Why.NOT_MADE
    key = made(vault.create())
    assert not vault.has_passphrase()
    assert vault.check("") is not None
    assert vault.set_passphrase(key, PASSPHRASE) is None
    assert vault.has_passphrase()
    assert vault.check(PASSPHRASE) is None
    wrong = vault.check(OTHER)
    assert wrong is not None
    assert wrong.why is Why.WRONG
    assert isinstance(vault.open(), Key)


def test_a_plain_journal_has_no_passphrase_to_ask_for(tmp_path: Path) -> None:
    vault = Vault(tmp_path, DictKeyring())
    made(vault.create(plain=True))
    assert not vault.has_passphrase()
    assert vault.check("") is not None


def test_the_same_word_from_another_keyboard(tmp_path: Path) -> None:
    vault = Vault(tmp_path, NoKeyring())
    key = made(vault.create("caf\u00e9 au lait"))
    assert made(vault.open("cafe\u0301 au lait")).secret() == key.secret()


def test_somebody_elses_word_in_the_keyring_is_not_a_key(tmp_path: Path) -> None:
    ring = DictKeyring()
    Vault(tmp_path, ring).create()
    for word in ("not hex", "ab", ""):
        ring.words = dict.fromkeys(ring.words, word)
        assert Vault(tmp_path, ring).state() is State.LOST


# ---- plain


def test_plain_is_chosen_once_and_opens_either_way(tmp_path: Path) -> None:
    vault = Vault(tmp_path, NoKeyring())
    assert made(vault.create(plain=True)).plain
    assert vault.state() is State.PLAIN
    assert made(vault.open()).plain
    assert made(vault.open(plain=True)).plain
    assert why(vault.set_passphrase(Key(None), PASSPHRASE)) is Why.NOT_MADE


def test_plain_is_refused_on_an_encrypted_store(tmp_path: Path) -> None:
    vault = Vault(tmp_path, DictKeyring())
    vault.create()
    assert why(vault.open(plain=True)) is Why.ENCRYPTED
    assert why(vault.create(plain=True)) is Why.ENCRYPTED


# ---- what lies on the disk, and what is printed


def test_the_key_is_in_no_file_and_no_repr(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "data", NoKeyring())
    key = made(vault.create(PASSPHRASE))
    journal = open_store(tmp_path / "data", key, writer="w", clock=CLOCK)
    for path in (tmp_path / "data").iterdir():
        raw = path.read_bytes()
        assert key.secret() not in raw
        assert key.secret().hex().encode() not in raw
        assert PASSPHRASE.encode() not in raw
    shown = f"{key!r} {key} {vault!r} {vault.open(OTHER)!r} {journal._database._engine!r}"
    assert key.secret().hex() not in shown
    assert PASSPHRASE not in shown
    journal.close()


def test_vault_json_is_private_and_says_how(tmp_path: Path) -> None:
    made(Vault(tmp_path / "data", NoKeyring()).create(PASSPHRASE))
    path = tmp_path / "data" / "vault.json"
    found = json.loads(path.read_text())
    assert (found["version"], found["kind"]) == (1, "passphrase")
    assert (found["n"], found["r"], found["p"]) == (2**15, 8, 1)
    assert {len(found["salt"]), len(found["nonce"]), len(found["wrapped"])} == {32, 24, 96}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_journal_without_its_vault_gets_no_new_key(tmp_path: Path) -> None:
    ring = DictKeyring()
    vault = Vault(tmp_path, ring)
    open_store(tmp_path, made(vault.create()), writer="w", clock=CLOCK).close()
    (tmp_path / "vault.json").unlink()
    assert vault.state() is State.LOST
    assert why(vault.open()) is Why.KEY_LOST
    assert why(vault.create()) is Why.ALREADY_MADE


def test_a_spoilt_vault_is_told(tmp_path: Path) -> None:
    vault = Vault(tmp_path, NoKeyring())
    made(vault.create(PASSPHRASE))
    path = tmp_path / "vault.json"
    for text in ("", "[]", "{", path.read_text().replace('"version": 1', '"version": 3')):
        path.write_text(text)
        assert why(vault.open(PASSPHRASE)) is Why.UNREADABLE
        assert vault.state() is State.LOST


FIELDS = st.sampled_from(["n", "r", "p", "salt", "nonce", "wrapped", "id"])


@given(st.text())
def test_reading_vault_json_is_total(text: str) -> None:
    from_text(text)


@given(st.dictionaries(FIELDS, st.none() | st.integers() | st.text()))
def test_a_hostile_vault_json_costs_no_memory(changes: dict[str, object]) -> None:
    wrap = Wrap(n=2, r=1, p=1, salt=b"s", nonce=b"n" * 12, wrapped=b"w")
    good = to_text(Record(kind="passphrase", id="x", wrap=wrap))
    assert from_text(good) == Record(kind="passphrase", id="x", wrap=wrap)
    found = from_text(json.dumps(json.loads(good) | changes))
    if found is not None and found.wrap is not None:
        assert found.wrap.n * found.wrap.r <= 2**22


def test_forgetting_takes_the_key_from_the_keyring(tmp_path: Path) -> None:
    ring = DictKeyring()
    vault = Vault(tmp_path, ring)
    vault.create(PASSPHRASE)
    vault.forget()
    assert ring.words == {}
    assert vault.state() is State.NEW
    vault.forget()


# ---- the system's keyring


class _Backend:
    """Looks like a backend, and is not registered as one: other tests must not find it."""

    priority = 5.0

    def __init__(self) -> None:
        self.words: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.words.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.words[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.words[service, username]


class _LockedBackend(_Backend):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("no")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("no")


class _FileBackend(_Backend):
    priority = 0.5


def test_a_real_keyring_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    backend = _Backend()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    monkeypatch.setattr(keyring, "set_password", backend.set_password)
    monkeypatch.setattr(keyring, "get_password", backend.get_password)
    monkeypatch.setattr(keyring, "delete_password", backend.delete_password)
    vault = Vault(tmp_path)
    key = made(vault.create())
    assert list(backend.words.values()) == [key.secret().hex()]
    assert vault.state() is State.OPEN
    SystemKeyring().drop(next(iter(backend.words))[1])
    assert vault.state() is State.LOST


@pytest.mark.parametrize("backend", [_LockedBackend(), _FileBackend()])
def test_a_keyring_that_fails_or_is_a_plain_file_is_none(
    backend: _Backend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    monkeypatch.setattr(keyring, "set_password", backend.set_password)
    monkeypatch.setattr(keyring, "get_password", backend.get_password)
    vault = Vault(tmp_path)
    assert why(vault.create()) is Why.LOCKED
    made(vault.create(PASSPHRASE))
    assert vault.state() is State.LOCKED
    assert backend.words == {}
