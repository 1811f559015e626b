"""The backups of days: what a cut, a set clock, two processes and other files do to them."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from biocoach.cli.erasing import everything_in
from biocoach.store import NoKeyring, StoreError, Trouble, Vault, put_in_order
from biocoach.store import backup as backup_file
from biocoach.store.backup import as_made, backup_at, backups_in, make
from biocoach.store.days import BACKUPS_LOCK, KEPT, daily, let_go, new_vault, want_anew, wants_anew
from biocoach.store.folder import BACKUPS, wipe, write_private_bytes
from biocoach.store.restoring import restore
from tests.store.support import ratings
from tests.store.test_backup import CANARY, NOW, Home
from tests.store.test_vault import OTHER, PASSPHRASE, made

DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "data", plain=False)


def names(home: Home) -> list[str]:
    return sorted(path.name for path in (home.folder / BACKUPS).iterdir())


def test_what_is_no_backup_of_a_day_stays(home: Home) -> None:
    """Somebody keeps a note, or a copy from another disk, among them."""
    place = home.folder / BACKUPS
    make(home.folder, home.key, place / "biocoach-2025-12-24", NOW - 38 * DAY)
    (place / "photos").mkdir()
    (place / "photos" / "harbour.jpg").write_bytes(b"mine")
    (place / "note.txt").write_text("mine")
    (place / "2026-01-02.new").mkdir()
    for day in range(KEPT + 2):
        daily(home.folder, home.key, NOW + day * DAY)
    days = [f"{NOW + day * DAY:%Y-%m-%d}" for day in range(2, KEPT + 2)]
    assert names(home) == sorted([*days, "biocoach-2025-12-24", "note.txt", "photos"])
    want_anew(home.folder)
    last = daily(home.folder, home.key, NOW + 20 * DAY)
    assert names(home) == [last.path.name, "note.txt", "photos"]


def test_all_is_erased_and_other_files_stay_behind_a_link_too(home: Home, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "harbour.jpg").write_bytes(b"mine")
    (home.folder / BACKUPS).symlink_to(stick)
    daily(home.folder, home.key, NOW)
    assert sorted(path.name for path in stick.iterdir()) == ["2026-01-31", "harbour.jpg"]
    assert [path.name for path in everything_in(home.folder)] == [BACKUPS]
    assert [(path.name, path.read_bytes()) for path in stick.iterdir()] == [
        ("harbour.jpg", b"mine")
    ]


def test_a_clock_that_was_set_back_costs_no_new_backup(home: Home) -> None:
    for day in range(KEPT):
        daily(home.folder, home.key, NOW + (1000 + day) * DAY)
    for day in range(KEPT + 1):
        backup = daily(home.folder, home.key, NOW + day * DAY)
        assert as_made(backup)
        assert len(names(home)) == KEPT
    assert names(home) == [f"{NOW + day * DAY:%Y-%m-%d}" for day in range(1, KEPT + 1)]


def test_the_day_s_backup_is_not_replaced_by_another_record(home: Home) -> None:
    first = daily(home.folder, home.key, NOW)
    with closing(home.open()) as journal:
        journal.append(ratings(30, "s2"))
    best = daily(home.folder, home.key, NOW)
    assert names(home) == ["2026-01-31"]
    old = make(home.folder, home.key, home.folder.parent / "old", NOW)  # to be put back
    with closing(home.open()) as journal:
        journal.append(ratings(5, "s3"))
    best = daily(home.folder, home.key, NOW)
    restore(old.path, home.folder, home.key, NOW)
    again = daily(home.folder, home.key, NOW + timedelta(minutes=1))
    assert names(home) == ["2026-01-31", "2026-01-31-2"]
    assert backup_at(best.path) == best
    assert (first.entries, again.entries, best.entries) == (44, 74, 79)
    daily(home.folder, home.key, NOW + timedelta(minutes=2))
    for day in range(1, KEPT):
        daily(home.folder, home.key, NOW + day * DAY)
    assert len(names(home)) == KEPT + 1
    daily(home.folder, home.key, NOW + KEPT * DAY)
    assert len(names(home)) == KEPT


def test_a_cut_between_the_two_moves_is_mended(home: Home) -> None:
    backup = daily(home.folder, home.key, NOW)
    backup.path.rename(backup.path.with_name(f"{backup.path.name}.old"))
    daily(home.folder, home.key, NOW + DAY)
    assert names(home) == ["2026-01-31", "2026-02-01"]
    assert backups_in(home.folder)[1] == backup


def test_the_next_start_brings_the_name_back(home: Home) -> None:
    """Until the next backup there would be none to see, where it was the only one."""
    backup = daily(home.folder, home.key, NOW)
    backup.path.rename(backup.path.with_name(f"{backup.path.name}.old"))
    assert backups_in(home.folder) == []
    with FileLock(home.folder / BACKUPS_LOCK):
        put_in_order(home.folder)  # a child of before makes one still: its moves are its own
        assert backups_in(home.folder) == []
    put_in_order(home.folder)
    assert backups_in(home.folder) == [backup]


def test_a_start_makes_nothing_where_nothing_is(tmp_path: Path) -> None:
    put_in_order(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_move_that_the_disk_refuses_leaves_the_one_before(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = daily(home.folder, home.key, NOW)
    real = Path.rename

    def refuses(path: Path, to: Path) -> Path:
        if path.suffix == ".new":
            raise OSError(5, "no")
        return real(path, to)

    monkeypatch.setattr(Path, "rename", refuses)
    with pytest.raises(StoreError):
        daily(home.folder, home.key, NOW)
    assert backups_in(home.folder) == [backup]
    assert names(home) == ["2026-01-31"]


def test_two_at_once_are_made_one_after_the_other(home: Home) -> None:
    moments = [NOW, NOW, NOW + DAY, NOW + DAY]
    with ThreadPoolExecutor(len(moments)) as pool:
        each = list(pool.map(lambda now: daily(home.folder, home.key, now), moments))
    assert len(each) == len(moments)
    assert names(home) == ["2026-01-31", "2026-02-01"]
    assert all(as_made(backup) for backup in backups_in(home.folder))


def test_a_new_passphrase_that_was_cut_off_reaches_the_backups_with_the_next(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = daily(home.folder, home.key, NOW)
    assert home.vault.set_passphrase(home.key, OTHER) is None
    with monkeypatch.context() as patched:

        def cut(path: Path, to: Path) -> None:
            raise KeyboardInterrupt

        patched.setattr(Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            new_vault(home.folder)
    assert made(Vault(backup.path, NoKeyring()).open(PASSPHRASE))  # it still opens by something
    restore(backup.path, home.folder, home.key, NOW)
    (aside,) = home.folder.glob("before-restore-*")
    assert home.vault.set_passphrase(home.key, OTHER) is None
    write_private_bytes(aside / "vault.json", (backup.path / "vault.json").read_bytes())
    daily(home.folder, home.key, NOW + DAY)
    assert not hasattr(Vault(aside, NoKeyring()).open(PASSPHRASE), "secret")
    for each in backups_in(home.folder):
        assert sorted(p.name for p in each.path.iterdir()) == [
            "about.json",
            "journal.db",
            "vault.json",
        ]
        assert not hasattr(Vault(each.path, NoKeyring()).open(PASSPHRASE), "secret")
        assert made(Vault(each.path, NoKeyring()).open(OTHER))


def test_what_is_left_half_made_goes_with_what_was_erased(tmp_path: Path) -> None:
    home = Home(tmp_path / "data", plain=True)
    daily(home.folder, home.key, NOW).path.rename(home.folder / BACKUPS / "2026-01-30.new")
    (home.folder / BACKUPS / "2026-01-30.new" / "about.json").unlink()
    want_anew(home.folder)
    assert wants_anew(home.folder)
    with closing(home.open()) as journal:
        journal.erase_person("")
    daily(home.folder, home.key, NOW)
    paths = [path for path in home.folder.rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in path.read_bytes() for path in paths)


def test_a_copy_of_somebody_s_own_goes_as_well_where_its_removal_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What says that it is a backup goes first."""
    home = Home(tmp_path / "data", plain=True)
    own = daily(home.folder, home.key, NOW).path
    own.rename(own.with_name("a copy on the shelf"))
    with closing(home.open()) as journal:
        want_anew(home.folder)
        journal.erase_fact("note")
        journal.scrub()

    def cut(path: Path) -> None:
        if path.name == "journal.db":
            raise KeyboardInterrupt
        wipe(path)

    with monkeypatch.context() as patched:
        patched.setattr(backup_file, "wipe", cut)
        with pytest.raises(KeyboardInterrupt):
            daily(home.folder, home.key, NOW + DAY)
    assert [one.path.name for one in backups_in(home.folder)] == ["2026-02-01"]
    daily(home.folder, home.key, NOW + DAY)
    assert names(home) == ["2026-02-01"]
    assert CANARY.encode() not in b"".join(
        path.read_bytes() for path in home.folder.rglob("*") if path.is_file()
    )


