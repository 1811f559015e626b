"""A seeded share of the campaign, and proof that it would notice."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

if sys.platform != "linux":
    pytest.skip("children are forked", allow_module_level=True)

from biocoach.cli import held
from biocoach.store import StoreError, Vault
from tests.faults.campaign import Order
from tests.faults.durable import safe_deeds, safe_kills


def test_nothing_is_lost() -> None:
    outcome = safe_kills.run(Order(count=12, seed=1))
    assert outcome.failures == []
    assert outcome.counts["kills"] == 12


def no_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """An encrypting that was begun counts as done."""
    monkeypatch.setattr(Vault, "_is_plain", lambda self, record: record.kind == "plain")


def nobody_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_deeds, "restore", lambda *_: None)


def old_ways_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_deeds, "new_vault", lambda folder: None)


def old_backups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_deeds, "want_anew", lambda folder: None)


def nobody_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "wants_all_gone", lambda folder: False)


@pytest.mark.parametrize(
    ("left_out", "name"),
    [
        (no_half_way, "encrypt"),
        (nobody_ends_it, "restore"),
        (old_ways_in, "passphrase"),
        (old_backups, "erase"),
        (nobody_goes_on, "erase all"),
    ],
)
def test_it_would_notice(
    monkeypatch: pytest.MonkeyPatch, left_out: Callable[[pytest.MonkeyPatch], None], name: str
) -> None:
    left_out(monkeypatch)
    monkeypatch.setattr(safe_kills, "DEEDS", {name: safe_deeds.DEEDS[name]})
    try:
        failures = safe_kills.run(Order(count=4, seed=1)).failures
    except (AssertionError, StoreError):  # it opens no more, before anything was killed
        failures = ["it does not open"]
    assert failures
