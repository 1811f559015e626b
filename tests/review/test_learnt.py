"""What is learnt from a person's answers over all their sessions, and how it is told."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.answers import answers_of, taught
from biocoach.review.learnt import learnt, precision, wilson
from biocoach.settings import Settings
from biocoach.types import Activation, Answer, Entry, InputBody, Label, Movement, Terms
from tests.strategies import proven

SETTINGS = Settings()
WORDS = {"o": "other", "d": "distress"}


def row(name: str, said: str, shown: int | None = None, *, simulated: bool = False) -> Any:
    words = [WORDS[c] for c in said]
    return {
        "id": name,
        "simulated": simulated,
        "answers": {"shown": len(words) if shown is None else shown, "words": words},
    }


def threshold(*rows: Any, since: set[str] | None = None) -> float:
    return taught(rows, SETTINGS.activation, since).threshold


def test_one_dismissal_a_session_adds_up() -> None:
    assert threshold(row("a", "o")) == 2.5
    assert threshold(row("a", "o"), row("b", "o")) == 2.75
    assert threshold(*(row(name, "o") for name in "abcdefgh")) == 3.0
    assert threshold(row("a", "o"), row("b", "o"), row("c", "d")) == 2.5


def test_simulated_sessions_teach_nothing_and_count_for_nothing() -> None:
    rows = [row("a", "oooo", simulated=True), row("b", "o")]
    assert threshold(*rows) == 2.5
    assert precision(rows, SETTINGS.learning)["answered"] == 1


def test_answers_from_before_it_started_again_teach_no_more() -> None:
    rows = [row("a", "oooo"), row("b", "oo")]
    assert threshold(*rows, since={"b"}) == 2.75
    assert threshold(*rows, since=set()) == 2.5
    told = learnt(rows, SETTINGS, set())
    assert (told["threshold"], told["other"], told["precision"]["answered"]) == (2.5, 0, 6)


def test_what_is_told_of_the_threshold() -> None:
    told = learnt([row("a", "ood"), row("b", "o"), {"id": "old"}], SETTINGS, None)
    assert (told["threshold"], told["start"], told["most"]) == (2.75, 2.5, 3.0)
    assert (told["other"], told["distress"], told["dismissed"], told["unread"]) == (3, 1, 2, 1)
    assert told["rise_bpm"] == pytest.approx(2.75 * SETTINGS.activation.quick_spread_bpm, abs=0.05)


# ---- the personal precision


def test_no_share_is_claimed_from_few_answers() -> None:
    few = precision([row("a", "dddddoooo", 12)], SETTINGS.learning)
    assert (few["why"], few["share"], few["low"], few["high"]) == ("too_few", None, None, None)
    assert (few["distress"], few["answered"], few["unanswered"]) == (5, 9, 3)
    enough = precision([row("a", "dddddoooo", 12), row("b", "d")], SETTINGS.learning)
    assert (enough["why"], enough["share"], enough["unanswered"]) == ("", 0.6, 3)
    assert (enough["low"], enough["high"]) == (
        pytest.approx(0.3127, abs=1e-4),
        pytest.approx(0.8318, abs=1e-4),
    )


@given(st.integers(0, 60), st.integers(1, 60))
@proven(100)
def test_the_interval_is_wilson_s(count: int, more: int) -> None:
    """By his formula: the shares whose own score test would not be refused."""
    n, z = count + more, 1.959963984540054
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = wilson(count, n, 0.95)
    assert low == pytest.approx(middle - half, abs=1e-9)
    assert high == pytest.approx(middle + half, abs=1e-9)
    assert low <= share <= high


# ---- from the journal


def alarm(number: int) -> Activation:
    return Activation(
        number=number, onset_s=1.0, alarm_s=2.0, movement=Movement.STILL, threshold=2.5,
        terms=Terms(heart_rate=4.0, rmssd=0.0, movement=None), baseline_bpm=60.0, spread_bpm=3.0,
        level_bpm=60.0, hr_bpm=80.0, why="",
    )  # fmt: skip


def journal(*bodies: InputBody | Activation) -> list[Entry]:
    return [
        Entry(
            person="me", writer="t", session="s", boot_id="b", at_s=float(n), body=body,
            wall_utc="2026-01-31T09:00:00.000Z", settings_hash="",
        )
        for n, body in enumerate(bodies)
    ]  # fmt: skip


def test_the_last_word_on_each_activation_that_was_shown_counts() -> None:
    other, distress = Label(answer=Answer.OTHER), Label(answer=Answer.DISTRESS)
    first_again = Label(answer=Answer.DISTRESS, activation=1)
    nobody_s = Label(answer=Answer.OTHER, activation=9)
    found = answers_of(journal(other, alarm(1), other, alarm(2), alarm(3), other, first_again))
    assert found == {"shown": 3, "words": ["distress", "other"]}
    assert answers_of(journal(nobody_s, alarm(1), nobody_s, distress)) == {
        "shown": 1,
        "words": ["distress"],
    }
