"""``biocoach year``: a year of a simulated person's practice, into the record of the simulated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from biocoach.cli.say import err, fail, out, wrong_use

DATA_HELP = "Where biocoach keeps its records."
SERVED = "biocoach is running with this data folder: stop it, then make the year"


def year(
    seed: int = typer.Option(7, "--seed", min=0, help="The same seed gives the same year."),
    weeks: int = typer.Option(52, "--weeks", min=1, max=260, help="How many weeks of it."),
    until: str = typer.Option("", "--until", help="Its last day, YYYY-MM-DD; else yesterday."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP),
) -> None:
    """Make a year of a simulated person's practice: good weeks, setbacks and gaps.

    It goes where simulated sessions are kept, apart from real ones; ``biocoach demo`` shows it.

    Example: biocoach year --seed 7 --weeks 12 --data-dir somewhere
    """
    from biocoach.cli.own_record import own_record
    from biocoach.cli.year_made import NotEmptyError, Wish, make
    from biocoach.clock import StoryClock
    from biocoach.store import data_folder

    folder = data_folder(data_dir, simulated=True)
    wish = Wish(folder=folder, seed=seed, weeks=weeks, start=_start(until, weeks))
    clock = StoryClock(wish.start)
    with own_record(data_dir, clock, passphrase=None, served=SERVED, simulated=True) as journal:
        try:
            made = make(journal, clock, wish, _tell)
        except NotEmptyError:
            fail("there are simulated sessions here already: give another --data-dir")
    out(f"{made} sessions in {weeks} weeks; `biocoach demo` shows them")


def _start(until: str, weeks: int) -> datetime:
    try:
        day = datetime.fromisoformat(until).date() if until else None
    except ValueError:
        wrong_use(f"--until {until}: not a day like 2026-01-31")
    from biocoach.cli.doorway import CLOCK

    last = day or (CLOCK.wall() - timedelta(days=1)).date()
    first = last - timedelta(days=7 * weeks - 1)
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


def _tell(week: int, weeks: int) -> None:
    if (week + 1) % 4 == 0:
        err(f"week {week + 1} of {weeks}")
