"""Losing the key is survivable: the keyring is emptied, the passphrase forgotten, vault.json lost
or damaged, and the twelve words open everything, however somebody wrote them down.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from biocoach.store import Key, Vault, open_store
from biocoach.store.backup import backups_in
from biocoach.store.days import daily
from biocoach.store.restoring import restore
from tests.faults.campaign import Campaign, Order, Outcome, Piece, each_alone, in_pieces
from tests.store.support import CLOCK, ratings
from tests.store.test_vault import DictKeyring

PASSPHRASE, LATER = "a quiet green door", "a loud yellow door"
NOW = datetime(2026, 1, 31, 21, tzinfo=UTC)
LINES, PIECE = 30, 10


def _emptied(folder: Path, ring: DictKeyring, draw: random.Random) -> None:
    ring.words.clear()


def _another(folder: Path, ring: DictKeyring, draw: random.Random) -> None:
    ring.words = {name: draw.randbytes(32).hex()[: draw.choice((10, 63))] for name in ring.words}


def _no_vault(folder: Path, ring: DictKeyring, draw: random.Random) -> None:
    ring.words.clear()
    (folder / "vault.json").unlink()


def _half_a_vault(folder: Path, ring: DictKeyring, draw: random.Random) -> None:
    ring.words.clear()
    path = folder / "vault.json"
    path.write_bytes(path.read_bytes()[: draw.randrange(200)])


LOSSES: tuple[Callable[[Path, DictKeyring, random.Random], None], ...] = (
    _emptied, _emptied, _another, _no_vault, _half_a_vault,
)  # fmt: skip


def on_paper(words: str, draw: random.Random) -> str:
    """As somebody writes and types them."""
    each = words.split()
    ways = (
        lambda: "\n".join(f"{place}. {word}" for place, word in enumerate(each, 1)),
        lambda: ", ".join(word.capitalize() for word in each),
        lambda: "  ".join(word[:4] for word in each),
        lambda: words.upper(),
    )
    return draw.choice(ways)()


def one(folder: Path, seed: str) -> str:
    """What was wrong, or nothing."""
    draw, ring = random.Random(seed), DictKeyring()
    vault = Vault(folder, ring, draw.randbytes)
    key = vault.create(draw.choice((None, PASSPHRASE)))
    assert isinstance(key, Key)
    words = " ".join(vault.new_words())
    vault.keep_words(key, words)
    with closing(open_store(folder, key, writer="w", clock=CLOCK)) as journal:
        journal.append(ratings(LINES))
    daily(folder, key, NOW)
    draw.choice(LOSSES)(folder, ring, draw)
    found = vault.open(on_paper(words, draw))
    if not isinstance(found, Key):  # vault.json itself is gone: a backup has it
        place = backups_in(folder)[0].path
        found = Vault(place, ring).open(on_paper(words, draw))
        if not isinstance(found, Key):
            return f"{seed}: the words open neither the record nor its backup"
        restore(place, folder, found, NOW)
    if vault.set_passphrase(found, LATER) is not None:
        return f"{seed}: no new passphrase could be chosen"
    ring.words.clear()
    again = vault.open(LATER)
    if not isinstance(again, Key):
        return f"{seed}: the new passphrase does not open it"
    with closing(open_store(folder, again, writer="w", clock=CLOCK)) as journal:
        report = journal.verify()
    whole = (report.entries, report.problems) == (LINES, ())
    return "" if whole else f"{seed}: {report.entries} lines of {LINES}; {report.problems[:1]}"


def _piece(piece: Piece) -> Outcome:
    return each_alone(piece, "keys lost", one)


def run(order: Order) -> Outcome:
    return in_pieces(order, "keys", PIECE, _piece)


CAMPAIGN = Campaign(promise="the recovery words bring everything back", count=100, run=run)
