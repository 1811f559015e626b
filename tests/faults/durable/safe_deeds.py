"""What keeps a record safe, or takes it away: a backup, a restore, an encrypting, another
passphrase, erasing a session, a person or everything, from the backups too. As their commands do
it; cut off and begun again each goes on as the command does then.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from biocoach.cli.erasing import everything_in, person_in, session_in
from biocoach.cli.held import Held
from biocoach.store import LOCK, Journal, Key, NoKeyring, Vault, open_store, put_in_order, wrapping
from biocoach.store.backup import as_made, backups_in, look
from biocoach.store.days import daily, is_ours, new_vault, want_anew, wants_anew
from biocoach.store.encrypting import encrypt
from biocoach.store.folder import BACKUPS
from biocoach.store.restoring import restore
from tests.faults.durable.deeds import CANARY, on_disk
from tests.store.support import CLOCK, begin, closed, ratings

OLD, NEW = "a quiet green door", "a loud yellow door"
BEFORE, NOW = datetime(2026, 1, 30, 20, tzinfo=UTC), datetime(2026, 1, 31, 21, tzinfo=UTC)
LATER = BEFORE + timedelta(hours=1)  # the same day
LINES, MORE = 123, 100  # lines in the backup, and in the record since
COPY = "a copy on the shelf"  # somebody's own, of the backup
CHEAP_N = 16  # of scrypt: each look at a record guesses both passphrases


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


def _same_day(folder: Path) -> None:
    daily(folder, key_of(folder), LATER)


def _restore(folder: Path) -> None:
    if not any(folder.glob("before-restore-*")):  # a look at the record would tidy its log away
        restore(folder / BACKUPS / f"{BEFORE:%Y-%m-%d}", folder, key_of(folder), NOW)


def _encrypt(folder: Path) -> None:
    if key_of(folder).plain:
        open_store(folder, Key(None), writer="w", clock=CLOCK).close()
        want_anew(folder)
        encrypt(folder, Vault(folder, NoKeyring()), OLD)
    _backups_anew(folder)


def _passphrase(folder: Path) -> None:
    Vault(folder, NoKeyring()).set_passphrase(key_of(folder), NEW)
    new_vault(folder)


def _erase(folder: Path) -> None:
    with closing(open_store(folder, key_of(folder), writer="w", clock=CLOCK)) as journal:
        _in_use(journal)
        if journal.has_session("s1") or wants_anew(folder):  # else: there is no such session
            want_anew(folder)
            session_in(journal, "s1")
    _backups_anew(folder)


def _erase_person(folder: Path) -> None:
    with closing(open_store(folder, key_of(folder), writer="w", clock=CLOCK)) as journal:
        _in_use(journal)
        if _has_any(journal) or wants_anew(folder):  # else: nothing was there to erase
            want_anew(folder)
            person_in(journal, "me")
    _backups_anew(folder)


def _in_use(journal: Journal) -> None:
    """As in the page: with its first write SQLite syncs the folder, which hides what does not."""
    journal.put_summary("s2", {"length_s": 1.0})


def _has_any(journal: Journal) -> bool:
    return bool(journal.sessions()) or bool(journal.facts(""))


def _erase_all(folder: Path) -> None:
    everything_in(folder)


def _backups_anew(folder: Path) -> None:
    """As the next start does it too."""
    if wants_anew(folder):
        daily(folder, key_of(folder), NOW)


def _lines(folder: Path) -> int:
    return look(folder / "journal.db", key_of(folder)).entries


def sound(folder: Path) -> str:
    """What is wrong with a record that is whole, before a deed or after it, and its backups."""
    key = opened(folder)
    if key is None:
        return "nothing opens it any more"
    found = look(folder / "journal.db", key)
    if found.problems or found.entries not in (LINES, LINES + MORE):
        return f"{found.entries} lines, {found.problems[:1]}"
    backups = backups_in(folder)
    if not any(is_ours(one.path) for one in backups):
        return "no backup is left"
    bad = [one.path.name for one in backups if not as_made(one) or opened(one.path) is None]
    return f"a backup that is none: {bad[0]}" if bad else ""


def start(folder: Path) -> None:
    """As each does, before it asks for a key."""
    held = Held()
    with redirect_stderr(StringIO()):
        held.hold(folder)
    held.leave()


def _is_gone(folder: Path) -> str:
    left = sorted(path.name for path in folder.iterdir() if path.name != LOCK)
    return f"left: {left}" if left else ""


def _gone_or_sound(folder: Path) -> str:
    """A start ends the erasing by itself, or it had not begun."""
    return _is_gone(folder) and sound(folder)


@dataclass(frozen=True, slots=True)
class Deed:
    """``after``: what must hold once it is done; ``sound``: before it, too. Each gives a word for
    what does not."""

    do: Callable[[Path], None]
    after: Callable[[Path], str]
    plain: bool = False
    sound: Callable[[Path], str] = sound

    def look(self, folder: Path, *, done: bool) -> str:
        """What is wrong with it at the next start, and once it was done again where it was not."""
        start(folder)
        wrong = self.sound(folder)
        if wrong:
            return wrong
        if done:
            return self.after(folder)
        self.do(folder)
        put_in_order(folder)
        return self.sound(folder) or self.after(folder)


def _is_backed_up(folder: Path) -> str:
    newest = backups_in(folder)[0]
    return "" if newest.entries == LINES + MORE else "the backup is not of now"


def _is_restored(folder: Path) -> str:
    aside = [_lines(place) for place in folder.glob("before-restore-*") if opened(place)]
    there = _lines(folder) == LINES and aside == [LINES + MORE]
    return "" if there else f"{_lines(folder)} lines are back, and {aside} put aside"


def _is_encrypted(folder: Path) -> str:
    return "it can be read on the disk" if CANARY.encode() in on_disk(folder) else ""


def _is_new(folder: Path) -> str:
    places = [folder, *(backup.path for backup in backups_in(folder))]
    old = [place for place in places if isinstance(Vault(place, NoKeyring()).open(OLD), Key)]
    return f"the old passphrase opens {len(old)} of {len(places)}" if old else ""


def _is_erased(folder: Path) -> str:
    return "what was erased can be read" if CANARY.encode() in on_disk(folder) else ""


DEEDS = {
    "backup": Deed(_daily, _is_backed_up),
    "the day's backup again": Deed(_same_day, _is_backed_up),
    "restore": Deed(_restore, _is_restored),
    "encrypt": Deed(_encrypt, _is_encrypted, plain=True),
    "passphrase": Deed(_passphrase, _is_new),
    "erase": Deed(_erase, _is_erased, plain=True),
    "erase a person": Deed(_erase_person, _is_erased, plain=True),
    "erase all": Deed(_erase_all, _is_gone, sound=_gone_or_sound),
}


def prepare(folder: Path, *, plain: bool) -> None:
    """A record with a backup of the day before, and lines since, all of them in its log: it was cut
    off then."""
    key = Vault(folder, NoKeyring()).create(None if plain else OLD, plain=plain)
    assert isinstance(key, Key)
    with closing(open_store(folder, key, writer="w", clock=CLOCK)) as journal:
        journal.append([begin("s1"), *ratings(LINES - 3, "s1"), closed("s1")])
        journal.put_fact("beside:s1:note:1", {"text": CANARY})
        own = daily(folder, key, BEFORE).path
        shutil.copytree(own, own.with_name(COPY))
        journal.scrub_log()
        journal.append(ratings(MORE, "s2"))
        files = [folder / "journal.db", folder / "journal.db-wal"]
        cut_off = {path: path.read_bytes() for path in files}
    for path, content in cut_off.items():
        path.write_bytes(content)


@contextmanager
def cheap_guesses() -> Iterator[None]:
    """Where nobody guesses, a guess may cost nothing: what is written is the same."""
    known = wrapping.SCRYPT_N
    wrapping.SCRYPT_N = CHEAP_N
    try:
        yield
    finally:
        wrapping.SCRYPT_N = known
