"""A folder is read with patience: what is known is used, the rest is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from biocoach.review.evaluation.recordings import read_folder
from tests.data import DATA, MISSING, have
from tests.review.evaluation.makers import beats_s, folder, write
from tests.signal.hearts import heart

STEADY = [800.0] * 100


def test_a_made_folder(tmp_path: Path) -> None:
    found = read_folder(folder(tmp_path))
    (recording,) = found.recordings
    assert (recording.name, recording.collection) == ("01", "made")
    assert recording.symbols is not None
    assert "~" not in recording.symbols  # a mark is no beat
    assert len(recording.symbols) == len(recording.rr_ms) + 1
    assert not recording.normal.all()
    assert set(found.people) == {"1", "2"}
    assert set(found.people["1"]) == {"sitting", "maths"}
    assert found.unused == ["notes.csv"]


def test_several_records_in_one_table_and_one_without_labels(tmp_path: Path) -> None:
    rows = [f"{r},{t:.3f},N" for r in ("100", "101") for t in beats_s(STEADY)]
    write(tmp_path / "mitdb.csv.gz", "record,beat_s,symbol", rows)
    write(tmp_path / "plain.csv", "beat_s", [f"{t:.3f}" for t in beats_s(STEADY)])
    first, second, plain = read_folder(tmp_path).recordings
    assert [(r.collection, r.name) for r in (first, second)] == [("mitdb", "100"), ("mitdb", "101")]
    assert first.rr_ms == pytest.approx(STEADY, abs=0.01)
    assert plain.symbols is None
    assert plain.normal.all()


def test_mmash_is_known_by_its_column(tmp_path: Path) -> None:
    rows = [f"{n},2022-07-22 10:03:18,0.8" for n in range(100)]
    header = ",Time,Interval between heartbeats (s)"
    write(tmp_path / "mmash24h" / "subject_1" / "heartbeats.txt.gz", header, rows)
    (found,) = read_folder(tmp_path).recordings
    assert (found.collection, found.name) == ("mmash", "subject_1")
    assert found.rr_ms == pytest.approx([800.0] * 100)


def test_the_strap_is_preferred_to_another_lead(tmp_path: Path) -> None:
    leads = {"cables": [700.0] * 100, "strap": STEADY}
    rows = [f"1,sitting,{lead},{t:.3f}" for lead, rr in leads.items() for t in beats_s(rr)]
    rows += [f"2,sitting,cables,{t:.3f}" for t in beats_s(leads["cables"])]
    write(tmp_path / "a.csv", "subject,condition,lead,beat_s", rows)
    found = read_folder(tmp_path).people
    assert found["1"]["sitting"].mean() == pytest.approx(800, abs=0.1)
    assert found["2"]["sitting"].mean() == pytest.approx(700, abs=0.1)


BAD: dict[str, bytes] = {
    "empty.csv": b"",
    "words.csv": b"beat_s,symbol\ntea,N\n",
    "short.csv": b"beat_s\n1.0\n2.0\n",
    "ragged.csv": b"beat_s,symbol\n1.0\n",
    "notgzip.csv.gz": b"beat_s\n1.0\n",
    "cut.csv.gz": gzip.compress(b"beat_s\n" + b"1.0\n" * 5000)[:40],
    "binary.txt": bytes(range(256)),
    "backwards.csv": b"beat_s\n" + b"".join(b"%d.0\n" % -n for n in range(100)),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cant_be_used_is_named_and_stops_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    write(tmp_path / "good.csv", "beat_s", [f"{t:.3f}" for t in beats_s(heart(120))])
    found = read_folder(tmp_path)
    assert found.unused == [name]
    assert [r.collection for r in found.recordings] == ["good"]


@pytest.mark.skipif(not have("rr"), reason=MISSING)
def test_the_shared_recordings_are_known() -> None:
    found = read_folder(DATA)
    kinds = {r.collection for r in found.recordings}
    assert {"mitdb", "nsr2db", "mmash"} <= kinds
    assert {"sitting", "maths"} <= set(found.people["0"])
