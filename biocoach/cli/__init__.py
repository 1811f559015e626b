"""The command line: a composition root. Each command is a small module of its own.

Imports inside the commands keep ``biocoach --help`` and ``decode`` fast.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def main() -> None:
    """Run the command that was named; none means ``serve``."""
    from biocoach.cli.crash import keep_quiet

    keep_quiet()  # before typer, which remembers how errors are told
    from biocoach.cli.loading import loading

    with loading():
        from biocoach.cli.app import app
        from biocoach.cli.say import stop_at_no_letter

    stop_at_no_letter()
    arguments = sys.argv[1:]
    if not arguments or (
        arguments[0].startswith("-") and arguments[0] not in ("--help", "-h", "--version")
    ):
        arguments = ["serve", *arguments]
    try:
        app(arguments, prog_name="biocoach")
    except OSError as error:  # a full disk, a closed pipe: one line, wherever it happened
        what = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"biocoach: {what}{error.strerror or error}; nothing more was written\n")
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(1)  # what waits for a broken standard output can't be written either
