"""A plain record is encrypted in place, and is whole at every step of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from biocoach.store import Key, State, open_store
from biocoach.store import encrypting as way
from biocoach.store.encrypting import encrypt, finish
from tests.store.support import CLOCK, ratings
from tests.store.test_backup import CANARY, Home
from tests.store.test_vault import PASSPHRASE, made, why


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_same_record_now_closed(tmp_path: Path) -> None:
    home = Home(tmp_path, plain=True)
    with closing(home.open()) as journal:
        head = journal.head()
    assert CANARY.encode() in everything(tmp_path)
    key = made(encrypt(tmp_path, home.vault, PASSPHRASE))
    assert CANARY.encode() not in everything(tmp_path)
    assert home.vault.state() is State.OPEN
    assert not home.vault.from_plain
    home.ring.words.clear()
    assert made(home.vault.open(PASSPHRASE)).secret() == key.secret()
    with closing(open_store(tmp_path, key, writer="w", clock=CLOCK)) as journal:
        assert journal.head() == head
        assert journal.verify().problems == ()
        assert journal.attachment("a1") == ("image/png", b"picture of a harbour")
        assert journal.append(ratings(1))[0].seq == 45


def test_once_is_enough_and_a_short_passphrase_changes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path, plain=True)
    assert why(encrypt(tmp_path, home.vault, "short")).value == "passphrase_short"
    assert home.vault.state() is State.PLAIN
    made(encrypt(tmp_path, home.vault, PASSPHRASE))
    assert why(encrypt(tmp_path, home.vault, PASSPHRASE)).value == "encrypted"


class CutError(BaseException):
    """The current is off."""


@pytest.mark.parametrize("step", ["copy_encrypted", "look", "sync_file", "sync_folder", "finish"])
def test_cut_off_it_is_plain_or_encrypted_and_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    home = Home(tmp_path, plain=True)

    def cut(*_: object) -> None:
        raise CutError

    with monkeypatch.context() as patched:
        patched.setattr(way, step, cut)
        with pytest.raises(CutError):
            encrypt(tmp_path, home.vault, PASSPHRASE)
    found = home.vault.open()
    assert isinstance(found, Key)
    with closing(open_store(tmp_path, found, writer="w", clock=CLOCK)) as journal:
        assert journal.verify().entries == 44
    finish(tmp_path, home.vault)  # as each start does
    if found.plain:
        found = made(encrypt(tmp_path, home.vault, PASSPHRASE))
        assert len(home.ring.words) == 1, "the key of the first try is gone from the keyring"
    assert not home.vault.from_plain
    assert CANARY.encode() not in everything(tmp_path)
    with closing(open_store(tmp_path, found, writer="w", clock=CLOCK)) as journal:
        assert journal.verify().entries == 44
