"""The table of costs: by hand, and once for real. Only ratios are asserted, and coarse ones."""

from __future__ import annotations

import json

import pytest

from biocoach.clock import SystemClock
from biocoach.review.bench import work
from biocoach.review.bench.speed import Cost, Row, Size, TaskError, measure, rows

TINY = Size(hours=0.1, each_beats=3, words=5, runs=1)
PAGE = Cost(wall_s=1.0, count=900_000, peak_mb=100)


def test_a_row_by_hand() -> None:
    row = Row(what="w", unit="s", here=2.0, goal=3.0, beside=8.0)
    assert (row.ratio, row.met) == (0.25, True)
    missed = Row(what="w", unit="s", here=4.0, goal=3.0)
    assert (missed.ratio, missed.met) == (None, False)
    unknown = Row(what="w", unit="s", here=None, goal=3.0, beside=8.0)
    assert (unknown.ratio, unknown.met) == (None, None)


def test_a_table_by_hand() -> None:
    cost = {
        "bare": Cost(wall_s=0.1),
        "import": Cost(wall_s=0.3, peak_mb=40),
        "neurokit_import": Cost(wall_s=2.1, peak_mb=200),
        "help": Cost(wall_s=0.2),
        "page": PAGE,
        "word": Cost(wall_s=1.0, took_s=0.004, beside_s=0.001, count=40),
        "day": Cost(wall_s=5.0, took_s=4.0, count=100_000, peak_mb=None),
        "features": Cost(wall_s=1.0, took_s=0.4, count=100_000),
        "neurokit": Cost(wall_s=8.0, took_s=5.0, count=100_000, peak_mb=210),
        "neurokit_each": Cost(wall_s=4.0, took_s=2.0, count=100),
    }
    found = {(row.what, row.unit): row for row in rows(cost, 24)}
    each, hourly, alone, day, memory, start, *_ = found.values()
    assert (each.here, each.beside, each.ratio) == pytest.approx((40, 20_000, 0.002))
    assert (hourly.beside, hourly.ratio) == pytest.approx((50, 0.8))
    assert alone.here == pytest.approx(4)
    assert (day.here, day.beside) == (5, 8)
    assert memory.here is None
    assert memory.ratio is None
    assert (start.here, start.ratio) == pytest.approx((0.2, 0.1))
    *_, held, weighs, told = found.values()
    assert (held.here, held.ratio) == (100, 0.5)
    assert (weighs.here, weighs.met, weighs.ratio) == (900, True, None)
    assert (told.here, told.beside, told.than) == (4, 1, "a synced line")


def test_for_real_in_small() -> None:
    told: list[tuple[int, int]] = []
    found = measure(
        1, TINY, SystemClock().now_s, lambda: PAGE, lambda _, done, of: told.append((done, of))
    )
    json.dumps(found, allow_nan=False)
    ratios = {row["what"]: row["ratio"] for row in found["rows"]}
    assert ratios["whole pipeline, against NeuroKit2 at every beat"] < 0.5
    assert ratios["import biocoach.session"] < 1
    assert ratios["import biocoach.session, peak memory"] < 1
    assert ratios["a strap's word, kept and told to the page, p95"] > 0
    assert 300 < found["beats"] < 600
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]


def test_a_task_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biocoach.review.bench.speed.WORK", "biocoach.nowhere")
    with pytest.raises(TaskError, match=r"import keyword could not be measured: .*nowhere"):
        measure(1, TINY, SystemClock().now_s, lambda: PAGE, lambda *_: None)


@pytest.mark.parametrize("task", ["day", "features", "neurokit"])
def test_each_task_counts_its_beats(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    work.main([task, "1", "0.1"])
    found = json.loads(capsys.readouterr().out)
    assert 300 < found["count"] < 600
    assert found["took_s"] > 0
    assert found["peak_mb"] is None or found["peak_mb"] > 5


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(SystemExit, match="tea"):
        work.main(["tea"])
