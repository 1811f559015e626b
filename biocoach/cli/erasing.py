"""What is erased for good: a session wherever it is told of, or all that a data folder holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

from biocoach import __version__
from biocoach.cli.doorway import OURS
from biocoach.clock import Clock
from biocoach.sharing.leaving import CHECK_IN
from biocoach.sharing.replies import CAME
from biocoach.store import (
    LOCK,
    FolderLock,
    HeldError,
    Journal,
    Key,
    StoreError,
    Vault,
    open_store,
    remove_store,
)
from biocoach.store.backup import paths_in
from biocoach.store.days import ANEW, BACKUPS_LOCK, all_in, let_go
from biocoach.store.erasing import NO_ROOM
from biocoach.store.errors import told_plainly
from biocoach.store.folder import (
    BACKUPS,
    JOURNAL,
    RESTORING,
    SERVING,
    VAULT,
    make_private_file,
    sync_folder,
    wipe,
)
from biocoach.store.restoring import ASIDE
from biocoach.store.vault import is_plain_file
from dashboard.guard import KEPT_IN, RUN_KEPT_IN

WRITER = f"biocoach {__version__}"
NOTICE = "not-recording.notice"  # the watchdog's, which is a program of its own
SIMULATED = "simulated"  # a folder within: another record
ERASING = "erasing.all"  # lies in the folder from before the key goes until all is gone


def session_in(journal: Journal, session: str, *, scrub: bool = True) -> int:
    """The session, what lies beside it, what was said of it the morning after, and a therapist's
    notes on it; how many lines. Worksheets that name it are writings of their own, and stay.

    Raises StoreError. Where the session is gone after it (LOCKED: somebody reads), all is taken but
    not yet from the log: ``Journal.scrub`` ends it. ``scrub`` False: the caller does that.
    """
    said: int | None = None
    try:  # the session last: while it is there, what was cut off can be asked for again
        said = _said_of(journal, session)
    except StoreError as error:
        if error.code not in NO_ROOM:
            raise
    count = journal.erase_session(session, scrub=False)
    if said is None:  # on a full disk that made room
        said = _said_of(journal, session)
    if scrub:
        journal.scrub()
    return count + said


def _said_of(journal: Journal, session: str) -> int:
    said = journal.erase_wordings(CHECK_IN, lambda told: told.get("session") == session)
    for name, value in journal.facts(CAME).items():
        items = [one for one in value["items"] if one.get("session") != session]
        if items != value["items"]:
            journal.replace_fact(name, value | {"items": items, "rev": uuid4().hex})
            said += 1
    return said


def person_in(journal: Journal, person: str) -> int:
    """All sessions of a person as ``session_in``, and their facts. Where nobody else has sessions
    here, the facts of the record itself are theirs, and go too. How many lines. Raises StoreError;
    LOCKED as there."""
    rows = journal.sessions()
    own = [row.session for row in rows if row.person == person]
    count = 0
    if own and all(row.person == person for row in rows):
        count += journal.erase_person("", scrub=False)
    count += sum(session_in(journal, session, scrub=False) for session in own)
    count += journal.erase_person(person, scrub=False)
    journal.scrub()
    return count


def in_what_was_put_aside(
    folder: Path, key: Key, clock: Clock, work: Callable[[Journal], int]
) -> tuple[int, list[Path]]:
    """The same in the records that a restore has put aside here; how many lines, and those that
    could not be opened or written: another key's, or damaged."""
    count, left = 0, []
    for place in sorted(folder.glob(f"{ASIDE}*")):
        journal = place / JOURNAL
        if not journal.exists():
            continue
        own = Key(None) if is_plain_file(journal) else key
        try:
            with closing(open_store(place, own, writer=WRITER, clock=clock)) as aside:
                count += work(aside)
        except StoreError:
            left.append(place)
    return count, left


def want_all_gone(folder: Path) -> None:
    """Said before the key goes: where it is cut off after that, the next one ends it, and does not
    take it for a key that was lost. Erasing does not wait for room. Raises StoreError."""
    try:
        make_private_file(folder / ERASING)
        with told_plainly():
            sync_folder(folder)
    except StoreError as error:
        if error.code not in NO_ROOM:
            raise


def wants_all_gone(folder: Path) -> bool:
    return (folder / ERASING).exists()


def end_erasing(folder: Path) -> None:
    """What was cut off, in the simulated record within too; the folder is held. Raises StoreError,
    OSError."""
    within = folder / SIMULATED
    if wants_all_gone(within):
        with suppress(HeldError), FolderLock(within):  # whoever has it has ended it
            everything_in(within)
    everything_in(folder)


def everything_in(folder: Path, *, served: bool = False) -> list[Path]:
    """One record, which must be closed and its folder held. Gives what is left: files that biocoach
    did not make. ``served``: the page goes on, so that the ways to it stay; they say nothing of
    anybody. Raises StoreError, OSError."""
    want_all_gone(folder)
    whole = [folder / RESTORING, *sorted(folder.glob(f"{ASIDE}*"))]
    places = [*all_in(folder), *whole]
    for vault in [folder / VAULT, *(v for place in places for v in place.rglob(VAULT))]:
        Vault(vault.parent).forget()  # from the keyring as well: the rest can't be read any more
    remove_store(folder)
    let_go(folder, [])
    for place in whole:
        if place.is_dir():
            for path in place.rglob("*"):
                if path.is_file():
                    wipe(path)
            shutil.rmtree(place)
    ways_in = (KEPT_IN, RUN_KEPT_IN, SERVING)
    for path in folder.iterdir():
        name = path.name.removesuffix(".new")  # half-written
        way_in = name in ways_in or OURS.fullmatch(name)
        if name in (ANEW, BACKUPS_LOCK, NOTICE) or (way_in and not served):
            wipe(path)
    for path in (*paths_in(folder / BACKUPS), *folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):  # for files of one's own; where there are some, they stay
                path.rmdir()
    sync_folder(folder)
    (folder / ERASING).unlink(missing_ok=True)
    sync_folder(folder)  # it must not come back, and take what is written here from now on
    known = (LOCK, SIMULATED, *(ways_in if served else ()))
    return [path for path in sorted(folder.iterdir()) if path.name not in known]
