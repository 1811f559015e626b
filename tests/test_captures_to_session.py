"""A capture file, read back line by line, tells the session what the strap told it."""

from __future__ import annotations

from pathlib import Path

import pytest

from biocoach.captures import Header, Timed, header_line, line, read_file
from biocoach.review.record import Record, fold
from biocoach.settings import Settings
from biocoach.types import Begin, Debrief, Fit, InputBody, Plan
from devices.virtual import scenario_events

BEGIN = Begin(seed=1, settings_hash="", fit=Fit(with_therapist=True), simulated=True)
WORDLESS = (Plan, Debrief)  # the format has no word for these


def folded(rows: list[tuple[float, InputBody]]) -> Record:
    return fold([(0.0, BEGIN), *rows], Settings())


@pytest.mark.parametrize(
    ("seed", "scenario", "faults"),
    [
        (1, "separation", ()),
        (2, "panic", ("dropout", "silence", "ectopy")),
        (3, "walk", ("contact",)),
    ],
)
def test_a_capture_tells_the_same_story_as_the_strap(
    tmp_path: Path, seed: int, scenario: str, faults: tuple[str, ...]
) -> None:
    events = [
        e for e in scenario_events(seed, scenario, faults) if not isinstance(e.body, WORDLESS)
    ]
    lines = [header_line("2026-01-31T09:00:00Z", "Virtual strap")]
    lines += [text for e in events if (text := line(e.at_s, e.body)) is not None]
    assert len(lines) == 1 + len(events)
    path = tmp_path / "one.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    items = list(read_file(path))
    assert isinstance(items[0], Header)
    timed = [item for item in items[1:] if isinstance(item, Timed)]
    assert len(timed) == len(items) - 1  # no problems
    there = folded([(item.at_s, item.body) for item in timed])
    here = folded([(round(e.at_s, 6), e.body) for e in events])  # the format keeps microseconds
    assert there == here
    assert len(here.beats) > 500


def test_a_line_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    events = list(scenario_events(1, "calm"))[:600]
    texts = [text for e in events if (text := line(e.at_s, e.body)) is not None]
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    head = header_line("2026-01-31T09:00:00Z", "Virtual strap")
    whole.write_text("\n".join([head, *texts]), encoding="utf-8")
    spoilt = [head, *texts[:200], "{not json", '{"at_s": 1e99, "mark": "apart"}', *texts[200:]]
    broken.write_text("\n".join(spoilt), encoding="utf-8")

    def rows(path: Path) -> list[tuple[float, InputBody]]:
        return [(i.at_s, i.body) for i in read_file(path) if isinstance(i, Timed)]

    assert folded(rows(broken)) == folded(rows(whole))
