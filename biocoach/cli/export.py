"""``biocoach export``: out of the record, into files that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from biocoach.cli.days import day_or_none
from biocoach.cli.say import (
    NOT_ENCRYPTED,
    fail,
    may_write,
    out,
    out_json,
    passphrase_in,
    progress,
    progress_gone,
    wrong_use,
)
from biocoach.cli.serve import DATA_HELP

if TYPE_CHECKING:
    from biocoach.cli.taking_out import TakingOut, Wish

SERVED = "biocoach is running with this record: take it out on its page, or stop biocoach first"
FORMAT_HELP = "csv, kubios (RR text), edf, json (the whole record) or fhir"


def export(
    kind: str = typer.Option(..., "--format", help=FORMAT_HELP),
    target: Path = typer.Option(..., "--out", help="A file, a folder, or a file.zip."),
    session: list[str] = typer.Option([], "--session", help="Only this one; may be repeated."),
    since: str = typer.Option("", "--since", help="From this day on, YYYY-MM-DD."),
    until: str = typer.Option("", "--until", help="Up to this day, it included."),
    simulated: bool = typer.Option(False, "--simulated", help="The record of simulated sessions."),
    force: bool = typer.Option(False, "--force", help="Replace what an earlier export wrote."),
    as_json: bool = typer.Option(False, "--json", help="Tell what was written as JSON."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP),
    passphrase_file: Path | None = typer.Option(
        None, "--passphrase-file", help="Opens the record without asking."
    ),
    plain: bool = typer.Option(False, "--plain", help="The record is not encrypted."),
) -> None:
    """Take your data out, for other programs. What is taken out is not encrypted.

    csv, kubios and edf make a folder of files, or one file.zip; json and fhir make one file.

    Example: biocoach export --format csv --out my-record --since 2026-01-01
    """
    from biocoach.cli.own_record import must_be_there, own_record
    from biocoach.cli.taking_out import FORMATS, TakeOutError, TakingOut, Wish
    from biocoach.clock import SystemClock
    from biocoach.settings import Settings
    from biocoach.store import StoreError

    if kind not in FORMATS:
        wrong_use(f"--format {kind}: not known; give one of {', '.join(FORMATS)}")
    days = day_or_none("--since", since), day_or_none("--until", until)
    wish = Wish(format=kind, sessions=frozenset(session), since=days[0], until=days[1])
    _check_target(target, wish, force)
    must_be_there(data_dir, simulated=simulated)
    word = passphrase_in(passphrase_file)
    record = own_record(
        data_dir, SystemClock(), passphrase=word, served=SERVED, simulated=simulated, plain=plain
    )
    try:
        with record as journal:
            taking = TakingOut(journal, Settings(), wish, simulated=simulated)
            taking.check()
            files = _written(target, wish, taking)
    except (TakeOutError, StoreError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{target} can't be written ({error.strerror or error}); give another --out")
    except KeyboardInterrupt:
        progress_gone()
        fail("stopped; nothing was written")
    count = len(taking.sessions)
    if as_json:
        told = {"out": str(target), "format": kind, "sessions": count, "files": files}
        out_json(told | {"simulated": simulated})
    else:
        said = f"{_many(count, 'session')}, {_many(files, 'file')}; {NOT_ENCRYPTED}"
        out(f"{target}: {said}")


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _check_target(target: Path, wish: Wish, force: bool) -> None:
    from biocoach.cli.setting_down import may_fill

    if _is_folder(target, wish):
        may_fill(target, force)
    else:
        may_write(target, force)


def _is_folder(target: Path, wish: Wish) -> bool:
    from biocoach.cli.taking_out import FOLDERS

    return wish.format in FOLDERS and target.suffix != ".zip" and not _is_single(target, wish)


def _is_single(target: Path, wish: Wish) -> bool:
    """One session in one file, by the file's name."""
    from biocoach.cli.taking_out import SUFFIXES

    return len(wish.sessions) == 1 and target.suffix == SUFFIXES.get(wish.format)


def _written(target: Path, wish: Wish, taking: TakingOut) -> int:
    """How many files. Raises OSError, StoreError, TakeOutError."""
    from biocoach.cli.setting_down import fill_folder, one_file, write_single, write_zip
    from biocoach.cli.taking_out import some

    pieces = some(taking.pieces(lambda done, of: progress("Taking out", done, of)))
    if _is_folder(target, wish):
        return fill_folder(target, pieces)
    with one_file(target) as file:
        if target.suffix == ".zip":
            return write_zip(file, pieces)
        return write_single(file, pieces, packed=target.suffix == ".gz")
