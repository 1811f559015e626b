"""Exports of other programs, as they write them: the intervals, their times, when it began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

import pytest

from biocoach.clock import moment_of
from biocoach.review.imports import read_bytes
from tests.review.support import Look, folded, good, refused
from tests.signal.hearts import heart

RR = [round(v) for v in heart(120)]
START = datetime.fromisoformat("2026-03-15T09:00:15")
ENDS = [START + timedelta(milliseconds=ms) for ms in accumulate(RR)]


def lines(head: str, rows: Sequence[Sequence[object]], by: str = ",") -> str:
    return "\n".join([head, *(by.join(map(str, row)) for row in rows)]) + "\n"


def iso(moment: datetime, blank: str = " ") -> str:
    return moment.isoformat(sep=blank, timespec="milliseconds")


BEGINS = [0, *accumulate(RR)][:-1]
TIMES = list(zip(ENDS, RR, BEGINS, strict=True))
HRV_LOGGER = lines("date,rr,since start", [(iso(t), v, b) for t, v, b in TIMES])
OLD_LOGGER = lines(
    "date, timestamp, rr", [(f"{t:%Y-%m-%d %H:%M:%S} +0100", b / 1000, v) for t, v, b in TIMES]
)
POLAR = lines("Phone timestamp;RR-interval [ms]", [(iso(t, "T"), v) for t, v, _ in TIMES], ";")
OPENHRV = "event,value,timestamp\nPacerRate,6.0,2026-03-15T09:00:15.000001\n" + "".join(
    f"InterBeatInterval,{v},{t.isoformat()}\nMeanHrv,55.1,{t.isoformat()}\n" for t, v, _ in TIMES
)
HRM = (
    "[Params]\nVersion=106\nInterval=238\nDate=20260315\nStartTime=09:00:15.0\n\n[Note]\n\n"
    "[HRData]\n" + "\n".join(map(str, RR)) + "\n"
)
REPORT = (
    "Kubios HRV, version 4\n\nRESULTS,Mean RR (ms),900\nPNS index,0.5\n\n"
    + "RR INTERVAL DATA\nTime,RR interval,FFT frequency,FFT power\n(s),(s),(Hz),(s2/Hz)\n"
    + "".join(f"{b / 1000:.3f},{v / 1000:.3f},0.01,3e-5\n" for _, v, b in TIMES)
    + ",,0.4,1e-6\n" * 9
)

COMMAS = "Kubios HRV\nTime;RR\n" + "".join(f"{b};{v // 1000},{v % 1000:03}\n" for _, v, b in TIMES)

EXPORTS = {
    "HRV Logger": (HRV_LOGGER, "hrv-logger", True),
    "HRV Logger, older": (OLD_LOGGER, "hrv-logger", True),
    "Polar Sensor Logger": (POLAR, "polar", True),
    "OpenHRV": (OPENHRV, "openhrv", True),
    "Polar HRM": (HRM, "polar", True),
    "Kubios report": (REPORT, "kubios", False),
    "Kubios, decimal commas": (COMMAS, "kubios", False),
    "an app of no name": (lines("IBI (ms);artefact", [(v, 0) for v in RR], ";"), "csv", False),
    "Elite HRV": ("\n".join(map(str, RR)), "rr-text", False),
    "Kubios RR text": ("# Kubios\n" + "\n".join(f"{v / 1000}" for v in RR), "rr-text", False),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_gives_its_intervals_at_their_times(imported: Look, name: str) -> None:
    content, kind, dated = EXPORTS[name]
    found = good(imported(content))
    assert found.kind == kind
    record = folded(found)
    assert [round(b.beat.rr_ms) for b in record.beats] == RR
    assert record.gaps == []
    assert found.length_s == pytest.approx(sum(RR) / 1000, abs=1.2)
    assert (found.started_utc is not None) is dated
    assert list(found.problems) == []
    assert read_bytes(content.encode()) == found


@pytest.mark.parametrize("name", [n for n, (_, _, dated) in EXPORTS.items() if dated])
def test_it_tells_when_the_recording_began(imported: Look, name: str) -> None:
    found = good(imported(EXPORTS[name][0]))
    assert found.started_utc is not None
    zoned = "older" in name
    assert found.zone_assumed is not zoned
    told = START.astimezone() if not zoned else datetime.fromisoformat(f"{START.isoformat()}+01:00")
    assert abs(moment_of(found.started_utc) - told) <= timedelta(seconds=1)


def test_a_hole_in_the_clock_is_a_gap(imported: Look) -> None:
    later = timedelta(seconds=30)
    rows = [(iso(t + later if n >= 50 else t, "T"), v) for n, (t, v, _) in enumerate(TIMES)]
    (gap,) = folded(good(imported(lines("Phone timestamp;RR-interval [ms]", rows, ";")))).gaps
    assert gap.end_s - gap.start_s == pytest.approx(30, abs=0.1)


def test_of_several_samples_the_first_is_read(imported: Look) -> None:
    again = REPORT.partition("RR INTERVAL DATA\n")[2]
    found = good(imported(REPORT + "\n" + again))
    assert len(found.inputs) == len(RR)
    assert "several samples" in found.problems[0].why


def test_a_bad_row_costs_only_itself(imported: Look) -> None:
    broken = HRV_LOGGER.replace(f",{RR[9]},", ",oops,", 1)
    found = good(imported(broken))
    assert len(found.inputs) == len(RR) - 1
    assert len(found.problems) == 1


REFUSED: dict[str, tuple[bytes, str]] = {
    "averaged rates": (HRM.replace("=238", "=5").encode(), "averaged"),
    "MATLAB": (b"MATLAB 5.0 MAT-file, Platform: PCWIN" + bytes(200), "Kubios"),
    "MATLAB, newer": (b"\x89HDF\r\n\x1a\n" + bytes(200), "Kubios"),
    "a spreadsheet": (b"PK\x03\x04" + bytes(200), "CSV"),
    "a PDF": (b"%PDF-1.7\n", "PDF"),
    "TCX": (b'<?xml version="1.0"?><TrainingCenterDatabase/>', "FIT"),
    "no table": (b"hello\nworld\n", "not a kind"),
    "a report without its table": (b"Kubios HRV\nMean RR (ms),900\n", "not a kind"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_what_to_do(imported: Look, name: str) -> None:
    content, word = REFUSED[name]
    assert word in refused(imported(content))
    assert word in refused(read_bytes(content))


def test_a_forced_format_says_when_it_is_not_there(imported: Look) -> None:
    assert "kubios" in refused(read_bytes(b"800\n" * 50, "kubios"))
    assert good(read_bytes(POLAR.encode(), "polar")).kind == "polar"
