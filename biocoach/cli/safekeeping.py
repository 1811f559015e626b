"""Nothing lost, no one in: ``backup``, ``restore``, ``verify``, ``erase``, ``passphrase``,
``recovery`` and ``encrypt``, as they are asked for."""

from __future__ import annotations

from pathlib import Path

import typer

from biocoach.cli.say import passphrase_in, wrong_use

DATA_DIR = typer.Option(None, "--data-dir", help="Where biocoach keeps its records.")
KNOWN = typer.Option(
    None, "--passphrase-file", help="A file with the passphrase, or with the recovery words."
)
NEW = typer.Option(None, "--new-file", help="A file with the new passphrase; else you are asked.")
SIMULATED = typer.Option(False, "--simulated", help="Of the simulated record.")
JSON = typer.Option(False, "--json", help="One line of JSON.")


def backup(
    to: Path | None = typer.Option(
        None, "--to", help="A folder on another disk; else the data folder's own backups."
    ),
    data_dir: Path | None = DATA_DIR,
    passphrase_file: Path | None = KNOWN,
    force: bool = typer.Option(False, "--force", help="Replace the day's backup in --to."),
    as_json: bool = JSON,
) -> None:
    """Make a copy of the record, as encrypted as the record is, and check all of it.

    biocoach makes one itself after each day with a session, and keeps seven. Those lie on the same
    disk: make one on another disk now and then. It may run meanwhile.

    Example: biocoach backup --to /media/stick
    """
    from biocoach.cli.backups import back_up

    back_up(to, data_dir, passphrase_in(passphrase_file), force=force, as_json=as_json)


def restore(
    source: Path = typer.Argument(..., help="The backup's folder."),
    data_dir: Path | None = DATA_DIR,
    passphrase_file: Path | None = KNOWN,
    force: bool = typer.Option(
        False, "--force", help="Where there is a record: put it aside, and this in its place."
    ),
) -> None:
    """Put a backup back. The record that was there is put aside, never removed.

    Example: biocoach restore /media/stick/biocoach-2026-11-26
    """
    from biocoach.cli.backups import put_back

    put_back(source, data_dir, passphrase_in(passphrase_file), force=force)


def verify(
    data_dir: Path | None = DATA_DIR,
    passphrase_file: Path | None = KNOWN,
    simulated: bool = SIMULATED,
    as_json: bool = JSON,
) -> None:
    """Look at every line of the record and of its backups: is each as it was written?

    It only reads, and biocoach may run meanwhile.
    """
    from biocoach.cli.backups import verified

    verified(data_dir, passphrase_in(passphrase_file), simulated=simulated, as_json=as_json)


def erase(
    session: str = typer.Option("", "--session", help="One session, by its name."),
    person: str | None = typer.Option(None, "--person", help="All of one person."),
    everything: bool = typer.Option(False, "--all", help="The whole record, and its key."),
    data_dir: Path | None = DATA_DIR,
    simulated: bool = SIMULATED,
    passphrase_file: Path | None = KNOWN,
    yes: bool = typer.Option(False, "--yes", help="Don't ask."),
) -> None:
    """Erase a session, a person, or everything. It can't be taken back.

    What is erased goes from the record, from its log, and from the backups in the data folder.
    Files that you made elsewhere (exports, packets, backups on another disk) are yours to erase.

    Example: biocoach erase --session 3f2a…
    """
    if (bool(session), person is not None, everything).count(True) != 1:
        wrong_use("give one of --session, --person and --all")
    if person is not None and not person.strip():  # a script's variable that was never set
        wrong_use("--person needs a name")
    from biocoach.cli.erase import all_erased, erased

    if everything:
        all_erased(data_dir, simulated=simulated, yes=yes)
    else:
        given = passphrase_in(passphrase_file)
        erased(session, person, data_dir, given, simulated=simulated, yes=yes)


def passphrase(
    data_dir: Path | None = DATA_DIR,
    passphrase_file: Path | None = KNOWN,
    new_file: Path | None = NEW,
) -> None:
    """Give the record a new passphrase. The old one, or the recovery words, are asked for where the
    system's keyring does not open the record by itself.

    The old one opens neither the record nor the backups in the data folder any more. A backup on
    another disk still opens by the passphrase it was made with.
    """
    from biocoach.cli.ways_in import new_passphrase

    new_passphrase(data_dir, passphrase_in(passphrase_file), passphrase_in(new_file))


def recovery(data_dir: Path | None = DATA_DIR, passphrase_file: Path | None = KNOWN) -> None:
    """Make twelve words that open the record when the passphrase or the keyring is lost.

    Write them on paper: they are shown once. Words from an earlier time stop working.
    """
    from biocoach.cli.ways_in import new_words

    new_words(data_dir, passphrase_in(passphrase_file))


def encrypt(data_dir: Path | None = DATA_DIR, new_file: Path | None = NEW) -> None:
    """Encrypt a record that was begun with --plain. Its unencrypted file and backups go."""
    from biocoach.cli.ways_in import encrypted

    encrypted(data_dir, passphrase_in(new_file))
