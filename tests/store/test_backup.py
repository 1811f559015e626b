"""A backup is whole, checked, private, and opens by the same ways as the record."""

from __future__ import annotations

import json
import os
import shutil
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from biocoach.store import Journal, Key, StoreError, Trouble, Vault, open_store, restoring
from biocoach.store.backup import Backup, as_made, backup_at, backups_in, look, make
from biocoach.store.days import let_go, new_vault
from biocoach.store.folder import BACKUPS, sync_folder
from biocoach.store.restoring import finish, restore
from tests.store.support import CLOCK, begin, closed, ratings
from tests.store.test_vault import OTHER, PASSPHRASE, DictKeyring, made

NOW = datetime(2026, 1, 31, 21, tzinfo=UTC)
CANARY = "canary-of-the-coal-mine"


class Home:
    """A folder with a record in it, encrypted or not."""

    def __init__(self, folder: Path, *, plain: bool) -> None:
        self.folder, self.ring = folder, DictKeyring()
        self.vault = Vault(folder, self.ring)
        self.key = made(self.vault.create(None if plain else PASSPHRASE, plain=plain))
        with closing(self.open()) as journal:
            journal.append([begin(), *ratings(40), closed()])
            journal.put_fact("note", {"text": CANARY})
            journal.attach("a1", "image/png", b"picture of a harbour")

    def open(self) -> Journal:
        return open_store(self.folder, self.key, writer="w", clock=CLOCK)

    def backup(self, name: str = "2026-01-31") -> Backup:
        return make(self.folder, self.key, self.folder / BACKUPS / name, NOW)


