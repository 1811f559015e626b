"""What the server tells its pages, made by the real session, screen and hub from seeded hearts.

No clock, no random: the same code gives the same messages. Snapshots are what a page would be sent
that opens just then; deltas are what an open page heard.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from biocoach.cli.screen import Screen
from biocoach.running import Running
from biocoach.settings import CareSettings, Settings
from biocoach.types import (
    Begin,
    Debrief,
    Ecg,
    End,
    Fit,
    InputBody,
    Link,
    Mark,
    MarkKind,
    OfferReply,
    PersonBody,
    Plan,
    PracticeLog,
    PracticeMoment,
    Presence,
    Rating,
    Reply,
    SecondOpinion,
    Step,
    Support,
    Urge,
    UrgeKind,
)
from dashboard.hub import Hub
from devices.virtual import scenario_events
from tests.dashboard.support import Site
from tests.fakes import FakeClock

Json = dict[str, Any]
Said = tuple[float, InputBody]
FIT = Fit(with_therapist=True)
BREATH = partial(PracticeLog, practice="slow-paced-4-6", paced=True)
QUIET_S, LEFT_S = 20.0, 320.5  # when the baseline is marked, and when the other left
OFFERED_S = 530.0


def plan(support: Support, *, strapless: bool = False) -> Plan:
    title = "They drive to the shop"
    return Plan(
        step=Step(id="shop", title=title, support=support, expected_suds=45),
        planned_s=900.0,
        feared="They will not come back",
        probability_pct=60,
        suds=40,
        checkpoints_s=(450.0,),
        strapless=strapless,
    )


class Stage:
    """A served session without a server: what one open page heard, and what a new one would."""

    def __init__(
        self, *, fit: Fit | None = FIT, simulated: bool = False, linked: bool = True
    ) -> None:
        self.clock, self.hub = FakeClock(), Hub()
        self.page = self.hub.join()
        self.heard: list[Json] = []
        self.screen = Screen(self.hub, version="1", care=CareSettings(), say=lambda _: None)
        with patch.object(sys, "platform", "linux"):
            self.screen.opened(
                fit=fit, plain=False, simulated=simulated, strap="", linked=linked, ecg=True,
                choice_speed=1.0,
            )  # fmt: skip
        self.running = Running(
            id="s1", person="me", writer="test", settings=Settings(),
            start_clock_s=self.clock.now_s(), started=self.clock.wall(),
        )  # fmt: skip
        self.screen.began(self.running)
        self.give(0.0, Begin(seed=1, settings_hash="", fit=fit, simulated=simulated))

    def give(self, at_s: float, body: InputBody) -> None:
        self.clock.advance_to(self.running.start_clock_s + at_s)
        steps = self.running.arrive(self.clock.now_s(), body, self.clock)
        self.screen.stepped(self.running, steps)
        self.listen()

    def listen(self) -> None:
        if self.page.waiting:
            asyncio.run(self._hear())

    async def _hear(self) -> None:
        while self.page.waiting:
            text = await self.page.next()
            assert text is not None
            self.heard.append(json.loads(text))

    def snapshot(self) -> Json:
        found: Json = json.loads(self.hub.snapshot_text())
        return found

    def play(
        self, said: Sequence[Said], until_s: float, *, seed: int = 7, away: Sequence[float] = (0, 0)
    ) -> Iterator[float]:
        """A virtual heart with what the person says in its place; after each input, the time.
        ``away``: from when to when nothing of the strap is heard."""
        heart = [
            (timed.at_s, timed.body)
            for timed in scenario_events(seed, "separation")
            if timed.at_s <= until_s
            and not isinstance(timed.body, PersonBody)
            and not away[0] < timed.at_s < away[1]
        ]
        for at_s, body in sorted([*heart, *said], key=lambda row: row[0]):
            self.give(at_s, body)
            yield at_s


def told(support: Support, *, strapless: bool = False) -> list[Said]:
    marks = [(QUIET_S, MarkKind.BASELINE), (LEFT_S, MarkKind.APART)]
    return [
        (12.0, plan(support, strapless=strapless)),
        *((at_s, Mark(kind=kind)) for at_s, kind in marks),
    ]


A_SEPARATION: list[Said] = [
    *told(Support.REGULATE),
    (330.0, Rating(suds=40, presence=Presence.HERE)),
    (335.0, Urge(kind=UrgeKind.TEXT, acted=False)),
    (OFFERED_S, OfferReply(reply=Reply.TAKE)),
    (OFFERED_S + 0.2, BREATH(moment=PracticeMoment.STARTED)),
    (OFFERED_S + 5, BREATH(moment=PracticeMoment.MOVED, step=1)),
    (OFFERED_S + 70, BREATH(moment=PracticeMoment.FINISHED)),
    (640.0, BREATH(moment=PracticeMoment.STARTED, asked=True)),
    (660.0, Rating(suds=70, presence=Presence.FAR_AWAY)),
    (670.0, Rating(suds=75, presence=Presence.FAR_AWAY)),
    (700.0, Mark(kind=MarkKind.TOO_MUCH)),
    (740.0, Mark(kind=MarkKind.BACK)),
    (760.0, End(reason="ended")),
]
# The state after the first input from that second on.
SEEN: dict[str, float] = {
    "plan": 10.0, "planned": 15.0, "baseline": 100.0, "apart-regulate": 345.0,
    "offer": OFFERED_S - 1, "practice": OFFERED_S + 20, "far-away": 665.0, "end-gently": 675.0,
    "too-much": 705.0, "back": 745.0, "debrief": 765.0,
}  # fmt: skip


def separation() -> dict[str, Json]:
    """Every phase under `regulate`, and the deltas by which it went on."""
    stage, found, due = Stage(), dict[str, Json](), list(SEEN)
    for at_s in stage.play(A_SEPARATION, 770):
        while due and at_s >= SEEN[due[0]]:
            found[f"snapshot-{due.pop(0)}"] = stage.snapshot()
    assert not due, due
    return found | kinds_of(stage.heard)


DELTAS: dict[str, Callable[[Json, Json], bool]] = {
    "second": lambda new, more: bool(new.get("now") and more.get("trace")),
    "plan": lambda new, _: "session" in new and new["session"]["plan"] is not None,
    "phase": lambda new, _: new.get("session", {}).get("phase") == "apart",
    "event": lambda new, _: bool(new.get("events", {}).get("urges")),
    "offer": lambda new, _: new.get("offer") is not None,
    "practice": lambda new, _: new.get("practice") is not None,
    "question": lambda new, _: new.get("question") is not None,
    "ended": lambda new, _: new.get("ended") is not None,
}


def kinds_of(heard: Sequence[Json]) -> dict[str, Json]:
    """The first delta of each kind."""
    deltas = [message for message in heard if message["type"] == "delta"]
    return {
        f"delta-{name}": next((d for d in deltas if of_kind(d["set"], d["push"])), {})
        for name, of_kind in DELTAS.items()
    }


def apart(support: Support, *, strapless: bool = False) -> Json:
    stage = Stage()
    for _ in stage.play(told(support, strapless=strapless), LEFT_S + 30):
        pass
    return stage.snapshot()


def openings() -> dict[str, Json]:
    """Before anything has begun: locked, new, without the first answers, simulated."""
    hub = Hub()
    screen = Screen(hub, version="1", care=CareSettings(), say=lambda _: None)
    found = {}
    for name, kind in (("locked", "passphrase"), ("new", "new")):
        screen.locked(kind)
        found[f"snapshot-{name}"] = hub.snapshot()
    found["snapshot-first-run"] = Stage(fit=None, linked=False).snapshot()
    found["snapshot-no-strap"] = Stage(linked=False).snapshot()
    simulated = Stage(simulated=True)
    for _ in simulated.play([], 60):
        pass
    found["snapshot-simulated"] = simulated.snapshot()
    not_kept = Stage()
    not_kept.screen.recording(ok=False, why="disk_full")
    not_kept.listen()
    found["delta-not-recording"] = not_kept.heard[-1]
    return found


def gaps() -> dict[str, Json]:
    """A strap that goes and comes back, and one that sends its ECG."""
    stage = Stage()
    lost: list[Said] = [(40.0, Link(up=False, reason="out_of_range")), (60.0, Link(up=True))]
    for at_s in stage.play(lost, 70, away=(40, 60)):
        if at_s <= 50:
            gone = stage.snapshot()
    stage.give(70.0, SecondOpinion(hr_bpm=64.0, rmssd_ms=31.5))
    frame = tuple(range(-36, 37))
    for at_s in (70.5, 71.0):
        stage.give(at_s, Ecg(raw=b"", timestamp_ns=0, samples_uv=frame))
    deltas = [m for m in stage.heard if m["type"] == "delta"]
    return {
        "snapshot-strap-lost": gone,
        "delta-strap": next(d for d in deltas if d["set"].get("strap", {}).get("link") == "down"),
        "delta-gap": next(d for d in deltas if d["set"].get("events", {}).get("gaps")),
        "delta-opinion": next(d for d in deltas if d["set"].get("opinion")),
        "delta-ecg": next(d for d in reversed(deltas) if d["push"].get("ecg")),
    }


def sequence(seed: int) -> Json:
    """All that an open page heard in a short, eventful session, and what a new one would have been
    sent at some of these points: each by its number."""
    said: list[Said] = [
        (2.0, plan(Support.REGULATE)),
        (3.0, Mark(kind=MarkKind.BASELINE)),
        (6.0, Link(up=False, reason="silent")),
        (11.0, Link(up=True)),
        (12.2, Ecg(raw=b"", timestamp_ns=0, samples_uv=(1, 2, 3))),
        (12.7, Ecg(raw=b"", timestamp_ns=0, samples_uv=(4, 5))),
        (13.0, BREATH(moment=PracticeMoment.STARTED, asked=True)),
        (16.0, Mark(kind=MarkKind.TOO_MUCH)),
        (19.0, Mark(kind=MarkKind.BACK)),
        (20.0, Rating(suds=50)),
        (22.0, End(reason="ended")),
        (23.0, Debrief(suds=30)),
    ]
    stage = Stage()
    seen = [stage.snapshot()]
    for n, _ in enumerate(stage.play(said, 22.5, seed=seed, away=(6, 11))):
        if n % 12 == 0 and stage.snapshot()["n"] != seen[-1]["n"]:
            seen.append(stage.snapshot())
    return {
        "heard": [m for m in stage.heard if m["n"] <= seen[-1]["n"]],
        "snapshots": seen,
    }


def refusal() -> Json:
    """What the page is answered when something can't be done now."""
    with TemporaryDirectory() as folder:
        static = Path(folder, "static")
        static.mkdir()
        site = Site(static)
        site.house.why = "wrong_phase"
        body = {"kind": "mark", "mark": "back"}
        answer = site.friend().post("/api/sessions/current/inputs", json=body)
    return {"status": answer.status_code, "body": answer.json()}


def messages() -> dict[str, Json]:
    """Every fixture by its name."""
    found = {
        **openings(),
        **separation(),
        **gaps(),
        **{f"snapshot-apart-{s}": apart(s) for s in Support if s is not Support.REGULATE},
        "snapshot-apart-ratings": apart(Support.REGULATE, strapless=True),
        "refusal": refusal(),
        **{f"sequence-{seed}": sequence(seed) for seed in (1, 2, 3)},
    }
    assert all(found.values()), [name for name, message in found.items() if not message]
    return found
