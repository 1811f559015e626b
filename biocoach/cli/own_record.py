"""The record, opened by a command of its own while no page serves it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from getpass import getpass
from pathlib import Path

from biocoach import __version__
from biocoach.cli.as_it_was import AsItWas
from biocoach.cli.erasing import wants_all_gone
from biocoach.cli.held import FolderError, Held
from biocoach.cli.say import fail
from biocoach.clock import Clock
from biocoach.keeping import sweep
from biocoach.store import (
    HeldError,
    Journal,
    Key,
    Locked,
    State,
    StoreError,
    Vault,
    Why,
    data_folder,
    open_store,
)

NOWHERE = {False: "--data-dir, or --simulated", True: "--data-dir"}
SERVED = "biocoach is running with this data folder: stop it first"
ASK = "Passphrase of the record, or its twelve words: "
NEEDS_KEY = "{words}: give --passphrase-file"


def must_be_there(base: Path | None, *, simulated: bool = False) -> None:
    """Ends the command where no record is: asking for one must not make one."""
    folder = data_folder(base, simulated)
    end_erasing_here(folder)
    if not (folder / "journal.db").exists():
        fail(f"{folder}: there is no record here; give {NOWHERE[simulated]}")


def end_erasing_here(folder: Path) -> None:
    """What is left of a record that was being erased is none: no key is asked for."""
    if not wants_all_gone(folder):
        return
    held = Held()
    try:
        held.hold(folder)
    except HeldError:
        fail(f"{folder}: everything here is being erased")
    except (FolderError, StoreError) as error:
        fail(str(error))
    finally:
        held.leave()


@contextmanager
def own_record(
    base: Path | None,
    clock: Clock,
    *,
    passphrase: str | None,
    served: str,
    simulated: bool = False,
    plain: bool = False,
    all_or_nothing: bool = False,
) -> Iterator[Journal]:
    """The journal, held and swept. Ends the command in one line where it can't be had; ``served``
    is what to say while a page has it. ``all_or_nothing``: where something fails, a record that was
    new is taken away again."""
    held, folder = Held(), data_folder(base, simulated)
    was = AsItWas(folder) if all_or_nothing else None
    try:
        held.hold(folder)
        with _taken_back(was):
            key = key_of(Vault(folder), passphrase, plain=plain or simulated)
            writer = f"biocoach {__version__}"
            with closing(open_store(folder, key, writer=writer, clock=clock)) as journal:
                sweep(journal)
                yield journal
    except HeldError:
        fail(served)
    except (FolderError, StoreError) as error:
        fail(str(error))
    finally:
        held.leave()
        if was is not None:
            was.without_empty_folders()


@contextmanager
def _taken_back(was: AsItWas | None) -> Iterator[None]:
    try:
        yield
    except BaseException:  # a key that was pressed to stop it, too
        if was is not None:
            was.again()
        raise


def key_of(vault: Vault, passphrase: str | None, *, plain: bool) -> Key:
    """What opens it; asks at a terminal. Ends the command in one line where nothing does."""
    found = _opened(vault, passphrase, plain=plain)
    asked = isinstance(found, Locked) and found.why is Why.LOCKED
    if asked and vault.state() is State.LOCKED and sys.stdin.isatty():
        found = _opened(
            vault, getpass("Passphrase of the record, or its twelve words: "), plain=plain
        )
    if isinstance(found, Locked):
        needed = found.why is Why.LOCKED
        fail(NEEDS_KEY.format(words=found.words) if needed else found.words)
    return found


def _opened(vault: Vault, passphrase: str | None, *, plain: bool) -> Key | Locked:
    if vault.state() is State.NEW:
        return vault.create(passphrase, plain=plain)
    return vault.open(passphrase, plain=plain)