@pytest.fixture(params=["encrypted", "plain"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return Home(tmp_path / "data", plain=request.param == "plain")


def is_put_aside(home: Home) -> Path:
    """Whole, with the lines that came after the backup."""
    aside = home.folder / "before-restore-2026-01-31-210000"
    with closing(open_store(aside, home.key, writer="w", clock=CLOCK)) as old:
        assert old.verify().entries == 51
    return aside


def test_it_is_made_beside_a_writer_and_says_what_is_in_it(home: Home) -> None:
    with closing(home.open()) as journal:
        backup = home.backup()
        before = journal.head()
        journal.append(ratings(3))
    assert (backup.entries, backup.erased, backup.head) == (44, 0, before)
    assert as_made(backup)
    assert backups_in(home.folder) == [backup] == [backup_at(backup.path)]
    assert look(backup.path / "journal.db", home.key).problems == ()


def test_it_is_closed_to_others_and_as_secret_as_the_record(home: Home) -> None:
    backup = home.backup()
    assert {p.name for p in backup.path.iterdir()} == {"journal.db", "vault.json", "about.json"}
    for path in (backup.path.parent, backup.path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in backup.path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        told = CANARY.encode() in path.read_bytes()
        assert told is (home.key.plain and path.name == "journal.db")


def test_the_same_day_again_replaces_it_and_the_rest_stays(home: Home) -> None:
    first, other = home.backup(), home.backup("2026-01-30")
    with closing(home.open()) as journal:
        journal.append(ratings(5))
    second = home.backup()
    assert second.entries == first.entries + 5
    assert {b.path.name for b in backups_in(home.folder)} == {"2026-01-30", "2026-01-31"}
    assert as_made(other)
    let_go(home.folder, [second])
    assert backups_in(home.folder) == [second]
    assert [p.name for p in (home.folder / BACKUPS).iterdir()] == ["2026-01-31"]


def test_half_of_one_is_none_and_goes(home: Home) -> None:
    good = home.backup()
    half = home.folder / BACKUPS / "2026-02-01.new"
    shutil.copytree(good.path, half)
    assert backups_in(home.folder) == [good]
    home.backup("2026-02-01")
    assert not half.exists()


def test_a_damaged_record_makes_none_and_the_one_before_stays(home: Home) -> None:
    good = home.backup()
    with closing(home.open()) as journal, journal._database.writing() as connection:
        connection.exec_driver_sql("UPDATE entries SET kind = 'mark' WHERE seq = 3")
    with pytest.raises(StoreError) as caught:
        home.backup()
    assert caught.value.code is Trouble.DAMAGED
    assert backups_in(home.folder) == [good]
    assert [p.name for p in (home.folder / BACKUPS).iterdir()] == ["2026-01-31"]


def test_a_changed_byte_is_seen(home: Home) -> None:
    backup = home.backup()
    path = backup.path / "journal.db"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert not as_made(backup)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"biocoach_backup": 2}', "null"])
def test_what_is_no_backup_is_left_out(home: Home, text: str) -> None:
    backup = home.backup()
    (backup.path / "about.json").write_text(text)
    assert backup_at(backup.path) is None
    assert backups_in(home.folder) == []


# ---- back again


def test_into_an_empty_folder_it_is_the_record_again(home: Home, tmp_path: Path) -> None:
    backup, new = home.backup(), tmp_path / "new"
    report = restore(backup.path, new, home.key, NOW)
    assert (report.entries, report.problems) == (44, ())
    with closing(open_store(new, home.key, writer="w", clock=CLOCK)) as journal:
        assert journal.head() == backup.head
        assert journal.fact("note") == {"text": CANARY}
        assert journal.attachment("a1") == ("image/png", b"picture of a harbour")
        assert journal.append(ratings(1))[0].seq == 45
    assert not (new / "restoring").exists()
    assert not list(new.glob("before-restore-*"))
    assert as_made(backup), "it is only read"


def test_it_opens_by_the_ways_of_its_own_vault(tmp_path: Path) -> None:
    home = Home(tmp_path / "data", plain=False)
    words = " ".join(home.vault.new_words())
    home.vault.keep_words(home.key, words)
    backup = home.backup()
    for given in (PASSPHRASE, words):
        home.ring.words.clear()
        key = Vault(backup.path, home.ring).open(given)
        assert isinstance(key, Key)
        assert look(backup.path / "journal.db", key).entries == 44


def test_what_was_there_is_put_aside_with_its_log(home: Home) -> None:
    backup = home.backup()
    journal = home.open()
    journal.append(ratings(7))
    # As after a kill: the last lines are in the log only.
    wal = (home.folder / "journal.db-wal").read_bytes()
    file = (home.folder / "journal.db").read_bytes()
    journal.close()
    (home.folder / "journal.db").write_bytes(file)
    (home.folder / "journal.db-wal").write_bytes(wal)
    restore(backup.path, home.folder, home.key, NOW)
    with closing(home.open()) as back:
        assert back.verify().entries == 44
    aside = is_put_aside(home)
    assert json.loads((aside / "vault.json").read_text())["version"] == 1


def test_a_damaged_backup_changes_nothing(home: Home) -> None:
    backup = home.backup()
    path = backup.path / "journal.db"
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2] + bytes(len(raw) - len(raw) // 2))
    with pytest.raises(StoreError):
        restore(backup.path, home.folder, home.key, NOW)
    with closing(home.open()) as journal:
        assert journal.verify().entries == 44
    assert not (home.folder / "restoring").exists()


@pytest.mark.parametrize("steps", range(11))
def test_cut_off_anywhere_the_next_start_ends_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    backup = home.backup()
    with closing(home.open()) as journal:
        journal.append(ratings(7))
    ready, done, unlink = home.folder / "restoring" / "ready", 0, Path.unlink

    def may_go_on() -> None:
        nonlocal done
        done += ready.exists()
        if done > steps:
            raise KeyboardInterrupt

    def cut_unlink(self: Path, missing_ok: bool = False) -> None:
        may_go_on()
        unlink(self, missing_ok=missing_ok)

    def cut_sync(folder: Path) -> None:
        may_go_on()
        sync_folder(folder)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", cut_unlink)
        patched.setattr(restoring, "sync_folder", cut_sync)
        with pytest.raises(KeyboardInterrupt):
            restore(backup.path, home.folder, home.key, NOW)
    assert ready.exists()
    finish(home.folder)
    assert not finish(home.folder)
    with closing(home.open()) as journal:
        assert journal.verify() == restore(backup.path, home.folder.parent / "x", home.key, NOW)
    is_put_aside(home)
    if not home.key.plain:
        home.ring.words.clear()
        assert isinstance(home.vault.open(PASSPHRASE), Key)


def test_without_second_names_it_comes_back_as_well(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most sticks know none."""

    def refuses(*_: object) -> None:
        raise OSError(1, "not permitted")

    backup = home.backup()
    with closing(home.open()) as journal:
        journal.append(ratings(7))
    monkeypatch.setattr(os, "link", refuses)
    restore(backup.path, home.folder, home.key, NOW)
    with closing(home.open()) as journal:
        assert journal.verify().entries == 44
    is_put_aside(home)


def test_cut_off_before_it_was_whole_the_record_is_as_it_was(home: Home) -> None:
    backup = home.backup()
    shutil.copytree(backup.path, home.folder / "restoring")
    assert not finish(home.folder)
    assert not (home.folder / "restoring").exists()
    with closing(home.open()) as journal:
        assert journal.verify().entries == 44


# ---- another passphrase


def test_an_old_passphrase_opens_no_backup_any_more(tmp_path: Path) -> None:
    home = Home(tmp_path / "data", plain=False)
    backup = home.backup()
    home.vault.set_passphrase(home.key, OTHER)
    home.ring.words.clear()
    assert isinstance(Vault(backup.path, home.ring).open(PASSPHRASE), Key)
    new_vault(home.folder)
    home.ring.words.clear()
    assert not isinstance(Vault(backup.path, home.ring).open(PASSPHRASE), Key)
    assert isinstance(Vault(backup.path, home.ring).open(OTHER), Key)


def test_a_backup_of_another_key_keeps_its_own_vault(tmp_path: Path) -> None:
    home, other = (Home(tmp_path / name, plain=False) for name in ("a", "b"))
    strange = home.folder / BACKUPS / "2026-01-01"
    shutil.copytree(other.backup().path, strange)
    new_vault(home.folder)
    other.ring.words.clear()
    assert isinstance(Vault(strange, other.ring).open(PASSPHRASE), Key)


def test_a_page_that_a_cut_left_half_written_is_whole_in_the_log(tmp_path: Path) -> None:
    """SQLCipher's own check reads the file alone: the log goes into it first."""
    home = Home(tmp_path / "data", plain=False)
    path, log = home.folder / "journal.db", home.folder / "journal.db-wal"
    with closing(home.open()) as journal:
        journal.append(ratings(300))
        file, kept = path.read_bytes(), log.read_bytes()
    path.write_bytes(file[:512] + bytes(512) + file[1024:])  # a sector of the first page
    log.write_bytes(kept)
    found = look(path, home.key)
    assert (found.entries, found.problems) == (344, ())
