"""Kills, full disks, locks, wrong keys: nothing acknowledged is lost, and failure is told."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from biocoach.store import Journal, Key, StoreError, Trouble, memory_store, open_store
from biocoach.store.database import Database
from biocoach.store.errors import trouble_in
from tests.store.support import CLOCK, KEY, PLAIN, ROOT, Place, begin, ratings

KILLS = 5
SEED = 20260131

APPEND_FOR_EVER = """
import sys
from pathlib import Path
from biocoach.store import open_store
from tests.store.support import CLOCK, KEY, PLAIN, ratings
key = KEY if sys.argv[2] == "encrypted" else PLAIN
journal = open_store(Path(sys.argv[1]), key, writer="child", clock=CLOCK)
while True:
    print(journal.append(ratings(3))[-1].seq, flush=True)
"""

FILL_AND_FREE = """
import resource, sys
from pathlib import Path
from biocoach.store import StoreError, open_store
from tests.store.support import CLOCK, KEY, PLAIN, ratings
key = KEY if sys.argv[2] == "encrypted" else PLAIN
journal = open_store(Path(sys.argv[1]), key, writer="child", clock=CLOCK)
kept = len(journal.append(ratings(3)))
size = (Path(sys.argv[1]) / "journal.db-wal").stat().st_size
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, hard))
code = ""
while not code:
    try:
        kept += len(journal.append(ratings(3)))
    except StoreError as error:
        code = error.code
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
last = journal.append(ratings(3))[-1].seq
report = journal.verify()
print(code, last == kept + 3, report.entries == last, report.problems)
"""


def child(script: str, place: Place) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(place.folder), place.kind],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_no_acknowledged_entry_is_lost_to_kill_9(file_place: Place) -> None:
    draw = random.Random(SEED)
    for _ in range(KILLS):
        with child(APPEND_FOR_EVER, file_place) as process:
            assert process.stdout is not None
            for _ in range(draw.randint(1, 60)):
                process.stdout.readline()
            process.kill()
            # A line without its end was cut by the kill: it was not acknowledged.
            rest = [line for line in process.stdout if line.endswith("\n")]
        journal = file_place.open()
        report = journal.verify()
        assert report.problems == ()
        assert report.entries % 3 == 0, "an append is all or nothing"
        if rest:
            assert report.entries >= int(rest[-1])
        assert len(list(journal.read("s1"))) == report.entries
        journal.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no RLIMIT_FSIZE")
def test_a_disk_that_refuses_and_then_has_room_again(file_place: Place) -> None:
    with child(FILL_AND_FREE, file_place) as process:
        told, _ = process.communicate()
    assert process.returncode == 0
    assert told.split(" ", 1)[0] in {Trouble.IO, Trouble.DISK_FULL}
    assert told.split(" ", 1)[1].strip() == "True True ()"


def test_a_full_disk_is_told_and_the_rest_is_kept(journal: Journal) -> None:
    kept = journal.append([begin()])
    pages = journal._database.run("PRAGMA page_count")[0][0]
    journal._database.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError) as caught:
        journal.append(ratings(2000))
    assert caught.value.code is Trouble.DISK_FULL
    assert list(journal.read("s1")) == kept
    journal._database.run("PRAGMA max_page_count = 1000000")
    assert journal.append(ratings(2000))[-1].seq == 2001
    assert journal.verify().problems == ()


def test_erasing_works_on_a_full_disk(journal: Journal) -> None:
    journal.append([begin(), *ratings(500)])
    pages = journal._database.run("PRAGMA page_count")[0][0]
    journal._database.run(f"PRAGMA max_page_count = {pages}")
    assert journal.erase_session("s1") == 501
    assert journal.verify().erased == 501


def test_a_read_only_journal_is_told(journal: Journal) -> None:
    journal._database.run("PRAGMA query_only = ON")
    with pytest.raises(StoreError) as caught:
        journal.append([begin()])
    assert caught.value.code is Trouble.READ_ONLY


def test_a_lock_held_by_another_program_is_told(file_place: Place) -> None:
    journal = file_place.open()
    journal._database.run("PRAGMA busy_timeout = 0")
    other = Database(journal._database.path, file_place.key)
    with other.writing(), pytest.raises(StoreError) as caught:
        journal.append([begin()])
    assert caught.value.code is Trouble.LOCKED
    assert journal.append([begin()])[0].seq == 1
    other.close()


def test_erasing_is_told_as_unfinished_while_a_reader_holds_the_log(file_place: Place) -> None:
    journal = file_place.open()
    journal.append([begin(), *ratings(3)])
    journal._database.run("PRAGMA busy_timeout = 0")
    reader = journal.reader()
    with reader._database.reading() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT count(*) FROM entries").all()
        with pytest.raises(StoreError) as caught:
            journal.erase_session("s1")
        assert caught.value.code is Trouble.LOCKED
    assert journal.erase_session("s1") == 0
    reader.close()


def test_a_wrong_key_is_told(tmp_path: Path) -> None:
    open_store(tmp_path, KEY, writer="w", clock=CLOCK).close()
    for wrong in (Key(bytes(32)), PLAIN):
        with pytest.raises(StoreError) as caught:
            open_store(tmp_path, wrong, writer="w", clock=CLOCK)
        assert caught.value.code is Trouble.WRONG_KEY
        assert "00000000" not in repr(caught.value.__cause__)
    open_store(tmp_path, KEY, writer="w", clock=CLOCK).close()


def test_a_key_does_not_open_a_plain_journal(tmp_path: Path) -> None:
    open_store(tmp_path, PLAIN, writer="w", clock=CLOCK).close()
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path, KEY, writer="w", clock=CLOCK)
    assert caught.value.code is Trouble.WRONG_KEY


def test_the_encrypted_file_is_truly_encrypted(file_place: Place) -> None:
    journal = file_place.open()
    journal.append([begin()])
    journal.put_fact("contact", "canary-of-the-coal-mine")
    encrypted = file_place.kind == "encrypted"
    assert (file_place.folder / "journal.db-wal").stat().st_size > 0
    for words in (b"CREATE TABLE", b"canary-of-the-coal-mine"):
        assert (words in file_place.bytes_on_disk()) is not encrypted
    journal.close()
    raw = (file_place.folder / "journal.db").read_bytes()
    assert raw.startswith(b"SQLite format 3\x00") is not encrypted
    assert (b"canary-of-the-coal-mine" in raw) is not encrypted


def test_the_journals_words_are_in_no_error(journal: Journal) -> None:
    journal._database.run("DROP TABLE entries")
    with pytest.raises(Exception, match="no such table") as caught:
        journal.append(ratings(1))
    assert "suds" not in str(caught.value)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("database or disk is full", Trouble.DISK_FULL),
        ("disk I/O error", Trouble.IO),
        ("database is locked", Trouble.LOCKED),
        ("database table is locked: entries", Trouble.LOCKED),
        ("attempt to write a readonly database", Trouble.READ_ONLY),
        ("file is not a database", Trouble.WRONG_KEY),
        ("database disk image is malformed", Trouble.DAMAGED),
        ("no such table: entries", None),
    ],
)
def test_sqlites_words_are_understood(message: str, code: Trouble | None) -> None:
    assert trouble_in(message) is code


def test_a_memory_store_is_gone_when_closed() -> None:
    memory_store(writer="w", clock=CLOCK).close()
    fresh = memory_store(writer="w", clock=CLOCK)
    assert fresh.sessions() == []
    fresh.close()
