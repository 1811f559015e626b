"""Scales as data: their files, which totals there can be, and what a change means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.measures import (
    Change,
    Scale,
    Total,
    change,
    changes,
    fits,
    load,
    parse,
    told,
)
from biocoach.exposure.shipped_forms import shipped_scales, texts
from biocoach.fields import Problem

SCALES = shipped_scales()
GAD_7, WHO_5, ECR, ASA = (SCALES[name] for name in ("gad-7", "who-5", "ecr-r-anxiety", "asa-27"))
FILE = texts("scales")["gad-7.toml"]


def total(scale: str, day: str, points: float, name: str = "") -> Total:
    return Total(id=name or day, scale=scale, day=day, total=points)


@pytest.mark.parametrize(
    ("scale", "good", "bad"),
    [
        (GAD_7, (0, 7, 21, 21.0), (-1, 22, 7.5, True, "7", None, float("nan"))),
        (WHO_5, (0, 4, 96, 100), (1, 50, 101)),
        (ECR, (1, 3.17, 7), (0.99, 3.175, 7.01)),
    ],
)
def test_a_total_lies_in_its_range_and_on_a_step(
    scale: Scale, good: tuple[object, ...], bad: tuple[object, ...]
) -> None:
    assert [one for one in good if not fits(scale, one)] == []
    assert [one for one in bad if fits(scale, one)] == []


@given(st.integers(100, 700))
def test_every_mean_to_the_hundredth_is_a_total_of_ecr_r(hundredths: int) -> None:
    assert fits(ECR, hundredths / 100)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (14, 10, Change.BETTER),
        (10, 14, Change.WORSE),
        (14, 11, Change.WITHIN_CHANCE),
        (11, 14, Change.WITHIN_CHANCE),
        (7, 7, Change.WITHIN_CHANCE),
    ],
)
def test_four_points_of_gad_7_are_more_than_chance(
    before: float, after: float, what: Change
) -> None:
    """Gyani, Shafran, Layard and Clark (2013)."""
    assert change(GAD_7, before, after) is what


def test_where_nobody_published_how_much_is_enough_it_is_unknown() -> None:
    assert change(ASA, 81, 0) is Change.UNKNOWN


def test_the_first_and_the_latest_by_day_are_compared() -> None:
    totals = [
        total("gad-7", "2026-03-01", 6),
        total("gad-7", "2026-01-01", 15),
        total("gad-7", "2026-02-01", 19),
        total("asa-27", "2026-01-01", 30),
    ]
    found = changes(SCALES.values(), totals)
    assert found == {
        "gad-7": {"from": "2026-01-01", "to": "2026-03-01", "points": -9, "change": "better"}
    }


def test_the_page_is_told_all_of_a_scale() -> None:
    found = told(GAD_7)
    assert (found["form"], found["reliable"]["points"], found["higher"]) == (
        "gad-7",
        4,
        "more trouble",
    )
    assert told(ASA)["form"] is None
    assert told(ASA)["reliable"] is None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("most = 21", "most = 0", "more than 'least'"),
        ("least = 5", "least = 50", "bands begin"),
        ('higher = "more trouble"', 'higher = "fun"', "must be one of"),
        ('id = "gad-7"', 'id = "GAD 7"', "small letters"),
        ('ages = ["adult"]', 'ages = ["old"]', "must have some of"),
        ("[bands_source]", "[nobody]", "unknown key"),
        ("points = 4", "points = 0", "must be a number"),
    ],
)
def test_a_broken_file_is_told(old: str, new: str, why: str) -> None:
    assert old in FILE
    found = parse(FILE.replace(old, new, 1), "x.toml")
    assert isinstance(found, Problem)
    assert why in found.why
    with pytest.raises(ValueError, match=r"x\.toml:\d+: "):
        load({"x.toml": FILE.replace(old, new, 1)})


def test_bands_without_a_source_are_none() -> None:
    before, _, after = FILE.partition("[bands_source]")
    rest = after.partition("[reliable]")
    found = parse(before + "[reliable]" + rest[2], "x")
    assert isinstance(found, Problem)
    assert "bands_source" in found.why
