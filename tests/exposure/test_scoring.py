"""GAD-7 by its published rule (Spitzer, Kroenke, Williams and Löwe 2006)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.answers import judged
from biocoach.exposure.scoring import Score, band_of, score_of
from biocoach.exposure.shipped_forms import shipped_forms

GAD_7 = shipped_forms().forms["gad-7"]
ITEMS = ("nervous", "control", "worry", "relax", "restless", "annoyed", "afraid")
# Cut points 5, 10 and 15; the total of seven items from 0 to 3 is 0 to 21.
PUBLISHED = {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate"}
PUBLISHED |= {15: "severe", 21: "severe"}


@given(st.tuples(*[st.integers(0, 3)] * 7), st.sampled_from(["not", "very", None]))
def test_the_total_is_the_sum_and_the_eighth_question_counts_for_nothing(
    points: tuple[int, ...], difficult: str | None
) -> None:
    answers = {item: str(p) for item, p in zip(ITEMS, points, strict=True)}
    kept = judged(GAD_7, answers | {"difficult": difficult}, keep=True)
    assert isinstance(kept, dict)
    found = score_of(GAD_7, kept)
    assert found is not None
    assert (found.total, found.complete) == (sum(points), True)
    begins = max(start for start in (0, 5, 10, 15) if start <= sum(points))
    assert found.band == PUBLISHED[begins]


@pytest.mark.parametrize(("total", "band"), PUBLISHED.items())
def test_the_bands_begin_where_they_were_published(total: int, band: str) -> None:
    points = [min(3, max(0, total - 3 * n)) for n in range(7)]
    assert sum(points) == total
    answers = {item: str(p) for item, p in zip(ITEMS, points, strict=True)}
    assert score_of(GAD_7, answers) == Score(total=total, band=band, complete=True)


@pytest.mark.parametrize("left_out", ITEMS)
def test_with_one_left_out_there_is_no_total(left_out: str) -> None:
    answers = {item: "3" for item in ITEMS if item != left_out}
    kept = judged(GAD_7, answers, keep=True)
    assert isinstance(kept, dict)  # it may be kept all the same
    assert score_of(GAD_7, kept) == Score(total=None, band="", complete=False)


def test_a_form_without_a_rule_has_no_score() -> None:
    assert score_of(shipped_forms().forms["journal"], {}) is None


def test_without_bands_there_is_no_word() -> None:
    assert band_of((), 12) == ""
