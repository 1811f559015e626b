"""``biocoach import``: recordings of other programs into the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import (
    err,
    fail,
    out,
    out_json,
    passphrase_in,
    progress,
    progress_gone,
    wrong_use,
)
from biocoach.cli.serve import DATA_HELP

if TYPE_CHECKING:
    from biocoach.keeping import Keeper

Json = dict[str, Any]
SERVED = (
    "another biocoach has this record open: bring recordings in on its page, under Review, or wait "
    "until it has ended"
)
STOPPED = "stopped; what it was at is not kept, so give that file again"


def bring(
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="FIT, captures, RR text, CSV"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line a file."),
    kind: str = typer.Option("", "--format", help="Force a format instead of looking."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP),
    passphrase_file: Path | None = typer.Option(
        None, "--passphrase-file", help="Opens the record without asking."
    ),
    plain: bool = typer.Option(False, "--plain", help="Keep the record unencrypted."),
) -> None:
    """Bring recordings into the record, each as a session of its own.

    The same recording twice adds nothing. A whole record, as `biocoach export --format json` wrote
    it, goes into an empty --data-dir. Example: biocoach import run.fit morning.txt
    """
    from biocoach.cli.bring_record import is_record, take_in_file
    from biocoach.review.imported import FORMATS

    records = [path for path in files if is_record(path)]
    if records and len(files) > 1:
        wrong_use(f"{records[0]}: a whole record; give it alone")
    if records:
        word = passphrase_in(passphrase_file)
        take_in_file(records[0], data_dir, word, plain=plain, as_json=as_json)
        return
    if kind and kind not in FORMATS:
        wrong_use(f"--format {kind}: not known; give one of {', '.join(FORMATS)}")
    try:
        with _opened(data_dir, passphrase_in(passphrase_file), plain) as keeper:
            refused = _all(files, kind, keeper, as_json)
    except KeyboardInterrupt:
        progress_gone()
        fail(STOPPED)
    if refused:
        raise typer.Exit(1)


def _all(files: list[Path], kind: str, keeper: Keeper, as_json: bool) -> bool:
    """Each file with its line; whether one of them was refused."""
    refused = False
    for number, path in enumerate(files):
        progress("Bringing in", number, len(files))
        found = _one(path, kind, keeper)
        refused = refused or not found["ok"]
        progress_gone()
        if as_json:
            out_json({"file": str(path)} | found)
        elif found["ok"]:
            out(f"{path}: {'; '.join(_words(found))}")
        else:
            err(f"biocoach: {path}: {found['words']}")
    return refused


@contextmanager
def _opened(data_dir: Path | None, passphrase: str | None, plain: bool) -> Iterator[Keeper]:
    """A keeper for the record of real sessions."""
    from biocoach.cli.own_record import own_record
    from biocoach.cli.recordings import keeper_of
    from biocoach.clock import SystemClock
    from biocoach.settings import Settings

    clock = SystemClock()
    record = own_record(data_dir, clock, passphrase=passphrase, served=SERVED, plain=plain)
    with record as journal:
        yield keeper_of(journal, clock, Settings(), simulated=False)


def _one(path: Path, kind: str, keeper: Keeper) -> Json:
    from biocoach.bringing import bring_file
    from biocoach.cli.recordings import told

    return told(bring_file(path, kind, keeper), keeper.journal)


def _words(found: Json) -> Iterator[str]:
    """What became of a file that was kept."""
    when = _day(found["started_utc"]) if found["started_utc"] else "of an unknown day"
    length = f"{found['length_s'] / 60:.0f} min"
    yield f"kept, {when}, {length}" if found["new"] else f"already there, {when}"
    if not found["new"]:
        return
    if found["started_utc"] is None:
        yield "it does not tell when it began, so it is listed under today"
    if found["zone_assumed"]:
        yield "it tells its time without a zone; this computer's was taken"
    for other in found["overlaps"]:
        yield f"overlaps with the session of {_day(other['started_utc'])}; both stay as they are"
    if found["cut_off"]:
        yield "it breaks off; what came before was kept"
    elif found["problem_count"]:
        first = found["problems"][0]
        more = f" (and {found['problem_count'] - 1} more)" if found["problem_count"] > 1 else ""
        where = f"line {first['line']}: " if first["line"] else ""
        yield f"{where}{first['why']}{more}"


def _day(utc: str) -> str:
    from biocoach.clock import moment_of

    return f"{moment_of(utc).astimezone():%Y-%m-%d %H:%M}"
