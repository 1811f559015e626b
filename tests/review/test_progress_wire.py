"""The page's fixtures are what it is sent: made here by the real code, and compared whole.

After a change of what is sent: ``python -m tests.review.test_progress_wire`` writes them anew.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from biocoach.cli.margin import Margin
from biocoach.cli.note_desk import NoteDesk
from biocoach.review.progress import Asked
from biocoach.store import memory_store
from biocoach.types import Support
from dashboard.ports import Outcome
from tests.fakes import FakeClock
from tests.review.test_progress import lived, told, way
from tests.store.support import begin, closed

Json = dict[str, Any]
WIRE = Path(__file__).parents[1] / "wire"


def progress() -> Json:
    """Three months with something of everything that an answer may hold."""
    done: Json = {"stayed": True, "beyond_plan": False}
    rows = [
        lived(f"s{n}", f"2026-06-0{n}", "l1", "a", Support.REGULATE, way(20.0 * n), **done)
        for n in range(1, 7)
    ]
    cut = way(None, 240.0, used=True)
    rows += [
        lived("s7", "2026-06-10", "l1", "b", Support.DELAY, cut, stayed=False, too_much=True),
        lived("s8", "2026-06-17", "l1", "b", Support.ASK, way(90.0, where="after_reunion")),
        lived("s9", "2026-06-18", "l2", "a", Support.OBSERVE, way(left_out="away"), bare=True),
        lived("s10", "2026-06-19", "", "", Support.REGULATE, way(30.0)),
        lived("s11", ""),
    ]
    rows = [row | {"heart_slowing": row["id"] in ("s2", "s3")} for row in rows]
    return told(rows, Asked(since="2026-05-25")) | {"simulated": False}


def notes() -> Json:
    clock = FakeClock()
    journal = memory_store(writer="t", clock=clock)
    journal.append([begin("s1"), closed("s1")])
    names = iter(f"n{n}" for n in range(9))
    desk = NoteDesk(lambda: next(names))
    asyncio.run(desk.opened(journal, simulated=False))
    margin = Margin(desk, clock.wall)
    margin.add("s1", 12.5, "The door")
    clock.advance(86_400)
    margin.add("s1", 3, "Before it")
    found = margin.notes("s1")
    asyncio.run(desk.closing())
    assert not isinstance(found, Outcome)
    return found


MADE = {"progress": progress, "notes": notes}


@pytest.mark.parametrize("name", list(MADE))
def test_the_pages_fixture_is_what_it_is_sent(name: str) -> None:
    kept = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(MADE[name]()))


if __name__ == "__main__":
    for name, make in MADE.items():
        (WIRE / f"{name}.json").write_text(json.dumps(make()) + "\n", encoding="utf-8")
