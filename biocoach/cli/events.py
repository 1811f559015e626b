"""``biocoach events``: what happens in the running biocoach, as lines for other programs."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import aclosing
from pathlib import Path

import typer

from biocoach.cli.say import out_json
from biocoach.cli.serve import DATA_HELP


def events(
    now: bool = typer.Option(False, "--now", help="One line, how it stands now, and no more."),
    numbers: bool = typer.Option(False, "--numbers", help="With heart rate and RMSSD."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help=DATA_HELP),
) -> None:
    """Print what happens in the running biocoach, one line of JSON an event.

    It waits for biocoach where it does not run yet, and for its next start. Ctrl-C ends it.

    Example: biocoach events
    """
    try:
        asyncio.run(_print(data_dir, now=now, numbers=numbers))
    except KeyboardInterrupt:
        return
    except BrokenPipeError:  # whoever read it has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _print(base: Path | None, *, now: bool, numbers: bool) -> None:
    """Raises BrokenPipeError."""
    from biocoach.cli.doorway import CLOCK
    from biocoach.cli.event_lines import SCHEMA, Watch, locked
    from biocoach.cli.follower import messages
    from biocoach.clock import iso_utc

    watch = Watch(numbers=numbers)
    async with aclosing(messages(base, CLOCK, once=now)) as coming:
        async for message in coming:
            found = watch.lost() if message is None else watch.take(message)
            if now and message is None:
                found = [{"schema": SCHEMA, "event": "gone", "simulated": False}]
            elif now and not found:
                found = [locked()]
            for event in found:
                out_json(event | {"at_utc": iso_utc(CLOCK.wall())})
