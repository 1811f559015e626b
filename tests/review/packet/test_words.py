"""The packet's words: each that is asked for is there, each that is there can be filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import biocoach.review.packet as package
from biocoach.exposure.decided import Way
from biocoach.exposure.form import Behaviour
from biocoach.exposure.measures import Change
from biocoach.exposure.proposal import RULES
from biocoach.exposure.states import StepState
from biocoach.review.packet.words import languages, words
from biocoach.types import Presence, Support, UrgeKind
from tests.care.words import PACKET
from tests.strategies import PROVEN

SOURCES = sorted(Path(package.__path__[0]).glob("*.py"))
ASKED = re.compile(r"""words(?:\.all)?\(\s*f?"([a-z_.]+)["{]""")


def test_english_is_there() -> None:
    assert "en" in languages()


@pytest.mark.parametrize("language", languages())
def test_every_word_that_is_asked_for_is_there(language: str) -> None:
    said = words(language)
    asked = {key for path in SOURCES for key in ASKED.findall(path.read_text("utf-8"))}
    assert len(asked) > 60
    for key in asked:
        plain = key.rstrip("._")
        assert said.has(plain) or said.has(plain.rpartition(".")[0]), key


@pytest.mark.parametrize("language", languages())
def test_every_value_of_a_code_has_words(language: str) -> None:
    said = words(language)
    codes = {
        "way": Way, "rule": RULES, "support": Support, "support_short": Support,
        "presence": Presence, "urge": UrgeKind, "behaviour": Behaviour, "state": StepState,
        "change": Change,
    }  # fmt: skip
    for part, values in codes.items():
        for value in values:
            assert said.has(f"{part}.{value}"), f"{part}.{value}"


def test_no_word_promises_or_judges() -> None:
    text = (SOURCES[0].parent / "content/en/packet.toml").read_text("utf-8").lower()
    for word in PACKET:
        assert not re.search(rf"\b{word}", text), word


@given(st.floats(0, 200_000))
@PROVEN
def test_a_length_is_told_to_the_second_or_to_the_minute(length_s: float) -> None:
    told = words().length(length_s)
    numbers = dict.fromkeys("hms", 0.0)
    for amount, unit in re.findall(r"(\d+) (h|min|s)", told):
        numbers[unit[0]] = float(amount)
    meant_s = numbers["h"] * 3600 + numbers["m"] * 60 + numbers["s"]
    assert abs(meant_s - length_s) <= (0.5 if length_s < 599 else 30.5)
    assert words().length(None) == "not known"


def test_what_is_cut_says_where_it_stands() -> None:
    said = words()
    assert said.cut("short", 10, "there") == "short"
    assert said.cut("a" * 11, 10, "page of 3 Nov") == "aaaaaaaaaa … (all of it: page of 3 Nov)"
    assert said.cut("  ", 10, "there") == "not said"
