"""The whole report of a made folder, its text and its page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from biocoach.review.evaluation.folding import Folders
from biocoach.review.evaluation.page import page
from biocoach.review.evaluation.recordings import Folder, read_folder
from biocoach.review.evaluation.report import Report, evaluate
from biocoach.review.evaluation.told import Table, as_text, heading, tables
from biocoach.settings import Settings
from tests.review.evaluation.makers import folder

SETTINGS = Settings()


def silent(what: str, done: int, of: int) -> None:
    assert 1 <= done <= of, what


def measured(found: Folder, seed: int = 1) -> Report:
    with Folders(SETTINGS) as folders:
        return evaluate(found, folders, seed, quick=True, told=silent)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return measured(read_folder(folder(tmp_path_factory.mktemp("made"))))


def test_every_part_is_there(report: Report) -> None:
    figures = report.figures(SETTINGS)
    json.dumps(figures, allow_nan=False)
    assert figures["missing"] == []
    assert figures["recordings"] == {"made": 1}
    assert figures["arithmetic"]["people_scored"] == 2
    assert figures["arithmetic"]["area_mean"] > 0.9  # ten beats a minute more
    assert [row["n"] for row in figures["rises"]] == [1, 1, 1, 1]
    assert figures["rises"][-1]["noticed"] == 1
    assert figures["quiet"]["alarms"] == 0
    assert figures["injected"]["specificity"] > 0.98
    assert figures["labels"]["made"]["premature_noticed"]["share"] == 1.0
    assert figures["recovery"]["quick"]["n"] == 6


def test_the_same_seed_gives_the_same_figures(report: Report) -> None:
    assert measured(report.folder).figures(SETTINGS) == report.figures(SETTINGS)
    other = measured(report.folder, seed=2)
    assert report.rises is not None
    assert other.rises is not None
    assert other.rises.cases[0].rise.at_s != report.rises.cases[0].rise.at_s


def test_what_is_missing_is_said(report: Report) -> None:
    only_people = measured(Folder(people=report.folder.people))
    figures = only_people.figures(SETTINGS)
    assert figures["rises"] is figures["labels"] is figures["injected"] is None
    said = "\n".join(heading(figures))
    for word in ("rises", "artifacts", "labels"):
        assert f"Not measured: {word}" in said
    assert [t.title for t in tables(figures)] == ["Mental arithmetic against sitting"]
    assert "svg" in page(only_people, figures)


def test_tables_are_square_and_aligned(report: Report) -> None:
    found = tables(report.figures(SETTINGS))
    assert len(found) == 6
    for table in found:
        assert {len(row) for row in table.rows} == {len(table.columns)}
    text = as_text(Table(title="T", note="", columns=("a", "n"), rows=[("long", "1"), ("b", "22")]))
    assert text.splitlines() == ["T", "  a      n", "  long   1", "  b     22"]


class _Checked(HTMLParser):
    """Every tag is closed, and none fetches anything."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not {"src", "href"} & {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone(report: Report) -> None:
    text = page(report, report.figures(SETTINGS))
    checked = _Checked()
    checked.feed(text)
    assert checked.open == []
    assert "script" not in checked.seen
    assert not re.search(r"url\(|@import|https?://", text)
    assert text.count("<svg") >= 6
    for table in tables(report.figures(SETTINGS)):
        assert table.title in text
