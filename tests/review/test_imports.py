"""Captures and files of other programs: what is read of them, and what is said of the rest."""

from __future__ import annotations

import gzip
import itertools
import os
from datetime import timedelta
from pathlib import Path

import pytest

from biocoach.review.imports import read
from tests.data import shared
from tests.fit_maker import STARTED, activity
from tests.review.support import (
    HEAD,
    Look,
    folded,
    good,
    refused,
    table,
)
from tests.signal.hearts import heart

BEAT = '{"at_s": %d, "notify": "2a37", "hex": "103c0004"}'


def capture(*lines: str, head: str = HEAD) -> str:
    return "\n".join([head, *(BEAT % s for s in range(1, 60)), *lines])


CUT: dict[str, tuple[str, bool]] = {
    "in the middle of the last line": (capture('{"at_s": 61, "noti'), True),
    "a bad last line that was finished": (capture('{"at_s": 61, "noti') + "\n", False),
    "a bad line near the end": (capture("{oops", "", BEAT % 62), False),
    "a last line that says nothing": (capture('{"at_s": 61, "notify": "2a37", "hex": "z"}'), False),
    "a whole last line": (capture(), False),
}


@pytest.mark.parametrize("name", CUT)
def test_only_what_breaks_off_is_cut_off(imported: Look, name: str) -> None:
    content, cut = CUT[name]
    found = good(imported(content))
    assert found.cut_off is cut
    packed = gzip.compress(content.encode())
    assert good(imported(packed)).cut_off is cut
    broken = good(imported(packed[:-20]))
    assert broken.cut_off
    assert broken.problems


def test_a_byte_order_mark_is_no_trouble(imported: Look) -> None:
    plain = good(imported(capture()))
    for content in (capture().encode("utf-8-sig"), gzip.compress(capture().encode("utf-8-sig"))):
        found = good(imported(content))
        assert list(found.problems) == []
        assert found.inputs == plain.inputs
    assert good(imported(("rr_ms\n" + "800\n" * 20).encode("utf-8-sig"))).kind == "csv"


FIT_HEAD = bytes.fromhex("0e1064000a000000") + b".FIT\x00\x00"
BAD_FIT = {
    "its head promises more than there is": (FIT_HEAD, "it breaks off"),
    "another length of head": (b"\x07" + FIT_HEAD[1:] + bytes(30), "damaged, or of another kind"),
    "nonsense after the head": (FIT_HEAD + b"\x40" + bytes(9) + b"\xff\xff" * 20, "damaged"),
    "a message that nothing defines": (FIT_HEAD + b"\x05" * 12, "damaged"),
}


@pytest.mark.parametrize("name", BAD_FIT)
def test_a_bad_fit_file_is_said_in_plain_words(imported: Look, name: str) -> None:
    content, words = BAD_FIT[name]
    why = refused(imported(content))
    assert words in why
    assert "Error" not in why
    assert "fitdecode" not in why


def test_a_fit_file_tells_its_intervals_and_when_it_began(imported: Look) -> None:
    rr_ms = [round(v) for v in heart(60)]
    found = good(imported(activity(rr_ms)))
    assert [b.beat.rr_ms for b in folded(found).beats] == pytest.approx(rr_ms)
    assert found.started_utc == STARTED.isoformat()
    assert (list(found.problems), found.cut_off) == ([], False)


def test_a_pause_in_a_fit_file_is_a_gap_and_not_time_that_is_lost(imported: Look) -> None:
    """Beats of a paused watch go on where its clock is, for marks are set by the clock."""
    rr_ms = [round(v) for v in heart(60)]
    found = good(imported(activity(rr_ms, holes={30: 90.0})))
    (gap,) = folded(found).gaps
    assert gap.end_s - gap.start_s == pytest.approx(90, abs=2)
    assert found.length_s == pytest.approx(60 + 90, abs=2)
    assert len(found.inputs) == len(rr_ms)
    late = good(imported(activity(rr_ms, holes={0: 90.0})))
    assert folded(late).gaps == []
    assert late.started_utc == (STARTED + timedelta(seconds=90)).isoformat()
    mad = good(imported(activity(rr_ms, holes={30: 9e6})))
    assert folded(mad).gaps == []


