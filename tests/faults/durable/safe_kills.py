"""Kills in the midst of keeping a record safe: a backup, a restore, an encrypting, another
passphrase, erasing a session with its backups, or everything. What was there before, or what was to
come, is there after the next start; done again it ends well. Erasing everything ends at that start.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from contextlib import closing, redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from biocoach.cli.erasing import everything_in, session_in
from biocoach.cli.held import Held
from biocoach.store import LOCK, Key, NoKeyring, Vault, open_store, put_in_order
from biocoach.store.backup import as_made, backups_in, look
from biocoach.store.days import daily, new_vault, want_anew
from biocoach.store.encrypting import encrypt
from biocoach.store.folder import BACKUPS
from biocoach.store.restoring import restore
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable.children import PATIENCE_S, Say, fork
from tests.faults.durable.deeds import CANARY, copy, on_disk
from tests.store.support import CLOCK, begin, closed, ratings

OLD, NEW = "a quiet green door", "a loud yellow door"
BEFORE, NOW = datetime(2026, 1, 30, 21, tzinfo=UTC), datetime(2026, 1, 31, 21, tzinfo=UTC)
LINES, MORE, PIECE = 123, 100, 20  # lines in the backup, and in the record since
PLAIN_SHARE = 0.3
READY, DONE = "ready", "done"


def opened(folder: Path) -> Key | None:
    """By either passphrase, or none."""
    vault = Vault(folder, NoKeyring())
    tries = (vault.open(), vault.open(NEW), vault.open(OLD))
    return next((found for found in tries if isinstance(found, Key)), None)


def key_of(folder: Path) -> Key:
    found = opened(folder)
    assert found is not None
    return found


def _daily(folder: Path) -> None:
    daily(folder, key_of(folder), NOW)


def _restore(folder: Path) -> None:
    if _lines(folder) != LINES:
        restore(folder / BACKUPS / "2026-01-30", folder, key_of(folder), NOW)


def _encrypt(folder: Path) -> None:
    if key_of(folder).plain:
        encrypt(folder, Vault(folder, NoKeyring()), OLD)


def _passphrase(folder: Path) -> None:
    Vault(folder, NoKeyring()).set_passphrase(key_of(folder), NEW)
    new_vault(folder)


def _erase(folder: Path) -> None:
    with closing(open_store(folder, key_of(folder), writer="w", clock=CLOCK)) as journal:
        want_anew(folder)
        session_in(journal, "s1")
        journal.scrub()
    daily(folder, key_of(folder), NOW)


def _everything(folder: Path) -> None:
    everything_in(folder)


def _lines(folder: Path) -> int:
    return look(folder / "journal.db", key_of(folder)).entries


@dataclass(frozen=True, slots=True)
class Deed:
    """``after``: what must hold once it is done, as a word for what does not. ``all``: nothing is
    left after it."""

    do: Callable[[Path], None]
    after: Callable[[Path], str]
    plain: bool = False
    all: bool = False


def _is_backed_up(folder: Path) -> str:
    newest = backups_in(folder)[0]
    return "" if newest.entries == LINES + MORE else "the backup is not of now"


def _is_restored(folder: Path) -> str:
    aside = [_lines(place) for place in folder.glob("before-restore-*") if opened(place)]
    there = _lines(folder) == LINES and aside == [LINES + MORE]
    return "" if there else f"{_lines(folder)} lines are back, and {aside} put aside"


def _is_encrypted(folder: Path) -> str:
    """Backups of before are the caller's."""
    own = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    return "it can be read on the disk" if CANARY.encode() in own else ""


def _is_new(folder: Path) -> str:
    places = [folder, *(backup.path for backup in backups_in(folder))]
    old = [place for place in places if isinstance(Vault(place, NoKeyring()).open(OLD), Key)]
    return f"the old passphrase opens {len(old)} of {len(places)}" if old else ""


def _is_erased(folder: Path) -> str:
    return "what was erased can be read" if CANARY.encode() in on_disk(folder) else ""


def _is_gone(folder: Path) -> str:
    left = sorted(path.name for path in folder.iterdir() if path.name != LOCK)
    return f"left: {left}" if left else ""


