"""A whole record with practised steps: what the ladder reads of it, through summaries and facts."""

from __future__ import annotations

import asyncio
from pathlib import Path

from biocoach.cli.facts import Facts
from biocoach.cli.laddering import Laddering
from biocoach.cli.readings import Readings
from biocoach.settings import CareSettings, Settings
from biocoach.store import Key, open_store
from biocoach.types import Fit
from dashboard.ports import Outcome
from tests.fakes import FakeClock
from tests.ladder_days import climbed


def test_the_ladder_reads_what_was_practised(tmp_path: Path) -> None:
    climbed(tmp_path / "record")
    clock = FakeClock()
    journal = open_store(tmp_path / "record", Key(None), writer="t", clock=clock)
    readings = Readings(clock, Settings())
    readings.open(journal.reader(), simulated=False)
    assert [(u.session, u.let_pass, u.acted) for u in readings.urged()] == [
        (f"climb-{n}", 1, 0) for n in range(4)
    ]
    ladders = Laddering(
        fact=readings.fact, replace=Facts(lambda: journal).replace, record=lambda: journal,
        practised=readings.practised, urged=readings.urged, fit=Fit, waits=str, simulated=bool,
        wall=clock.wall, care=CareSettings(),
    )  # fmt: skip
    view = asyncio.run(ladders.view())
    assert not isinstance(view, Outcome)
    room, walk, shop, _ = view["ladders"][0]["steps"]
    assert (room["state"], walk["state"], shop["state"]) == ("done", "practising", "new")
    assert [row["too_much"] for row in walk["history"]] == [True, True]
    assert walk["proposal"]["way"] == "shorter"
    assert "urges_passed" in {m["id"] for m in view["arc"]["milestones"]}
    readings.close()
    assert readings.urged() == []
    journal.close()
