"""`biocoach evaluate`: a table, a line of JSON, a page; one clear line for a wrong folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import call, lines, one_line_of_trouble, run
from tests.review.evaluation.makers import folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("made"))


def test_a_table_and_a_page(made: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "evaluate", made, "--quick", "--out", "page.html")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "False alarms in quiet stretches" in done.stdout
    assert "A smoke test" in done.stdout
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    again = call(tmp_path, "evaluate", made, "--quick", "--out", "page.html")
    assert again.returncode == 1
    assert "page.html exists" in one_line_of_trouble(again)


def test_one_line_of_json_twice_the_same(made: Path, tmp_path: Path) -> None:
    first = call(tmp_path, "evaluate", made, "--quick", "--json")
    (line,) = lines(first)
    assert line["schema"] == "biocoach.evaluation.v1"
    assert line["seed"] == 1
    assert call(tmp_path, "evaluate", made, "--quick", "--json").stdout == first.stdout


@pytest.mark.parametrize("name", ["nowhere", "empty", "file.txt"])
def test_a_wrong_folder_is_one_line_and_exit_1(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("800\n")
    done = call(tmp_path, "evaluate", name, "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert name in one_line_of_trouble(done)


def test_a_folder_with_little_in_it_says_what_it_does_not_have(tmp_path: Path) -> None:
    rows = "\n".join(f"{0.8 * n:.1f}" for n in range(200))
    (tmp_path / "rr").mkdir()
    (tmp_path / "rr" / "short.csv").write_text(f"beat_s\n{rows}\n")
    done = call(tmp_path, "evaluate", "rr")
    assert done.returncode == 0
    assert done.stdout.count("Not measured: ") == 4
