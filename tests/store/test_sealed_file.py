"""What waits outside the record: read back to the byte, never readable on the disk, then gone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.store.sealed_file import SealedFile

CANARY = b"what only the person may read " * 400


@given(st.lists(st.binary(max_size=2000), max_size=20), st.sampled_from([1, 1000, 8_000_000]))
def test_what_was_written_comes_back(parts: list[bytes], memory_bytes: int) -> None:
    file = SealedFile(memory_bytes)
    assert [file.write(part) for part in parts] == [len(part) for part in parts]
    file.flush()
    assert file.size == sum(map(len, parts))
    assert b"".join(file.chunks()) == b"".join(parts)


@pytest.mark.parametrize("memory_bytes", [1, 8_000_000])
def test_nothing_in_clear_and_nothing_under_a_name(
    tmp_path: Path, memory_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = SealedFile(memory_bytes)
    file.write(CANARY)
    assert os.name != "posix" or list(tmp_path.iterdir()) == []
    file._file.seek(0)
    sealed = file._file.read()
    assert len(sealed) == len(CANARY)
    assert b"person" not in sealed
    file.close()
    file.close()
    assert list(tmp_path.iterdir()) == []


def test_two_of_the_same_have_nothing_in_common() -> None:
    files = [SealedFile(), SealedFile()]
    for file in files:
        file.write(bytes(64))
        file._file.seek(0)
    first, second = (file._file.read() for file in files)
    assert first != second
    for file in files:
        file.close()


@pytest.mark.skipif(sys.platform != "linux", reason="open files are listed on Linux only")
def test_whoever_goes_away_half_way_leaves_no_open_file(tmp_path: Path) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    file = SealedFile(1)
    file.write(bytes(1_000_000))
    assert len([*Path("/proc/self/fd").iterdir()]) == before + 1
    chunks = file.chunks()
    next(chunks)
    del chunks
    assert len([*Path("/proc/self/fd").iterdir()]) == before
