"""The fold that is measured is the product's own, also in a child process."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from biocoach.review.evaluation.folding import Folders, Task, answer_lines, folded, outcome_of
from biocoach.review.evaluation.injections import Rise, with_rise
from biocoach.settings import Settings
from tests.cli.support import call, lines
from tests.signal.hearts import heart

SETTINGS = Settings()
RISE = Rise(at_s=600, bpm=20, hold_s=180)
RR = tuple(float(v) for v in with_rise(np.array(heart(1500)), RISE).round(3))
TASK = Task(rr_ms=RR, marks=((300.0, "apart"), (780.0, "back")))


def test_it_says_what_analyze_says(tmp_path: Path) -> None:
    (tmp_path / "rr.txt").write_text("\n".join(f"{v:.3f}" for v in RR))
    (line,) = lines(call(tmp_path, "analyze", "rr.txt", "--json", "--beats", "--timeline"))
    ours = folded(Task(rr_ms=RR), SETTINGS)
    assert [a.alarm_s for a in ours.alarms] == [a["alarm_s"] for a in line["activations"]]
    assert len(ours.alarms) == 1
    assert list(ours.kept) == [b["verdict"] == "ok" for b in line["beats"]]
    scores = [None if v is None else round(v, 4) for v in ours.scores]
    assert scores[1:] == [s["score"] for s in line["timeline"]]
    assert len(ours.rates_bpm) == len(ours.scores)


def test_marks_are_heard() -> None:
    (alarm,) = folded(TASK, SETTINGS).alarms
    assert alarm.reference_s == 780
    assert alarm.half_s is not None
    assert abs(alarm.half_s - RISE.half_s) < 15


def test_a_line_for_a_line() -> None:
    out = io.StringIO()
    answer_lines(io.StringIO(json.dumps(asdict(TASK)) + "\n"), out, SETTINGS)
    assert outcome_of(out.getvalue()) == folded(TASK, SETTINGS)


def test_two_children_keep_the_order_and_say_how_far_they_are() -> None:
    tasks = [Task(rr_ms=tuple(heart(60 + 20 * n))) for n in range(5)]
    told: list[tuple[int, int]] = []
    with Folders(SETTINGS) as folders:
        found = folders.fold_all(tasks, lambda done, of: told.append((done, of)))
    assert found == [folded(task, SETTINGS) for task in tasks]
    assert told == [(n, 5) for n in range(1, 6)]


def test_without_children_this_process_does_it() -> None:
    with Folders(SETTINGS, processes=0) as folders:
        assert folders.fold_all([TASK]) == [folded(TASK, SETTINGS)]
