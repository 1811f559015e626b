"""What a second may be believed of, written down a second time from the design, by what was sent.

The watch sees the strap's words as they arrive and what the page is told; it asks no part of the
signal or the coach. Where it can't be sure itself (a heart that is half covered) it says nothing.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from biocoach.types import Contact, InputBody, Link, Motion, Offer, Question, Reading

OLD_S = 5.0  # data that is older is never acted on
RR_1024 = (308, 2047)  # 300 to 2000 ms, in the strap's unit: what a heart can be
WINDOW_S = 10.0
MOVING_MG = 55.0  # a tenth above the design's 50, so that no rounding is called a breach
AFTER_MOVING_S = 85.0  # of 90
GONE_S = 60.0  # a strap without one frame for so long has no accelerometer
SETTLES_S = 9.5  # of 10, after a reconnect
FLAT = 16


@dataclass(slots=True)
class Watch:
    broken: list[str] = field(default_factory=list)
    offers: int = 0
    questions: int = 0
    _beat_s: float = -math.inf
    _contact: Contact = Contact.UNKNOWN
    _down: bool = False
    _was_down: bool = False
    _up_s: float = -math.inf
    _moved: deque[tuple[float, int]] = field(default_factory=deque)
    _moved_s: float = -math.inf
    _frame_s: float = -math.inf
    _flat: int = 0
    _rr: int = 0

    # ---- what is sent

    def heard(self, at_s: float, body: InputBody, shaken_mg: int) -> None:
        """Before the session has it. ``shaken_mg`` is how much a frame's second was shaken."""
        if isinstance(body, Reading):
            self._contact = body.contact
            for rr in body.rr_1024:
                self._flat = self._flat + 1 if rr == self._rr else 1
                self._rr = rr
            if any(RR_1024[0] <= rr <= RR_1024[1] for rr in body.rr_1024):
                self._beat_s = at_s
                self._down = False  # beats say that it is up again
        elif isinstance(body, Motion):
            self._frame_s = at_s
            self._moved.append((at_s, shaken_mg))
            while self._moved[0][0] <= at_s - WINDOW_S:
                self._moved.popleft()
            if sum(mg for _, mg in self._moved) / len(self._moved) > MOVING_MG:
                self._moved_s = at_s
        elif isinstance(body, Link):
            if body.up and self._was_down:
                self._up_s = at_s
            self._down, self._was_down = not body.up, self._was_down or not body.up

    # ---- what is said

    def said(self, outputs: Sequence[object]) -> None:
        for output in outputs:
            if isinstance(output, Offer) and not output.asked:
                self.offers += 1
                self._believed(output.at_s, "offered")
            elif isinstance(output, Question) and output.kind == "settled":
                self.questions += 1
                self._believed(output.at_s, "asked")

    def seen(self, clock_s: float, offer: Offer | None, question: str, asked_s: float) -> None:
        """What stands on the page once all that was waiting is told; the time is the page's."""
        if offer is not None and not offer.asked:
            if clock_s - self._beat_s > OLD_S + 1.0:  # withdrawn with the next second at the latest
                self.broken.append(f"an offer stands {clock_s - self._beat_s:.0f} s after a beat")
            if clock_s - offer.at_s > OLD_S and offer.at_s > self._told_s:
                self.broken.append(f"offered from the past: {clock_s - offer.at_s:.0f} s ago")
        if question == "settled" and self._told_s < asked_s < clock_s - OLD_S:
            self.broken.append(f"asked from the past: {clock_s - asked_s:.0f} s ago")
        self._told_s = clock_s

    _told_s: float = 0.0

    def _believed(self, at_s: float, what: str) -> None:
        why = self._why_not(at_s)
        if why:
            self.broken.append(f"{what} at {at_s:.0f} from {why} data")

    def _why_not(self, at_s: float) -> str:
        if at_s - self._beat_s > OLD_S:
            return "stale"
        if self._down:
            return "lost"
        if self._contact is Contact.LOST or self._flat >= FLAT or at_s - self._up_s < SETTLES_S:
            return "poor"
        if at_s - self._moved_s < AFTER_MOVING_S:
            return "moving"
        return "unknown" if OLD_S < at_s - self._frame_s <= GONE_S else ""
