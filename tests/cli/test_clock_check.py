"""The clock: plainly wrong or not, by the record's lines, or its files where it is locked."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from biocoach.cli.clock_check import RELEASED_YEAR, clock_trouble, last_written
from biocoach.store import Journal, Key, Vault, open_store
from biocoach.types import Begin, Elsewhere, Entry, Fit, InputBody, Where
from tests.cli.support import run
from tests.fakes import FakeClock

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATE = datetime(2199, 1, 1, 12, tzinfo=UTC)
PASSPHRASE = "correct horse battery"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("last", [None, NOW - timedelta(days=400), NOW, NOW + MINUTE])
def test_a_clock_that_may_be_right_is_left_alone(last: datetime | None) -> None:
    assert clock_trouble(NOW, last, "linux") is None


def test_a_record_of_later_than_now() -> None:
    found = clock_trouble(NOW, NOW + MINUTE * 1.1, "linux")
    assert found is not None
    said, steps = found
    assert "your record was last written to on 2026-06-01" in said
    assert "timedatectl set-ntp true" in steps[0]
    assert "How long they took is right" in steps[1]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
def test_a_year_before_biocoach(platform: str) -> None:
    found = clock_trouble(datetime(RELEASED_YEAR - 1, 12, 31, tzinfo=UTC), None, platform)
    assert found is not None
    assert "did not exist then" in found[0]
    assert "by itself" in found[1][0]


def line(journal: Journal, session: str, wall: datetime, body: InputBody) -> None:
    entry = Entry(
        person="me", writer="t", session=session, boot_id="b", at_s=1.0, number=0, body=body,
        wall_utc=f"{wall:%Y-%m-%dT%H:%M:%S.000Z}", settings_hash="",
    )  # fmt: skip
    journal.append([entry])


def made(folder: Path, key: Key, *, lines: tuple[tuple[str, datetime, InputBody], ...]) -> None:
    with closing(open_store(folder, key, writer="t", clock=FakeClock())) as journal:
        for one in lines:
            line(journal, *one)


def test_the_last_line_says_it_and_not_one_that_was_brought_in(tmp_path: Path) -> None:
    key = Vault(tmp_path).create(plain=True)
    assert isinstance(key, Key)
    begin = Begin(seed=7, settings_hash="", fit=Fit())
    sort = Elsewhere(where=Where.FILE, format="fit", beats_sha256="0" * 64, dated=True)
    other = Begin(seed=7, settings_hash="", fit=Fit(), elsewhere=sort)
    made(tmp_path, key, lines=(("here", NOW, begin), ("file", LATE, other)))
    assert last_written(tmp_path) == NOW


def test_of_a_locked_record_the_files_say_it(tmp_path: Path) -> None:
    key = Vault(tmp_path).create(PASSPHRASE)
    assert isinstance(key, Key)
    begin = Begin(seed=7, settings_hash="", fit=Fit())
    made(tmp_path, key, lines=(("here", LATE, begin),))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    for name in before:
        os.utime(tmp_path / name, (NOW.timestamp(), NOW.timestamp()))
    assert last_written(tmp_path) == NOW
    assert before == {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}


def test_a_record_whose_process_was_killed_is_not_put_in_order_by_a_look(tmp_path: Path) -> None:
    """Its words lie in the log yet; whoever opens and closes the file would write them there."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    key = Vault(whole).create(plain=True)
    assert isinstance(key, Key)
    with closing(open_store(whole, key, writer="t", clock=FakeClock())) as journal:
        line(journal, "here", LATE, Begin(seed=7, settings_hash="", fit=Fit()))
        shutil.copytree(whole, killed)
    before = {path.name: path.read_bytes() for path in killed.iterdir()}
    assert before["journal.db-wal"]
    assert last_written(killed) is not None
    assert before == {path.name: path.read_bytes() for path in killed.iterdir()}


@pytest.mark.parametrize("content", [b"", b"no database"])
def test_what_can_not_be_read_is_no_reason_to_stop(tmp_path: Path, content: bytes) -> None:
    Vault(tmp_path).create(plain=True)
    (tmp_path / "journal.db").write_bytes(content)
    assert last_written(tmp_path) is not None
    assert last_written(tmp_path / "nowhere") is None


def test_doctor_says_it(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "biocoach"
    folder.mkdir(parents=True)
    key = Vault(folder).create(plain=True)
    assert isinstance(key, Key)
    begin = Begin(seed=7, settings_hash="", fit=Fit())
    made(folder, key, lines=(("here", LATE, begin),))
    done = run(tmp_path, "doctor", "--json", "--data-dir", folder)
    (found,) = [one for one in json.loads(done.stdout) if one["name"] == "clock"]
    assert not found["ok"]
    assert not found["needed"]
    assert "2199-01-01" in found["words"]
    assert found["steps"]
