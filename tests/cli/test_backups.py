"""Backups, the way back, the check, erasing, passphrases: as a user runs them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from biocoach.cli.app import app
from biocoach.store import FolderLock, Key, NoKeyring, State, Vault, open_store
from tests.cli.support import Done, call, environment, one_line_of_trouble, run
from tests.store.support import CLOCK, begin, closed, ratings, tamper

CANARY = "canary-of-the-coal-mine"
OLD, NEW = "a quiet green door", "a loud yellow door"


class Owner:
    """Somebody with a record of two sessions."""

    def __init__(self, home: Path, *, plain: bool = False) -> None:
        self.home, self.folder = home, home / "data"
        self.vault = Vault(self.folder, NoKeyring())
        (home / "old").write_text(f"{OLD}\n")
        (home / "new").write_text(f"{NEW}\n")
        key = self.vault.create(None if plain else OLD, plain=plain)
        assert isinstance(key, Key)
        self.key = key
        with closing(open_store(self.folder, key, writer="w", clock=CLOCK)) as journal:
            for name in ("s1", "s2"):
                journal.append([begin(name), *ratings(20, name), closed(name)])
            journal.put_fact("beside:s1:note:1", {"text": CANARY})

    def call(self, *words: str | Path, secret: str = "old") -> Done:
        known = () if self.key.plain else ("--passphrase-file", self.home / secret)
        return call(self.home, *words, "--data-dir", self.folder, *known)

    def everything(self, folder: Path | None = None) -> bytes:
        paths = (folder or self.folder).rglob("*")
        return b"".join(path.read_bytes() for path in paths if path.is_file())

    def asked(self, *words: str | Path, given: str) -> str:
        """What is said; ``given`` is typed."""
        told = [*map(str, words), "--data-dir", str(self.folder)]
        done = CliRunner(env=environment(self.home)).invoke(app, told, input=given)
        return f"{done.exit_code} {done.output}"


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


def backups(owner: Owner) -> list[Path]:
    return sorted((owner.folder / "backups").iterdir())


# ---- backup, verify, restore


def test_a_backup_on_another_disk_comes_back(owner: Owner) -> None:
    stick = owner.home / "stick"
    stick.mkdir()
    done = owner.call("backup", "--to", stick)
    assert (done.returncode, done.stderr) == (0, "")
    (place,) = stick.iterdir()
    assert done.stdout == f"{place}: 45 lines, checked\n"
    assert "--force" in one_line_of_trouble(owner.call("backup", "--to", stick))
    assert owner.call("backup", "--to", stick, "--force").returncode == 0
    new = owner.home / "elsewhere"
    done = call(
        owner.home, "restore", place, "--data-dir", new, "--passphrase-file", owner.home / "old"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "45 lines are back" in done.stdout
    with closing(open_store(new, owner.key, writer="w", clock=CLOCK)) as journal:
        assert journal.fact("beside:s1:note:1") == {"text": CANARY}


def test_restore_never_removes_what_is_there(owner: Owner) -> None:
    owner.call("backup")
    (place,) = backups(owner)
    assert "--force puts it aside" in one_line_of_trouble(owner.call("restore", place))
    done = owner.call("restore", place, "--force")
    assert done.returncode == 0
    assert "before-restore-" in done.stdout
    assert len(list(owner.folder.glob("before-restore-*/journal.db"))) == 1
    assert owner.call("verify").returncode == 0


def test_what_can_not_be_put_back(owner: Owner) -> None:
    owner.call("backup")
    (place,) = backups(owner)
    with FolderLock(owner.folder):
        assert "stop it first" in one_line_of_trouble(owner.call("restore", place, "--force"))
    assert "about.json" in one_line_of_trouble(owner.call("restore", owner.home))
    wrong = owner.call("restore", place, "--force", secret="new")
    assert "neither" in one_line_of_trouble(wrong)
    with (place / "journal.db").open("ab") as file:
        file.write(b"x")
    assert "changed or damaged" in one_line_of_trouble(owner.call("restore", place, "--force"))
    assert not list(owner.folder.glob("before-restore-*"))


def test_verify_tells_the_record_from_its_backups(owner: Owner) -> None:
    owner.call("backup")
    done = owner.call("verify")
    assert done.returncode == 0
    assert done.stdout.count(": whole, 45 lines\n") == 2
    path = backups(owner)[0] / "journal.db"
    path.write_bytes(path.read_bytes()[:-4096])
    done = owner.call("verify", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["record"]["problems"]) == (1, [])
    assert [one["problems"] for one in found["backups"].values()] == [
        ["its file was changed or is gone"]
    ]


def test_verify_finds_a_changed_line_and_reads_beside_a_running_one(owner: Owner) -> None:
    with FolderLock(owner.folder):
        assert owner.call("verify").returncode == 0
    with closing(open_store(owner.folder, owner.key, writer="w", clock=CLOCK)) as journal:
        tamper(journal, "UPDATE entries SET at_s = 5 WHERE seq = 3")
    done = owner.call("verify")
    assert done.returncode == 1
    assert "entry 3: was changed" in done.stdout
    assert "no backup was made" in one_line_of_trouble(owner.call("backup"))


def test_nothing_to_back_up_or_verify(tmp_path: Path) -> None:
    for name in ("backup", "verify", "passphrase", "recovery", "encrypt"):
        done = run(tmp_path, name, "--data-dir", tmp_path / "none")
        assert "no record here" in one_line_of_trouble(done)
    assert "nothing here" in one_line_of_trouble(
        run(tmp_path, "erase", "--all", "--data-dir", tmp_path / "none")
    )
    assert "about.json" in one_line_of_trouble(run(tmp_path, "restore", tmp_path))
    assert not (tmp_path / "none").exists()


# ---- erase


def test_a_session_goes_from_everywhere_and_can_still_be_counted(tmp_path: Path) -> None:
    owner = Owner(tmp_path, plain=True)
    owner.call("backup")
    assert CANARY.encode() in owner.everything()
    done = owner.call("erase", "--session", "s1", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "23 lines are erased" in done.stdout
    assert CANARY.encode() not in owner.everything()
    assert len(backups(owner)) == 1
    assert owner.call("verify").stdout.count("whole, 45 lines, 23 of them erased") == 2


def test_the_backups_of_an_encrypted_record_are_made_anew(owner: Owner) -> None:
    owner.call("backup")
    day = backups(owner)[0]
    day.rename(day.with_name("2020-01-01"))
    owner.call("erase", "--session", "s1", "--yes")
    (left,) = backups(owner)
    with closing(open_store(left, owner.key, writer="w", clock=CLOCK)) as journal:
        assert journal.fact("beside:s1:note:1") is None
        assert not list(journal.read("s1"))
        assert len(list(journal.read("s2"))) == 22


def test_a_person_who_is_not_there_costs_no_backup(owner: Owner) -> None:
    owner.call("backup")
    day = backups(owner)[0]
    day.rename(day.with_name("2020-01-01"))
    owner.call("erase", "--person", "nobody", "--yes")
    owner.call("backup")
    assert len(backups(owner)) == 2


def test_a_person_goes(owner: Owner) -> None:
    assert "nothing was there" in one_line_of_trouble(
        owner.call("erase", "--person", "nobody", "--yes")
    )
    assert owner.call("erase", "--person", "me", "--yes").returncode == 0
    with closing(open_store(owner.folder, owner.key, writer="w", clock=CLOCK)) as journal:
        assert journal.sessions() == []
        assert journal.verify().erased == 45  # nobody else is in it: the facts are theirs as well


def test_it_asks_and_a_wrong_name_is_told(owner: Owner) -> None:
    known = ("--passphrase-file", owner.home / "old")
    said = owner.asked("erase", "--session", "s1", *known, given="no\n")
    assert said.startswith("1 ")
    assert "nothing was erased" in said
    assert owner.asked("erase", "--session", "s1", *known, given="Erase\n").startswith("0 ")
    done = owner.call("erase", "--session", "s9", "--yes")
    assert done.returncode == 1
    assert "s2" in done.stderr
    assert (
        owner.call("erase").returncode
        == owner.call("erase", "--all", "--person", "x").returncode
        == 2
    )
    with FolderLock(owner.folder):
        assert "stop it first" in one_line_of_trouble(owner.call("erase", "--all", "--yes"))


def test_all_of_it_goes_with_its_backups_and_its_key(tmp_path: Path) -> None:
    owner = Owner(tmp_path, plain=True)
    owner.call("backup")
    owner.call("restore", backups(owner)[0], "--force")
    (owner.folder / "simulated").mkdir()
    (owner.folder / "practices").mkdir()
    done = call(tmp_path, "erase", "--all", "--yes", "--data-dir", owner.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert not owner.folder.exists()


def test_what_biocoach_did_not_make_is_left_and_named(owner: Owner) -> None:
    (owner.folder / "letter.txt").write_text("dear")
    done = call(owner.home, "erase", "--all", "--yes", "--data-dir", owner.folder)
    assert "letter.txt" in done.stdout
    assert [path.name for path in owner.folder.iterdir()] == ["letter.txt"]
    assert owner.vault.state() is State.NEW


def test_nobody_is_no_person(owner: Owner) -> None:
    """A script's variable that was never set must not erase what belongs to the record itself."""
    before = owner.everything()
    done = owner.call("erase", "--person", "", "--yes")
    assert (done.returncode, "--person needs a name" in done.stderr) == (2, True)
    assert owner.everything() == before


