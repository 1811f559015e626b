"""`biocoach bench`: a table, and a line of JSON; ratios, never durations, are asserted."""

from __future__ import annotations

from pathlib import Path

import pytest

from biocoach.cli.bench import _table
from biocoach.review.bench.against import times_earlier
from biocoach.review.evaluation.told import as_text
from tests.cli.support import Done, call, lines, one_line_of_trouble, run


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return run(tmp_path_factory.mktemp("bench"), "bench", "--quick", "--json")


def test_one_line_with_every_figure_and_its_goal(done: Done) -> None:
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (line,) = lines(done)
    assert line["schema"] == "biocoach.bench.v2"
    assert all(row["here"] is not None for row in line["rows"])
    ratios = {row["what"]: row["ratio"] for row in line["rows"]}
    assert ratios["whole pipeline, against NeuroKit2 at every beat"] < 0.5
    goals = {row["goal"] for row in line["rows"]}
    assert {100.0, 10.0, 0.3, 60.0, 1.5, 50.0} <= goals
    weight = next(row for row in line["rows"] if row["what"] == "first page, all its files")
    assert weight["met"], weight


def test_the_table_says_the_same(done: Done) -> None:
    (line,) = lines(done)
    text = as_text(_table(line, {}))
    assert len(text.splitlines()) == len(line["rows"]) + 2
    for row in line["rows"]:
        assert row["what"] in text


def test_what_cant_be_measured_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biocoach.review.bench.speed.WORK", "biocoach.nowhere")
    failed = call(tmp_path, "bench", "--quick")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "could not be measured" in one_line_of_trouble(failed)


def test_an_earlier_table_stands_beside(done: Done, tmp_path: Path) -> None:
    (line,) = lines(done)
    half = [row | {"here": row["here"] / 2, "ratio": row["ratio"]} for row in line["rows"]]
    times = times_earlier(line, line | {"rows": half})
    assert times["first page, all its files"] == 2
    assert times["biocoach --help"] == 1  # the share of NeuroKit2's cost is the same
    text = as_text(_table(line, times))
    assert text.splitlines()[1].endswith("times")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{", "not JSON"),
        ("[]", "not a whole table of"),
        ("[" * 100_000, "not JSON"),
        ('{"schema": "biocoach.bench.v2", "hours": 1, "rows": [1]}', "not a whole table of"),
        ('{"schema": "biocoach.bench.v2", "hours": 1, "rows": [{"what": "a"}]}', "not a whole"),
        ('{"schema": "biocoach.bench.v2", "hours": 24, "rows": []}', "24 h of beats, not 1 h"),
    ],
)
def test_another_table_is_refused_before_the_work(tmp_path: Path, said: str, why: str) -> None:
    (tmp_path / "before.json").write_text(said)
    refused = call(tmp_path, "bench", "--quick", "--against", "before.json")
    assert refused.returncode == 1
    assert why in one_line_of_trouble(refused)
