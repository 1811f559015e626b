"""The person's answers to the activations that they were shown, and what they taught.

By the journal alone, so that a later detector, which may find others, changes nothing of it.
Only real sessions teach; every function here is pure.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from biocoach.settings import ActivationSettings
from biocoach.signal.taught import dismissals, threshold_after
from biocoach.types import Activation, Answer, Entry, Label

Json = dict[str, Any]


def answers_of(entries: Sequence[Entry]) -> Json:
    """For a session's summary: how many activations were shown, and the last word on each.

    ``words``: of those with an answer, in the order in which they were noted.
    """
    shown = 0
    last: dict[int, Answer] = {}
    for entry in entries:
        match entry.body:
            case Activation(number=number):
                shown = max(shown, number)
            case Label(answer=answer, activation=number):
                of = shown if number is None else number
                if 1 <= of <= shown:
                    last[of] = answer
            case _:
                pass
    return {"shown": shown, "words": [last[number].value for number in sorted(last)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """``dismissed``: what counts; the others: how many answers it comes from."""

    threshold: float
    dismissed: int
    distress: int
    other: int


def taught(
    summaries: Iterable[Json], settings: ActivationSettings, since: Container[str] | None = None
) -> Taught:
    """What all real sessions taught, the oldest first. ``since``: the sessions that began after
    the person had it start again; None where they never did."""
    words = [
        Answer(word)
        for s in real(summaries)
        if since is None or s["id"] in since
        for word in s["answers"]["words"]
    ]
    dismissed = dismissals(words, settings)
    return Taught(
        threshold=threshold_after(dismissed, settings),
        dismissed=dismissed,
        distress=words.count(Answer.DISTRESS),
        other=words.count(Answer.OTHER),
    )


def real(summaries: Iterable[Json]) -> list[Json]:
    """Of sessions that were nobody's story, those whose answers are known."""
    return [s for s in summaries if "answers" in s and not s.get("simulated")]
