"""A seeded share of the campaign of damaged files, and what a lying child can't do."""

from __future__ import annotations

import pytest

from biocoach.review.incoming import GAVE_UP, TOO_LONG, TOO_MUCH, BrokenOffError, Incoming, receive
from biocoach.review.parser import printed
from biocoach.types import Refusal
from tests.faults.campaign import Order
from tests.faults.imports import SAMPLES, run


def test_damaged_files_end_in_a_recording_or_in_words() -> None:
    outcome = run(Order(count=800, seed=7))
    assert outcome.failures == []
    assert outcome.counts["kept"] > 100
    assert outcome.counts["refused"] > 100
    assert outcome.counts["children"] >= 2


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read_before_it_is_damaged(name: str) -> None:
    found = receive([f"{line}\n".encode() for line in printed(SAMPLES[name], None)])
    assert isinstance(found, Incoming)
    assert len(list(found.inputs)) > 20


def test_hours_between_two_beats_are_a_silence_and_no_lie() -> None:
    text = "\n".join([*("0.9",) * 20, "32942", *("0.9",) * 20]).encode()
    found = receive([f"{line}\n".encode() for line in printed(text, None)])
    assert isinstance(found, Incoming)
    assert len(list(found.inputs)) == 41


@pytest.mark.parametrize("letter", ["8", ",", "x", '"', "[", "\x00"])
def test_a_line_of_a_million_letters_is_refused_in_words(letter: str) -> None:
    found = receive([f"{line}\n".encode() for line in printed(letter.encode() * 1_000_000, None)])
    assert isinstance(found, Refusal)
    assert found.why != GAVE_UP


HEAD = next(iter(printed(SAMPLES["rr-text"], None)))
BEAT = '{"at_s": 0.8, "rr_ms": [800.0]}'
LIES: dict[str, tuple[list[str], str]] = {
    "nothing": ([], GAVE_UP),
    "no JSON": (["oops"], GAVE_UP),
    "deep": (["[" * 100_000], GAVE_UP),
    "a list": (["[1]"], GAVE_UP),
    "another format": ([HEAD.replace("rr-text", "exe")], GAVE_UP),
    "no number": ([HEAD.replace('"length_s": ', '"length_s": "x')], GAVE_UP),
    "no end": ([HEAD.replace('"length_s": 3', '"length_s": NaN, "x": 3')], GAVE_UP),
    "years": ([HEAD.replace('"length_s": 3', '"length_s": 1e8, "x": 3')], TOO_LONG),
    "millions": ([HEAD.replace('"inputs": ', '"inputs": 9999999')], TOO_MUCH),
}


@pytest.mark.parametrize("name", LIES)
def test_a_head_that_cannot_be_is_refused(name: str) -> None:
    lines, why = LIES[name]
    assert receive([f"{line}\n".encode() for line in lines]) == Refusal(why=why)


@pytest.mark.parametrize(
    "lines",
    [
        [], [BEAT] * 3, ["oops"], ['{"at_s": -1, "rr_ms": [800]}'],
        ['{"at_s": 1, "rr_ms": [-800]}'], ['{"at_s": 1, "rr_ms": ["800"]}'],
        ['{"at_s": 1, "rr_ms": [NaN]}'], ['{"at_s": 1e9, "rr_ms": [800]}'], ['{"at_s": true}'],
        ["8" * 2_000_000], ['{"at_s": 1, "mark": "apart"}'],
    ],
)  # fmt: skip
def test_an_account_that_changes_its_mind_breaks_off(lines: list[str]) -> None:
    found = receive([f"{line}\n".encode() for line in [HEAD, *lines]])
    assert isinstance(found, Incoming)
    with pytest.raises(BrokenOffError):
        list(found.inputs)


def test_words_are_made_fit_for_a_page() -> None:
    (refusal,) = [receive([b'{"refused": "a\\u001b[31m\\nb' + b"x" * 900 + b'"}\n'])]
    assert isinstance(refusal, Refusal)
    assert refusal.why.startswith("a [31m b")
    assert len(refusal.why) <= 200
