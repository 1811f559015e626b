"""A small seeded share of the cuts on the way to a clinic, and proof that a loss would show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.store.outgoing import Outgoing
from biocoach.syncing.wire import Lines
from tests.faults import sync
from tests.faults.campaign import Order
from tests.syncing.memory_clinic import MemoryClinic
from tests.syncing.record import Living


def test_nothing_is_lost_or_doubled_by_cuts() -> None:
    outcome = sync.run(Order(count=12, seed=3))
    assert outcome.failures == []
    assert outcome.counts["cuts"] == 12
    assert outcome.counts["lost"] == outcome.counts["doubled"] == 0


def test_a_body_that_stays_too_long_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    def erases_the_one_before(living: Living) -> str:
        living.practise(3)
        living.journal.erase_session(living.sessions[-2])
        return "erased"

    monkeypatch.setattr(Living, "anything", erases_the_one_before)
    monkeypatch.setattr(Outgoing, "to_take", lambda *_, **__: [])
    outcome = sync.run(Order(count=5, seed=3))
    assert any("not the same" in failure for failure in outcome.failures)


def test_a_clinic_that_forgets_a_line_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = MemoryClinic.lines

    async def forgets(self: MemoryClinic, token: str, message: Lines) -> object:
        found = await honest(self, token, message)
        for copy in self.client.copies.values():
            copy.rows[:] = [row if row.seq != 2 else replace(row, seq=3) for row in copy.rows]
        return found

    monkeypatch.setattr(MemoryClinic, "lines", forgets)
    outcome = sync.run(Order(count=3, seed=3))
    assert any("lost" in failure for failure in outcome.failures)
