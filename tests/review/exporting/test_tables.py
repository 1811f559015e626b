"""The CSV export: what the page shows, in tables; beats come back through ``analyze``'s reader."""

from __future__ import annotations

import csv
import io

import pytest

from biocoach.exposure.measures import Total
from biocoach.exposure.sheet import Sheet
from biocoach.review.exporting.columns import BEATS, SECONDS, TABLES
from biocoach.review.exporting.tables import csv_pieces
from biocoach.review.exporting.taken import Beside, Taken
from biocoach.review.imports import read_bytes
from biocoach.types import InputBody, Link, Mark, MarkKind, Rating, Urge, UrgeKind
from devices.virtual import scenario_events
from tests.review.exporting.support import NOTE, content, entries_of, separation, slowed, take
from tests.review.support import folded

NOTHING = Beside()
Rows = list[dict[str, str]]


def files(*sessions: Taken, beside: Beside = NOTHING, simulated: bool = True) -> dict[str, bytes]:
    pieces = csv_pieces(sessions, beside, simulated=simulated)
    return {piece.name: content(piece) for piece in pieces}


def rows(written: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(written.decode(), newline=""), strict=True))


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    return files(separation())


def test_every_table_is_there_with_its_columns(written: dict[str, bytes]) -> None:
    heads = {n: b.split(b"\r\n")[0].decode().split(",") for n, b in written.items()}
    for name, columns in TABLES.items():
        assert heads[f"{name}.csv"] == list(columns)
    stem = separation().stem
    assert heads[f"beats/{stem}.csv"] == list(BEATS)
    assert heads[f"seconds/{stem}.csv"] == list(SECONDS)
    assert len(written) == len(TABLES) + 3


def test_the_readme_tells_what_is_unknown_and_that_it_is_simulated() -> None:
    told, real = (files(simulated=s)["README.txt"].decode() for s in (True, False))
    assert "SIMULATED" in told
    assert "SIMULATED" not in real
    for word in (
        "never zero, and never calm",
        "Nothing here is encrypted",
        "coverage",
        "apostrophe",
    ):
        assert word in real


def test_the_beats_come_back_through_the_reader_of_analyze(written: dict[str, bytes]) -> None:
    taken = separation()
    record = folded(read_bytes(written[f"beats/{taken.stem}.csv"]))
    before = [(round(b.beat.rr_ms, 4), b.beat.beat_s, b.verdict) for b in taken.record.beats]
    after = [(b.beat.rr_ms, b.beat.beat_s, b.verdict) for b in record.beats]
    assert [b[0] for b in after] == [b[0] for b in before]
    assert [b[1] for b in after] == pytest.approx([b[1] for b in before], abs=0.002)
    same = sum(a[2] is b[2] for a, b in zip(after, before, strict=True))
    assert same == len(before)


def test_seconds_are_empty_where_nothing_was_read(written: dict[str, bytes]) -> None:
    taken = separation()
    found = rows(written[f"seconds/{taken.stem}.csv"])
    assert len(found) == len(taken.record.seconds)
    for row, second in zip(found, taken.record.seconds, strict=True):
        assert (row["hr_bpm"] == "") is (second.hr_bpm is None)
        assert row["state"] == second.state.value
    assert any(row["hr_bpm"] == "" for row in found)


def test_activations_are_the_review_s(written: dict[str, bytes]) -> None:
    review = separation().review
    found = [row for row in rows(written["activations.csv"]) if row["number"]]
    assert [float(row["onset_s"]) for row in found] == [a["onset_s"] for a in review["activations"]]
    for row, one in zip(found, review["activations"], strict=True):
        assert row["where"] == one["recovery"]["where"]
        half_s = one["recovery"]["half_s"]
        assert row["half_s"] == ("" if half_s is None else str(half_s))
        assert row["onset_utc"].startswith("2026-01-31T09:")


def test_medicine_that_slows_the_heart_is_said(written: dict[str, bytes]) -> None:
    (row,) = rows(written["sessions.csv"])
    assert row["heart_slowing"] == "no"
    found = files(slowed())
    assert rows(found["sessions.csv"])[0]["heart_slowing"] == "yes"
    assert b"heart_slowing = yes" in found["README.txt"]


def test_what_the_person_said_is_in_its_table_and_runs_nowhere() -> None:
    events = [(e.at_s, e.body) for e in scenario_events(7, "calm") if e.at_s < 120]
    said: list[tuple[float, InputBody]] = [
        (100.0, Rating(suds=40)),
        (101.0, Urge(kind=UrgeKind.TEXT, acted=None)),
        (102.0, Mark(kind=MarkKind.NOTE, text='=HYPERLINK("http://x")')),
    ]
    found = files(take(entries_of([*events, *said]), [NOTE]))
    assert [(r["distress"], r["presence"]) for r in rows(found["ratings.csv"])] == [("40", "")]
    assert [(r["kind"], r["acted"]) for r in rows(found["urges.csv"])] == [("text", "")]
    assert "'=HYPERLINK" in rows(found["marks.csv"])[-1]["text"]
    assert rows(found["notes.csv"])[0]["text"] == "'" + str(NOTE["text"])


def test_a_gap_is_a_row_of_its_own() -> None:
    events = [
        (e.at_s, e.body)
        for e in scenario_events(7, "calm")
        if e.at_s < 300 and not 100 < e.at_s < 160
    ]
    found = files(take(entries_of([*events, (105.0, Link(up=False, reason="silent"))])))
    gap = rows(found["gaps.csv"])[0]
    assert float(gap["end_s"]) - float(gap["start_s"]) == pytest.approx(60, abs=5)


def test_sheets_and_totals_are_told_in_full() -> None:
    sheet = Sheet(
        id="w1", form="journal", title="Journal", state="kept", rev="r", began_utc=NOTE_DAY,
        changed_utc=NOTE_DAY, answers={"words": "-5 degrees", "urges": ["a", "b"], "n": -5},
    )  # fmt: skip
    total = Total(id="t1", scale="oasis", day="2026-01-31", total=7.0)
    found = files(beside=Beside(sheets=[sheet], totals=[total]))
    assert [(r["field"], r["row"], r["value"]) for r in rows(found["answers.csv"])] == [
        ("words", "", "'-5 degrees"), ("urges", "0", "a"), ("urges", "1", "b"), ("n", "", "-5"),
    ]  # fmt: skip
    assert rows(found["measures.csv"])[0]["total"] == "7.0"
    assert rows(found["sheets.csv"])[0]["kept_utc"] == ""


NOTE_DAY = "2026-02-01T10:00:00.000Z"
