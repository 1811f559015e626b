"""A recording ends with a whole line: when it is stopped, and when the disk is full."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from biocoach.cli.growing import GrowingFile
from tests.cli.served import ROOT
from tests.cli.support import call, environment, lines, one_line_of_trouble

ENDS = ["jsonl", "jsonl.gz"]
LINE = '{"at_s": 1.02, "notify": "2a37", "hex": "10483c03"}'
FILE_MAX = 20_000

posix = pytest.mark.skipif(os.name != "posix", reason="limits and signals of POSIX systems")


def text_of(path: Path) -> str:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return str(file.read())


@pytest.mark.parametrize("end", ENDS)
def test_what_is_added_comes_back_and_the_same_twice(tmp_path: Path, end: str) -> None:
    files = [tmp_path / f"{name}.{end}" for name in "ab"]
    for path in files:
        with GrowingFile(path) as file:
            for number in range(50):
                file.add(f"{LINE} {number} é")
        assert file.lines == 50
    assert text_of(files[0]).splitlines() == [f"{LINE} {number} é" for number in range(50)]
    assert files[0].read_bytes() == files[1].read_bytes()


def add_without_end(file: GrowingFile) -> None:
    for number in count():
        file.add(f"{LINE} {number}")


@posix
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("room", [0, 5, 10, 15, 40, 200, 203, 206, 209, 212, 300])
def test_without_room_it_ends_after_a_whole_line(tmp_path: Path, end: str, room: int) -> None:
    import resource

    path = tmp_path / f"a.{end}"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    file = GrowingFile(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(OSError, match="large"):
            add_without_end(file)
        file.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    found = text_of(path).splitlines() if path.stat().st_size else []
    assert found == [f"{LINE} {number}" for number in range(file.lines)]


def record(home: Path, to: str) -> list[str]:
    source = "virtual:speed=60"
    return [sys.executable, "-m", "biocoach", "record", "--source", source, "--out", to]


@posix
@pytest.mark.parametrize("end", ENDS)
def test_a_full_disk_is_said_and_what_was_recorded_is_kept(tmp_path: Path, end: str) -> None:
    import resource

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_MAX, FILE_MAX))

    done = subprocess.run(
        record(tmp_path, f"r.{end}"), capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env=environment(tmp_path) | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=little_room, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    trouble = one_line_of_trouble(done)
    found = len(text_of(tmp_path / f"r.{end}").splitlines())
    assert f"r.{end}: " in trouble
    assert f"the first {found} lines are kept" in trouble
    assert "Free some space" in trouble
    analyzed = call(tmp_path, "analyze", f"r.{end}", "--json", "--beats")
    assert analyzed.stderr == ""
    assert len(lines(analyzed)[0]["beats"]) > 30


@posix
@pytest.mark.parametrize("end", ENDS)
def test_it_ends_well_when_the_system_wishes_it(tmp_path: Path, end: str) -> None:
    path = tmp_path / f"r.{end}"
    process = subprocess.Popen(
        record(tmp_path, path.name), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=tmp_path, env=environment(tmp_path) | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    while not (path.exists() and path.stat().st_size > 1000):
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    said, trouble = process.communicate(timeout=60)
    assert (process.returncode, trouble) == (0, "")
    found = len(text_of(path).splitlines()) - 1  # the header
    assert f"{found} lines" in said
