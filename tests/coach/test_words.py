"""Whatever the coach decides, the page has words for it."""

from __future__ import annotations

import json
import random
from pathlib import Path

from biocoach.coach.practice import Area, Ask, GoodFor
from biocoach.review import desk, shelf
from biocoach.signal.recovery import CODES
from biocoach.types import Offer, PracticeEnded, Question, Refused, Silence
from tests.faults.offers import Day

PAGE = Path(__file__).parents[2] / "dashboard" / "web" / "messages" / "en.json"
WORDS = json.loads(PAGE.read_text(encoding="utf-8"))
CLOSED = ("opt_in", "ask_first", "not_for_me", "therapist", "no_pace")


class Listening(Day):
    """A generated day that remembers every code that was said in it."""

    def __init__(self, dice: random.Random) -> None:
        self.said: set[str] = set()
        super().__init__(dice)
        for name in ("second", "rating", "too_much", "log"):
            setattr(self.coach, name, self._listened(getattr(self.coach, name)))

    def _listened(self, real: object) -> object:
        def call(*given: object) -> object:
            outputs = real(*given)  # type: ignore[operator]
            for output in outputs:
                match output:
                    case Offer():
                        self.said.add(f"because.{output.because}")
                    case Silence():
                        self.said.add(f"silence.{output.because}")
                    case Refused():
                        self.said.add(f"refusal.{output.why}")
                    case Question():
                        self.said.add(f"question.{output.kind}")
                    case PracticeEnded() | _:
                        pass
            return outputs

        return call


def test_every_code_that_is_said_has_words() -> None:
    said: set[str] = set()
    for seed in range(150):
        day = Listening(random.Random(seed))
        day.live(200)
        said |= day.said
    assert {"silence.nothing_fits", "refusal.not_in_panic", "because.after_minutes"} <= said
    assert {"silence.child", "silence.snoozed", "refusal.still_screen"} <= said
    # A card of its own, a title of its own; nobody is told.
    asked = {"question.too_much", "question.end_gently", "refusal.not_running"}
    assert sorted(code for code in said - asked if code not in WORDS) == []


def test_every_shelf_question_and_reason_has_words() -> None:
    codes = [
        *(f"area.{area}" for area in Area),
        *(f"good_for.{good}" for good in GoodFor),
        *(f"ask.{ask}" for ask in Ask),
        *(f"recovery.why.{code}" for code in CODES.values()),
        *(f"refusal.{code}" for code in (desk.OPEN, desk.RHYTHM, desk.FAILED, shelf.STILL)),
        *(f"closed.{part}.{why}" for part in ("title", "text", "short") for why in CLOSED),
    ]
    assert [code for code in codes if code not in WORDS] == []
