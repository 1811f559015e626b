"""``biocoach key`` and ``biocoach share``: one's own address, and what goes to whom."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import err, fail, may_write, out, out_json, passphrase_in, wrong_use

if TYPE_CHECKING:
    from biocoach.sharing.leaving import Wish
    from biocoach.sharing.people import Person
    from biocoach.store import Journal

FOLDER = typer.Option(None, "--data-dir", help="Where the record is kept.")
PASSPHRASE = typer.Option(None, "--passphrase-file", help="Opens the record without asking.")
SIMULATED = typer.Option(False, "--simulated", help="The record of simulated sessions.")
PLAIN = typer.Option(False, "--plain", help="A record that is not encrypted.")
JSON = typer.Option(False, "--json", help="Machine-readable.")
SERVED = "biocoach is running with this data folder: use its page, or stop it first"
PARTS = ("sessions", "ladder", "measures", "notes", "moments")


def key(
    data_dir: Path | None = FOLDER,
    passphrase_file: Path | None = PASSPHRASE,
    simulated: bool = SIMULATED,
    plain: bool = PLAIN,
    as_json: bool = JSON,
) -> None:
    """Print your own address, to give to whoever shares with you.

    Compare the fingerprint aloud, so that nobody has put another address in its place.

    Example: biocoach key
    """
    from biocoach.sharing.people import identity_in

    with record(data_dir, passphrase_file, simulated=simulated, plain=plain) as journal:
        address = identity_in(journal).address
    if as_json:
        out_json({"address": address.line, "fingerprint": address.fingerprint})
        return
    out(address.line)
    err(f"fingerprint, to compare aloud: {address.fingerprint}")


def share(
    to: str = typer.Option("", "--to", help="An address, or the name of somebody known."),
    target: Path | None = typer.Option(None, "--out", help="The file, NAME.biocoach."),
    since: str = typer.Option("", "--since", help="The first day, YYYY-MM-DD; else all."),
    until: str = typer.Option("", "--until", help="The last day."),
    only: list[str] = typer.Option(
        [], "--only", help="sessions, ladder, measures, notes, moments; again for more."
    ),
    session: list[str] = typer.Option([], "--session", help="This session; again for more."),
    sheet: list[str] = typer.Option([], "--sheet", help="This worksheet too; none unless named."),
    redact: list[str] = typer.Option([], "--redact", help="A name to take out; again for more."),
    name: str = typer.Option("", "--name", help="What to call a new address here."),
    sender: str = typer.Option("", "--as", help="What you are called in it."),
    copy: bool = typer.Option(False, "--also-for-me", help="You can open it yourself, too."),
    words: bool = typer.Option(False, "--words", help="Show every word that would leave."),
    people: bool = typer.Option(False, "--list", help="Who is known, and what went to them."),
    forget: str = typer.Option("", "--forget", help="Take somebody off the list."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask (for scripts)."),
    force: bool = typer.Option(False, "--force", help="Replace the file."),
    data_dir: Path | None = FOLDER,
    passphrase_file: Path | None = PASSPHRASE,
    simulated: bool = SIMULATED,
    plain: bool = PLAIN,
    as_json: bool = JSON,
) -> None:
    """Choose what a therapist may see, look at it, and seal it for them alone.

    Example: biocoach share --to "Dr Vale" --since 2026-01-01 --redact Kim --out january.biocoach
    """
    from biocoach.cli.own_record import must_be_there
    from biocoach.cli.shared import Errand, forgotten, listed, shared

    if not people and not forget:
        if not to or target is None:
            wrong_use("give --to and --out; or --list")
        may_write(target, force)
    wish = _wish(since, until, only, session, sheet, redact)
    must_be_there(data_dir, simulated=simulated)
    with record(data_dir, passphrase_file, simulated=simulated, plain=plain) as journal:
        if people:
            listed(journal, as_json=as_json)
        elif forget:
            forgotten(journal, forget)
        else:
            assert target is not None
            errand = Errand(
                to=to, name=name, sender=sender, wish=wish, target=target, copy=copy, words=words,
                yes=yes, simulated=simulated,
            )  # fmt: skip
            shared(journal, errand, _asker(data_dir, passphrase_file, simulated=simulated))


def _wish(
    since: str,
    until: str,
    only: list[str],
    sessions: list[str],
    sheets: list[str],
    redact: list[str],
) -> Wish:
    from biocoach.cli.days import day_or_none
    from biocoach.sharing.leaving import USUAL, Wish

    for option, day in (("--since", since), ("--until", until)):
        day_or_none(option, day)
    if since and until and since > until:
        wrong_use("the last day is before the first")
    odd = [word for word in only if word not in PARTS]
    if odd:
        wrong_use(f"--only {odd[0]}: one of {', '.join(PARTS)}")
    if "notes" in only and "sessions" not in only:
        wrong_use("--only notes: notes go with their sessions; add --only sessions")
    return Wish(
        since=since, until=until, kinds=frozenset(only or (() if sheets else USUAL)),
        sessions=frozenset(sessions) if sessions else None, sheets=frozenset(sheets),
        names=tuple(redact),
    )  # fmt: skip


@contextmanager
def record(
    data_dir: Path | None, passphrase_file: Path | None, *, simulated: bool, plain: bool
) -> Iterator[Journal]:
    from biocoach.cli.doorway import CLOCK
    from biocoach.cli.own_record import own_record

    with own_record(
        data_dir, CLOCK, passphrase=passphrase_in(passphrase_file), served=SERVED,
        simulated=simulated, plain=plain,
    ) as journal:  # fmt: skip
        yield journal


def _asker(data_dir: Path | None, passphrase_file: Path | None, *, simulated: bool) -> Any:
    """Asks for the passphrase again, before somebody new is let near the record."""
    from biocoach.store import State, Vault, data_folder

    def ask() -> None:
        vault = Vault(data_folder(data_dir, simulated))
        if simulated or vault.state() is State.PLAIN:
            return
        if not vault.has_passphrase():
            fail("somebody new needs the passphrase, and this record has none: choose one first")
        given = passphrase_in(passphrase_file)
        if given is None and sys.stdin.isatty():
            given = getpass("Passphrase of the record, for somebody new: ")
        refused = vault.check(given or "")
        if refused is not None:
            fail(f"somebody new needs the passphrase: {refused.words}")

    return ask


def said_of(person: Person) -> str:
    used = f", last shared {person.used}" if person.used else ""
    return f"{person.name}  {person.address.fingerprint}  added {person.added}{used}"
