"""What the pages are told of the day: whether practising apart may begin is the server's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from biocoach.cli.screen import Screen
from biocoach.running import Running
from biocoach.settings import Settings
from biocoach.types import Battery, Begin, Fit, InputBody, Link, Prior, Strap
from dashboard.hub import Hub
from tests.fakes import FakeClock

ALONE = Fit()
WAITS = Fit(ladder_waits=True)


class Told:
    """A screen before which a session begins, and what the pages hear."""

    def __init__(self, begin: Begin) -> None:
        self._clock = FakeClock()
        self.hub = Hub()
        self.screen = Screen(self.hub, version="0", care=Settings().care, say=print)
        self.open(simulated=begin.simulated, fit=begin.fit)
        self.begin(begin)

    def open(self, *, simulated: bool = False, fit: Fit | None = ALONE) -> None:
        self.screen.opened(
            fit=fit, plain=False, simulated=simulated, strap="", linked=False,
            ecg=False, choice_speed=1.0,
        )  # fmt: skip

    def begin(self, begin: Begin) -> None:
        self._running = Running(
            id="s", person="me", writer="t", settings=Settings(),
            start_clock_s=self._clock.now_s(), started=datetime(2026, 1, 31, 9, tzinfo=UTC),
        )  # fmt: skip
        self.screen.began(self._running)
        self.give(begin)

    def give(self, *bodies: InputBody) -> None:
        for body in bodies:
            steps = self._running.arrive(self._clock.now_s(), body, self._clock)
            self.screen.stepped(self._running, steps)

    @property
    def app(self) -> dict[str, Any]:
        found: dict[str, Any] = self.hub.slice("app")
        return found


def begin(**changed: Any) -> Begin:
    return replace(Begin(seed=1, settings_hash="", fit=ALONE), **changed)


@pytest.mark.parametrize(
    ("begun", "code"),
    [
        (begin(), ""),
        (begin(fit=None), "fit_first"),
        (begin(fit=WAITS), "ladder_waits"),
        (begin(fit=replace(WAITS, with_therapist=True)), ""),
        (begin(prior=Prior(hard_today=True)), "rest_today"),
        (begin(prior=Prior(practised_today=2)), "enough_today"),
        (begin(prior=Prior(practised_today=2), simulated=True), ""),
    ],
)
def test_the_page_has_the_server_s_word(begun: Begin, code: str) -> None:
    assert Told(begun).app["may_practise"] == code


def test_new_answers_change_the_word_at_once() -> None:
    told = Told(begin(fit=None))
    told.screen.fit(WAITS)
    assert told.app["may_practise"] == "ladder_waits"
    told.screen.fit(ALONE)
    assert told.app["may_practise"] == ""


def test_what_the_last_strap_said_is_not_said_of_the_next() -> None:
    told = Told(begin())
    h10 = Strap(name="Polar H10 1", sends=("rr", "acc"))
    told.give(h10, Link(up=True), Battery(percent=84))
    assert told.hub.slice("strap")["name"] == "Polar H10 1"
    told.open()
    told.begin(begin())
    strap = told.hub.slice("strap")
    assert (strap["name"], strap["link"], strap["battery_pct"]) == ("", "none", None)
    assert strap["sends"] == []


def test_bluetooth_that_is_on_again_is_not_said_to_be_off() -> None:
    told = Told(begin())

    def adapter() -> str:
        return str(told.hub.slice("strap")["adapter"])

    told.give(Link(up=True), Link(up=False, reason="adapter_off"))
    assert adapter() == "off"
    told.give(Link(up=False, reason="not_found"))  # it was looked for: the radio works
    assert adapter() == "ok"
    told.give(Link(up=False, reason="no_adapter"))
    assert adapter() == "missing"
    told.give(Link(up=True), Link(up=False, reason="failed"))
    assert adapter() == "ok"
