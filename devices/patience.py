"""How long to wait before a strap is tried again: soon, later, or so long that it can sleep."""

from __future__ import annotations

from biocoach.types import Contact, Link, Reading
from devices import quirks
from devices.strap_words import NO_RADIO, Timings

FRUITLESS = 2  # links in a row on which no heart was heard: it lies on a table


class Patience:
    """Told of all that is heard; asked after each link, or try, that ended.

    A strap that is off the body ends its link, and sleeps within the minute if it is left alone.
    Connecting to it again and again keeps it awake until its battery is empty.
    """

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._retry_s = timings.retry_s
        self._fruitless = 0
        self._linked = False

    def heard(self, name: str, body: object) -> None:
        """What arrived from the strap of this name."""
        match body:
            case Link(up=True):
                self._linked = True
                self._fruitless += 1  # until a heart is heard on this link
            case Reading() if is_heart(name, body):
                self._fruitless = 0
                self._retry_s = self._timings.retry_s

    def wait_s(self, reason: str) -> float:
        """Before the next try, after a link or a try that ended for this reason."""
        linked, self._linked = self._linked, False
        if linked and self._fruitless >= FRUITLESS:
            return self._timings.sleep_s
        wait_s, self._retry_s = (
            self._retry_s,
            min(2 * self._retry_s, self._timings.retry_most_s),
        )
        return min(wait_s, self._timings.adapter_s) if reason in NO_RADIO else wait_s


def is_heart(name: str, reading: Reading) -> bool:
    """Whether somebody wears it. An H10 on a table can send a plausible rate, but no intervals."""
    if reading.contact is Contact.LOST:
        return False
    return bool(reading.rr_1024) or (reading.bpm > 0 and not quirks.surely_rr(name))
