"""RR text: the intervals and nothing else; no program may take a difference across a gap."""

from __future__ import annotations

from biocoach.review.exporting.kubios import kubios_pieces
from biocoach.review.imports import read_bytes
from devices.virtual import scenario_events
from tests.review.exporting.support import content, entries_of, separation, take
from tests.review.support import rr_of


def test_the_intervals_come_back_and_no_number_is_changed() -> None:
    taken = separation()
    texts = [content(piece) for piece in kubios_pieces([taken])]
    assert [v for text in texts for v in rr_of(read_bytes(text))] == [
        round(b.beat.rr_ms, 4) for b in taken.record.beats
    ]
    assert all(line.replace(b".", b"").isdigit() for text in texts for line in text.split())


def test_a_gap_begins_another_file() -> None:
    events = [(e.at_s, e.body) for e in scenario_events(7, "calm") if not 100 < e.at_s < 160]
    taken = take(entries_of([row for row in events if row[0] < 300]))
    names = [piece.name for piece in kubios_pieces([taken])]
    assert names == [f"{taken.stem}-part1.txt", f"{taken.stem}-part2.txt"]


def test_a_session_without_beats_has_no_file() -> None:
    assert list(kubios_pieces([take(entries_of([]))])) == []
