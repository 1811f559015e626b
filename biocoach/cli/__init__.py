"""The command line: a composition root. Each command is a small module of its own.

Imports inside the commands keep ``biocoach --help`` and ``decode`` fast.
"""

from __future__ import annotations

import sys

COMMANDS = (
    "serve", "demo", "link", "record", "analyze", "decode", "simulate", "straps", "doctor",
)  # fmt: skip


def main() -> None:
    """Run the command that was named; none means ``serve``."""
    from biocoach.cli.app import app

    arguments = sys.argv[1:]
    if not arguments or (
        arguments[0].startswith("-") and arguments[0] not in ("--help", "-h", "--version")
    ):
        arguments = ["serve", *arguments]
    app(arguments, prog_name="biocoach")
