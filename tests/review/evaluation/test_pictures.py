"""Pictures: places by hand, words for those who don't see them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from biocoach.review.evaluation.pictures import Axis, Picture, histogram, ticks

X = Axis(low=0, high=10, words="s", ticks=(0, 10))
Y = Axis(low=0, high=100, words="a < b & c", ticks=(0, 100))


def test_places_by_hand() -> None:
    picture = Picture(x=X, y=Y, words="a line")
    picture.line([(0, 0), (10, 100)], "main")
    assert 'points="52.0,220.0 408.0,12.0"' in picture.svg()


def test_a_hole_breaks_a_line_and_a_lone_point_is_none() -> None:
    picture = Picture(x=X, y=Y, words="a line")
    picture.line([(0, 0), (1, 1), (2, None), (3, 3), (4, None), (5, 5), (6, 6)], "main")
    assert picture.svg().count("<polyline") == 2


def test_it_is_well_formed_and_has_words() -> None:
    picture = Picture(x=X, y=Y, words='"R" & <R>')
    picture.bar((1, 2), 50, "bar", "1 < 2")
    picture.mark(3, "alarm", "alarm & rise")
    picture.whisker(4, (10, 30), 20, "spread")
    root = ElementTree.fromstring(picture.svg())
    assert root.get("aria-label") == '"R" & <R>'
    texts = [e.text for e in root.iter("text")]
    assert "a < b & c" in texts
    assert "alarm & rise" in texts


def test_a_histogram_counts_each_value_once() -> None:
    made = histogram([-5, 0, 9.9, 10, 29, 30, 999], [0, 10, 20, 30], ("w", "x", "y"))
    assert re.findall(r"<title>(.*?)</title>", made.svg()) == [
        "0 to 10: 3", "10 to 20: 1", "20 to 30: 3",
    ]  # fmt: skip
    assert histogram([], [0, 10, 20], ("w", "x", "y")).svg()


def test_ticks() -> None:
    assert ticks(0, 1, 0.25) == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert ticks(63, 121, 30) == [90, 120]
