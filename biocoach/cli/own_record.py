"""The record opened by a command of its own, while no page serves it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path

from biocoach import __version__
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

WRITER = f"biocoach {__version__}"


@contextmanager
def own_record(
    base: Path | None, clock: Clock, *, simulated: bool, passphrase: str | None
) -> Iterator[Journal]:
    """The journal, held and swept; ends the command in one line where it can't be had."""
    held, folder = Held(), data_folder(base, simulated)
    try:
        held.hold(folder)
        key = _key(Vault(folder), passphrase, plain=simulated)
        journal = open_store(folder, key, writer=WRITER, clock=clock)
        try:
            sweep(journal)
            yield journal
        finally:
            journal.close()
    except HeldError as error:
        at = f" at {error.url}" if error.url else ""
        fail(f"biocoach is open{at} with this record; do it on its page, or stop it first")
    except (FolderError, StoreError) as error:
        fail(str(error))
    finally:
        held.leave()


def _key(vault: Vault, passphrase: str | None, *, plain: bool) -> Key:
    found = _opened(vault, passphrase, plain=plain)
    if isinstance(found, Locked) and found.why is Why.LOCKED and sys.stdin.isatty():
        found = _opened(vault, getpass("Passphrase of the record: "), plain=plain)
    if isinstance(found, Locked):
        hint = "; give --passphrase-file" if found.why is Why.LOCKED else ""
        fail(f"{found.words}{hint}")
    return found


def _opened(vault: Vault, passphrase: str | None, *, plain: bool) -> Key | Locked:
    if vault.state() is State.NEW:
        return vault.create(passphrase, plain=plain)
    return vault.open(passphrase, plain=plain)


def passphrase_in(path: Path | None) -> str | None:
    """The passphrase that a file holds; ends the command in one line where it can't be read."""
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: the passphrase file can't be read ({error})")
