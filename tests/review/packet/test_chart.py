"""A session's picture: gaps are gaps, each kind has a shape of its own, and no colour tells."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.packet import chart
from biocoach.review.packet.chart import session_chart
from biocoach.review.packet.document import packet
from biocoach.review.packet.words import words
from tests.review.packet.support import hostile, material
from tests.strategies import PROVEN

Json = dict[str, Any]


def drawn(rates: list[float | None], **more: Any) -> str:
    n = len(rates)
    rows: Json = {
        "every_s": 1, "t_s": list(range(n)), "hr_bpm": rates, "lo_bpm": [60.0] * n,
        "hi_bpm": [70.0] * n, "movement_mg": [5.0] * n,
    }  # fmt: skip
    empty: Json = {
        name: [] for name in ("phases", "activations", "practices", "offers", "ratings", "urges")
    }
    return session_chart({"chart": rows, "length_s": float(n), **empty, **more}, words())


def heart_lines(svg: str) -> list[str]:
    return re.findall(
        r'<polyline points="([^"]+)" fill="none" stroke="#111" stroke-width="1.3"', svg
    )


@given(st.lists(st.none() | st.floats(40, 180), min_size=1, max_size=200))
@PROVEN
def test_the_heart_is_drawn_where_it_was_read_and_nowhere_else(rates: list[float | None]) -> None:
    svg = drawn(rates)
    ET.fromstring(svg)
    runs = re.findall("1+", "".join("0" if rate is None else "1" for rate in rates))
    lines = heart_lines(svg)
    assert len(lines) == len(runs)
    assert [max(len(run), 2) for run in runs] == [len(line.split()) for line in lines]


def test_all_of_it_is_black_on_white_and_each_kind_has_a_shape() -> None:
    svg = drawn(
        [64.0] * 60,
        ratings=[
            {"at_s": 5, "suds": 40, "presence": "here"},
            {"at_s": 9, "suds": None, "presence": "numb"},
        ],
        urges=[{"at_s": 20, "kind": "text", "acted": None}],
        offers=[{"at_s": 30}],
        practices=[{"start_s": 31, "end_s": None}],
        activations=[{"onset_s": 10, "peak_s": 15, "end_s": 25, "peak_bpm": 90.0}],
    )
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none"}
    assert colours == {"#111", "#fff"}
    shapes = [
        chart.rise_shape(0, 0), chart.rating_shape(0, 0), chart.away_shape(0, 0),
        chart.urge_shape(0, 0), chart.offer_shape(0, 0), chart.practice_shape(0, 0, 14),
    ]  # fmt: skip
    assert len(set(shapes)) == len(shapes)
    for name in ("rise", "rating", "away", "urge", "offer", "practice", "heart", "movement"):
        assert words()(f"chart.{name}") in svg


def test_every_session_of_a_year_can_be_drawn_and_holds_nothing_that_was_written() -> None:
    for made in (material(), hostile()):
        for one in packet(made)["sessions"]:
            if not any(rate is not None for rate in one["chart"]["hr_bpm"]):
                continue
            svg = session_chart(one, words())
            ET.fromstring(svg)
            assert "eval" not in svg