def test_a_damaged_fit_file_gives_what_is_readable_of_it(imported: Look) -> None:
    rr_ms = [round(v) for v in heart(60)]
    whole = activity(rr_ms)
    found = good(imported(whole[: len(whole) // 2]))
    assert 20 < len(found.inputs) < len(rr_ms)
    assert found.cut_off
    assert "breaks off" in found.problems[0].why
    changed = whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]
    found = good(imported(changed))
    assert len(found.inputs) == len(rr_ms)
    assert "checksum" in found.problems[0].why


def test_fit_files_of_real_watches(tmp_path: Path) -> None:
    starts = {
        "garmin-fenix-5-run": "2017-06-11T14:34:09",
        "garmin-edge-820-bike": "2017-06-12T16:10:15",
    }
    for name, started in starts.items():
        found = good(read(shared(f"files/{name}.fit")))
        assert found.started_utc == f"{started}+00:00"
        assert found.length_s == pytest.approx(68, abs=10)


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "no start": (capture(head='{"biocoach_capture": 1}'), "started_utc"),
    "another version": (capture(head=HEAD.replace(": 1", ": 2", 1)), "version"),
    "no header": (capture(head='{"hello": 1}'), "no header"),
    "packed text": (gzip.compress(b"800\n" * 100), "unpacked"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_what_is_wrong(imported: Look, name: str) -> None:
    content, word = REFUSED[name]
    assert word in refused(imported(content))


def test_simulated_is_known_from_the_header(imported: Look) -> None:
    assert not good(imported(capture())).simulated
    assert good(imported(capture(head=HEAD[:-1] + ', "simulated": true}'))).simulated


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs hardware: no pipes on this system")
def test_a_pipe_is_not_called_empty(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    why = refused(read(tmp_path / "pipe"))
    assert "empty" not in why
    assert "pipe" in why


# ---- other programs


def test_text_of_polar_with_its_missing_start(tmp_path: Path) -> None:
    path = shared("files/polarSample01.txt")
    record = folded(read(path))
    lines = path.read_text().split()
    assert [b.beat.rr_ms for b in record.beats] == pytest.approx(
        [1000 * float(v) for v in lines[1::2]]
    )
    (gap,) = record.gaps
    assert gap.end_s - gap.start_s == pytest.approx(5.455 - 0.749)
    last = record.beats[-1].beat.beat_s
    assert last == pytest.approx(float(lines[-2]) + float(lines[1]), abs=0.05)


def test_a_day_with_times_of_whole_seconds_has_the_gaps_that_it_has(tmp_path: Path) -> None:
    """The watch of MMASH rests for seven seconds in every half-minute."""
    path = shared("rr/mmash24h/subject_1/heartbeats.txt.gz")
    text = gzip.decompress(path.read_bytes()).decode()
    rows = [line.split(",") for line in text.splitlines()[1:3000]]
    clock = [[int(v) for v in row[1].split()[1].split(":")] for row in rows]
    times = [3600 * h + 60 * m + s for h, m, s in clock]
    rr = [1000 * float(row[2]) for row in rows]
    (tmp_path / "mmash.csv").write_text(table("t_s,rr_ms", list(zip(times, rr, strict=True))))
    found = good(read(tmp_path / "mmash.csv"))
    record = folded(found)
    assert [b.beat.rr_ms for b in record.beats] == rr
    steps = [b - a - v / 1000 for (a, b), v in zip(itertools.pairwise(times), rr[1:], strict=True)]
    holes = sum(v > 3 for v in steps)
    assert holes > 50
    assert holes <= len(record.gaps) <= sum(v > 1 for v in steps) + sum(v > 3000 for v in rr)
    for clean, at_s in zip(record.beats, times, strict=True):
        assert clean.beat.beat_s == pytest.approx(at_s - times[0] + rr[0] / 1000, abs=2)
