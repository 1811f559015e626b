"""A seeded share of the campaign, and proof that it would notice each thing left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from biocoach.cli import erasing
from biocoach.store import Journal, days
from tests.faults import erase
from tests.faults.campaign import Order


def test_nothing_of_it_is_left() -> None:
    outcome = erase.run(Order(count=8, seed=3))
    assert outcome.failures == []
    assert outcome.counts == {"erased": 8}


def no_scrub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Journal, "scrub", lambda self: None)


def no_new_backups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "wants_anew", lambda folder: False)


def no_check_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Journal, "erase_wordings", lambda *_: 0)


def no_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "CAME", "no such facts")


def no_summaries(monkeypatch: pytest.MonkeyPatch) -> None:
    def put(self: Journal, session: str, document: Any) -> None:
        self.put_fact("summary", document)

    monkeypatch.setattr(Journal, "put_summary", put)


@pytest.mark.parametrize(
    "left_out", [no_scrub, no_new_backups, no_check_ins, no_replies, no_summaries]
)
def test_it_would_notice(
    monkeypatch: pytest.MonkeyPatch, left_out: Callable[[pytest.MonkeyPatch], None]
) -> None:
    left_out(monkeypatch)
    monkeypatch.setattr(erase, "ACTS", (erase._session,))
    assert erase.run(Order(count=4, seed=5)).failures
