"""A small seeded share of the kills, and that the campaign notices what it is there for."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("children are forked and killed", allow_module_level=True)

from biocoach.store import Journal
from biocoach.types import Entry
from tests.faults.campaign import Order
from tests.faults.durable.children import PATIENCE_S, fork
from tests.faults.durable.deed_kills import Trial
from tests.faults.durable.deeds import Deed
from tests.faults.durable.kill9 import House, run
from tests.store.support import KEY


def test_a_share_of_the_kills() -> None:
    found = run(Order(count=25, seed=5))
    assert found.failures == []
    assert found.counts["kills"] == 20
    assert found.counts["kills in deeds"] == 5
    assert found.counts["lives gone on"] > 0
    assert found.counts["acknowledged entries"] > 0


def writes_later(journal: Journal) -> None:
    """What is shown is on the disk only with the next append."""
    append, waiting = journal.append, list[Entry]()

    def late(new: Sequence[Entry]) -> list[Entry]:
        if waiting:
            append(waiting)
        waiting[:] = new
        return list(new)

    journal.append = late  # type: ignore[method-assign]


def dies_between(journal: Journal) -> None:
    """An append is two transactions, and the kill comes between them."""
    append = journal.append

    def halves(new: Sequence[Entry]) -> list[Entry]:
        if len(new) > 1:
            append(new[:1])
            os.kill(os.getpid(), signal.SIGKILL)
        return append(new)

    journal.append = halves  # type: ignore[method-assign]


def test_the_campaign_notices_what_is_shown_before_it_is_written(tmp_path: Path) -> None:
    found = House(tmp_path, KEY, "proof", writes_later).outlive(8)
    assert any("acknowledged entries are lost" in why for why in found.failures)


def test_the_campaign_notices_an_append_in_halves(tmp_path: Path) -> None:
    found = House(tmp_path, KEY, "proof", dies_between).outlive(8)
    assert any("cut in half" in why for why in found.failures)


def test_the_campaign_notices_a_deed_in_halves(tmp_path: Path) -> None:
    mine = os.getpid()

    def in_two_transactions(journal: Journal) -> None:
        journal.put_fact("one", 1)
        if os.getpid() != mine:
            os.kill(os.getpid(), signal.SIGKILL)
        journal.put_fact("two", 2)

    trial = Trial(tmp_path, KEY, Deed((in_two_transactions,)))
    trial.takes_s = PATIENCE_S  # it dies by its own hand, always between the two
    assert "it is neither done nor not done" in trial.kill(random.Random(0))[1]


def test_a_child_that_fails_is_told() -> None:
    def fail(_say: object) -> None:
        raise SystemExit

    child = fork(fail)
    child.go()
    assert child.end() == 1
