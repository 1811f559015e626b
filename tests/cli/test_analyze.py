"""`biocoach analyze`: the contract's JSON, and one clear line for what can't be read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.support import call, lines, one_line_of_trouble, run
from tests.data import DATA, MISSING, have

RR = "\n".join(str(815 + 5 * (i % 7)) for i in range(600))
HEAD = '{"biocoach_capture": 1, "started_utc": "2026-01-31T09:00:00Z", "device": {"name": "t"}}'


def capture(seconds: int) -> str:
    rows = [HEAD]
    rows += [
        json.dumps({"at_s": s + 0.05, "notify": "2a37", "hex": "103c0004"})
        for s in range(1, seconds)
    ]
    return "\n".join(rows) + "\n"


def test_every_part_of_the_contract_is_there(tmp_path: Path) -> None:
    (tmp_path / "rr.txt").write_text("# a comment\n" + RR)
    done = run(tmp_path, "analyze", "rr.txt", "--json", "--beats", "--timeline")
    assert done.returncode == 0, done.stderr
    (line,) = lines(done)
    assert line["schema"] == "biocoach.analysis.v1"
    assert line["file"] == "rr.txt"
    assert line["format"] == "rr-text"
    assert line["coverage"] == 1.0
    assert line["gaps"] == []
    assert len(line["beats"]) == 600
    assert {b["verdict"] for b in line["beats"]} == {"ok"}
    assert [s["t_s"] for s in line["timeline"]] == list(range(1, int(line["duration_s"]) + 1))
    keys = {"t_s", "hr_bpm", "rmssd_ms", "score", "state", "movement", "quality", "why"}
    assert set(line["timeline"][0]) == keys | {"breath_per_min", "breath_source"}
    assert {s["movement"] for s in line["timeline"]} == {"unverified"}
    assert line["summary"]["mean_hr_bpm"] == pytest.approx(60000 / 830, abs=0.05)


def test_words_say_what_is_simulated(tmp_path: Path) -> None:
    call(tmp_path, "simulate", "--scenario", "walk", "--out", "a.jsonl")
    (tmp_path / "b.jsonl").write_text(capture(100))
    done = call(tmp_path, "analyze", "a.jsonl", "b.jsonl")
    assert done.returncode == 0, done.stderr
    simulated, real = done.stdout.split("b.jsonl")
    assert "simulated" in simulated
    assert "simulated" not in real
    found = lines(call(tmp_path, "analyze", "a.jsonl", "b.jsonl", "--json"))
    assert [line.get("simulated") for line in found] == [True, None]


def test_all_that_is_wrong_with_a_file_is_one_line(tmp_path: Path) -> None:
    rows = capture(100).splitlines()
    rows.insert(50, '{"at_s": 49.5, "notify": "2a37", "hex": "zz"}')
    (tmp_path / "a.jsonl").write_text("\n".join([*rows, '{"at_s": 101, "not']))
    done = call(tmp_path, "analyze", "a.jsonl", "--json")
    assert done.returncode == 1
    said = one_line_of_trouble(done)
    assert "line 51: hex is not hexadecimal: skipped" in said
    assert "line 102: not JSON: cut off" in said
    rows = ["t_s,rr_ms", *(f"{i % 7},800" for i in range(100)), "3,tea"]
    (tmp_path / "b.csv").write_text("\n".join(rows))
    done = call(tmp_path, "analyze", "b.csv", "--json")
    assert done.returncode == 0
    said = one_line_of_trouble(done)
    assert "its times go back at line 9; read by the sum of its intervals" in said
    assert "line 102: no interval in it: skipped" in said
    assert [p["line"] for p in lines(done)[0]["problems"]] == [0, 102]


def test_two_runs_print_the_same_bytes(tmp_path: Path) -> None:
    call(tmp_path, "simulate", "--seed", "3", "--out", "a.jsonl")
    flags = ("--json", "--beats", "--timeline")
    first = run(tmp_path, "analyze", "a.jsonl", *flags)  # two processes hash words differently
    assert first.returncode == 0, first.stderr
    assert first.stdout == run(tmp_path, "analyze", "a.jsonl", *flags).stdout


def test_a_simulated_separation_is_found_with_its_recoveries(tmp_path: Path) -> None:
    call(tmp_path, "simulate", "--seed", "7", "--scenario", "separation", "--out", "a.jsonl.gz")
    (line,) = lines(call(tmp_path, "analyze", "a.jsonl.gz", "--json"))
    truth = json.loads((tmp_path / "a.jsonl.gz.truth.json").read_text())["rises"]
    found = line["activations"]
    assert [a["movement"] for a in found] == ["still", "still"]
    assert [a["recovery"]["where"] for a in found] == [t["where"] for t in truth]
    for activation, true in zip(found, truth, strict=True):
        assert activation["recovery"]["half_s"] == pytest.approx(true["half_s"], abs=15)


def test_a_long_interval_in_text_is_a_gap_and_not_ok(tmp_path: Path) -> None:
    (tmp_path / "rr.txt").write_text("800\n" * 50 + "8000\n" + "800\n" * 50)
    (line,) = lines(call(tmp_path, "analyze", "rr.txt", "--json", "--beats"))
    assert line["beats"][50]["verdict"] == "out_of_range"
    assert [g["start_s"] for g in line["gaps"]] == [40.0]


def test_seconds_pairs_and_csv_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("0.8\n" * 100)
    (tmp_path / "pairs.txt").write_text("".join(f"{i * 0.8:.1f} 0.8\n" for i in range(100)))
    (tmp_path / "c.csv").write_text("t_s,rr_ms\n" + "".join(f"{i},800\n" for i in range(100)))
    done = call(tmp_path, "analyze", "s.txt", "pairs.txt", "c.csv", "--json")
    assert [r["format"] for r in lines(done)] == ["rr-text", "time-rr", "csv"]
    assert {r["summary"]["mean_hr_bpm"] for r in lines(done)} == {75.0}


BAD: dict[str, bytes] = {
    "empty.txt": b"",
    "words.txt": b"this is not\na file of beats\n",
    "binary.bin": bytes(range(256)) * 40,
    "header-only.jsonl": HEAD.encode(),
    "other.jsonl": b'{"hello": 1}\n',
    "broken.fit": b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00\x00" + b"\xff" * 100,
    "nonsense.txt": b"800\n" + b"spam\n" * 50,
    "infinite.txt": b"inf\nnan\n-1\n",
    "cut.gz": gzip.compress(HEAD.encode())[:30],
    "rr_ms.csv": b"rr_ms\n",
    "ages.txt": b"9999999\n" * 1000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cant_be_read_has_its_line_and_exit_1(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    done = call(tmp_path, "analyze", name, "--json")
    assert done.returncode == 1
    assert name in one_line_of_trouble(done)
    (line,) = lines(done)
    assert line["file"] == name
    assert line["error"]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    done = call(tmp_path, "analyze", "nowhere.txt", ".", "--json")
    assert done.returncode == 1
    assert [bool(r["error"]) for r in lines(done)] == [True, True]


def test_bad_files_do_not_stop_good_ones(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("")
    (tmp_path / "good.txt").write_text(RR)
    done = call(tmp_path, "analyze", "bad.txt", "good.txt", "--json")
    assert done.returncode == 1
    assert ["error" in r for r in lines(done)] == [True, False]


def test_a_capture_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    packed = gzip.compress(capture(600).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    done = call(tmp_path, "analyze", "cut.jsonl.gz", "--json")
    assert done.returncode == 1
    assert "cut" in one_line_of_trouble(done)
    (line,) = lines(done)
    assert line["duration_s"] > 60


def test_one_bad_line_is_named_and_skipped(tmp_path: Path) -> None:
    rows = capture(100).splitlines()
    rows.insert(50, '{"at_s": 49.5, "notify": "2a37", "hex": "zz"}')
    (tmp_path / "a.jsonl").write_text("\n".join(rows) + "\n")
    done = call(tmp_path, "analyze", "a.jsonl", "--json")
    assert done.returncode == 0
    assert "line 51" in one_line_of_trouble(done)
    assert lines(done)[0]["problems"][0]["line"] == 51


def test_wrong_use_is_exit_2(tmp_path: Path) -> None:
    (tmp_path / "rr.txt").write_text(RR)
    assert call(tmp_path, "analyze", "rr.txt", "--format", "tea").returncode == 2
    assert call(tmp_path, "analyze").returncode == 2


@pytest.mark.skipif(not have("files"), reason=MISSING)
def test_real_files_of_other_programs(tmp_path: Path) -> None:
    files = sorted(DATA.joinpath("files").iterdir())
    done = call(tmp_path, "analyze", *files, "--json", "--hrv")
    assert done.returncode == 0, done.stderr
    for row in lines(done):
        assert 40 < row["summary"]["mean_hr_bpm"] < 200
        assert row["hrv"]


def test_a_night_of_silence_in_a_capture_keeps_what_comes_after(tmp_path: Path) -> None:
    rows = capture(200).splitlines()
    rows += [
        json.dumps({"at_s": 50_000 + s, "notify": "2a37", "hex": "103c0004"}) for s in range(200)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(rows) + "\n")
    (line,) = lines(call(tmp_path, "analyze", "a.jsonl", "--json", "--beats"))
    assert len(line["beats"]) == 399
    assert line["gaps"][-1]["end_s"] > 49_000


def test_csv_with_a_comment_first_and_without_its_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("# made by hand\n\nrr_ms\n" + "800\n" * 20)
    (tmp_path / "b.txt").write_text("800\n" * 20)
    assert call(tmp_path, "analyze", "a.csv", "--json", "--format", "csv").returncode == 0
    wrong = call(tmp_path, "analyze", "b.txt", "--json", "--format", "csv")
    assert wrong.returncode == 1
    assert "rr_ms" in one_line_of_trouble(wrong)
