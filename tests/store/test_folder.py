"""The data folder: private whatever the umask, and held by one process."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from biocoach.store import (
    FolderLock,
    HeldError,
    StoreError,
    Trouble,
    data_folder,
    make_folders,
    remove_store,
)
from biocoach.store.database import Database
from biocoach.store.folder import make_private_folder, sync_handle, write_private
from tests.store.support import ROOT, Place, begin

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")

HOLD = """
import sys
from pathlib import Path
from biocoach.store import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.announce("http://127.0.0.1:8765/")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    old = os.umask(request.param)
    yield
    os.umask(old)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
@pytest.mark.usefixtures("umask")
def test_nobody_else_can_read_the_folder_or_its_files(file_place: Place) -> None:
    file_place.open().append([begin()])
    lock = FolderLock(file_place.folder)
    lock.announce("http://127.0.0.1:8765/")
    assert mode(file_place.folder) == 0o700
    files = list(file_place.folder.iterdir())
    assert {path.name for path in files} >= {"journal.db", "journal.db-wal", "lock", "serving.json"}
    assert {mode(path) for path in files} == {0o600}
    lock.release()


@posix
def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    make_private_folder(folder)
    assert mode(folder) == 0o700


@posix
@pytest.mark.usefixtures("umask")
def test_folders_above_that_are_made_are_closed_and_those_that_are_there_stay(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o755)
    folder = tmp_path / "home" / "biocoach" / "simulated"
    make_folders(folder)
    assert {mode(folder), mode(folder.parent), mode(folder.parent.parent)} == {0o700}
    assert mode(tmp_path) == 0o755
    make_folders(folder)
    (folder / "file").write_text("mine")
    with pytest.raises(FileExistsError):
        make_folders(folder / "file")


def test_a_small_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_private(path, "one")
    (tmp_path / "a.json.new").write_text("left by a crash")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        make_private_folder(tmp_path / "file" / "data")
    assert caught.value.code is Trouble.IO


def test_simulated_sessions_have_a_folder_of_their_own(tmp_path: Path) -> None:
    assert data_folder(tmp_path) == tmp_path
    assert data_folder(tmp_path, simulated=True) == tmp_path / "simulated"
    assert data_folder().name == "biocoach"


def test_a_removed_store_leaves_nothing_to_read(file_place: Place) -> None:
    journal = file_place.open()
    journal.append([begin()])
    (file_place.folder / "phone.pem").write_text("where this home's network is")
    remove_store(file_place.folder)
    assert list(file_place.folder.iterdir()) == []


def test_a_second_start_finds_the_running_page(tmp_path: Path) -> None:
    with FolderLock(tmp_path) as lock:
        with pytest.raises(HeldError) as caught:
            FolderLock(tmp_path)
        assert caught.value.url is None
        lock.announce("http://127.0.0.1:8765/")
        with pytest.raises(HeldError) as caught:
            FolderLock(tmp_path)
        assert caught.value.url == "http://127.0.0.1:8765/"
    FolderLock(tmp_path).release()
    assert not (tmp_path / "serving.json").exists()


def test_a_killed_holder_leaves_the_folder_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(HeldError) as caught:
            FolderLock(tmp_path)
        assert caught.value.url == "http://127.0.0.1:8765/"
        process.kill()
        process.wait()
    with FolderLock(tmp_path):
        assert not (tmp_path / "serving.json").exists(), "a stale address is dropped"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"url": 5}', "{"])
def test_a_spoilt_address_is_none(tmp_path: Path, text: str) -> None:
    with FolderLock(tmp_path):
        (tmp_path / "serving.json").write_text(text)
        with pytest.raises(HeldError) as caught:
            FolderLock(tmp_path)
        assert caught.value.url is None


@posix
@pytest.mark.parametrize(
    ("system", "knows", "asked"),
    [("linux", True, ["fsync"]), ("darwin", True, [51]), ("darwin", False, [51, "fsync"])],
)
def test_on_macos_a_disk_is_asked_to_empty_its_own_memory(
    system: str, knows: bool, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    calls: list[object] = []

    def control(_handle: int, what: int) -> int:
        calls.append(what)
        if not knows:
            raise OSError(errno.ENOTSUP, "a disk of the network")
        return 0

    monkeypatch.setattr(fcntl, "fcntl", control)
    monkeypatch.setattr(os, "fsync", lambda _handle: calls.append("fsync"))
    sync_handle(0, system)
    assert calls == asked


def test_sqlite_asks_for_the_same(file_place: Place) -> None:
    file_place.open().append([begin()])
    database = Database(file_place.folder / "journal.db", file_place.key)
    assert database.run("PRAGMA fullfsync") == [(1,)]
    database.close()
