"""Erasing a session, a person, or everything, from the backups too: the work of the command."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

import typer

from biocoach.cli.doorway import CLOCK
from biocoach.cli.erasing import (
    everything_in,
    in_what_was_put_aside,
    person_in,
    session_in,
    want_all_gone,
    wants_all_gone,
)
from biocoach.cli.held import FolderError, Held
from biocoach.cli.own_record import SERVED, key_of, must_be_there, own_record
from biocoach.cli.say import err, fail, out
from biocoach.store import LOCK, HeldError, Journal, Key, StoreError, Trouble, Vault, data_folder
from biocoach.store.days import daily, want_anew, want_nothing, wants_anew
from biocoach.syncing.membership import FACT as CLINIC
from biocoach.syncing.membership import member_of

SHOWN = 10  # sessions, where a name was wrong
WORD = "erase"
LEAVE_FIRST = (
    "Leave it first, and have it erased there: on the page, Settings, “A copy at your clinic”."
)


def erased(
    session: str, person: str | None, base: Path | None, given: str | None,
    *, simulated: bool, yes: bool,
) -> None:  # fmt: skip
    """One of both. ``given``: the passphrase."""
    must_be_there(base, simulated=simulated)
    folder = data_folder(base, simulated)
    with own_record(base, CLOCK, passphrase=given, served=SERVED, simulated=simulated) as journal:
        going_on = wants_anew(folder)  # cut off while it erased: it is asked for again
        if session:
            if not going_on:
                _must_have(journal, session)
            _sure(f"the session {session}", yes=yes)
            want_anew(folder)
            work = partial(session_in, session=session)
        else:
            _tell_of_clinic(journal)
            _sure(f"everything of the person {person!r}", yes=yes)
            want_anew(folder)
            work = partial(person_in, person=person or "")
        count = work(journal)
    key = key_of(Vault(folder), given, plain=False)
    more, left = in_what_was_put_aside(folder, key, CLOCK, work)
    count += more
    if not count and not going_on:
        want_nothing(folder)
        fail("nothing was there to erase")
    _from_backups(folder, key)
    out(f"{count:,} lines are erased. Their numbers stay, so that `biocoach verify` can count.")
    for place in left:
        err(f"{place} opens by another key, or is damaged, and may have it still: remove it.")


def _tell_of_clinic(journal: Journal) -> None:
    """A session that is erased goes from a clinic's copy by itself; who is joined there, with the
    fact of it, does not."""
    member = member_of(journal.fact(CLINIC))
    if member is not None:
        err(f"{member.clinic} keeps a copy, which this does not reach. {LEAVE_FIRST}")


def _must_have(journal: Journal, session: str) -> None:
    if journal.has_session(session):
        return
    known = [row for row in journal.sessions() if row.closed][-SHOWN:]
    told = "\n".join(f"  {row.started_utc[:16]}  {row.session}" for row in known)
    fail(f"there is no session {session!r} here; the latest are:\n{told}")


def _from_backups(folder: Path, key: Key) -> None:
    if not wants_anew(folder):
        return
    try:
        daily(folder, key, CLOCK.wall().astimezone())
    except StoreError as error:
        if error.code is not Trouble.DISK_FULL:
            fail(f"erased from the record, but not yet from the backups: {error}")
        out("There is no room for a new backup, and the old ones are erased: make room, then")
        out("run `biocoach backup`.")


def all_erased(base: Path | None, *, simulated: bool, yes: bool) -> None:
    folder, held = data_folder(base, simulated), Held()
    # The real record goes with what was simulated beside it.
    folders = [one for one in (data_folder(base, True), folder) if one.is_dir()]
    if not folder.is_dir():
        fail(f"{folder}: there is nothing here to erase")
    going_on = wants_all_gone(folder)  # it was sure before it was cut off
    try:
        for one in folders:
            held.hold(one)
        if not (simulated or yes or going_on):  # whether there is one, only the record could tell
            err(f"If a clinic keeps a copy, this does not reach it. {LEAVE_FIRST}")
        _sure(f"the whole record in {folder}, its backups and its key", yes=yes or going_on)
        for one in reversed(folders):
            want_all_gone(one)
        left = [path for one in dict.fromkeys(folders) for path in everything_in(one)]
    except HeldError:
        fail(SERVED)
    except (FolderError, StoreError, OSError) as error:
        fail(f"not all is erased: {error}")
    finally:
        held.leave()
    _without_empty(folders)
    out(f"{folder}: the record is erased, with its backups and its key.")
    if left:
        out("Left, since biocoach did not make them: " + ", ".join(path.name for path in left))


def _without_empty(folders: list[Path]) -> None:
    for one in folders:
        with suppress(OSError):  # where something is left, the folder stays
            (one / LOCK).unlink(missing_ok=True)
            one.rmdir()


def _sure(what: str, *, yes: bool) -> None:
    if yes:
        return
    given = typer.prompt(
        f"This erases {what} for good. Type {WORD} to do it", default="", show_default=False
    )
    if given.strip().lower() != WORD:
        fail("nothing was erased")
