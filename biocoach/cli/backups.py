"""Backups, the way back and the check: the work of their commands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from biocoach.cli.doorway import CLOCK
from biocoach.cli.held import FolderError, Held
from biocoach.cli.own_record import SERVED, end_erasing_here, key_of, must_be_there
from biocoach.cli.say import err, fail, out, out_json
from biocoach.clock import moment_of
from biocoach.store import HeldError, Key, StoreError, Vault, data_folder
from biocoach.store.backup import Backup, Found, as_made, backup_at, backups_in, look, make, told
from biocoach.store.days import daily
from biocoach.store.restoring import ASIDE, restore


def back_up(
    to: Path | None, base: Path | None, given: str | None, *, force: bool, as_json: bool
) -> None:
    """``given``: the passphrase."""
    folder, now = data_folder(base), CLOCK.wall().astimezone()
    must_be_there(base)
    key = key_of(Vault(folder), given, plain=False)
    try:
        if to is None:
            made = daily(folder, key, now)
        else:
            made = make(folder, key, _place(to, folder, now, force=force), now)
    except StoreError as error:
        fail(f"no backup was made: {error}")
    if as_json:
        out_json(told(made))
    else:
        out(f"{made.path}: {_lines(made)}, checked")
        if key.plain:
            err("This copy is NOT encrypted, as the record is not.")


def put_back(source: Path, base: Path | None, given: str | None, *, force: bool) -> None:
    folder, now = data_folder(base), CLOCK.wall().astimezone()
    end_erasing_here(folder)
    about = backup_at(source)
    if about is None:
        fail(f"{source}: no backup that this biocoach can read; give the folder with about.json")
    if not as_made(about):
        fail(f"{source}: it was changed or damaged since it was made; take another backup")
    there = (folder / "journal.db").exists()
    if there and not force:
        fail(f"{folder}: there is a record already; --force puts it aside, as {ASIDE}…")
    key = key_of(Vault(source), given, plain=False)
    held = Held()
    try:
        held.hold(folder)
        report = restore(source, folder, key, now)
    except HeldError:
        fail(SERVED)
    except (FolderError, StoreError) as error:
        fail(f"nothing was put back: {error}")
    finally:
        held.leave()
    out(f"{folder}: {report.entries:,} lines are back, as of {_day(about)}")
    if there:
        out(f"What was there is in {ASIDE}{now:%Y-%m-%d-%H%M%S}; erase it when you don't need it.")


def verified(base: Path | None, given: str | None, *, simulated: bool, as_json: bool) -> None:
    folder = data_folder(base, simulated)
    must_be_there(base, simulated=simulated)
    key = key_of(Vault(folder), given, plain=False)
    try:
        found = look(folder / "journal.db", key)
    except StoreError as error:
        fail(f"{folder}: {error}")
    backups = [(one, _looked_at(one, key)) for one in backups_in(folder)]
    if as_json:
        out_json({"record": _told(found), "backups": {b.path.name: _told(f) for b, f in backups}})
    else:
        _say(f"{folder}", found)
        for one, seen in backups:
            _say(f"backup {one.path.name}", seen)
    if found.problems or any(seen.problems for _, seen in backups):
        raise typer.Exit(1)


# ---- inside


def _place(to: Path, folder: Path, now: datetime, *, force: bool) -> Path:
    if not to.is_dir():
        fail(f"{to} is not a folder; make it first")
    if to.resolve().is_relative_to(folder.resolve()):
        fail(f"{to} is in the data folder: leave --to away, or give a folder on another disk")
    place = to / f"biocoach-{now:%Y-%m-%d}"
    if place.exists() and not force:
        fail(f"{place} exists; --force replaces it")
    return place


def _looked_at(backup: Backup, key: Key) -> Found:
    nothing = Found(entries=0, erased=0, head="", problems=("its file was changed or is gone",))
    if not as_made(backup):
        return nothing
    try:
        return look(backup.path / "journal.db", key)
    except StoreError as error:
        return Found(entries=0, erased=0, head="", problems=(str(error),))


def _say(what: str, found: Found) -> None:
    if not found.problems:
        out(f"{what}: whole, {_lines(found)}")
    for problem in found.problems:
        out(f"{what}: {problem}")


def _told(found: Found) -> dict[str, object]:
    return {"entries": found.entries, "erased": found.erased, "problems": list(found.problems)}


def _lines(found: Backup | Found) -> str:
    return f"{found.entries:,} lines" + (f", {found.erased:,} of them erased" * bool(found.erased))


def _day(backup: Backup) -> str:
    return f"{moment_of(backup.made_utc).astimezone():%Y-%m-%d %H:%M}"
