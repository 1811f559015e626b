"""A simulated person's few weeks, read once for all tests of the packet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from biocoach.cli.packet_made import material_of
from biocoach.cli.year_made import Wish, make
from biocoach.clock import StoryClock
from biocoach.review.packet.material import Material, Review, Span
from biocoach.settings import Settings
from biocoach.store import memory_store

Json = dict[str, Any]
START = datetime(2026, 1, 5, tzinfo=UTC)
WEEKS = 3
LAST = START + timedelta(days=7 * WEEKS - 1)
ALL = Span(since=START.date(), until=LAST.date())
HOSTILE = (
    '#eval("1") #import "x" $x$ *b* _i_ `c` <label> @ref // /* \\ [x] {y} {talk} %s '
    "<script>alert(1)</script><img src=x onerror=alert(1)> \"' &amp; ]]> </svg> "
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u202e\u2066\u0000\u0007\ud83d "
    "\U0001f600\U0001f469\u200d\U0001f680 \u4f60\u597d e\u0301 \ufffe\ufeff"
)
LONG = (HOSTILE + " ") * (5000 // len(HOSTILE) + 1)


@cache
def material() -> Material:
    """All of it, each session read once."""
    clock = StoryClock(START)
    journal = memory_store(writer="t", clock=clock)
    folder = Path(mkdtemp())
    make(journal, clock, Wish(folder=folder, seed=7, weeks=WEEKS, start=START), lambda *_: None)
    found = material_of(journal, ALL, LAST, simulated=True, talk="The door.", settings=Settings())
    known: dict[str, Review | None] = {s["id"]: found.read(s["id"]) for s in found.summaries}
    return replace(found, read=known.get)


def of_days(since: date, until: date) -> Material:
    return replace(material(), span=Span(since=since, until=until))


def empty() -> Material:
    return replace(
        material(), summaries=[], sheets=[], ladders=[], separations=[], check_ins=[], talk=""
    )


def hostile() -> Material:
    """Whatever a person can write says the worst and longest there is."""
    whole = material()

    def read(name: str) -> Review | None:
        found = whole.read(name)
        return None if found is None else replace(found, told=_said(found.told))

    ladders = [
        replace(la, title=LONG, steps=tuple(replace(s, title=LONG) for s in la.steps))
        for la in whole.ladders
    ]
    notes = {s["id"]: [{"at_s": 3.0, "text": LONG}] for s in whole.summaries}
    summaries = [s | {"step_title": LONG} for s in whole.summaries]
    ahead = {"kind": "apart", "who": LONG, "begins": "2026-02-01", "ends": "2026-02-03"}
    return replace(
        whole, read=read, ladders=ladders, notes=notes, summaries=summaries, talk=LONG,
        separations=[ahead | {"state": "announced"}] * 9,
        sheets=[replace(sheet, line=LONG) for sheet in whole.sheets],
    )  # fmt: skip


def _said(told: Json) -> Json:
    plan, debrief = dict(told["plan"]), dict(told["debrief"] or {})
    plan |= {"feared": LONG, "context": LONG, "contact": LONG, "medicine": LONG}
    plan["step"] = plan["step"] | {"title": LONG}
    if debrief:
        debrief |= {"happened": LONG, "learnt": LONG, "body_words": LONG}
    mark = {"number": 1, "at_s": 9.0, "kind": "note", "text": LONG}
    return told | {"plan": plan, "debrief": debrief or None, "marks": [*told["marks"], mark]}
