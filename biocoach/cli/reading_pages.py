"""What the pages of a record are told, whether a shared file or a clinic's copy is read."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from biocoach import __version__
from biocoach.cli.readings import Readings
from biocoach.coach.shipped import shipped
from biocoach.types import Fit
from dashboard.ports import Outcome

Json = dict[str, Any]
FIT = Fit(with_therapist=True)  # who reads is one, or sees one; the answers stayed with the client
READ_ONLY = Outcome(why="read_only")


def helps(readings: Readings) -> Json:
    found = readings.helps()
    return found | {"titles": {p.id: p.title for p in shipped().practices.values()}}


def titles() -> Json:
    shut = {"mine": False, "closed": "", "offered": False, "may_be_offered": False}
    rows = [asdict(one) | shut for one in shipped().practices.values()]
    return {"practices": rows, "problems": [], "folder": "", "sampling": False, "pace": None}


def app_slice(reading: Json, *, simulated: bool) -> Json:
    """``reading``: which clients there are, and whose record is open."""
    return {
        "version": __version__, "simulated": simulated, "plain": False, "locked": False,
        "recording": True, "recording_why": "", "fit": asdict(FIT), "may_practise": "",
        "awake": "", "speed": 1, "system": sys.platform,
        "phone": {"state": "off", "paired": 0, "doors": 0}, "reading": reading,
    }  # fmt: skip


async def keeps_no_fact(_name: str, _value: Json) -> Outcome:
    return READ_ONLY


async def watches_no_sign(_signs: list[str], _journal: object) -> Outcome:
    return READ_ONLY
