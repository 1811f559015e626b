"""A record of a person whose last practice ended in a hard place, made by the real parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from biocoach.profile import fact_of
from biocoach.running import Running
from biocoach.settings import Settings
from biocoach.store import Key, Keyring, NoKeyring, Vault, open_store
from biocoach.types import (
    Begin,
    Debrief,
    End,
    Fit,
    Mark,
    MarkKind,
    Plan,
    Presence,
    Step,
)
from tests.fakes import FakeClock

SESSION = "hard-1"
SAID = (
    Begin(seed=1, settings_hash=Settings().hash(), fit=Fit()),
    Plan(step=Step(id="shop", title="They drive to the shop", expected_suds=40), planned_s=600),
    Mark(kind=MarkKind.APART),
    Mark(kind=MarkKind.TOO_MUCH),
    End(reason="too_much"),
    Debrief(suds=80, presence=Presence.FAR_AWAY),
)


def hard_ending(
    folder: Path,
    *,
    days_ago: int,
    passphrase: str | None = None,
    keyring: Keyring | None = None,
) -> None:
    """Into a record in this folder, which does not exist yet; plain without a way to its key."""
    folder.mkdir(parents=True)
    plain = passphrase is None and keyring is None
    key = Vault(folder, keyring or NoKeyring()).create(passphrase, plain=plain)
    assert isinstance(key, Key)
    clock = FakeClock()
    clock.set_wall(datetime.now(UTC) - timedelta(days=days_ago))
    journal = open_store(folder, key, writer="test", clock=clock)
    running = Running(
        id=SESSION, person="me", writer="test", settings=Settings(),
        start_clock_s=clock.now_s(), started=clock.wall(),
    )  # fmt: skip
    for body in SAID:
        steps = running.arrive(clock.now_s(), body, clock)
        journal.append([entry for step in steps for entry in step.entries])
    journal.put_fact("fit", fact_of(Fit()))
    journal.close()