def test_somebody_s_folder_on_another_disk_stays_as_open_as_it_was(
    home: Home, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    backup = make(home.folder, home.key, shared / "biocoach-2026-01-31", NOW)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o700


def test_a_stick_that_knows_no_owners_takes_one(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT and exFAT refuse to change a mode: that is what most sticks are."""
    stick = tmp_path / "stick"
    stick.mkdir()
    real = Path.chmod

    def fat(path: Path, mode: int) -> None:
        if path.is_relative_to(stick):
            raise PermissionError(1, "Operation not permitted")
        real(path, mode)

    monkeypatch.setattr(Path, "chmod", fat)
    backup = make(home.folder, home.key, stick / "biocoach-2026-01-31", NOW)
    assert as_made(backup)
    assert restore(backup.path, tmp_path / "anew", home.key, NOW).problems == ()


def test_a_file_with_another_name_elsewhere_is_whole_there(tmp_path: Path) -> None:
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere"
    own.write_text("words")
    os.link(own, elsewhere)
    wipe(own)
    assert not own.exists()
    assert elsewhere.read_text() == "words"
    wipe(elsewhere)
    assert list(tmp_path.iterdir()) == []


def test_two_restores_in_one_second_put_both_records_aside(home: Home) -> None:
    backup = make(home.folder, home.key, home.folder.parent / "copy", NOW)
    for _ in range(3):
        restore(backup.path, home.folder, home.key, NOW)
    aside = sorted(path.name for path in home.folder.glob("before-restore-*"))
    first = "before-restore-2026-01-31-210000"
    assert aside == [first, f"{first}-2", f"{first}-3"]


def test_a_backup_that_another_process_makes_is_waited_for_and_not_for_ever(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from biocoach.store import days

    monkeypatch.setattr(days, "WAITS_S", 0.0)
    daily(home.folder, home.key, NOW)
    with days._one_at_a_time(home.folder), pytest.raises(StoreError) as told:
        daily(home.folder, home.key, NOW)
    assert told.value.code is Trouble.LOCKED
    let_go(home.folder, [])
    assert names(home) == []