def test_a_copy_for_another_disk_is_not_put_into_the_data_folder(owner: Owner) -> None:
    """Erasing everything would leave it there, and nobody would think of it."""
    owner.call("backup")
    for place in (owner.folder, owner.folder / "backups", owner.folder / "backups" / ".."):
        assert "another disk" in one_line_of_trouble(owner.call("backup", "--to", place))


def test_erasing_reaches_what_a_restore_has_put_aside(tmp_path: Path) -> None:
    owner = Owner(tmp_path, plain=True)
    owner.call("backup", "--to", tmp_path)
    (copy,) = tmp_path.glob("biocoach-*")
    owner.call("restore", copy, "--force")
    (aside,) = owner.folder.glob("before-restore-*")
    done = owner.call("erase", "--session", "s1", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert CANARY.encode() not in owner.everything()
    with closing(open_store(aside, owner.key, writer="w", clock=CLOCK)) as journal:
        assert journal.verify().problems == ()
        assert [row.session for row in journal.sessions() if row.closed] == ["s2"]
    (aside / "journal.db").write_bytes(b"somebody's other record" * 1000)
    done = owner.call("erase", "--session", "s2", "--yes")
    assert done.returncode == 0
    assert f"{aside} opens by another key" in done.stderr


def test_erasing_that_a_reader_held_up_is_ended_by_asking_again(tmp_path: Path) -> None:
    owner = Owner(tmp_path, plain=True)
    owner.call("backup")
    with closing(sqlite3.connect(owner.folder / "journal.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        assert "again" in one_line_of_trouble(owner.call("erase", "--session", "s1", "--yes"))
    assert CANARY.encode() in owner.everything()
    done = owner.call("erase", "--session", "s1", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert CANARY.encode() not in owner.everything()
    assert "no session" in owner.call("erase", "--session", "s1", "--yes").stderr


# ---- ways in


def test_a_new_passphrase_ends_the_old_one_in_the_backups_too(owner: Owner) -> None:
    owner.call("backup")
    done = owner.call("passphrase", "--new-file", owner.home / "new")
    assert (done.returncode, done.stdout) == (0, "The record has a new passphrase.\n")
    assert "neither" in one_line_of_trouble(owner.call("verify"))
    done = owner.call("verify", secret="new")
    assert done.stdout.count("whole") == 2
    assert not isinstance(Vault(backups(owner)[0], NoKeyring()).open(OLD), Key)
    (owner.home / "new").write_text("short")
    short = owner.call("passphrase", "--new-file", owner.home / "new", secret="new")
    assert "neither" in one_line_of_trouble(short)


def test_recovery_words_are_kept_once_they_are_known_to_be_written_down(owner: Owner) -> None:
    known = ("--passphrase-file", owner.home / "old")
    said = owner.asked("recovery", *known, given="wrong\n")
    assert "nothing was changed" in said
    assert not owner.vault.has_recovery()
    key, words = owner.vault.open(OLD), owner.vault.new_words()
    assert isinstance(key, Key)
    owner.vault.keep_words(key, " ".join(words))
    (owner.home / "words").write_text("\n".join(f"{n}. {w}" for n, w in enumerate(words, 1)))
    assert owner.call("verify", secret="words").returncode == 0
    again = owner.call("passphrase", "--new-file", owner.home / "new", secret="words")
    assert again.returncode == 0
    assert owner.call("verify", secret="new").returncode == 0


def test_the_words_that_are_shown_are_those_that_open(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = tuple(Vault(owner.folder, NoKeyring(), lambda n: bytes(range(n))).new_words())
    monkeypatch.setattr(Vault, "new_words", lambda self: words)
    given = f"{words[2].upper()}\n {words[9]}\n"
    said = owner.asked("recovery", "--passphrase-file", owner.home / "old", given=given)
    assert said.startswith("0 ")
    assert all(word in said for word in words)
    assert isinstance(owner.vault.open(" ".join(words)), Key)


def test_a_plain_record_is_encrypted_and_its_backups_too(tmp_path: Path) -> None:
    owner = Owner(tmp_path, plain=True)
    owner.call("backup")
    assert "not encrypted" in one_line_of_trouble(owner.call("recovery"))
    done = owner.call("encrypt", "--new-file", tmp_path / "old")
    assert (done.returncode, done.stderr) == (0, "")
    assert CANARY.encode() not in owner.everything()
    owner.key = Key(bytes(32))
    assert owner.call("verify").stdout.count("whole, 45 lines") == 2
    again = call(tmp_path, "encrypt", "--data-dir", owner.folder, "--new-file", tmp_path / "old")
    assert "already" in one_line_of_trouble(again)