DEEDS = {
    "backup": Deed(_daily, _is_backed_up),
    "restore": Deed(_restore, _is_restored),
    "encrypt": Deed(_encrypt, _is_encrypted, plain=True),
    "passphrase": Deed(_passphrase, _is_new),
    "erase": Deed(_erase, _is_erased, plain=True),
    "everything": Deed(_everything, _is_gone, all=True),
}


def prepare(folder: Path, *, plain: bool) -> None:
    """A record with a backup of the day before, and lines since."""
    key = Vault(folder, NoKeyring()).create(None if plain else OLD, plain=plain)
    assert isinstance(key, Key)
    with closing(open_store(folder, key, writer="w", clock=CLOCK)) as journal:
        journal.append([begin("s1"), *ratings(LINES - 3, "s1"), closed("s1")])
        journal.put_fact("beside:s1:note:1", {"text": CANARY})
        daily(folder, key, BEFORE)
        journal.append(ratings(MORE, "s2"))


@dataclass
class Trial:
    place: Path
    name: str
    plain: bool
    takes_s: float = field(init=False)

    def __post_init__(self) -> None:
        prepare(self._template, plain=self.plain)
        DEEDS[self.name].do(self._copied())  # the first time is not the usual one
        folder, began_s = self._copied(), time.monotonic()
        DEEDS[self.name].do(folder)
        self.takes_s = time.monotonic() - began_s

    @property
    def _template(self) -> Path:
        return self.place / "template"

    def _copied(self) -> Path:
        return copy(self._template, self.place / "record")

    def kill(self, dice: random.Random) -> tuple[bool, str]:
        """Whether it had said that it was done, and what is wrong."""
        folder, deed = self._copied(), DEEDS[self.name]

        def work(say: Say) -> None:
            say(READY)
            deed.do(folder)
            say(DONE)

        child = fork(work)
        child.go()
        child.hear(PATIENCE_S, 1, READY)
        child.hear(dice.uniform(0, 1.1 * self.takes_s), 1, DONE)
        child.kill()
        child.end()
        done = DONE in child.said
        return done, self.look(folder, deed, done=done)

    def look(self, folder: Path, deed: Deed, *, done: bool) -> str:
        _start(folder)
        if deed.all and not deed.after(folder):
            return ""
        wrong = _sound(folder)
        if wrong:
            return wrong
        if done:
            return deed.after(folder)
        deed.do(folder)
        put_in_order(folder)
        return ("" if deed.all else _sound(folder)) or deed.after(folder)


def _start(folder: Path) -> None:
    """As each does, before it asks for a key."""
    held = Held()
    with redirect_stderr(StringIO()):
        held.hold(folder)
    held.leave()


def _sound(folder: Path) -> str:
    key = opened(folder)
    if key is None:
        return "nothing opens it any more"
    found = look(folder / "journal.db", key)
    if found.problems or found.entries not in (LINES, LINES + MORE):
        return f"{found.entries} lines, {found.problems[:1]}"
    backups = backups_in(folder)
    if not backups:
        return "no backup is left"
    bad = [one.path.name for one in backups if not as_made(one) or opened(one.path) is None]
    return f"a backup that is none: {bad[0]}" if bad else ""


def _piece(piece: Piece) -> Outcome:
    seed, count = piece
    dice, trials = random.Random(seed), dict[tuple[str, bool], Trial]()
    outcome = Outcome({"kills": 0, "of them after its end": 0})
    with TemporaryDirectory(prefix="safe-") as place:
        for number in range(count):
            name = dice.choice(list(DEEDS))
            plain = DEEDS[name].plain or (name != "passphrase" and dice.random() < PLAIN_SHARE)
            if (name, plain) not in trials:
                trials[name, plain] = Trial(Path(place) / f"{name}-{plain}", name, plain)
            done, wrong = trials[name, plain].kill(dice)
            outcome.add(Outcome({"kills": 1, "of them after its end": int(done)}))
            if wrong:
                outcome.failures.append(f"{seed} kill {number} ({name}): {wrong}")
        for trial in trials.values():
            shutil.rmtree(trial.place, ignore_errors=True)
    return outcome


def run(order: Order) -> Outcome:
    return in_pieces(order, "safe", PIECE, _piece)


CAMPAIGN = Campaign(
    promise="kill -9 while a record is backed up, restored, encrypted or erased: nothing is lost",
    count=400,
    run=run,
)
