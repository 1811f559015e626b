"""``biocoach study``: many recordings read again with today's detector, into tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from biocoach.cli.say import fail, out, out_json, progress, progress_gone, wrong_use

if TYPE_CHECKING:
    from biocoach.review.study.conduct import Outcome
    from biocoach.review.study.crew import Crew
    from biocoach.review.study.source import Source

MISSING = "a study needs Dask and PyArrow: install biocoach[study]"
STOPPED = "stopped; what was read is kept, so run the same again and it goes on"
WORKERS_MAX = 512
CLINIC = "clinic"  # the word for the database in BIOCOACH_DATABASE


def study(
    source: str = typer.Argument(
        ...,
        metavar="DIR|DATABASE",
        help="A folder of recordings; or clinic, the database in BIOCOACH_DATABASE (postgresql…).",
    ),
    member: str = typer.Option("", "--member", help="Of a clinic's database: as whom it is read."),
    to: Path = typer.Option(..., "--to", help="A folder for the tables, outside of DIR."),
    scheduler: str = typer.Option(
        "local", "--scheduler", help="local, none (this process), tcp://… or tls://…"
    ),
    workers: int = typer.Option(2, "--workers", min=1, max=WORKERS_MAX, help="For local."),
    memory_mb: int = typer.Option(2000, "--memory-mb", min=500, help="Each local worker's most."),
    as_json: bool = typer.Option(False, "--json", help="The report as one line of JSON."),
) -> None:
    """Read thousands of recordings again with today's detector, into Parquet tables.

    What was read is not read again: stopped or killed, the same command goes on.

    Example: biocoach study recordings --to tables --workers 4
    """
    if scheduler not in ("local", "none") and not scheduler.startswith(("tcp://", "tls://")):
        wrong_use(f"--scheduler {scheduler}: give local, none, tcp://host:port or tls://host:port")
    with _opened(source, member, to) as opened:
        found = _conducted(opened, to, scheduler, workers, memory_mb)
    if as_json:
        out_json(found.report)
        return
    from biocoach.review.study.told import lines_of

    for line in lines_of(found.report, found.figures):
        out(line)
    out(f"\n{to}: recordings, activations, recoveries and cohort (.parquet), report.json")


@contextmanager
def _opened(source: str, member: str, to: Path) -> Iterator[Source]:
    _must_be_installed()
    if source == CLINIC or source.startswith("postgresql"):
        with _copies(source, member) as copies:
            yield copies
        return
    from biocoach.review.study.source import Folder

    folder = Path(source)
    if not folder.is_dir():
        fail(f"{folder} is not a folder; give one that holds recordings")
    if Path(realpath(to)).is_relative_to(realpath(folder)):  # where a link leads to itself too
        fail(f"{to} lies in {folder}: give a folder outside, so that no table is read")
    yield Folder(folder)


@contextmanager
def _copies(source: str, member: str) -> Iterator[Source]:
    """Workers of this computer find the address where this process has it."""
    import os
    from importlib.util import find_spec
    from uuid import UUID

    if find_spec("psycopg") is None:
        fail("a clinic's database needs PostgreSQL's client: install biocoach[clinic]")
    from biocoach.review.study.copies import DATABASE, Copies
    from biocoach.store import StoreError
    from biocoach.store.clinic import ClinicEngine, UnfitRoleError

    if source != CLINIC:
        os.environ[DATABASE] = source
    try:
        who = UUID(member)
    except ValueError:
        wrong_use("--member: the number of a therapist or supervisor, as the page People shows it")
    try:
        engine = ClinicEngine(os.environ.get(DATABASE, ""))
    except (StoreError, UnfitRoleError) as error:
        fail(str(error))
    try:
        yield Copies(engine, who)
    finally:
        engine.close()


def _conducted(source: Source, to: Path, scheduler: str, workers: int, memory_mb: int) -> Outcome:
    from biocoach.review.study.conduct import conduct
    from biocoach.review.study.crew import CrewError
    from biocoach.review.study.parts import PARTS
    from biocoach.review.study.source import SourceError
    from biocoach.store import FolderLock, HeldError, StoreError

    _may_fill(to)
    try:
        (to / PARTS).mkdir(parents=True, exist_ok=True)
        with FolderLock(to / PARTS), _crew(scheduler, workers, memory_mb, to) as crew:
            return conduct(source, to, crew, progress)
    except HeldError:
        fail(f"another study writes into {to}; wait for its end, or give another --to")
    except (SourceError, StoreError) as error:
        fail(str(error))
    except CrewError as error:
        progress_gone()
        fail(f"{error}; what was read is kept, so run the same again")
    except OSError as error:
        fail(f"{to} can't be written ({error.strerror or error}); give another --to")
    except KeyboardInterrupt:
        progress_gone()
        fail(STOPPED)


def _must_be_installed() -> None:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("distributed", "pyarrow")):
        fail(MISSING)


def _may_fill(to: Path) -> None:
    """An empty folder, or one of a study: it is closed to others, and files in it are replaced."""
    from biocoach.review.study.parts import PARTS

    if to.exists() and not to.is_dir():
        fail(f"{to} is not a folder; give another --to")
    if to.is_dir() and any(to.iterdir()) and not (to / PARTS).is_dir():
        fail(f"{to} holds other things; give a new or an empty folder")


def _crew(scheduler: str, workers: int, memory_mb: int, to: Path) -> AbstractContextManager[Crew]:
    from biocoach.review.study.crew import Alone, elsewhere, local

    if scheduler == "none":
        return nullcontext(Alone())
    if scheduler == "local":
        return local(workers, memory_mb, to)
    return elsewhere(scheduler)
