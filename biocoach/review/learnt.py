"""What biocoach learnt from this person's answers, to be shown to them.

The threshold that it taught, and the *personal precision*: of the activations that the person
has answered, how many were distress. Activations without an answer say nothing either way.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import asdict
from typing import Any

from biocoach.review.answers import real, taught
from biocoach.settings import LearningSettings, Settings
from biocoach.types import Answer

Json = dict[str, Any]


def learnt(summaries: Iterable[Json], settings: Settings, since: Container[str] | None) -> Json:
    """``summaries``: the oldest first. ``since``: see ``taught``.

    ``rise_bpm``: a quick rise stays more than this above where the heart was, to be noted.
    ``unread``: practices whose answers an earlier version left to be read.
    """
    rows, signal = list(summaries), settings.activation
    lesson = taught(rows, signal, since)
    return {
        **asdict(lesson),
        "start": signal.drift,
        "most": signal.drift_max,
        "step": signal.drift_step,
        "rise_bpm": round(lesson.threshold * signal.quick_spread_bpm, 1),
        "precision": precision(rows, settings.learning),
        "unread": sum("answers" not in row for row in rows if not row.get("simulated")),
    }


def precision(summaries: Iterable[Json], settings: LearningSettings) -> Json:
    """Of the activations with an answer, how many were distress; with Wilson's interval (1927).

    No share is claimed from fewer answers than ``answers_min``: ``why`` says so.
    """
    rows = [row["answers"] for row in real(summaries)]
    words = [word for row in rows for word in row["words"]]
    distress, n = words.count(Answer.DISTRESS.value), len(words)
    found: Json = {
        "distress": distress,
        "answered": n,
        "unanswered": sum(row["shown"] for row in rows) - n,
        "needed": settings.answers_min,
        "share": None,
        "low": None,
        "high": None,
        "why": "too_few",
    }
    if n < settings.answers_min:
        return found
    low, high = wilson(distress, n, settings.confidence)
    return found | {"share": distress / n, "low": low, "high": high, "why": ""}


def wilson(count: int, of: int, confidence: float) -> tuple[float, float]:
    """Wilson's score interval of a share, 0-1 (Wilson 1927, J Am Stat Assoc 22:209)."""
    from scipy.stats import binomtest  # half a second to import, and seldom asked for

    found = binomtest(count, of).proportion_ci(confidence, method="wilson")
    return float(found.low), float(found.high)
