"""A seeded share of the campaign, and proof that it would notice."""

from __future__ import annotations

import pytest

from biocoach.store import Vault
from tests.faults import keys
from tests.faults.campaign import Order


def test_the_words_bring_everything_back() -> None:
    outcome = keys.run(Order(count=6, seed=1))
    assert outcome.failures == []


def test_it_would_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "keep_words", lambda *_: None)
    assert keys.run(Order(count=2, seed=1)).failures
