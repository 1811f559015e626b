"""The live slices of the page's state, made from a session's committed steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from biocoach.adviser import NOT_AVAILABLE
from biocoach.review.figures import band_bpm, one_decimal
from biocoach.running import Running, Step
from biocoach.types import (
    Activation,
    ActivationOver,
    Amend,
    Battery,
    Ecg,
    Gap,
    Input,
    Label,
    Link,
    Mark,
    Offer,
    OfferReply,
    OfferWithdrawn,
    Output,
    PaceFound,
    Phase,
    PhaseChange,
    PracticeEnded,
    PracticeLog,
    PracticeMoment,
    Question,
    Rating,
    Reading,
    Refused,
    Second,
    SecondOpinion,
    Strap,
    Support,
    Urge,
)
from dashboard.seen import STILL, visible
from dashboard.standing import session_slice
from devices import quirks

Json = dict[str, Any]
TRACE_ROWS = 900
ECG_SAMPLES = 780
QUIET_S = 2.0  # longer without a word of the strap: said at the next second, within 3 s
SLEPT_S = 5.0  # as much time told at once was slept through, or lay before a disk that refused
NO_BEAT_S = 5.0  # words without a heartbeat: off the body a strap can go on sending a rate
ECG_OLD_S = 5.0  # a line that came to its end: a page that opens later must not take it for now
EMPTY_EVENTS: dict[str, list[Json]] = {
    "activations": [], "marks": [], "ratings": [], "urges": [], "gaps": [],
}  # fmt: skip


class Live:
    """Slices and what changed in them since the last ``take``."""

    def __init__(self, running: Running, *, strap: Json) -> None:
        self._running = running
        self.slices: Json = {
            "strap": strap,
            "session": {},
            "now": None,
            "trace": [],
            "events": {name: [] for name in EMPTY_EVENTS},
            "offer": None,
            "practice": None,
            "question": None,
            "ecg": None,
            "opinion": None,
            "pace": None,
            "ended": None,
        }
        self._changed: set[str] = set()
        self._pushed: dict[str, list[Any]] = {}
        self._rated_s = 0.0
        self._word_s: float | None = None
        self._beat_s = 0.0
        self._ecg_s = 0.0
        self._last: Second | None = None
        self._was_still = False
        self._told_s = 0.0
        self.shown = False
        self.recording = True
        self._session(0.0)

    def take(self) -> tuple[Json, Json]:
        """The changed slices, and the rows appended to lists."""
        seen = self.visible()
        changed = {name: seen[name] for name in sorted(self._changed)}
        pushed: Json = {k: v for k, v in self._pushed.items() if v and k not in self._changed}
        self._changed, self._pushed = set(), {}
        return changed, pushed

    def care(self, steps: Sequence[Step]) -> None:
        """Before they are written: what *too much*, *far away* and *numb* bring up and end, and
        where an ending leads.
        What was said is among the events once it is kept."""
        for step in steps:
            for output in step.outputs:
                if isinstance(output, Offer | PracticeEnded | Question | PhaseChange):
                    self._output(output)
        self._stands(steps)

    def step(self, running: Running, steps: Sequence[Step]) -> None:
        for step in steps:
            refused = any(isinstance(output, Refused) for output in step.outputs)
            if isinstance(step.stamped, Input) and not refused:
                self._input(step.stamped)
            for output in step.outputs:
                self._output(output)
        if self._last is not None:  # of many seconds at once only the last is now
            self._set("now", asdict(self._last))
            self._last = None
        if steps:
            self._goes_on(float(steps[-1].stamped.at_s))
        self._stands(steps)

    def _goes_on(self, at_s: float) -> None:
        """A heart that had settled is asked about then, and not after hours: no catching up."""
        slept, self._told_s = at_s - self._told_s > SLEPT_S, at_s
        question = self.slices["question"] or {}
        old = at_s - question.get("at_s", at_s) > SLEPT_S
        if slept and old and question["kind"] == "settled":
            self._set("question", None)

    def _stands(self, steps: Sequence[Step]) -> None:
        """Where the session stands after these steps, and what that hides or shows."""
        if steps:
            self._session(float(steps[-1].stamped.at_s))
        before, self._was_still = self._was_still, self.still
        if self.still != before:
            self._changed |= set(STILL)
        elif self.still:
            self._changed -= {"now", "trace", "ecg"}
        if self.still:
            self._pushed.clear()

    @property
    def still(self) -> bool:
        """The still screen of ``observe``, while apart."""
        plan, phase = self._running.session.plan, self._running.session.phase
        return phase is Phase.APART and plan is not None and plan.step.support is Support.OBSERVE

    # ---- inputs

    def _input(self, item: Input) -> None:
        at_s, body = item.at_s, item.body
        match body:
            case Link():
                self._word_s = self._beat_s = at_s
                self.strap(link="up" if body.up else "down", reason=body.reason)
            case Strap():
                self.strap(
                    name=body.name,
                    hints=list(quirks.hints(body.name)),
                    sends=list(body.sends),
                    lacks=list(body.lacks),
                    trouble=body.trouble,
                )
            case Battery():
                self.strap(battery_pct=body.percent)
            case Reading():
                self._reading(at_s, body)
            case Ecg():
                self._ecg_s = at_s
                self._ecg(body)
                self._heard()
            case SecondOpinion():
                self._set_new("opinion", {"available": body.why != NOT_AVAILABLE})
            case _:
                self._said(item)

    def _said(self, item: Input) -> None:
        """What the person said or did."""
        at_s, body = item.at_s, item.body
        match body:
            case Rating():
                self._rated_s = at_s
                presence = body.presence.value if body.presence else None
                self._event("ratings", {"at_s": at_s, "suds": body.suds, "presence": presence})
                self._set_new("question", None)
            case Urge():
                row = {"at_s": at_s, "kind": body.kind.value, "acted": body.acted}
                self._event("urges", row)
            case Mark():
                self._event(
                    "marks",
                    {"number": item.number, "at_s": at_s, "kind": body.kind, "text": body.text},
                )
                self._set_new("question", None)
            case Amend():
                rows = self.slices["events"]["marks"]
                rows[:] = [r for r in rows if r["number"] != body.of_number]
                self._changed.add("events")
            case OfferReply():
                self._set("offer", None)
            case PracticeLog():
                self._practice(at_s, body)
            case Label():
                self._label(body)
            case _:
                pass

    def _reading(self, at_s: float, reading: Reading) -> None:
        self._word_s = at_s
        if reading.rr_1024 or (reading.bpm and "rr" in self.slices["strap"].get("lacks", ())):
            self._beat_s = at_s
        quiet = self.slices["strap"].get("quiet", False) and at_s != self._beat_s
        self.strap(contact=reading.contact.value, quiet=quiet)
        self._heard()

    def _practice(self, at_s: float, log: PracticeLog) -> None:
        """Beginning a practice answers what waited; what came up during one outlives its end."""
        now = {"step": log.step or 0, "step_since_s": at_s}
        runs = self.slices["practice"]
        if log.moment is not PracticeMoment.STARTED:
            if runs is not None and runs["id"] == log.practice:
                moved = log.moment is PracticeMoment.MOVED
                self._set("practice", runs | now if moved else None)
                if not moved and self._too_much:
                    self._set_new("question", None)
            return
        self._set("practice", {"id": log.practice, "since_s": at_s, "asked": log.asked} | now)
        if not (self._too_much and self._offered == log.practice):
            self._set_new("question", None)
        self._set_new("offer", None)

    @property
    def _too_much(self) -> bool:
        """Its card stays, on a page opened anew as well, until the person has chosen."""
        question = self.slices["question"]
        return question is not None and question["kind"] == "too_much"

    @property
    def _offered(self) -> str | None:
        offer = self.slices["offer"]
        return None if offer is None else str(offer["practice"])

    def _label(self, label: Label) -> None:
        rows = self.slices["events"]["activations"]
        for row in rows[-1:] if label.activation is None else rows:
            if label.activation in (None, row["number"]):
                row["label"] = label.answer.value
        self._changed.add("events")

    def _ecg(self, body: Ecg) -> None:
        if self.slices["ecg"] is None:
            self._set("ecg", {"hz": 130, "samples": []})
        samples = self.slices["ecg"]["samples"]
        samples += body.samples_uv
        del samples[:-ECG_SAMPLES]
        self._pushed.setdefault("ecg", []).append(list(body.samples_uv))

    # ---- outputs

    def _output(self, output: Output) -> None:
        match output:
            case Second():
                self._second(output)
            case Activation():
                self._event("activations", _activation(output))
            case ActivationOver():
                for row in self.slices["events"]["activations"]:
                    if row["number"] == output.number:
                        row["end_s"] = output.end_s
                self._changed.add("events")
            case Gap():
                self._event("gaps", asdict(output))
            case Offer():
                self._set("offer", asdict(output))
            case OfferWithdrawn():
                self._set("offer", None)
            case PracticeEnded():
                self._set("practice", None)
                self._set("ended", asdict(output))
            case PaceFound():
                self._set("pace", asdict(output))
            case Question():
                self._set("question", {"at_s": output.at_s, "kind": output.kind})
            case PhaseChange():
                self._set("offer", None)
                self._set("question", None)
            case _:
                pass

    def _second(self, second: Second) -> None:
        self._last = second
        if second.at_s - self._ecg_s > ECG_OLD_S:
            self._set_new("ecg", None)
        if self._word_s is not None and self.slices["strap"]["link"] == "up":
            beatless = second.at_s - self._beat_s > NO_BEAT_S
            self.strap(quiet=beatless or second.at_s - self._word_s > QUIET_S)
        else:
            self.strap(quiet=False)
        rate, moved = one_decimal(second.hr_bpm), one_decimal(second.movement_mg)
        row = [second.at_s, rate, *band_bpm(second), moved]
        trace = self.slices["trace"]
        trace.append(row)
        del trace[:-TRACE_ROWS]
        pushed = self._pushed.setdefault("trace", [])
        pushed.append(row)
        del pushed[:-TRACE_ROWS]

    # ---- slices

    def _set(self, name: str, value: Any) -> None:
        self.slices[name] = value
        self._changed.add(name)

    def _set_new(self, name: str, value: Any) -> None:
        if self.slices[name] != value:
            self._set(name, value)

    def _event(self, name: str, row: Json) -> None:
        self.slices["events"][name].append(row)
        self._changed.add("events")

    def strap(self, **values: Any) -> None:
        """What is known of the strap; only a change is told."""
        strap = self.slices["strap"]
        if any(strap.get(k) != v for k, v in values.items()):
            self._set("strap", strap | values)

    def _heard(self) -> None:
        """Bytes came: a capture without link lines is connected all the same."""
        if self.slices["strap"]["link"] != "up":
            self.strap(link="up", reason="")

    def _session(self, at_s: float) -> None:
        found = session_slice(self._running, at_s, still=self.still, rated_s=self._rated_s)
        self._set_new("session", found)

    def visible(self) -> Json:
        """The slices as a page may see them now; all of it is there after a still screen."""
        return visible(self.slices, still=self.still, recording=self.recording)


def _activation(found: Activation) -> Json:
    return {
        "number": found.number,
        "onset_s": found.onset_s,
        "alarm_s": found.alarm_s,
        "end_s": None,
        "movement": found.movement.value,
        "why": found.why,
        "above_bpm": one_decimal(found.hr_bpm - found.baseline_bpm),
        "label": None,
    }
