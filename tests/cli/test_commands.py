"""The small commands: decode, simulate, record, straps, doctor, link."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from biocoach.cli.doctor import second_opinion
from tests.cli.support import call, lines, one_line_of_trouble, run


def test_decode_prints_a_line_for_each(tmp_path: Path) -> None:
    done = run(tmp_path, "decode", "2a37", "10483c03", "", "00")
    assert done.returncode == 0
    good, *refused = lines(done)
    assert good["hr_bpm"] == 72
    assert good["rr_1024"] == [828]
    assert all(isinstance(r["refused"], str) for r in refused)


@pytest.mark.parametrize("arguments", [("2a37", "xyz"), ("2a38", "00"), ("2a37",)])
def test_decode_wrong_use(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert call(tmp_path, "decode", *arguments).returncode == 2


def test_simulate_is_the_same_every_time_and_never_overwrites(tmp_path: Path) -> None:
    for end in ("jsonl", "jsonl.gz"):
        walk = ("simulate", "--scenario", "walk", "--out")
        assert run(tmp_path, *walk, f"a.{end}").returncode == 0
        assert call(tmp_path, *walk, f"b.{end}").returncode == 0
        assert (tmp_path / f"a.{end}").read_bytes() == (tmp_path / f"b.{end}").read_bytes()
    again = call(tmp_path, "simulate", "--out", "a.jsonl")
    assert again.returncode == 1
    assert "--force" in one_line_of_trouble(again)
    assert call(tmp_path, "simulate", "--out", "a.jsonl", "--force").returncode == 0


@pytest.mark.parametrize("extra", [("--scenario", "tea"), ("--fault", "tea"), ("--seed", "-1")])
def test_simulate_wrong_use(tmp_path: Path, extra: tuple[str, str]) -> None:
    assert call(tmp_path, "simulate", "--out", "a.jsonl", *extra).returncode == 2


def test_record_can_be_analyzed(tmp_path: Path) -> None:
    source = "virtual:speed=60"
    done = run(tmp_path, "record", "--source", source, "--out", "r.jsonl", "--seconds", "2")
    assert done.returncode == 0, done.stderr
    (line,) = lines(call(tmp_path, "analyze", "r.jsonl", "--json", "--beats"))
    assert len(line["beats"]) > 60


def test_record_wrong_use(tmp_path: Path) -> None:
    assert call(tmp_path, "record", "--source", "tea", "--out", "r.jsonl").returncode == 2
    gone = call(tmp_path, "record", "--source", "replay:none.jsonl", "--out", "r.jsonl")
    assert gone.returncode == 1
    assert "none.jsonl" in one_line_of_trouble(gone)


def test_without_bluetooth_it_is_said_plainly(tmp_path: Path) -> None:
    done = run(tmp_path, "straps", "--json", "--seconds", "1")
    assert done.returncode == 1
    assert "virtual" in one_line_of_trouble(done)


def test_doctor_says_what_works(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", "--json")
    (found,) = (json.loads(line) for line in done.stdout.splitlines())
    findings = {f["name"]: f for f in found}
    assert findings["storage"]["ok"]
    assert findings["second opinion"]["ok"]
    assert not findings["bluetooth"]["ok"]
    assert done.returncode == 1  # no bus here: a strap can't be heard
    assert "NO  bluetooth" in run(tmp_path, "doctor").stdout


def test_doctor_says_that_there_is_no_second_opinion() -> None:
    found = second_opinion("biocoach.there_is_no_such_module")
    assert not found.ok
    assert not found.needed  # the main job can run
    assert "everything else works" in found.words


def test_a_strap_without_bluetooth_is_said_by_record(tmp_path: Path) -> None:
    words = ("record", "--source", "ble:H10", "--out", "r.jsonl", "--seconds", "1")
    done = run(tmp_path, *words)
    assert done.returncode == 1
    assert "No Bluetooth adapter was found" in one_line_of_trouble(done)


def test_doctor_of_a_file_as_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = run(tmp_path, "doctor", "--json", "--data-dir", "file")
    assert done.returncode == 1
    findings = {f["name"]: f for f in json.loads(done.stdout)}
    assert not findings["storage"]["ok"]
    assert "a file, not a folder" in findings["storage"]["words"]
    assert "key is gone" not in findings["key"]["words"]
    assert (tmp_path / "file").read_text() == "mine"


def test_link_without_a_server(tmp_path: Path) -> None:
    done = run(tmp_path, "link")
    assert done.returncode == 1
    assert "not running" in one_line_of_trouble(done)


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "demo",
        "link",
        "record",
        "analyze",
        "decode",
        "simulate",
        "straps",
        "doctor",
        "practices",
    ],
)
def test_every_command_has_help_with_an_example(tmp_path: Path, command: str) -> None:
    done = call(tmp_path, command, "--help")
    assert done.returncode == 0
    assert "Example: biocoach" in done.stdout


def test_what_one_command_needs_the_others_do_not_wait_for() -> None:
    """Starting any command imports none of the heavy packages."""
    program = (
        "import sys, biocoach.cli.app\n"
        "heavy = {'sqlalchemy', 'numpy', 'scipy', 'fastapi', 'bleak'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    full = run(tmp_path, "simulate", "--out", "/dev/full", "--force")
    assert full.returncode == 1
    one_line_of_trouble(full)
    folder = run(tmp_path, "simulate", "--out", str(tmp_path), "--force")
    assert folder.returncode == 1
    assert "folder" in one_line_of_trouble(folder)


def test_a_file_of_another_kind_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)))
    done = call(tmp_path, "record", "--source", "replay:a.bin", "--out", "x.jsonl")
    assert done.returncode == 1
    assert "a.bin" in one_line_of_trouble(done)
