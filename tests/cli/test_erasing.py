"""Erasing everything that was cut off: whoever comes next ends it, and asks for no key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from biocoach.cli.erasing import ERASING, everything_in, want_all_gone
from biocoach.store import FolderLock
from biocoach.store.folder import BACKUPS
from biocoach.watchdog import KEPT_IN
from tests.cli.served import serving
from tests.cli.support import Done, call, one_line_of_trouble
from tests.cli.test_backups import CANARY, Owner, backups

ENDED = "All of it is erased now"


class Cut(BaseException):
    """The process ends here."""


@contextmanager
def cut(before: int) -> Iterator[None]:
    """Before the n-th file goes."""
    unlink, gone = Path.unlink, 0

    def counted(path: Path, missing_ok: bool = False) -> None:
        nonlocal gone
        if path.exists():
            gone += 1
            if gone == before:
                raise Cut
        unlink(path, missing_ok=missing_ok)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "unlink", counted)
        with pytest.raises(Cut):
            yield


def half_erased(home: Path, before: int = 2, *, plain: bool = False) -> Owner:
    owner = Owner(home, plain=plain)
    owner.call("backup")
    with cut(before):
        everything_in(owner.folder)
    return owner


def went_well(done: Done, owner: Owner) -> None:
    assert (done.returncode, CANARY.encode() in owner.everything()) == (0, False), done.stderr


def test_the_same_command_ends_it_and_does_not_ask_again(tmp_path: Path) -> None:
    owner = half_erased(tmp_path)
    said = owner.asked("erase", "--all", given="")
    assert said.startswith("0 ")
    assert ENDED in said
    assert not owner.folder.exists()


def test_before_all_of_it_goes_a_copy_that_stays_is_named(tmp_path: Path) -> None:
    said = Owner(tmp_path).asked("erase", "--all", given="no")
    assert "If a clinic keeps a copy" in said
    assert "nothing was erased" in said


@pytest.mark.parametrize("before", range(1, 10))
@pytest.mark.parametrize("plain", [True, False])
def test_wherever_it_was_cut_off_nothing_is_left(tmp_path: Path, before: int, plain: bool) -> None:
    owner = Owner(tmp_path, plain=plain)
    owner.call("backup")
    owner.call("restore", backups(owner)[0], "--force")
    backups(owner)[0].rename(owner.folder / BACKUPS / "my own name")
    with cut(before):
        everything_in(owner.folder)
    went_well(call(tmp_path, "erase", "--all", "--yes", "--data-dir", owner.folder), owner)
    assert not owner.folder.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("backup",),
        ("export", "--format", "edf", "--out", "there.edf"),
        ("passphrase",),
        ("erase", "--session", "s1"),
    ],
)
@pytest.mark.parametrize("before", [2, 5])  # the key has gone; the record too
def test_any_command_ends_it_and_finds_no_record(
    tmp_path: Path, words: tuple[str, ...], before: int
) -> None:
    owner = half_erased(tmp_path, before)
    done = owner.call(*words)
    assert done.returncode == 1
    ended, nothing = done.stderr.splitlines()
    assert ENDED in ended
    assert "no record here" in nothing
    assert list(owner.folder.rglob("*.db*")) == []
    assert not (owner.folder / ERASING).exists()
    assert "no record here" in one_line_of_trouble(owner.call(*words))


def test_a_start_ends_it_and_begins_a_new_record(tmp_path: Path) -> None:
    owner = half_erased(tmp_path, plain=True)
    with serving(tmp_path, "serve", "--plain", "--data-dir", str(owner.folder)) as page:
        page.until(lambda state: not state["app"]["locked"])
        assert list((owner.folder / BACKUPS).glob("*")) == []
    assert CANARY.encode() not in owner.everything()
    assert owner.call("verify").returncode == 0


def test_the_doctor_says_what_it_is_and_touches_nothing(tmp_path: Path) -> None:
    owner = half_erased(tmp_path)
    found = _key_of(owner)
    assert "being erased" in found["words"]
    assert "keyring" not in found["words"]
    assert "erase --all" in found["steps"][0]
    assert (owner.folder / ERASING).exists()


def _key_of(owner: Owner) -> dict[str, list[str]]:
    done = call(owner.home, "doctor", "--json", "--data-dir", owner.folder)
    (found,) = [one for one in json.loads(done.stdout) if one["name"] == "key"]
    return dict(found)


def test_what_was_simulated_beside_it_goes_with_it(tmp_path: Path) -> None:
    owner = Owner(tmp_path, plain=True)
    beside = owner.folder / "simulated"
    beside.mkdir()
    (beside / "journal.db").write_bytes(b"told")
    want_all_gone(owner.folder)
    want_all_gone(beside)
    assert "no record" in owner.call("verify").stderr
    assert not (beside / "journal.db").exists()


def test_a_simulated_one_that_was_not_meant_stays(tmp_path: Path) -> None:
    owner = half_erased(tmp_path)
    beside = owner.folder / "simulated"
    beside.mkdir()
    (beside / "journal.db").write_bytes(b"told")
    owner.call("verify")
    assert (beside / "journal.db").read_bytes() == b"told"


def test_while_another_one_erases_it_is_left_to_that(tmp_path: Path) -> None:
    owner = half_erased(tmp_path)
    with FolderLock(owner.folder):
        assert "being erased" in one_line_of_trouble(owner.call("verify"))
    assert (owner.folder / ERASING).exists()


def test_a_backup_from_elsewhere_comes_back_after_it(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    owner.call("backup", "--to", tmp_path)
    (copy,) = tmp_path.glob("biocoach-*")
    with cut(3):
        everything_in(owner.folder)
    done = owner.call("restore", copy)
    assert (done.returncode, ENDED in done.stderr) == (0, True)
    assert owner.call("verify").returncode == 0


def test_a_notice_of_the_watchdog_and_half_written_ways_in_are_biocoach_s_own(
    tmp_path: Path,
) -> None:
    owner = Owner(tmp_path)
    for name in (KEPT_IN, "page-secret.new", "serving.json.new"):
        (owner.folder / name).write_text("7")
    done = call(tmp_path, "erase", "--all", "--yes", "--data-dir", owner.folder)
    assert "Left" not in done.stdout
    assert not owner.folder.exists()
