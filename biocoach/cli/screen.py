"""Between runtime and hub: turns committed steps into the slices that pages show."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from biocoach.cli.words import strap_trouble
from biocoach.exposure.phases import may_practise
from biocoach.running import Running, Step
from biocoach.settings import CareSettings
from biocoach.types import Begin, Fit
from dashboard.hub import Hub
from dashboard.live import Live
from dashboard.seen import NOW
from devices import quirks

Json = dict[str, Any]


ADAPTERS = {"no_adapter": "missing", "adapter_off": "off"}
# Only a radio that works can say these of a strap.
RADIO_WORKS = ("dropped", "silent", "not_found", "out_of_range", "refused", "busy", "needs_pairing")
TRY_VIRTUAL = "The page offers a virtual strap to try things with."


class Screen:
    """The runtime's listener."""

    def __init__(
        self, hub: Hub, *, version: str, care: CareSettings, say: Callable[[str], None]
    ) -> None:
        """``say`` prints a line to the terminal."""
        self._hub = hub
        self._version = version
        self._care = care
        self._say = say
        self._said = ""
        self._app: Json = {}
        self._strap: Json = {}
        self._errand: Json | None = None
        self._live: Live | None = None
        self._begun: Begin | None = None

    def locked(self, kind: str) -> None:
        self._live = None
        self._hub.reset(
            {
                "app": {
                    "locked": True,
                    "vault": kind,
                    "plain": False,
                    "simulated": False,
                    "version": self._version,
                }
            }
        )

    def opened(
        self,
        *,
        fit: Fit | None,
        plain: bool,
        simulated: bool,
        strap: str,
        linked: bool,
        ecg: bool,
        choice_speed: float,
        lsl: bool = False,
    ) -> None:
        """A store is open and a source chosen; the session follows at once."""
        self._app = {
            "version": self._version,
            "simulated": simulated,
            "plain": plain and not simulated,
            "locked": False,
            "recording": True,
            "recording_why": "",
            "fit": asdict(fit) if fit else None,
            "may_practise": "",
            "awake": "",
            "speed": choice_speed,
            "system": sys.platform,
            "phone": {"state": "off", "paired": 0, "doors": 0},
        } | ({"lsl": True} if lsl else {})
        self._errand = None
        before = self._live.slices["strap"] if self._live else self._strap
        self._live = None  # what the last strap said is not said of the next
        self._strap = {
            "link": "searching" if linked else "none",
            "name": strap,
            "reason": "searching" if linked else "",
            "battery_pct": None,
            "contact": "unknown",
            "sends": [],
            "lacks": [],
            "trouble": "",
            "hints": list(quirks.hints(strap.removeprefix("ble:"))),
            "quiet": False,
            "ecg": ecg,
            "adapter": before.get("adapter", "ok"),
            "found": before.get("found", []),
        }

    def fit(self, fit: Fit) -> None:
        if self._begun is not None:
            self._begun = replace(self._begun, fit=fit)
        self._app = self._app | {"fit": asdict(fit), "may_practise": self.may_practise()}
        self._hub.publish({"app": self._app}, {})

    def errand(self, errand: Json) -> None:
        """Where the strap's errand stands."""
        self._errand = errand
        if self._live is not None and self._live.shown:
            self._hub.publish({"errand": errand}, {})

    def phone(self, told: Json) -> None:
        """Whether a phone in the same house may open the page, and how many are paired."""
        if self._app.get("phone") == told:
            return
        self._app = self._app | {"phone": told}
        if self._live is not None and self._live.shown:
            self._hub.publish({"app": self._app}, {})

    def clinic(self, told: Json | None) -> None:
        """How a clinic's copy stands; None: nothing is seen of it."""
        app = {name: value for name, value in self._app.items() if name != "clinic"}
        app |= {"clinic": told} if told else {}
        if app == self._app:
            return
        self._app = app
        if self._live is not None and self._live.shown:
            self._hub.publish({"app": self._app}, {})

    def awake(self, state: str) -> None:
        """Whether the computer is held awake: "" (not needed), ``held``, or why it is not."""
        self._app = self._app | {"awake": state}
        if self._live is not None and self._live.shown:
            self._hub.publish({"app": self._app}, {})

    @property
    def still(self) -> bool:
        """A step is under way that is kept still."""
        return self._live is not None and self._live.still

    def may_practise(self) -> str:
        """Why practising apart can't begin today, as a code that the page puts into words."""
        return may_practise(self._begun, self._care) if self._begun else ""

    def found(self, found: list[Json], reason: str) -> Json:
        """What a scan saw, or why it saw nothing, for every page."""
        adapter = ADAPTERS.get(reason, "ok")
        if reason and not found:
            self._say(f"{strap_trouble(reason)}. {TRY_VIRTUAL}")
        if self._live is not None:
            self._live.strap(found=found, adapter=adapter)
            self._hub.publish(*self._live.take())
        return {"found": found, "adapter": adapter}

    def ecg(self, on: bool) -> None:
        """Whether the strap is asked for its ECG."""
        self._strap = self._strap | {"ecg": on}
        if self._live is not None:
            self._live.strap(ecg=on)
            self._hub.publish(*self._live.take())

    def found_name(self, address: str) -> str:
        strap = self._live.slices["strap"] if self._live else self._strap
        return next((f["name"] for f in strap["found"] if f["address"] == address), address)

    # ---- the runtime's listener

    def began(self, running: Running) -> None:
        if self._live is not None:
            self._strap = self._live.slices["strap"]
        self._live = Live(running, strap=dict(self._strap))
        self._live.recording = self._app["recording"]

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        live = self._live
        if live is None:
            return
        first = not live.shown
        live.step(running, steps)
        self._strap_trouble(live)
        changed, pushed = live.take()
        if first:
            self._begun = running.session.begun
            self._app["may_practise"] = self.may_practise()
            self._hub.reset({"app": self._app, "errand": self._errand, **live.visible()})
            live.shown = True
        else:
            self._hub.publish(changed, pushed)

    def _strap_trouble(self, live: Live) -> None:
        """No Bluetooth is said on the terminal too, once; that it is back, by what it does."""
        strap = live.slices["strap"]
        reason = strap["reason"]
        if reason in ADAPTERS and reason != self._said:
            self._say(f"{strap_trouble(reason)}. {TRY_VIRTUAL}")
            live.strap(adapter=ADAPTERS[reason])
        elif not self._app["simulated"] and (strap["link"] == "up" or reason in RADIO_WORKS):
            live.strap(adapter="ok")
        self._said = reason

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        """Shown although the disk refuses; the banner says that it is not kept yet."""
        live = self._live
        if live is not None:
            live.care(steps)
            if live.shown:
                self._hub.publish(*live.take())

    def closed(self, running: Running) -> None:
        """Nothing to tell: the next session's beginning resets every page."""

    def recording(self, ok: bool, why: str) -> None:
        """While the disk refuses nothing is new, so that nothing may stand as now."""
        self._app = self._app | {"recording": ok, "recording_why": why}
        now: Json = {}
        if self._live is not None:
            self._live.recording = ok
            seen = self._live.visible()
            now = {name: seen[name] for name in NOW}
        self._hub.publish({"app": self._app, **now}, {})
