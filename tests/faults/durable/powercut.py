"""The power cut at any moment, by a model of the disk: nothing that was shown is lost.

Sessions, deeds and small files take their turns. Each is recorded once, and cut a hundred times.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from biocoach.store import Key, NoKeyring, State, Vault, open_store
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable import cut_deeds, cut_files
from tests.faults.durable.account import Account
from tests.faults.durable.children import Say, Work, fork
from tests.faults.durable.life import Life, Weaken
from tests.faults.durable.recorded_cuts import Recording
from tests.faults.durable.tracing import why_not
from tests.store.support import CLOCK, KEY, PLAIN

CUTS = 100  # of one recording
PLAIN_SHARE, BEFORE_SHARE = 0.2, 0.4
DEEDS_SHARE, FILES_SHARE = 0.25, 0.05
PASSPHRASE = "a bench, no secret"


def run(order: Order) -> Outcome:
    if why := why_not():
        return Outcome(notes=[f"skipped: {why}"])
    return in_pieces(order, "powercut", CUTS, _cut)


def _cut(piece: Piece) -> Outcome:
    seed, count = piece
    dice = random.Random(seed)
    kind = dice.random()
    with TemporaryDirectory(prefix="durable-") as name:
        place = Path(name).resolve()
        if kind < FILES_SHARE:
            return cut_files.cut(place, seed, count)
        if kind < FILES_SHARE + DEEDS_SHARE:
            return cut_deeds.cut(place, seed, count)
        return cut_sessions(place, seed, count)


def cut_sessions(place: Path, seed: str, count: int, weaken: Weaken | None = None) -> Outcome:
    """Cuts in a life of the program, the record's first or a later one."""
    dice = random.Random(f"{seed}/session")
    root = place / "disk"
    root.mkdir()
    key = PLAIN if dice.random() < PLAIN_SHARE else KEY
    life = Life(
        folder=root / "record", key=key, seed=seed, zero_s=1000.0, boot_id="boot",
        last_s=dice.uniform(3, 150), weaken=weaken,
    )  # fmt: skip
    account = Account()
    if dice.random() < BEFORE_SHARE:
        account = _lived_before(life)
        life = replace(life, seed=f"{seed}/later", zero_s=1200.0)
    found = Recording(root, _first_start(life))
    outcome = Outcome({"cuts": count, "acknowledged entries": 0})

    def check(after: Path, said: list[str]) -> list[str]:
        now = Account(known=list(account.known))
        wrong = _problems(after / "record", key, now, said)
        outcome.counts["acknowledged entries"] += now.shown
        return wrong

    outcome.failures += [f"{seed}: {why}" for why in found.cuts(count, dice, check)]
    return outcome


def _lived_before(life: Life) -> Account:
    child, account = fork(_first_start(life)), Account()
    child.go()
    child.end()
    journal = open_store(life.folder, life.key, writer="look", clock=CLOCK)
    wrong = account.problems(journal, child.said)
    journal.close()
    if wrong:
        raise RuntimeError(f"before any cut: {wrong}")
    return account


def _first_start(life: Life) -> Work:
    """The key is made, and the folder with it; then the session."""

    def begin(say: Say) -> None:
        vault = Vault(life.folder, NoKeyring())
        if vault.state() is State.NEW:
            vault.create(PASSPHRASE, plain=life.key.plain)
        say("vault")
        life.live(say)

    return begin


def _problems(record: Path, key: Key, account: Account, said: list[str]) -> list[str]:
    vault = Vault(record, NoKeyring()).state()
    if vault is not (State.PLAIN if key.plain else State.LOCKED):
        return ["the way to the key is lost"] if "vault" in said or vault is State.LOST else []
    journal = open_store(record, key, writer="look", clock=CLOCK)
    try:
        wrong = account.problems(journal, said)
        journal.put_fact("goes on", True)
        return wrong + list(journal.verify().problems)
    finally:
        journal.close()


CAMPAIGN = Campaign(
    promise="the power cut at any moment (a model of the disk) loses nothing that was shown",
    count=2_000,
    run=run,
)
